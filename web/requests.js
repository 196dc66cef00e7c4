/** The list of requests, newest first. */

import { addressOf, requestIn } from "./address.js";
import { copyable } from "./copy.js";
import { curlFor } from "./curl.js";
import { arrange, element, part } from "./dom.js";
import { kindOfVerdict, shortTime, size } from "./words.js";

const STEP = { ArrowDown: "nextElementSibling", ArrowUp: "previousElementSibling" };

export class RequestList {
  #rows = new Map();
  #selected = null;
  #shownBefore = false;

  /** `open` is called with the id of a request to show, `enter` with that of one to go into by keyboard. */
  constructor(open, enter) {
    this.#place.onkeydown = (event) => step(event, open);
    this.#place.onclick = (event) => goInto(event, enter);
  }

  get #place() {
    return part("requests");
  }

  /** Show the timeline; rows that stay are left untouched, so that focus and selection survive. */
  show(timeline, endpoints, nameOf) {
    const rows = timeline.items.map((request) => this.#rows.get(request.id) ?? this.#row(request, nameOf));
    this.#rows = new Map(timeline.items.map((request, index) => [request.id, rows[index]]));
    this.#shownBefore = true;
    arrange(this.#place, rows);
    part("older").hidden = timeline.cursor === null;
    part("watch").textContent = rows.length ? `${rows.length}${timeline.cursor === null ? "" : " newest"}` : "";
    showWhatToDo(rows.length === 0, timeline.cursor !== null, endpoints[0]);
  }

  select(id) {
    mark(this.#rows.get(this.#selected), false);
    mark(this.#rows.get(id), true);
    if (id === null) this.#rows.get(this.#selected)?.firstElementChild.focus();
    this.#selected = id;
  }

  clear() {
    this.#rows.clear();
    this.#place.replaceChildren();
  }

  #row(request, nameOf) {
    const link = element(
      "a",
      { href: addressOf(request.id), class: "row" },
      verdictOf(request),
      element("span", { class: "what" }, element("b", {}, request.method), " ", element("span", { class: "data" }, request.path)),
      element("span", { class: "data where" }, nameOf(request.endpoint_id)),
      element("span", { class: "size" }, size(request.body_bytes)),
      element("time", { datetime: request.received_at, title: request.received_at }, shortTime(request.received_at)),
    );
    const row = element("li", { class: this.#shownBefore ? "arriving" : null }, link);
    mark(row, request.id === this.#selected);
    return row;
  }
}

/** A verdict as a word in its colour. */
export function verdictOf(request) {
  return element("span", { class: `verdict ${kindOfVerdict(request.verdict)}` }, request.verdict);
}

function mark(row, selected) {
  const link = row?.firstElementChild;
  if (selected) link?.setAttribute("aria-current", "true");
  else link?.removeAttribute("aria-current");
}

/** The arrow keys go to the next row and open it. */
function step(event, open) {
  const row = event.target.closest("li")?.[STEP[event.key]];
  if (!row) return;
  event.preventDefault();
  row.firstElementChild.focus();
  open(requestIn(row.firstElementChild.hash));
}

/** The Enter key is a click without a pointer; it goes on into the request, which the pointer can reach by itself. */
function goInto(event, enter) {
  const link = event.target.closest("a");
  if (link && event.detail === 0) enter(requestIn(link.hash));
}

function showWhatToDo(empty, hasOlder, endpoint) {
  const place = part("nothing-yet");
  place.hidden = !empty;
  if (!empty) place.replaceChildren();
  else if (!place.hasChildNodes()) place.replaceChildren(whatToDo(hasOlder, endpoint));
}

function whatToDo(hasOlder, endpoint) {
  if (hasOlder) return element("p", { class: "empty" }, "Nothing among the newest.");
  if (!endpoint) return element("p", { class: "empty" }, "Nothing can arrive before an endpoint is declared.");
  return element(
    "div",
    { class: "empty" },
    element("p", {}, "Nothing has arrived yet. Paste this into a terminal:"),
    copyable(curlFor(endpoint), "a curl that sends the first request"),
    element("p", {}, "The request appears here by itself."),
  );
}
