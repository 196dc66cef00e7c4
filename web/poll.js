/** Doing something again and again while the page is looked at. */

const SLOWEST_MS = 30_000;

/** Calls `turn` at once and then `pause` ms after each end; more slowly while it answers false, never while hidden. */
export class Poll {
  #turn;
  #pause;
  #wait;
  #timer = null;
  #running = null;
  #onSight = () => { if (!document.hidden) this.now(); };

  constructor(turn, pause) {
    this.#turn = turn;
    this.#pause = this.#wait = pause;
    document.addEventListener("visibilitychange", this.#onSight);
  }

  /** Have a turn now, or join the one that is under way. */
  now() {
    clearTimeout(this.#timer);
    this.#running ??= this.#once().finally(() => { this.#running = null; });
    return this.#running;
  }

  stop() {
    clearTimeout(this.#timer);
    document.removeEventListener("visibilitychange", this.#onSight);
    this.#wait = null;
  }

  async #once() {
    const went = await this.#turn();
    if (this.#wait === null || document.hidden) return;
    this.#wait = went ? this.#pause : Math.min(this.#wait * 2, SLOWEST_MS);
    this.#timer = setTimeout(() => this.now(), this.#wait);
  }
}
