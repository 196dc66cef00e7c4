/** Something that changes, read again and again: soon after a change, and later and later while there is none. */

import { Refused } from "../api.js";
import { useEffect, useRef } from "../html.js";
import { useLoaded } from "../loading.js";

const SOONEST_MS = 500;
const LATEST_MS = 10_000;

/**
 * What `load` answers, read anew whenever one of `inputs` is another one, and as long as `isGoingOn` says so of the value.
 * `soonest` is the pause in milliseconds after a change.
 * @returns {{value: any, problem: ?Error, of: any[], reload: () => void}}
 */
export function useFollowed(load, inputs, { isGoingOn = () => true, soonest = SOONEST_MS } = {}) {
  const loaded = useLoaded(load, inputs);
  const { value, problem, reload } = loaded;
  const pace = useRef({ wait: soonest, seen: null });
  useEffect(() => {
    if (problem instanceof Refused || (problem === null && (value === null || !isGoingOn(value)))) return undefined;
    return whenSeen(nextWait(pace.current, JSON.stringify(value), soonest), reload);
  }, [value, problem]);
  return loaded;
}

function nextWait(pace, seen, soonest) {
  pace.wait = pace.seen === seen ? Math.min(pace.wait * 1.5, LATEST_MS) : soonest;
  pace.seen = seen;
  return pace.wait;
}

/** Call `act` after a while, or later when somebody looks again; answers how to give that up. */
function whenSeen(wait, act) {
  const listening = new AbortController();
  const timer = setTimeout(() => {
    if (!document.hidden) act();
    else document.addEventListener("visibilitychange", act, { once: true, signal: listening.signal });
  }, wait);
  return () => {
    clearTimeout(timer);
    listening.abort();
  };
}
