/** Tables of text, whose rows are named by their first cell. */

import { html } from "../html.js";

/** `label` names it, for those who don't see it. Cells are texts or elements; `keys` tell rows apart that hold a state. */
export function Table({ label, columns, rows, keys = [] }) {
  return html`
    <table aria-label=${label}>
      <thead><tr>${columns.map((column) => html`<th scope="col">${column}</th>`)}</tr></thead>
      <tbody>${rows.map((row, index) => html`<tr key=${keys[index]}>${row.map(cell)}</tr>`)}</tbody>
    </table>`;
}

function cell(value, index) {
  return index === 0 ? html`<th scope="row" class="data">${value}</th>` : html`<td class="data">${value}</td>`;
}
