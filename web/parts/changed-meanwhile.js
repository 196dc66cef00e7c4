/** What somebody else made of an endpoint while it was being changed here, and what to do about it. */

import { html, useEffect, useRef } from "../html.js";
import { Table } from "./table.js";

const NOT_SAID = ["updated_at"];

/** `before` is what was read here, `now` what it is; `keep` goes on with both changes, `discard` with theirs alone. */
export function ChangedMeanwhile({ before, now, keep, discard }) {
  const place = useRef(null);
  useEffect(() => place.current.focus(), [now]);
  const names = Object.keys(now).filter((name) => !NOT_SAID.includes(name) && textOf(before[name]) !== textOf(now[name]));
  return html`
    <section ref=${place} class="card meanwhile" role="alert" tabindex="-1" aria-label="Changed meanwhile">
      <h3>Somebody else has changed it meanwhile</h3>
      <p>Nothing of yours was saved yet. This is what they changed:</p>
      <${Table} label="Their changes" columns=${["Property", "It was", "It is"]}
        rows=${names.map((name) => [name, textOf(before[name]), textOf(now[name])])} />
      <div class="actions">
        <button type="button" class="quiet" onClick=${keep}>Take theirs in and keep my changes</button>
        <button type="button" class="quiet" onClick=${discard}>Drop my changes</button>
      </div>
    </section>`;
}

function textOf(value) {
  return JSON.stringify(value, null, 1) ?? "";
}
