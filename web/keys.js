/** Keys of the whole page. They do nothing while somebody types, chooses or is asked something. */

import { useEffect, useRef } from "./html.js";

const TAKES_KEYS = "input, select, textarea, dialog";

/** `deeds` are functions by the key that calls them. */
export function useKeys(deeds) {
  const newest = useRef(deeds);
  newest.current = deeds;
  useEffect(() => {
    const listener = (event) => {
      if (isBusyElsewhere(event) || !Object.hasOwn(newest.current, event.key)) return;
      event.preventDefault();
      newest.current[event.key]();
    };
    document.addEventListener("keydown", listener);
    return () => document.removeEventListener("keydown", listener);
  }, []);
}

function isBusyElsewhere(event) {
  const isChord = event.ctrlKey || event.metaKey || event.altKey || event.isComposing;
  return isChord || event.defaultPrevented || event.target.closest?.(TAKES_KEYS) || document.querySelector("dialog[open]");
}
