/** Text to copy: shown in full, with a button that copies it. */

import { html, useEffect, useRef, useState } from "../html.js";

const THANKS_MS = 1_500;

/** A line or block of text and its copy button; `what` names it for the button's label. */
export function Copyable({ text, what }) {
  const shown = useRef(null);
  const [thanks, thank] = useState(null);
  useEffect(() => {
    if (!thanks) return undefined;
    const timer = setTimeout(() => thank(null), THANKS_MS);
    return () => clearTimeout(timer);
  }, [thanks]);
  const click = async () => thank({ words: await copied(text, shown.current) });
  return html`
    <div class="copyable">
      <button type="button" class="quiet copy" aria-label=${`Copy ${what}`} onClick=${click}>Copy</button>
      <span class="copied" role="status">${thanks?.words}</span>
      <code ref=${shown} class="copy-text">${breakable(text)}</code>
    </div>`;
}

/** The text with a chance to end the line after each slash, so that long addresses wrap where a reader would. */
function breakable(text) {
  return text.split(/(?<=[^/]\/)(?=[^/])/).map((piece) => html`${piece}<wbr />`);
}

async function copied(text, shown) {
  try {
    await navigator.clipboard.writeText(text);
    return "Copied";
  } catch {
    getSelection().selectAllChildren(shown); // no clipboard outside https and localhost
    return "Marked: Ctrl+C copies it";
  }
}
