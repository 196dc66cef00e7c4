/** The newest requests and the older ones that the user asked for, joined without a gap. */

const MOST_KEPT = 5_000;

export class Timeline {
  items = [];
  cursor = null;
  #longer = false;

  /** Put the newest page on top. What was below it stays, unless a gap would open in between. */
  refresh(page) {
    const below = this.#longer ? this.#below(page.items) : null;
    const joined = below !== null && page.next_cursor !== null && below.length < MOST_KEPT;
    if (!joined) this.cursor = page.next_cursor;
    this.#longer = joined;
    this.items = joined ? [...page.items, ...below] : page.items;
  }

  /** The cursor to read on from. From now on the end stays where it is while newer ones arrive. */
  end() {
    this.#longer = true;
    return this.cursor;
  }

  /** Put the page that was read at `cursor` below, unless the end has moved since. */
  extend(page, cursor) {
    if (cursor !== this.cursor) return;
    const known = new Set(this.items.map((item) => item.id));
    this.items = [...this.items, ...page.items.filter((item) => !known.has(item.id))];
    this.cursor = page.next_cursor;
  }

  #below(newest) {
    const ids = new Set(newest.map((item) => item.id));
    const shared = this.items.findLastIndex((item) => ids.has(item.id));
    return shared < 0 ? null : this.items.slice(shared + 1);
  }
}
