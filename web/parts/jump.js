/** Going from a violation to its place in a body, and from the place back to the violation. */

import { html, useCallback, useState } from "../html.js";

/**
 * `scope` is a ref of what holds both; `wanted` is set anew whenever a place is asked for, and counts as reached once
 * `reach` was called in the part that shows the places.
 */
export function useJump(scope) {
  const [wanted, want] = useState(null);
  const toPlace = useCallback((number) => want({ number }), []);
  const toViolation = useCallback((number) => focusOn(scope.current, `[data-violation="${number}"]`), []);
  const reach = useCallback(({ number }) => focusOn(scope.current, `[data-faults~="${number}"]`) || focusOn(scope.current, "pre"), []);
  return { wanted, toPlace, toViolation, reach };
}

function focusOn(scope, css) {
  const found = scope.querySelector(css);
  found?.focus();
  return Boolean(found);
}

/** Text in which the lines with faults are marked; `go` is called with the number of the violation to see. */
export function Marked({ reading: { name, text, faults }, violations, go }) {
  return html`
    <pre tabindex="0" aria-label="The body" class=${name === "Hex" ? "data hex" : "data"}>${faults.length ? piecesOf(text, faults, violations, go) : text}</pre>`;
}

/** What is between two marks is one piece, however long. */
function piecesOf(text, faults, violations, go) {
  const lines = text.split("\n");
  const pieces = [];
  let next = 0;
  for (const [line, numbers] of [...byLine(faults)].sort(([one], [other]) => one - other)) {
    pieces.push(lines.slice(next, line).map((between) => `${between}\n`).join(""));
    pieces.push(html`<${Mark} text=${lines[line]} numbers=${numbers} violations=${violations} go=${go} />`);
    if (line < lines.length - 1) pieces.push("\n");
    next = line + 1;
  }
  return [...pieces, lines.slice(next).join("\n")];
}

function byLine(faults) {
  const found = new Map();
  for (const { line, number } of faults) found.set(line, [...found.get(line) ?? [], number]);
  return found;
}

function Mark({ text, numbers, violations, go }) {
  const words = [...new Set(numbers.map((number) => violations[number].message))].join(" ");
  const onKeyDown = (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    go(numbers[0]);
  };
  return html`
    <mark tabindex="0" role="button" aria-label=${`${text.trim()} – ${words}`} data-faults=${numbers.join(" ")} data-words=${words}
      onClick=${() => go(numbers[0])} onKeyDown=${onKeyDown}>${text}</mark>`;
}
