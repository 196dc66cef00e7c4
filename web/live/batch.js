/** Drawing seldom, however often there is something new. */

const SHORTEST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 2_000;
const REST = 3; // the page rests so many times as long as it drew

export class Batch {
  #run;
  #frame = null;
  #timer = null;
  #isResting = false;
  #isAsked = false;

  /** `run` is called before the next frame that is drawn, with pauses that leave time for the reader. */
  constructor(run) {
    this.#run = run;
  }

  ask() {
    this.#isAsked = true;
    if (!this.#isResting) this.#frame ??= requestAnimationFrame(() => this.#draw());
  }

  cancel() {
    clearTimeout(this.#timer);
    cancelAnimationFrame(this.#frame);
    this.#isResting = this.#isAsked = false;
    this.#frame = null;
  }

  #draw() {
    const began = performance.now();
    this.#frame = null;
    this.#isAsked = false;
    this.#isResting = true;
    this.#run();
    this.#timer = setTimeout(() => this.#rest(performance.now() - began)); // after it is painted
  }

  #rest(took) {
    const pause = Math.min(Math.max(SHORTEST_PAUSE_MS, took * REST), LONGEST_PAUSE_MS);
    this.#timer = setTimeout(() => {
      this.#isResting = false;
      if (this.#isAsked) this.ask();
    }, pause);
  }
}
