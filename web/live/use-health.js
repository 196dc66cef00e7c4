/** How a destination does: its health, and what came of the attempts there minute by minute. */

import { useWorkspace } from "../workspace.js";
import { useFollowed } from "./use-followed.js";

const SOONEST_MS = 2_000; // there may be many of them

/** @returns {{health: ?object, minutes: ?object[], problem: ?Error, reload: () => void}} null until they are read */
export function useHealth(id) {
  const { api } = useWorkspace();
  const { value, problem, of: [shown], reload } = useFollowed(() => read(api, id), [id], { soonest: SOONEST_MS });
  const { health = null, minutes = null } = (shown === id && value) || {};
  return { health, minutes, problem, reload };
}

async function read(api, id) {
  const counts = new URLSearchParams({ by: "minute", destination: id });
  const [health, statistics] = await Promise.all([
    api.get(`/v1/destinations/${encodeURIComponent(id)}/health`),
    api.get(`/v1/statistics?${counts}`).catch(() => ({ items: null })), // a chart less
  ]);
  return { health, minutes: statistics.items };
}
