/** The ways to the main views, by pointer and by key. */

import { addressOf } from "../address.js";
import { html } from "../html.js";
import { useKeys } from "../keys.js";
import { go, usePlace } from "../router.js";

const VIEWS = [
  { path: [], label: "Requests", of: [undefined, "requests", "endpoints"] },
  { path: ["destinations"], label: "Destinations", of: ["destinations"] },
  { path: ["deliveries"], label: "Deliveries", of: ["deliveries"] },
  { path: ["replays"], label: "Replays", of: ["replays"] },
];

/** The keys are the numbers of the views. */
export function Navigation() {
  const { path: [here] } = usePlace();
  useKeys(Object.fromEntries(VIEWS.map(({ path }, index) => [String(index + 1), () => go(path)])));
  return html`
    <nav id="navigation" aria-label="Views">
      ${VIEWS.map(({ path, label, of }, index) => html`
        <a key=${label} href=${addressOf(path)} aria-current=${of.includes(here) ? "true" : null} aria-keyshortcuts=${String(index + 1)}>${label}</a>`)}
    </nav>`;
}
