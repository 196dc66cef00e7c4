/** How much came in, read again each minute, and sooner when something comes. */

import { useEffect, useRef, useState } from "../html.js";
import { useLoaded } from "../loading.js";
import { useWorkspace } from "../workspace.js";

const EVERY_MS = 60_000;
const SOONEST_MS = 5_000;

/**
 * The spans of the last hour, two days or month, for "minute", "hour" or "day"; null while there are none.
 * `newest` is another one whenever something came.
 */
export function useStatistics(by, endpoint, newest) {
  const { api } = useWorkspace();
  const [turn, take] = useState(0);
  const last = useRef(0);
  const asked = new URLSearchParams({ by, ...endpoint && { endpoint } });
  const { value, of } = useLoaded(() => {
    last.current = Date.now();
    return api.get(`/v1/statistics?${asked}`);
  }, [by, endpoint, turn]);
  useEffect(() => {
    if (!newest) return undefined;
    const soon = Math.max(0, last.current + SOONEST_MS - Date.now());
    const timer = setTimeout(() => take((one) => one + 1), soon);
    return () => clearTimeout(timer);
  }, [newest]);
  useEffect(() => {
    const timer = setInterval(() => { if (!document.hidden) take((one) => one + 1); }, EVERY_MS);
    return () => clearInterval(timer);
  }, []);
  return of[0] === by && of[1] === endpoint ? value?.items ?? null : null;
}
