/** Letting an endpoint judge by a version of its contract, or by none. */

import { html, useState } from "../html.js";
import { useWorkspace } from "../workspace.js";
import { Button } from "./button.js";
import { Problem } from "./problem.js";

/** `name` is the endpoint's; `changed` is called once it is done. */
export function Activation({ name, version, isActive, changed }) {
  const { api, reloadEndpoints } = useWorkspace();
  const [isBusy, beBusy] = useState(false);
  const [problem, complain] = useState(null);
  const click = async () => {
    const path = `/v1/endpoints/${encodeURIComponent(name)}/contracts/${version}/${isActive ? "deactivate" : "activate"}`;
    beBusy(true);
    const failure = await api.send("POST", path).then(() => null, (refusal) => refusal);
    complain(failure);
    beBusy(false);
    if (failure) return;
    reloadEndpoints().catch(() => {});
    changed();
  };
  const verb = isActive ? "Deactivate" : "Activate";
  return html`
    <${Button} aria-label=${`${verb} version ${version}`} isBusy=${isBusy} onClick=${click}>${verb}<//>
    <${Problem} problem=${problem} />`;
}
