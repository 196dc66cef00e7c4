/** Which keys do what on this page. */

import { html, useRef } from "../html.js";
import { useKeys } from "../keys.js";
import { Table } from "./table.js";

const SHORTCUTS = [
  ["j or ↓", "the next request"],
  ["k or ↑", "the one before it"],
  ["Enter", "into the request, or from a violation to its place in the body and back"],
  ["Escape", "back to the list"],
  ["/", "search"],
  ["1 to 4", "requests, destinations, deliveries, replays"],
  ["?", "show these shortcuts"],
];

export function Shortcuts() {
  const dialog = useRef(null);
  const open = () => dialog.current.showModal();
  useKeys({ "?": open });
  return html`
    <button type="button" class="quiet shortcuts" aria-haspopup="dialog" onClick=${open}>Shortcuts</button>
    <dialog id="shortcuts" ref=${dialog} aria-labelledby="shortcuts-title">
      <h3 id="shortcuts-title">Keyboard shortcuts</h3>
      <${Table} label="Keyboard shortcuts" columns=${["Key", "What it does"]} rows=${SHORTCUTS} />
      <div class="actions"><button type="button" class="quiet" onClick=${() => dialog.current.close()}>Close</button></div>
    </dialog>`;
}
