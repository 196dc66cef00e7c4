/** A button that keeps the focus while what it began is under way, or there is nothing to do: it is not disabled then, but does nothing. */

import { html } from "../html.js";

export function Button({ isBusy = false, onClick, children, ...more }) {
  const wait = (event) => event.preventDefault();
  return html`<button type="button" class="quiet" ...${more} aria-disabled=${isBusy ? "true" : null} onClick=${isBusy ? wait : onClick}>${children}</button>`;
}
