/** Text to copy: shown in full, with a button that copies it. */

import { element } from "./dom.js";

const THANKS_MS = 1_500;

/** A line or block of text and its copy button; `what` names it for the button's label. */
export function copyable(text, what) {
  const shown = element("code", { class: "copy-text" }, breakable(text));
  const button = element("button", { type: "button", class: "quiet copy", "aria-label": `Copy ${what}` }, "Copy");
  button.addEventListener("click", () => copy(text, shown, button));
  return element("div", { class: "copyable" }, button, shown);
}

/** The text with a chance to end the line after each slash, so that long addresses wrap where a reader would. */
function breakable(text) {
  return text.split(/(?<=[^/]\/)(?=[^/])/).flatMap((piece) => [piece, element("wbr")]);
}

async function copy(text, shown, button) {
  try {
    await navigator.clipboard.writeText(text);
    thank(button, "Copied");
  } catch {
    getSelection().selectAllChildren(shown); // no clipboard outside https and localhost
    thank(button, "Ctrl+C");
  }
}

function thank(button, word) {
  button.textContent = word;
  clearTimeout(button.thanks);
  button.thanks = setTimeout(() => { button.textContent = "Copy"; }, THANKS_MS);
}
