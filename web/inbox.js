/** What a signed-in user sees: the endpoints, the requests as they arrive, and the one that is selected. */

import { addressOf, requestIn } from "./address.js";
import { Refused } from "./api.js";
import { part, say } from "./dom.js";
import { loadEndpoints, showEndpoints } from "./endpoints.js";
import { Poll } from "./poll.js";
import { RequestList } from "./requests.js";
import { RequestView } from "./request.js";
import { Timeline } from "./timeline.js";

const EVERY_MS = 2_000;
const TURNS_FOR_ENDPOINTS = 10;
const NEWEST = "/v1/requests?limit=50";
const KEY_IS_GONE = [401, 403];

export class Inbox {
  #api;
  #leave;
  #timeline = new Timeline();
  #endpoints = [];
  #turns = 0;
  #list;
  #view;
  #poll = null;
  #listening = new AbortController();

  /** `leave` is called with the problem when the key is no longer taken. */
  constructor(api, leave) {
    this.#api = api;
    this.#leave = leave;
    this.#list = new RequestList((id) => this.#open(id), (id) => this.#view.enter(id));
    this.#view = new RequestView(api, {
      nameOf: (id) => this.#nameOf(id),
      tombstoneOf: (id) => this.#timeline.items.find((item) => item.id === id && item.erased_at),
      close: () => this.#open(null),
    });
  }

  /** Read everything once; throws if that cannot be done. */
  async load() {
    await Promise.all([this.#readEndpoints(), this.#readRequests()]);
    this.#show();
  }

  /** Follow what arrives, and the address. */
  watch() {
    const until = { signal: this.#listening.signal };
    part("refresh").addEventListener("click", () => this.#refresh(), until);
    part("older").addEventListener("click", () => this.#older(), until);
    addEventListener("hashchange", () => this.#follow(), until);
    this.#poll = new Poll(() => this.#turn(), EVERY_MS);
    this.#poll.now();
    this.#follow();
  }

  close() {
    this.#poll?.stop();
    this.#listening.abort();
    this.#list.clear();
    this.#view.clear();
    showEndpoints([]);
  }

  async #turn() {
    try {
      await this.#readRequests();
      if (this.#turns++ % TURNS_FOR_ENDPOINTS === 0 || this.#meetsStranger()) await this.#readEndpoints();
    } catch (problem) {
      this.#complain(problem);
      return false;
    }
    say(part("inbox-problem"), null);
    this.#show();
    return true;
  }

  async #readRequests() {
    const page = await this.#api.changed(NEWEST);
    if (page) this.#timeline.refresh(page);
  }

  async #readEndpoints() {
    this.#endpoints = await loadEndpoints(this.#api);
  }

  #refresh() {
    this.#turns = 0;
    return this.#poll.now();
  }

  async #older() {
    const cursor = this.#timeline.end();
    try {
      const page = await this.#api.get(`${NEWEST}&cursor=${encodeURIComponent(cursor)}`);
      this.#timeline.extend(page, cursor);
      this.#show();
    } catch (problem) {
      this.#complain(problem);
    }
  }

  #complain(problem) {
    if (this.#listening.signal.aborted) return;
    if (problem instanceof Refused && KEY_IS_GONE.includes(problem.status)) this.#leave(problem);
    else say(part("inbox-problem"), problem.message);
  }

  #show() {
    if (this.#listening.signal.aborted) return; // signed out while an answer was under way
    showEndpoints(this.#endpoints);
    this.#list.show(this.#timeline, this.#endpoints, (id) => this.#nameOf(id));
  }

  #open(id) {
    location.hash = addressOf(id);
  }

  #follow() {
    const id = requestIn(location.hash);
    part("inbox").classList.toggle("reading", id !== null);
    this.#list.select(id);
    this.#view.show(id);
  }

  #meetsStranger() {
    const newest = this.#timeline.items[0];
    return newest?.endpoint_id && !this.#endpoints.some((endpoint) => endpoint.id === newest.endpoint_id);
  }

  #nameOf(id) {
    if (id === null) return "no endpoint";
    return this.#endpoints.find((endpoint) => endpoint.id === id)?.name ?? id;
  }
}
