/** What was changed in a form, and what others changed meanwhile. */

/** Only the properties that differ, as they are to be; one that is left out now is null, which the service answers. */
export function changesBetween(before, after) {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  const changed = [...names].filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]));
  return Object.fromEntries(changed.map((name) => [name, after[name] ?? null]));
}

/** Values that somebody changed from `before` to `mine`, place by place, on top of what others made of them. */
export function mergedByPlace(before, mine, theirs) {
  const isMine = (place) => JSON.stringify(before[place]) !== JSON.stringify(mine[place]);
  return Object.fromEntries(Object.keys(mine).map((place) => [place, (isMine(place) ? mine : theirs)[place]]));
}
