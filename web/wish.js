/** A wish to make something: sent once more after a failure it is the same wish, so that it is granted once. */

import { useRef } from "./html.js";

const BYTES = 16;

/** A function from what is wished for, as text, to its Idempotency-Key. */
export function useWish() {
  const wish = useRef({ text: null, key: null });
  return (text) => {
    if (wish.current.text !== text) wish.current = { text, key: newKey() };
    return wish.current.key;
  };
}

/** A key that nobody else has; `randomUUID` is missing where a page comes over plain HTTP. */
export function newKey() {
  return [...crypto.getRandomValues(new Uint8Array(BYTES))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
