/** How many requests came in, span by span, a bar each, in the colours of their verdicts. */

import { html, memo, useState } from "../html.js";
import { uncounted } from "../live/filters.js";
import { useStatistics } from "../live/use-statistics.js";
import { momentOf, totalOf, totalsOf, wordsOf } from "../words/counts.js";
import { VERDICTS } from "../words/words.js";
import { Table } from "./table.js";

const SPANS = {
  minute: { label: "hour", range: "the last hour", each: "minute" },
  hour: { label: "2 days", range: "the last two days", each: "hour" },
  day: { label: "30 days", range: "the last 30 days", each: "day" },
};
const HEIGHT = 40;
const PITCH = 10; // from one bar to the next
const WIDTH = 7;

/** `newest` is another one whenever something came. */
export function Chart({ filters, newest }) {
  const [by, show] = useState("minute");
  const items = useStatistics(by, filters.endpoint, newest);
  const ignored = uncounted(filters);
  return html`
    <figure id="chart" class="chart">
      ${items && html`<${Counted} items=${items} by=${by} />`}
      <p class="axis small">
        <span>${items && momentOf(items[0].at, by)}</span>
        <span class="choice" role="group" aria-label="Count the last">
          ${Object.entries(SPANS).map(([name, { label }]) => html`
            <button type="button" class="quiet" aria-pressed=${String(name === by)} onClick=${() => show(name)}>${label}</button>`)}
        </span>
        <span>now</span>
      </p>
      ${ignored.length > 0 && html`<p class="small uncounted">The chart counts all, whatever the ${ignored.join(" and ")}.</p>`}
    </figure>`;
}

function Counted({ items, by }) {
  const { range, each } = SPANS[by];
  const totals = totalsOf(items);
  if (totalOf(totals) === 0) return html`<figcaption class="small">Nothing came in ${range}.</figcaption>`;
  const most = Math.max(...items.map(totalOf));
  return html`
    <figcaption class="small"><span>${wordsOf(totals)}</span> <span>at most ${most} a ${each}</span></figcaption>
    <${Bars} items=${items} by=${by} most=${most} />`;
}

/** The picture for the eye, and the spans in which something came for the ear. */
const Bars = memo(function Bars({ items, by, most }) {
  const label = `Requests per ${SPANS[by].each} in ${SPANS[by].range}`;
  const busy = items.filter((item) => totalOf(item) > 0);
  return html`
    <svg viewBox=${`0 0 ${items.length * PITCH} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label=${label}>
      ${items.map((item, index) => html`<${Bar} item=${item} by=${by} left=${index * PITCH} scale=${HEIGHT / most} />`)}
    </svg>
    <div class="for-the-ear">
      <${Table} label=${label} columns=${["From", "Requests"]} rows=${busy.map((item) => [momentOf(item.at, by), wordsOf(item)])} />
    </div>`;
});

/** One span: its verdicts upon each other, the whole height to point at. */
function Bar({ item, by, left, scale }) {
  let top = HEIGHT;
  const parts = VERDICTS.filter((verdict) => item[verdict] > 0).map((verdict) => {
    const height = Math.max(item[verdict] * scale, 1);
    top -= height;
    return html`<rect class=${verdict} x=${left} y=${top} width=${WIDTH} height=${height} />`;
  });
  return html`
    <g>
      <title>${`${momentOf(item.at, by)}: ${wordsOf(item)}`}</title>
      <rect class="ground" x=${left} y="0" width=${PITCH} height=${HEIGHT} />
      ${parts}
    </g>`;
}
