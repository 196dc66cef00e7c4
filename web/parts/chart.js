/** How many requests came in, span by span, a bar each, in the colours of their verdicts. */

import { html, memo, useState } from "../html.js";
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
export function Chart({ endpoint, newest }) {
  const [by, show] = useState("minute");
  const items = useStatistics(by, endpoint, newest);
  return html`
    <figure id="chart" class="chart">
      <figcaption>
        <span class="small">${items ? captionOf(items, by) : "…"}</span>
        <span class="choice" role="group" aria-label="Show the last">
          ${Object.entries(SPANS).map(([name, { label }]) => html`
            <button type="button" class="quiet" aria-pressed=${String(name === by)} onClick=${() => show(name)}>${label}</button>`)}
        </span>
      </figcaption>
      ${items && totalOf(totalsOf(items)) > 0 && html`<${Bars} items=${items} by=${by} />`}
    </figure>`;
}

function captionOf(items, by) {
  const { range } = SPANS[by];
  const totals = totalsOf(items);
  return totalOf(totals) === 0 ? `Nothing came in ${range}` : `${wordsOf(totals)} in ${range}`;
}

/** The picture for the eye, and the spans in which something came for the ear. */
const Bars = memo(function Bars({ items, by }) {
  const { range, each } = SPANS[by];
  const most = Math.max(...items.map(totalOf));
  const label = `Requests per ${each} in ${range}`;
  const busy = items.filter((item) => totalOf(item) > 0);
  return html`
    <svg viewBox=${`0 0 ${items.length * PITCH} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label=${`${label}: at most ${most}`}>
      ${items.map((item, index) => html`<${Bar} item=${item} by=${by} left=${index * PITCH} scale=${HEIGHT / most} />`)}
    </svg>
    <p class="axis small" aria-hidden="true"><span>${momentOf(items[0].at, by)}</span><span>at most ${most} a ${each}</span><span>now</span></p>
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
