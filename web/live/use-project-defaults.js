/** What the project gives an endpoint that is declared without it. */

import { doorOf } from "../door.js";
import { useLoaded } from "../loading.js";
import { useWorkspace } from "../workspace.js";

const PROJECT = "default"; // only its own admin reads projects, and no key says which project it is of

/** The project's defaults; null where this key is of another project, or may not read them. */
export function useProjectDefaults() {
  const { api, endpoints } = useWorkspace();
  const isOurs = endpoints.some((endpoint) => doorOf(endpoint) === `/in/${PROJECT}`);
  const { value } = useLoaded(async () => (isOurs ? api.get(`/v1/projects/${PROJECT}`) : null), [isOurs]);
  return value?.defaults ?? null;
}
