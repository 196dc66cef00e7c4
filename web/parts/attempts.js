/** A delivery's attempts on a time line: when each began, how long it took, and what was answered. */

import { html } from "../html.js";
import { duration, meaningOfError, span } from "../words/delivery.js";
import { longTime, shortTime } from "../words/words.js";
import { Table } from "./table.js";

const LENGTH = 100; // of the longest bar

export function Attempts({ attempts }) {
  const longest = Math.max(1, ...attempts.map((attempt) => attempt.duration_ms));
  return attempts.length > 0 && html`
    <ol class="attempts" aria-label="Attempts">
      ${attempts.map((attempt, index) => html`<${Attempt} key=${attempt.id} attempt=${attempt} before=${attempts[index - 1]} isLast=${index === attempts.length - 1} scale=${LENGTH / longest} />`)}
    </ol>`;
}

function Attempt({ attempt, before, isLast, scale }) {
  const kind = attempt.error === null ? "good" : "bad";
  return html`
    <li class="attempt">
      <p class="moment">
        <span class="number">${attempt.number}</span>
        <time datetime=${attempt.started_at} title=${longTime(attempt.started_at)}>${shortTime(attempt.started_at)}</time>
        <span class="small">${before && `after ${span((Date.parse(attempt.started_at) - Date.parse(before.started_at)) / 1_000)}`}</span>
        <svg class="bar" viewBox=${`0 0 ${LENGTH} 8`} preserveAspectRatio="none" aria-hidden="true">
          <rect class=${kind} x="0" y="0" width=${Math.max(1, attempt.duration_ms * scale)} height="8" />
        </svg>
        <span class="took">${duration(attempt.duration_ms)}</span>
        <span class=${`state ${kind}`}>${attempt.status ?? attempt.error}</span>
      </p>
      ${attempt.error !== null && html`<p class="small">${meaningOfError(attempt.error)}</p>`}
      ${attempt.status !== null && html`<${Answer} attempt=${attempt} isOpen=${isLast && attempt.error !== null} />`}
    </li>`;
}

function Answer({ attempt: { number, response_headers: headers, response_excerpt: excerpt, is_truncated: isTruncated }, isOpen }) {
  return html`
    <details open=${isOpen && excerpt !== ""}>
      <summary>What it answered</summary>
      ${excerpt === "" ? html`<p class="small">It has no body.</p>` : html`<pre tabindex="0" class="data" aria-label=${`Answer of attempt ${number}`}>${excerpt}</pre>`}
      ${isTruncated && html`<p class="small">There was more of it, which was not kept.</p>`}
    </details>
    ${headers.length > 0 && html`
      <details>
        <summary>Its headers</summary>
        <${Table} label=${`Headers of the answer of attempt ${number}`} columns=${["Name", "Value"]} rows=${headers} />
      </details>`}`;
}
