/** One endpoint: where it listens, how to try it, what came last, where it is delivered to, and where it documents itself. */

import { html } from "../html.js";
import { useLoaded, useTitle } from "../loading.js";
import { addressOf, addressOfEndpoint } from "../address.js";
import { Copyable } from "../parts/copyable.js";
import { DocumentDownload } from "../parts/document-download.js";
import { documentOf, methodsOf, Paused } from "../parts/endpoint-card.js";
import { NewestRequest } from "../parts/newest-request.js";
import { Problem } from "../parts/problem.js";
import { Subscriptions } from "../parts/subscriptions.js";
import { curlFor } from "../words/curl.js";
import { useWorkspace } from "../workspace.js";

/** `name` is its name or its id; the query's `subscribe` opens the form for a subscription. */
export function EndpointView({ name, query }) {
  const { api } = useWorkspace();
  const { value: endpoint, problem } = useLoaded(() => api.get(`/v1/endpoints/${encodeURIComponent(name)}`), [name]);
  useTitle(endpoint?.name ?? name);
  return html`
    <main id="endpoint" class="sheet">
      <p class="small"><a href="#/">← Requests</a></p>
      <div class="pane-head"><h2 tabindex="-1" class="data">${endpoint?.name ?? name}</h2>${endpoint && html`<${Paused} endpoint=${endpoint} />`}</div>
      <${Problem} problem=${problem} />
      ${endpoint && html`<${Basics} endpoint=${endpoint} isSubscribing=${query.subscribe !== undefined} />`}
    </main>`;
}

function Basics({ endpoint, isSubscribing }) {
  return html`
    <section>
      <h3>Address</h3>
      <${Copyable} text=${endpoint.url} what=${`the address of ${endpoint.name}`} />
      <p class="small">It takes ${methodsOf(endpoint)}.</p>
    </section>
    <section>
      <h3>Try it</h3>
      <${Copyable} text=${curlFor(endpoint)} what=${`a curl for ${endpoint.name}`} />
      ${endpoint.verification.scheme !== "none" && html`<p class="small">It verifies its senders (${endpoint.verification.scheme}), so it refuses this curl until that proves who sent it.</p>`}
      <${NewestRequest} endpoint=${endpoint} />
    </section>
    <section>
      <h3>Contract</h3>
      <p>${contractOf(endpoint)} <a href=${addressOfEndpoint(endpoint, ["contracts"])}>Its contracts</a></p>
    </section>
    <${Subscriptions} key=${endpoint.id} endpoint=${endpoint} isAsked=${isSubscribing} />
    <ul class="ways">
      <li><a href=${addressOfEndpoint(endpoint, ["edit"])}>Change or remove it</a></li>
      <li><a href=${addressOf([], { endpoint: endpoint.name })}>Its requests</a> and <a href=${addressOf(["deliveries"], { endpoint: endpoint.name })}>their deliveries</a></li>
      <li><a href=${documentOf(endpoint)}>Its own page</a>: what it takes and answers</li>
      <li><${DocumentDownload} endpoint=${endpoint} /></li>
    </ul>`;
}

function contractOf({ contract_version: version, contract_mode: mode }) {
  if (version === null) return "None is active, so it takes everything.";
  return `Version ${version} is active; the mode is ${mode}.`;
}
