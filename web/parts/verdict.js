/** A verdict as a word in its colour. */

import { html } from "../html.js";
import { kindOfVerdict } from "../words/words.js";

/** `of` is a request or a settlement. */
export function Verdict({ of: { verdict } }) {
  return html`<span class=${`verdict ${kindOfVerdict(verdict)}`}>${verdict}</span>`;
}
