/** The newest request of an endpoint, or that the first one is waited for. */

import { addressOf } from "../address.js";
import { html } from "../html.js";
import { useFeed } from "../live/use-feed.js";
import { shortTime } from "../words/words.js";
import { Problem } from "./problem.js";
import { Verdict } from "./verdict.js";

export function NewestRequest({ endpoint }) {
  const [{ items: [newest], problem, isListed }] = useFeed({ endpoint: endpoint.name });
  return html`
    <${Problem} problem=${problem} />
    <p id="newest" role="status">${newest ? html`<${Newest} request=${newest} />` : isListed && "Waiting for the first request…"}</p>`;
}

function Newest({ request }) {
  return html`
    The newest: <a href=${addressOf(["requests", request.id])}>${request.method} <span class="data">${request.path}</span></a>${" "}
    <${Verdict} of=${request} /> <time datetime=${request.received_at}>${shortTime(request.received_at)}</time>`;
}
