/** The list of requests, newest first. */

import { addressOf } from "../address.js";
import { html, memo, useEffect, useRef } from "../html.js";
import { shortTime, size } from "../words/words.js";
import { useKeys } from "../keys.js";
import { useWorkspace } from "../workspace.js";
import { Verdict } from "./verdict.js";

const FEW = 20; // more at once are a flood, in which none stands out
const STEP = { j: "nextElementSibling", k: "previousElementSibling", ArrowDown: "nextElementSibling", ArrowUp: "previousElementSibling" };

/** `open` is called with the id of a request to show, `enter` with that of one to go into by keyboard. */
export function RequestList({ items, isListed, selected, filters, open, enter }) {
  const { nameOf } = useWorkspace();
  const list = useRef(null);
  const arriving = useRef(false);
  arriving.current = useArrival(items, isListed);
  useReturn(list, selected);
  useKeys({ j: () => walk(list, "j", open, enter), k: () => walk(list, "k", open, enter), Escape: () => { if (selected !== null) open(null); } });
  return html`
    ${items.length > 0 && html`<${Headings} />`}
    <ul id="requests" ref=${list} class="request-list" onKeyDown=${(event) => byArrow(list, event, open, enter)} onClick=${(event) => goInto(event, enter)}>
      ${items.map((request) => html`
        <${Row} key=${request.id} request=${request} where=${nameOf(request.endpoint_id)} isSelected=${request.id === selected}
          address=${addressOf(["requests", request.id], filters)} arriving=${arriving} />`)}
    </ul>`;
}

/** What stands where in a row, for the eye: the ear hears each row as a sentence. */
function Headings() {
  return html`
    <div class="row headings" aria-hidden="true">
      <span>Verdict</span><span class="what">Request</span>
      <span class="where">Endpoint</span><span class="size">Size</span><span class="time">Time</span>
    </div>`;
}

/** `arriving` says whether it arrives when it is first drawn; what it says later does not matter here. */
const Row = memo(function Row({ request, where, isSelected, address, arriving }) {
  const arrived = useRef(arriving.current);
  return html`
    <li class=${arrived.current ? "arriving" : null}>
      <a href=${address} class="row" data-id=${request.id} aria-current=${isSelected ? "true" : null}>
        <${Verdict} of=${request} />
        <span class="what" title=${`${request.method} ${request.path}`}><b>${request.method}</b> <span class="data">${request.path}</span></span>
        <span class="data where" title=${where}>${where}</span>
        <span class="size">${size(request.body_bytes)}</span>
        <time datetime=${request.received_at} title=${request.received_at}>${shortTime(request.received_at)}</time>
      </a>
    </li>`;
});

/** Whether what is new among the items has just arrived, so few that a reader can see which. */
function useArrival(items, isListed) {
  const before = useRef(null);
  const first = items.findIndex(({ id }) => id === before.current);
  useEffect(() => { if (isListed) before.current = items[0]?.id ?? ""; }, [items, isListed]);
  return before.current === "" ? items.length <= FEW : first > 0 && first <= FEW;
}

/** Who is done with reading a request is back at its row. */
function useReturn(list, selected) {
  const before = useRef(null);
  useEffect(() => {
    const left = selected === null && before.current;
    if (left) [...list.current.querySelectorAll("a")].find((link) => link.dataset.id === left)?.focus();
    before.current = selected;
  }, [selected]);
}

/** The arrow keys go on from the row that has the focus. */
function byArrow(list, event, open, enter) {
  if (event.key.startsWith("Arrow") && Object.hasOwn(STEP, event.key) && walk(list, event.key, open, enter)) event.preventDefault();
}

/** Go to the next row, as the key says, and open it: from the row that has the focus, or that is read, or the first one. */
function walk(list, key, open, enter) {
  const from = list.current.querySelector("a:focus") ?? list.current.querySelector("a[aria-current]");
  const link = (from ? from.parentElement[STEP[key]] : list.current.firstElementChild)?.firstElementChild;
  if (!link) return false;
  link.focus();
  enter(null);
  open(link.dataset.id);
  return true;
}

/** The Enter key is a click without a pointer; it goes on into the request, which the pointer can reach by itself. */
function goInto(event, enter) {
  const link = event.target.closest("a");
  if (link) enter(event.detail === 0 ? { id: link.dataset.id } : null);
}
