/** An address that names nothing. */

import { html } from "../html.js";
import { useTitle } from "../loading.js";

export function Nowhere() {
  useTitle("Nothing here");
  return html`
    <main class="sheet">
      <h2 tabindex="-1">Nothing here</h2>
      <p>This address names no page. <a href="#/">To the requests</a></p>
    </main>`;
}
