/** Which keys there are. */

import { html, useRef } from "../html.js";
import { useKeys } from "../keys.js";
import { Table } from "./table.js";

const KEYS = [
  ["j or ↓", "the next request"],
  ["k or ↑", "the one before it"],
  ["Enter", "into the request, or from a violation to its place in the body and back"],
  ["Escape", "back to the list"],
  ["/", "search"],
  ["?", "show these keys"],
];

export function Keys() {
  const dialog = useRef(null);
  const open = () => dialog.current.showModal();
  useKeys({ "?": open });
  return html`
    <button type="button" class="quiet keys" aria-haspopup="dialog" onClick=${open}>Keys</button>
    <dialog id="keys" ref=${dialog} aria-labelledby="keys-title">
      <h3 id="keys-title">Keys</h3>
      <${Table} label="Keys" columns=${["Key", "What it does"]} rows=${KEYS} />
      <div class="actions"><button type="button" class="quiet" onClick=${() => dialog.current.close()}>Close</button></div>
    </dialog>`;
}
