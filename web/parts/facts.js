/** What is known of a request in one word each. */

import { html } from "../html.js";
import { longTime, size } from "../words/words.js";

export function Facts({ request, endpoint }) {
  const known = factsOf(request, endpoint).filter(([, value]) => value !== null && value !== undefined);
  return html`
    <dl class="facts">
      ${known.map(([name, value]) => html`<div><dt>${name}</dt><dd class="data">${String(value)}</dd></div>`)}
    </dl>`;
}

function factsOf(request, endpoint) {
  return [
    ["Endpoint", endpoint],
    ["Received", longTime(request.received_at)],
    ["From", request.remote_address],
    ["Answered", request.reply_status],
    ["Size", size(request.body_bytes)],
    ["Media type", request.media_type],
    ["Event type", request.event_type],
    ["Contract", request.contract_version && `version ${request.contract_version}`],
    ...Object.entries(request.path_parameters ?? {}).map(([name, value]) => [`{${name}}`, value]),
    ["SHA-256", request.body_sha256],
    ["Id", request.id],
  ];
}
