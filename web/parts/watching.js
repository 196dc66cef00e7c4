/** Whether the list follows what arrives, and how much it holds. */

import { html } from "../html.js";

const WORDS = {
  connecting: "connecting…",
  live: "live",
  again: "connecting again…",
  paused: "paused",
  none: "cannot follow live",
};

export function Watching({ state, count, hasMore }) {
  return html`
    <p id="watch" class=${`watch ${state}`} role="status">${WORDS[state]}</p>
    ${count > 0 && html`<p class="count">${count}${hasMore && " newest"}</p>`}`;
}
