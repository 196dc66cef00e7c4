/** The body of a draft: its field, and the places of violations in it. */

import { html } from "../html.js";
import { mediaTypeIn } from "../words/draft.js";
import { asIndentedJson } from "../words/json.js";
import { readingsOfText } from "../words/readings.js";
import { size } from "../words/words.js";
import { Button } from "./button.js";

/** `place` is a reference to the field; what else there is goes to it. */
export function BodyField({ draft, place, ...field }) {
  if (draft.text === null) return html`<p>Body: ${size(draft.bytes.length)} that are no plain text. They are sent as they came.</p>`;
  return html`<label>Body <textarea ref=${place} ...${field} rows="12" spellcheck=${false} autocomplete="off"></textarea></label>`;
}

export function Indent({ draft, write }) {
  const indented = draft.text === null ? null : asIndentedJson(draft.text);
  return indented !== null && html`<${Button} isBusy=${indented === draft.text} onClick=${() => write({ ...draft, text: indented })}>Indent the body<//>`;
}

/** The reading of the body in which the violations have a place; null without any. */
export function readingFor(message, text, check) {
  if (text === null || message instanceof Error || !check) return null;
  return readingsOfText(text, mediaTypeIn(message.headers), check.violations).find(({ faults }) => faults.length > 0) ?? null;
}

/** Select the place of a violation in the field where it can be mended; of an object or a list only where it begins. */
export function select(field, reading, number) {
  const { range: [start, end] = [0, 0] } = reading?.faults.find((fault) => fault.number === number) ?? {};
  field.focus();
  field.setSelectionRange(start, ["{", "["].includes(field.value[start]) ? start + 1 : end);
}
