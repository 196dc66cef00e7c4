/** What came of the attempts at a destination in the last hour, a bar a minute. */

import { html, memo } from "../html.js";
import { momentOf } from "../words/counts.js";

const HEIGHT = 24;
const PITCH = 4; // from one bar to the next
const WIDTH = 3;

/** `items` are the minutes, oldest first. The words are for those who do not see it, and beside it for all. */
export const Sparkline = memo(function Sparkline({ items }) {
  const words = attemptsInWords(items);
  const most = Math.max(1, ...items.map((item) => countOf(item, "succeeded") + countOf(item, "failed")));
  return html`
    <svg class="sparkline" viewBox=${`0 0 ${items.length * PITCH} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label=${`Attempts a minute in the last hour: ${words}`}>
      ${items.map((item, index) => html`<${Minute} item=${item} left=${index * PITCH} scale=${HEIGHT / most} />`)}
    </svg>`;
});

/** "12 succeeded, 3 failed" */
export function attemptsInWords(items) {
  const [succeeded, failed] = ["succeeded", "failed"].map((name) => items.reduce((sum, item) => sum + countOf(item, name), 0));
  return succeeded + failed === 0 ? "none" : `${succeeded} succeeded, ${failed} failed`;
}

function Minute({ item, left, scale }) {
  const [good, bad] = ["succeeded", "failed"].map((name) => heightOf(countOf(item, name), scale));
  return html`
    <g>
      <title>${`${momentOf(item.at, "minute")}: ${attemptsInWords([item])}`}</title>
      <rect class="good" x=${left} y=${HEIGHT - good} width=${WIDTH} height=${good} />
      <rect class="bad" x=${left} y=${HEIGHT - good - bad} width=${WIDTH} height=${bad} />
    </g>`;
}

/** One that came is seen, however small it is beside others. */
function heightOf(count, scale) {
  return count > 0 ? Math.max(count * scale, 1) : 0;
}

function countOf(item, name) {
  return Number(item[name]) || 0;
}
