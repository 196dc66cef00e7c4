/** Places in a body: a tree of the JSON Pointers that somebody looks for, which the walk over a text fills with what it finds. */

/** One place: the lines of the shown text where it begins, and its range in the text as it was sent. */
class Place {
  children = new Map();
  lines = [];
  range = null;

  /** The place of a member of this one, if somebody looks for it. */
  child(name) {
    return this.children.get(name) ?? null;
  }

  begin(line, start, end) {
    this.lines.push(line);
    this.range = [start, end];
  }
}

/** A tree with a place for each pointer and all that lead to it. */
export function placesOf(pointers) {
  const root = new Place();
  for (const pointer of pointers) {
    let place = root;
    for (const name of namesIn(pointer)) place = place.child(name) ?? grown(place, name);
  }
  return root;
}

/** The place that a pointer names, or the nearest around it that was found; null if none was. */
export function foundAt(root, pointer) {
  let found = root.range && root;
  let place = root;
  for (const name of namesIn(pointer)) {
    place = place.child(name);
    if (!place?.range) return found;
    found = place;
  }
  return found;
}

function grown(place, name) {
  const child = new Place();
  place.children.set(name, child);
  return child;
}

function namesIn(pointer) {
  return pointer.split("/").slice(1).map((name) => name.replaceAll("~1", "/").replaceAll("~0", "~"));
}
