/** The endpoints: each with its address, its own page and a curl to copy. */

import { addressOfEndpoint } from "../address.js";
import { html, useState } from "../html.js";
import { curlFor } from "../words/curl.js";
import { Copyable } from "./copyable.js";

const ALL_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"];

export function EndpointCards({ endpoints }) {
  return html`
    ${endpoints.length > 0 && html`<p class="small"><a href="#/endpoints/new">Declare another endpoint</a></p>`}
    <div id="endpoints">
      ${endpoints.map((endpoint) => html`<${Card} key=${endpoint.id} endpoint=${endpoint} isOnly=${endpoints.length === 1} />`)}
      ${endpoints.length === 0 && html`<${HowToDeclareOne} />`}
    </div>`;
}

function Card({ endpoint, isOnly }) {
  const [isOpen] = useState(isOnly); // from then on it is the reader's
  return html`
    <article class="card endpoint">
      <h3>
        <a class="data" href=${addressOfEndpoint(endpoint)}>${endpoint.name}</a>
        <${Paused} endpoint=${endpoint} />
      </h3>
      <p class="methods">${methodsOf(endpoint)}</p>
      <p class="small">Address</p>
      <${Copyable} text=${endpoint.url} what=${`the address of ${endpoint.name}`} />
      <p class="small"><a href=${documentOf(endpoint)}>Its own page</a>: what it takes and answers</p>
      <details open=${isOpen}>
        <summary>curl</summary>
        <${Copyable} text=${curlFor(endpoint)} what=${`a curl for ${endpoint.name}`} />
      </details>
    </article>`;
}

function HowToDeclareOne() {
  return html`
    <div class="empty">
      <p>No endpoint yet.</p>
      <p><a href="#/endpoints/new">Declare one</a>: a path is enough.</p>
    </div>`;
}

/** A mark on an endpoint that is paused: it receives and keeps, and its deliveries wait. */
export function Paused({ endpoint }) {
  return endpoint.paused && html`<span class="tag">paused</span>`;
}

/** Where the endpoint documents itself; in this tab, which has the key. */
export function documentOf(endpoint) {
  return `/v1/endpoints/${encodeURIComponent(endpoint.id)}/docs`;
}

/** The methods it takes, in words. */
export function methodsOf(endpoint) {
  return ALL_METHODS.every((method) => endpoint.methods.includes(method)) ? "any method" : endpoint.methods.join(" ");
}
