/** Doing one thing with what is shown: whether it is under way, what came of it, and what went wrong. */

import { Refused } from "./api.js";
import { useRef, useState } from "./html.js";
import { newKey } from "./wish.js";
import { useWorkspace } from "./workspace.js";

const FORBIDDEN = 403;
const UNCERTAIN = 500; // from here on it may have happened all the same

/**
 * `run(name, scope, act)` calls `act` with the Idempotency-Key of this wish, the same until there is an answer, and
 * shows the words that it answers. A scope that the key turns out to lack is remembered.
 * @returns {{isBusy: boolean, said: ?string, problem: ?Error, run: Function}}
 */
export function useDeed() {
  const { lack } = useWorkspace();
  const keys = useRef(new Map());
  const [state, be] = useState({ isBusy: false, said: null, problem: null });

  async function run(name, scope, act) {
    be({ isBusy: true, said: null, problem: null });
    const key = keyOf(keys.current, name);
    try {
      const said = await act(key);
      keys.current.delete(name);
      be({ isBusy: false, said, problem: null });
    } catch (problem) {
      if (problem instanceof Refused && problem.status < UNCERTAIN) keys.current.delete(name);
      if (problem.status === FORBIDDEN) lack(scope);
      be({ isBusy: false, said: null, problem: problem.status === FORBIDDEN ? null : problem });
    }
  }

  return { ...state, run };
}

function keyOf(keys, name) {
  if (!keys.has(name)) keys.set(name, newKey());
  return keys.get(name);
}
