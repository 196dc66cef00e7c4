/** A wish to make something: tried once more after a failure it is the same wish, so that it is granted once. */

import { Refused } from "./api.js";
import { useRef } from "./html.js";

const BYTES = 16;
const UNCERTAIN = 500; // from here on it may have been granted all the same

/**
 * A function of what is wished for, as text, and of `act`, which is called with the wish's Idempotency-Key and its time. Both
 * stay the same until it is answered, or something else is wished for.
 */
export function useWish() {
  const unanswered = useRef(null);
  return async (text, act) => {
    if (unanswered.current?.text !== text) unanswered.current = { text, key: newKey(), at: Date.now() };
    const { key, at } = unanswered.current;
    const settle = () => { if (unanswered.current?.key === key) unanswered.current = null; };
    try {
      const answer = await act(key, at);
      settle();
      return answer;
    } catch (problem) {
      if (problem instanceof Refused && problem.status < UNCERTAIN) settle();
      throw problem;
    }
  };
}

/** A key that nobody else has; `randomUUID` is missing where a page comes over plain HTTP. */
function newKey() {
  return [...crypto.getRandomValues(new Uint8Array(BYTES))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
