/** The destinations, read anew for a component that needs them as they are. */

import { useEffect, useRef } from "../html.js";
import { useLoaded } from "../loading.js";
import { useWorkspace } from "../workspace.js";

/** @returns {{destinations: ?object[], problem: ?Error, reload: () => void}} null until they are read */
export function useDestinations() {
  const { destinations, reloadDestinations } = useWorkspace();
  const { problem, reload } = useLoaded(reloadDestinations, [reloadDestinations]);
  return { destinations, problem, reload };
}

/** Read the destinations anew when one of these ids is not known yet; once for each, as it may be removed. */
export function useStrangeDestinations(ids) {
  const { destinations, reloadDestinations } = useWorkspace();
  const met = useRef(new Set());
  const stranger = destinations && ids.find((id) => !met.current.has(id) && !destinations.some((one) => one.id === id));
  useEffect(() => {
    if (!stranger) return;
    for (const id of ids) met.current.add(id);
    reloadDestinations().catch(() => {});
  }, [stranger]);
}
