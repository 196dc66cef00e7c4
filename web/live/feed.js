/** Requests or deliveries as they come: the newest page, older ones that were asked for, and what the tail tells. */

import { Refused } from "../api.js";
import { watchAttention } from "./attention.js";
import { Batch } from "./batch.js";
import { tell } from "./news.js";
import { Rows } from "./rows.js";
import { Tail } from "./tail.js";

const LIST_AT_LATEST_MS = 3_000;
const LIST_AGAIN_MS = 2_000;
const MOST_HELD = 500; // told and not yet put into the rows
const MOST_HELD_MEANWHILE = 5_000; // while the list is read
const KEY_IS_GONE = [401, 403];

export class Feed {
  #api;
  #kind;
  #filters;
  #leave;
  #rows;
  #held = [];
  #listing = null;
  #isTooEarly = false; // what is being read was asked for before it had to be
  #isAnew = false;
  #relist = null;
  #latest = null;
  #listeners = new Set();
  #stopWatching = null;
  #isStopped = false;
  #tail;
  #batch = new Batch(() => this.#settle());

  /** What there is to draw. Never changed in place. */
  snapshot = { items: [], hasMore: false, state: "connecting", problem: null, isListed: false };

  /** `kind` is of what is followed; `leave` is called with the problem when the key is no longer taken. */
  constructor(api, kind, filters, leave) {
    this.#api = api;
    this.#kind = kind;
    this.#rows = new Rows(kind);
    this.#filters = filters;
    this.#leave = leave;
    this.#tail = new Tail(api, kind.tailPath(filters), {
      begin: () => this.#begin(),
      told: (name, data) => this.#hear(name, data),
      state: (state) => this.#be(state),
      refused: leave,
    });
  }

  start() {
    this.#isStopped = false;
    this.#stopWatching = watchAttention(() => this.#tail.pause(), () => this.#return());
    this.#latest = setTimeout(() => this.#list(), LIST_AT_LATEST_MS);
    this.#tail.start();
  }

  stop() {
    this.#isStopped = true;
    this.#leave = () => {};
    this.#stopWatching?.();
    this.#tail.stop();
    this.#batch.cancel();
    clearTimeout(this.#latest);
    clearTimeout(this.#relist);
    this.#isTooEarly = false;
    this.#listeners.clear();
  }

  /** Calls the listener whenever there is another snapshot; answers how to stop that. */
  subscribe(listener) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Read the newest page now, and follow again if that has ended. */
  refresh() {
    this.#tail.start();
    return this.#list();
  }

  /** Read the page below the last one. */
  async older() {
    const { below } = this.#rows;
    await this.#reading(async () => this.#rows.extend(await this.#api.get(this.#kind.listPath(this.#filters, below)), below));
  }

  #return() {
    if (this.snapshot.state !== "none") this.#tail.start();
  }

  /** What is known may have changed unheard. */
  #begin() {
    this.#isAnew = true;
    this.#list();
  }

  /** Read the newest page, and once more if it was already being read; what the tail tells meanwhile waits for it. */
  #list() {
    if (this.#isStopped) return Promise.resolve();
    clearTimeout(this.#latest);
    clearTimeout(this.#relist);
    this.#relist = null;
    this.#isTooEarly = true;
    this.#listing ??= this.#readNewest().finally(() => {
      this.#listing = null;
      this.#settle();
    });
    return this.#listing;
  }

  async #readNewest() {
    while (this.#isTooEarly) {
      this.#isTooEarly = false;
      await this.#reading(async () => this.#top(await this.#api.get(this.#kind.listPath(this.#filters))));
    }
  }

  #top(page) {
    if (this.#isAnew) this.#rows = new Rows(this.#kind);
    this.#isAnew = false;
    this.#rows.refresh(page);
  }

  async #reading(read) {
    try {
      await read();
      this.#show({ problem: null, isListed: true });
    } catch (problem) {
      if (problem instanceof Refused && KEY_IS_GONE.includes(problem.status)) this.#leave(problem);
      else this.#complain(problem);
    }
  }

  #complain(problem) {
    this.#show({ problem });
    if (this.snapshot.state === "live") this.#listLater();
  }

  #listLater() {
    if (this.#isStopped) return;
    this.#relist ??= setTimeout(() => this.#list(), LIST_AGAIN_MS);
  }

  #hear(name, data) {
    tell(name, data);
    if (name !== this.#kind.event) return;
    if (this.#kind.needsService(this.#filters)) {
      this.#listLater();
      return;
    }
    this.#held.push(JSON.parse(data));
    if (this.#held.length >= MOST_HELD && !this.#listing) this.#merge();
    if (this.#held.length >= MOST_HELD_MEANWHILE) this.#giveUpHeld();
    this.#batch.ask();
  }

  /** More came than can wait for the list, which therefore has to be read once more. */
  #giveUpHeld() {
    this.#held = [];
    this.#begin();
  }

  #merge() {
    this.#rows.apply(this.#held, (item) => this.#kind.fits(item, this.#filters));
    this.#held = [];
  }

  #settle() {
    if (this.#listing || !this.snapshot.isListed) return;
    if (this.#held.length > 0) this.#merge();
    this.#show({});
  }

  #be(state) {
    const isBack = state === "live" && this.snapshot.state !== "live";
    this.#show({ state });
    if (["none", "again"].includes(state) && !this.snapshot.isListed) this.#list();
    if (isBack && this.snapshot.problem) this.#listLater();
  }

  #show(changes) {
    this.snapshot = { ...this.snapshot, ...changes, items: this.#rows.items, hasMore: this.#rows.below !== null };
    for (const listener of this.#listeners) listener();
  }
}
