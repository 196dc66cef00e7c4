/** Doing one thing with what is shown: whether it is under way, what came of it, and what went wrong. */

import { useState } from "./html.js";
import { useWish } from "./wish.js";
import { useWorkspace } from "./workspace.js";

const FORBIDDEN = 403;

/**
 * `run(name, scope, act)` calls `act` with the Idempotency-Key of this wish, the same until there is an answer, and
 * shows the words that it answers. A scope that the key turns out to lack is remembered.
 * @returns {{isBusy: boolean, said: ?string, problem: ?Error, run: Function}}
 */
export function useDeed() {
  const { lack } = useWorkspace();
  const granted = useWish();
  const [state, be] = useState({ isBusy: false, said: null, problem: null });

  async function run(name, scope, act) {
    be({ isBusy: true, said: null, problem: null });
    try {
      be({ isBusy: false, said: await granted(name, act), problem: null });
    } catch (problem) {
      if (problem.status === FORBIDDEN) lack(scope);
      be({ isBusy: false, said: null, problem: problem.status === FORBIDDEN ? null : problem });
    }
  }

  return { ...state, run };
}
