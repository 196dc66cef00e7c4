/** The attempts of some deliveries, each read once for as long as nothing has come of it. */

import { useRef } from "../html.js";
import { useLoaded } from "../loading.js";
import { useWorkspace } from "../workspace.js";

const AT_ONCE = 6;

/**
 * The attempts by the delivery's id, oldest first; null until they are read. With `most`, only of the first deliveries that
 * have so many in all.
 * @returns {{attempts: ?Map<string, object[]>, problem: ?Error}}
 */
export function useAttempts(deliveries, most = Infinity) {
  const { api } = useWorkspace();
  const known = useRef(new Map());
  const state = deliveries.map(stateOf).join(" ");
  const { value, problem } = useLoaded(() => read(api, deliveries, known.current, most), [state, most]);
  return { attempts: value, problem };
}

/** What is another one after each attempt. */
function stateOf({ id, attempts, status }) {
  return `${id} ${attempts} ${status}`;
}

async function read(api, deliveries, known, most) {
  const found = new Map();
  let count = 0;
  for (let start = 0; start < deliveries.length && count < most; start += AT_ONCE) {
    const some = deliveries.slice(start, start + AT_ONCE);
    const lists = await Promise.all(some.map((delivery) => attemptsOf(api, delivery, known)));
    some.forEach(({ id }, index) => found.set(id, lists[index]));
    count += lists.flat().length;
  }
  return found;
}

async function attemptsOf(api, delivery, known) {
  const state = stateOf(delivery);
  if (delivery.attempts > 0 && !known.has(state)) known.set(state, await api.all(`/v1/deliveries/${encodeURIComponent(delivery.id)}/attempts`));
  return known.get(state) ?? [];
}
