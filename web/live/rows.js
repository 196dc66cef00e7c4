/** The newest items and the older ones that the user asked for, joined without a gap, newest first. */

const MOST_KEPT = 500;
const MOST_ASKED_FOR = 5_000;

export class Rows {
  items = [];
  /** What asks for the items below the last item, as query parameters; null if there are none. */
  below = null;
  #most = MOST_KEPT;
  #kind;

  constructor(kind) {
    this.#kind = kind;
  }

  /** Put the newest page on top. What was below it stays, unless a gap would open in between. */
  refresh({ items, next_cursor: cursor }) {
    const ids = new Set(items.map((item) => item.id));
    const shared = this.items.findLastIndex((item) => ids.has(item.id));
    if (shared < 0 || cursor === null) {
      this.items = items;
      this.below = cursor && { cursor };
    } else {
      const rest = this.items.slice(shared + 1);
      if (rest.length === 0) this.below = { cursor };
      this.items = [...items, ...rest];
    }
    this.#trim();
  }

  /** Put the page below that was asked for by `below`, unless the end has moved since. */
  extend({ items, next_cursor: cursor }, below) {
    if (below !== this.below) return;
    const known = new Set(this.items.map((item) => item.id));
    this.items = [...this.items, ...items.filter((item) => !known.has(item.id))];
    this.below = cursor && { cursor };
    this.#most = Math.min(this.items.length + MOST_KEPT, MOST_ASKED_FOR);
  }

  /** Put in what the tail told, oldest first: each replaces what was known of it, and goes if it no longer `fits`. */
  apply(told, fits) {
    const known = new Map(this.items.map((item) => [item.id, item]));
    const last = this.below && this.items.at(-1);
    for (const item of told) {
      if (!fits(item)) known.delete(item.id);
      else if (known.has(item.id) || !last || item.id > last.id) known.set(item.id, item);
    }
    this.items = [...known.values()].sort(newestFirst);
    this.#trim();
  }

  #trim() {
    if (this.items.length <= this.#most) return;
    this.items = this.items.slice(0, this.#most);
    const { at, before } = this.#kind;
    const end = Date.parse(this.items.at(-1)[at]) + 1; // those of the same millisecond come once more
    this.below = { [before]: new Date(end).toISOString() };
  }
}

/** Ids begin with the time, so the list is in their order too. */
function newestFirst(one, other) {
  if (one.id === other.id) return 0;
  return one.id < other.id ? 1 : -1;
}
