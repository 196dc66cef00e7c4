/** What went wrong, in words; announced as soon as it is there. */

import { html } from "../html.js";

/** `problem` is an Error or null. */
export function Problem({ id, problem }) {
  return html`<p id=${id} class="problem" role="alert" hidden=${!problem}>${problem?.message}</p>`;
}
