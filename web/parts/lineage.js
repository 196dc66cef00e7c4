/** Of which request this one was made, and what was made of it, by an edited body. */

import { addressOf } from "../address.js";
import { html } from "../html.js";

export function Lineage({ request: { origin_id: origin, edit_ids: edits } }) {
  return html`
    ${origin && html`<p class="small lineage">Edited from <${Link} id=${origin} /></p>`}
    ${edits.length > 0 && html`<p class="small lineage">Edited as ${edits.map((id, index) => html`${index > 0 && ", "}<${Link} key=${id} id=${id} />`)}</p>`}`;
}

function Link({ id }) {
  return html`<a class="data" href=${addressOf(["requests", id])}>${id}</a>`;
}
