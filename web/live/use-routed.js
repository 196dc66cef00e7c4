/** What becomes of a request: how it was routed, and its deliveries, followed until all of them have ended. */

import { useWorkspace } from "../workspace.js";
import { useNews } from "./news.js";
import { useFollowed } from "./use-followed.js";

/** @returns {{routing: object, deliveries: object[], problem: ?Error, reload: () => void}} deliveries are newest last */
export function useRouted(request) {
  const { api } = useWorkspace();
  const load = () => api.get(`/v1/requests/${encodeURIComponent(request.id)}`);
  const { value, problem, of: [shown], reload } = useFollowed(load, [request], { isGoingOn: isUnderWay });
  useNews((delivery) => delivery.request_id === request.id, reload);
  const { routing, deliveries } = (shown?.id === request.id && value) || request;
  return { routing, deliveries, problem, reload };
}

function isUnderWay({ verdict, routing, deliveries }) {
  return (verdict === "accepted" && !routing.routed) || deliveries.some(isOpen);
}

/** Whether something more will come of a delivery by itself. */
export function isOpen({ status }) {
  return status === "waiting" || status === "sending";
}
