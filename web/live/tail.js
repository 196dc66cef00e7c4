/** GET /v1/tail, followed over drops, restarts and sleep: no event is missed, none comes twice. */

import { Refused } from "../api.js";
import { NoStream, readStream } from "./stream.js";

const SHORTEST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 15_000;
const WORTH_CATCHING_UP_MS = 300_000; // after more than that, the newest page says it sooner
const POSITION = /^\s*at (\d+)\s*$/;
const KEY_IS_GONE = [401, 403];
const NO_TAIL = [404, 405];
const POSITION_IS_GONE = [400, 422];

/**
 * Tells a listener what it hears:
 * `begin()` when it follows anew, so that whatever is older has to be listed;
 * `told(name, data)` for each event, with its data as text;
 * `state(name)`: "connecting", "live", "again" (connecting again), "paused" or "none" (there is nothing to follow);
 * `refused(problem)` when the key is no longer taken.
 */
export class Tail {
  #api;
  #path;
  #listener;
  #position = null;
  #heard = 0;
  #wait = SHORTEST_WAIT_MS;
  #following = null;

  constructor(api, path, listener) {
    this.#api = api;
    this.#path = path;
    this.#listener = listener;
  }

  /** Whether something is under way that will go on by itself. */
  get isFollowing() {
    return this.#following !== null;
  }

  /** Connect now, if it is not connected. */
  start() {
    if (this.#following) this.#following.hurry();
    else this.#follow(this.#following = new Following());
  }

  stop() {
    this.#following?.end();
    this.#following = null;
  }

  /** Stop until the next start, which goes on from here. */
  pause() {
    if (!this.#following) return;
    this.stop();
    this.#listener.state("paused");
  }

  async #follow(following) {
    this.#listener.state(this.#position === null ? "connecting" : "again");
    while (!following.signal.aborted) {
      const problem = await this.#listen(following.signal).catch((failure) => failure);
      if (following.signal.aborted || this.#isOver(problem)) return;
      this.#listener.state("again");
      await following.rest(this.#nextWait());
    }
  }

  #listen(signal) {
    if (Date.now() - this.#heard > WORTH_CATCHING_UP_MS) this.#position = null;
    const headers = { Accept: "text/event-stream", ...this.#position && { "Last-Event-ID": this.#position } };
    const hear = {
      onComment: (text) => this.#comment(text, signal),
      onEvent: (event) => { if (!signal.aborted) this.#event(event); },
    };
    return readStream((either) => this.#api.stream(this.#path, headers, either), hear, signal);
  }

  #comment(text, signal) {
    const [, position] = POSITION.exec(text) ?? [];
    if (!position || signal.aborted) return;
    const isNew = this.#position === null;
    this.#hear(position);
    this.#listener.state("live");
    if (isNew) this.#listener.begin();
  }

  #event({ id, event, data }) {
    this.#listener.told(event, data);
    this.#hear(id ?? this.#position);
  }

  #hear(position) {
    this.#position = position;
    this.#heard = Date.now();
    this.#wait = SHORTEST_WAIT_MS;
  }

  /** Whether a failure is one that trying again does not mend. */
  #isOver(problem) {
    const status = problem instanceof Refused ? problem.status : null;
    if (POSITION_IS_GONE.includes(status) && this.#position !== null) this.#position = null;
    else if (KEY_IS_GONE.includes(status)) this.#giveUp(() => this.#listener.refused(problem));
    else if (NO_TAIL.includes(status) || problem instanceof NoStream) this.#giveUp(() => this.#listener.state("none"));
    return !this.isFollowing;
  }

  #giveUp(tell) {
    this.stop();
    tell();
  }

  #nextWait() {
    const wait = this.#wait;
    this.#wait = Math.min(wait * 2, LONGEST_WAIT_MS);
    return wait * (0.75 + Math.random() / 2); // not all at once after a restart
  }
}

/** One run of connections and the rests between them. */
class Following {
  #ending = new AbortController();
  #wake = () => {};

  get signal() {
    return this.#ending.signal;
  }

  rest(wait) {
    return new Promise((done) => {
      const timer = setTimeout(done, wait);
      this.#wake = () => { clearTimeout(timer); done(); };
    });
  }

  /** End the rest, if it rests. */
  hurry() {
    this.#wake();
  }

  end() {
    this.#ending.abort();
    this.#wake();
  }
}
