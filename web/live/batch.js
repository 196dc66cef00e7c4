/** Drawing seldom, however often there is something new. */

const PAUSE_MS = 100;

export class Batch {
  #run;
  #frame = null;
  #timer = null;
  #last = -Infinity;

  /** `run` is called before the next frame that is drawn, at most once in 100 ms. */
  constructor(run) {
    this.#run = run;
  }

  ask() {
    if (this.#timer !== null || this.#frame !== null) return;
    const wait = this.#last + PAUSE_MS - performance.now();
    if (wait > 0) this.#timer = setTimeout(() => this.#draw(), wait);
    else this.#draw();
  }

  cancel() {
    clearTimeout(this.#timer);
    cancelAnimationFrame(this.#frame);
    this.#timer = this.#frame = null;
  }

  #draw() {
    this.#timer = null;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = null;
      this.#last = performance.now();
      this.#run();
    });
  }
}
