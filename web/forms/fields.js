/** Fields of a form, each with its label, its hint and its problems. `at` is the place of what it holds. */

import { html } from "../html.js";
import { Notes, useControl } from "./form.js";

/** One line of text; `more` are further attributes of the input. */
export function TextField({ at, label, hint, ...more }) {
  const { value, put, problems, attributes } = useControl(at, Boolean(hint));
  return html`
    <div class="field" data-at=${at}>
      <label for=${attributes.id}>${label}</label>
      <input type="text" autocomplete="off" spellcheck=${false} ...${more} ...${attributes}
        value=${value} onInput=${(event) => put(event.target.value)} />
      <${Notes} at=${at} hint=${hint} problems=${problems} />
    </div>`;
}

/** A whole number, kept as it is typed. */
export function NumberField(properties) {
  return html`<${TextField} inputmode="numeric" class="number" ...${properties} />`;
}

/** Several lines of text. */
export function LinesField({ at, label, hint, rows = 3 }) {
  const { value, put, problems, attributes } = useControl(at, Boolean(hint));
  return html`
    <div class="field" data-at=${at}>
      <label for=${attributes.id}>${label}</label>
      <textarea rows=${rows} spellcheck=${false} ...${attributes} value=${value} onInput=${(event) => put(event.target.value)}></textarea>
      <${Notes} at=${at} hint=${hint} problems=${problems} />
    </div>`;
}

/** One of several; `options` are pairs of a value and its words. */
export function ChoiceField({ at, label, hint, options }) {
  const { value, put, problems, attributes } = useControl(at, Boolean(hint));
  return html`
    <div class="field" data-at=${at}>
      <label for=${attributes.id}>${label}</label>
      <select ...${attributes} value=${value} onChange=${(event) => put(event.target.value)}>
        ${options.map(([one, words]) => html`<option key=${one} value=${one}>${words}</option>`)}
      </select>
      <${Notes} at=${at} hint=${hint} problems=${problems} />
    </div>`;
}

/** Yes or no. */
export function SwitchField({ at, label, hint }) {
  const { value, put, problems, attributes } = useControl(at, Boolean(hint));
  return html`
    <div class="field switch" data-at=${at}>
      <label><input type="checkbox" ...${attributes} checked=${value} onChange=${(event) => put(event.target.checked)} /> ${label}</label>
      <${Notes} at=${at} hint=${hint} problems=${problems} />
    </div>`;
}

/** Any of several, in their own order. */
export function SeveralField({ at, label, hint, options }) {
  const { value, put, problems, attributes } = useControl(at, Boolean(hint));
  const toggled = (one) => options.filter((other) => (other === one) !== value.includes(other));
  return html`
    <${Group} at=${at} label=${label} hint=${hint} problems=${problems} attributes=${attributes}>
      <div class="several">
        ${options.map((one) => html`
          <label key=${one}><input type="checkbox" checked=${value.includes(one)} onChange=${() => put(toggled(one))} /> ${one}</label>`)}
      </div>
    <//>`;
}

/** Fields that belong together, and what is wrong with them as a whole. */
export function GroupOfFields({ at, label, hint, children }) {
  const { problems, attributes } = useControl(at, Boolean(hint));
  return html`<${Group} at=${at} label=${label} hint=${hint} problems=${problems} attributes=${attributes}>${children}<//>`;
}

/** The focus goes to it by script when it is wrong as a whole. */
function Group({ at, label, hint, problems, attributes: { "aria-invalid": isInvalid, ...attributes }, children }) {
  return html`
    <fieldset data-at=${at} tabindex=${isInvalid ? -1 : null} ...${attributes} data-invalid=${isInvalid}>
      <legend>${label}</legend>
      <${Notes} at=${at} hint=${hint} problems=${problems} />
      ${children}
    </fieldset>`;
}
