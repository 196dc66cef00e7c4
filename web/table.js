/** Tables of text, whose rows are named by their first cell. */

import { element } from "./dom.js";

/** A table; `label` names it, for those who don't see it. Cells are texts or elements. */
export function table(label, columns, rows) {
  return element(
    "table",
    { "aria-label": label },
    element("thead", {}, element("tr", {}, columns.map((column) => element("th", { scope: "col" }, column)))),
    element("tbody", {}, rows.map((row) => element("tr", {}, row.map(cell)))),
  );
}

function cell(value, index) {
  return index === 0 ? element("th", { scope: "row", class: "data" }, value) : element("td", { class: "data" }, value);
}
