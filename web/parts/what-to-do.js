/** What stands where requests would, while there are none. */

import { html } from "../html.js";
import { curlFor } from "../words/curl.js";
import { Copyable } from "./copyable.js";

export function WhatToDo({ isEmpty, hasMore, filters, endpoint }) {
  return html`<div id="nothing-yet" hidden=${!isEmpty}>${isEmpty && advice(hasMore, filters, endpoint)}</div>`;
}

function advice(hasMore, filters, endpoint) {
  if (hasMore) return html`<p class="empty">Nothing among the newest.</p>`;
  if (Object.keys(filters).length > 0) return html`<p class="empty">No request is like that. <a href="#/">Show all of them</a></p>`;
  if (!endpoint) return html`<p class="empty">Nothing can arrive before <a href="#/endpoints/new">an endpoint is declared</a>.</p>`;
  return html`
    <div class="empty">
      <p>Nothing has arrived yet. Paste this into a terminal:</p>
      <${Copyable} text=${curlFor(endpoint)} what="a curl that sends the first request" />
      <p>The request appears here by itself.</p>
    </div>`;
}
