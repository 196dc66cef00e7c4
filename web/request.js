/** One request: why it got its verdict, its facts, its headers, its body, its way in, and what was done with it since. */

import { showBody } from "./body.js";
import { element, part } from "./dom.js";
import { verdictOf } from "./requests.js";
import { table } from "./table.js";
import { showWay } from "./way.js";
import { longTime, meaningOfCause, meaningOfVerdict, size } from "./words.js";

export class RequestView {
  #api;
  #nameOf;
  #tombstoneOf;
  #close;
  #wanted = null;
  #shown = null;

  /**
   * `nameOf` gives an endpoint's name, `tombstoneOf` what is left of an erased request (only lists have it);
   * `close` is called when the user is done reading.
   */
  constructor(api, { nameOf, tombstoneOf, close }) {
    this.#api = api;
    this.#nameOf = nameOf;
    this.#tombstoneOf = tombstoneOf;
    this.#close = close;
    this.#place.onkeydown = (event) => { if (event.key === "Escape" && this.#wanted) close(); };
    this.clear();
  }

  get #place() {
    return part("request");
  }

  /** Show the request of this id, or the invitation to choose one for null. */
  show(id) {
    if (id === null) this.clear();
    else if (id !== this.#wanted) this.#shown = this.#load(id);
    return this.#shown;
  }

  /** Show a request and go there with the keyboard. */
  async enter(id) {
    await this.show(id);
    this.#place.querySelector("h2")?.focus();
  }

  clear() {
    this.#wanted = null;
    this.#shown = null;
    const icon = element("img", { src: "/page/icon.svg", alt: "", width: 56, height: 56 });
    const invitation = element("p", {}, "Choose a request to read it.");
    this.#place.replaceChildren(element("div", { class: "empty choose" }, icon, invitation));
  }

  async #load(id) {
    this.#wanted = id;
    const content = await this.#read(id);
    if (this.#wanted !== id) return;
    this.#place.replaceChildren(...content);
    this.#place.scrollTop = 0;
    if (isAway(part("requests"))) this.#place.querySelector("h2").focus();
  }

  async #read(id) {
    try {
      return this.#contentOf(this.#tombstoneOf(id) ?? (await this.#api.get(`/v1/requests/${encodeURIComponent(id)}`)));
    } catch (problem) {
      return [this.#head("Request"), element("p", { class: "problem", role: "alert" }, problem.message)];
    }
  }

  #head(...title) {
    return element(
      "div",
      { class: "pane-head" },
      element("button", { type: "button", class: "quiet back", click: this.#close }, "← Requests"),
      element("h2", { tabindex: "-1" }, ...title),
    );
  }

  #contentOf(request) {
    return [
      this.#head(element("b", {}, request.method), " ", element("span", { class: "data" }, targetOf(request))),
      element("p", { class: "judged" }, verdictOf(request), ` ${meaningOfVerdict(request.verdict)}`),
      why(request),
      facts(request, this.#nameOf(request.endpoint_id)),
      ...(request.erased_at ? [tombstone(request)] : [headers(request.headers), showBody(this.#api, request), ...showWay(request)]),
    ].filter(Boolean);
  }
}

/** On a narrow screen the request takes the place of the list. */
function isAway(place) {
  return place.closest(".requests").offsetParent === null;
}

function targetOf(request) {
  return request.query ? `${request.path}?${request.query}` : request.path;
}

function tombstone(request) {
  return element("p", { class: "empty" }, `Its headers and body were erased on ${longTime(request.erased_at)}.`);
}

function why({ causes, violations }) {
  if (!causes.length && !violations.length) return null;
  return element(
    "section",
    { class: "card why" },
    element("h3", {}, "Why"),
    element("ul", {}, causes.map((cause) => element("li", {}, element("code", {}, cause), ` ${meaningOfCause(cause)}`))),
    violations.length > 0 && table("Violations", ["Where", "Rule", "What"], violations.map(violationRow)),
  );
}

function violationRow({ pointer, keyword, message }) {
  return [pointer || "(the whole)", keyword, message];
}

function facts(request, endpoint) {
  const rows = {
    Endpoint: endpoint,
    Received: longTime(request.received_at),
    From: request.remote_address,
    Answered: request.reply_status,
    Size: size(request.body_bytes),
    "Media type": request.media_type,
    "Event type": request.event_type,
    Contract: request.contract_version && `version ${request.contract_version}`,
    ...request.path_parameters && pathFacts(request.path_parameters),
    "SHA-256": request.body_sha256,
    Id: request.id,
  };
  const known = Object.entries(rows).filter(([, value]) => value !== null && value !== undefined);
  return element("dl", { class: "facts" }, known.map(fact));
}

function fact([name, value]) {
  return element("div", {}, element("dt", {}, name), element("dd", { class: "data" }, String(value)));
}

function pathFacts(parameters) {
  return Object.fromEntries(Object.entries(parameters).map(([name, value]) => [`{${name}}`, value]));
}

function headers(pairs) {
  return element("section", {}, element("h3", {}, "Headers"), table("Headers", ["Name", "Value"], pairs));
}
