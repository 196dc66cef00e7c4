/** Two texts beside each other, line by line, with what differs marked. */

import { html, useMemo } from "../html.js";
import { diffLines } from "../vendor/diff/line.js";

const PATIENCE_MS = 400;
const NEIGHBOURS = 3; // lines that are shown around what differs

/** `names` are those of the left and of the right text. */
export function SideBySide({ left, right, names }) {
  const rows = useMemo(() => shortened(rowsOf(left, right)), [left, right]);
  if (left === right) return html`<pre tabindex="0" aria-label="What both say">${right}</pre>`;
  return html`
    <table class="side-by-side">
      <thead><tr>${names.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
      <tbody>${rows.map(row)}</tbody>
    </table>`;
}

function row({ left, right, isSame, hidden }) {
  if (hidden) return html`<tr class="hidden-lines"><td colspan="2">${hidden === 1 ? "1 equal line" : `${hidden} equal lines`}</td></tr>`;
  if (isSame) return html`<tr class="same"><td>${left}</td><td>${right}</td></tr>`;
  return html`
    <tr class="differs">
      <td>${left !== null && html`<del>${left}</del>`}</td>
      <td>${right !== null && html`<ins>${right}</ins>`}</td>
    </tr>`;
}

/** Line beside line; where one text has more of them, null stands in the other. */
function rowsOf(left, right) {
  const parts = diffLines(`${left}\n`, `${right}\n`, { timeout: PATIENCE_MS }) ?? [{ removed: true, value: left }, { added: true, value: right }];
  const rows = [];
  let gone = [];
  for (const { added, removed, value } of parts) {
    const lines = value.replace(/\n$/, "").split("\n");
    if (!removed) rows.push(...paired(gone, added ? lines : []));
    if (!removed && !added) rows.push(...lines.map((line) => ({ left: line, right: line, isSame: true })));
    gone = removed ? lines : [];
  }
  return [...rows, ...paired(gone, [])];
}

function paired(left, right) {
  const count = Math.max(left.length, right.length);
  return Array.from({ length: count }, (_, index) => ({ left: left[index] ?? null, right: right[index] ?? null, isSame: false }));
}

/** Long stretches of equal lines become one row that counts them. */
function shortened(rows) {
  const isNear = rows.map((_, index) => rows.slice(Math.max(0, index - NEIGHBOURS), index + NEIGHBOURS + 1).some(({ isSame }) => !isSame));
  const short = [];
  rows.forEach((one, index) => {
    if (isNear[index]) short.push(one);
    else if (short.at(-1)?.hidden) short.at(-1).hidden += 1;
    else short.push({ hidden: 1 });
  });
  return short;
}
