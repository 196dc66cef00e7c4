/** The subscriptions of an endpoint, or to a destination: listed, added, changed and removed. */

import { addressOfEndpoint } from "../address.js";
import { useDeed } from "../deed.js";
import { html, useEffect, useRef, useState } from "../html.js";
import { useDestinations } from "../live/use-destinations.js";
import { useLoaded } from "../loading.js";
import { meaningOfScope } from "../words/words.js";
import { useWorkspace } from "../workspace.js";
import { Asked } from "./asked.js";
import { DestinationLink } from "./destination-link.js";
import { Problem } from "./problem.js";
import { Said } from "./said.js";
import { ChangeSubscription, NewSubscription } from "./subscription-form.js";

const NEW = "new";
const SCOPE = "write";

/** One of `endpoint` and `destination` is given; `isAsked` opens the form for a new one at once. */
export function Subscriptions({ endpoint = null, destination = null, isAsked = false }) {
  const { api, lacking } = useWorkspace();
  const asked = endpoint ? { endpoint: endpoint.id } : { destination: destination.id };
  const { value: subscriptions, problem, reload } = useLoaded(() => api.all("/v1/subscriptions", asked), [endpoint?.id, destination?.id]);
  const [open, show] = useState(isAsked ? NEW : null); // "new", or the id of the one that is changed
  const [said, say] = useState(null);
  const title = useRef(null);
  const stop = () => {
    show(null);
    title.current.focus();
  };
  const done = (words) => {
    show(null);
    say(words);
    reload();
  };
  return html`
    <section id="subscriptions">
      <h3 ref=${title} tabindex="-1">Subscriptions</h3>
      <${Problem} problem=${problem} />
      <${Said} words=${lacking.includes(SCOPE) ? meaningOfScope(SCOPE) : said} of=${open} />
      ${subscriptions?.length === 0 && html`<p class="empty">None yet, so nothing${endpoint ? " that it accepts is delivered" : " is delivered there"}.</p>`}
      ${subscriptions?.length > 0 && html`
        <ul class="subscriptions">
          ${subscriptions.map((one) => html`
            <${Subscription} key=${one.id} subscription=${one} isFromEndpoint=${endpoint !== null} isOpen=${open === one.id}
              open=${() => show(one.id)} stop=${stop} done=${done} />`)}
        </ul>`}
      <${Adding} endpoint=${endpoint} destination=${destination} isOpen=${open === NEW} open=${() => show(NEW)} stop=${stop} done=${done} />
    </section>`;
}

function Adding({ endpoint, destination, isOpen, open, stop, done }) {
  const { endpoints } = useWorkspace();
  const { destinations, problem } = useDestinations();
  if (endpoint && destinations?.length === 0) return html`<p><a href="#/destinations/new">Declare a destination</a> first: where to deliver to.</p>`;
  if (destination && endpoints.length === 0) return html`<p><a href="#/endpoints/new">Declare an endpoint</a> first: what is delivered comes in there.</p>`;
  if (isOpen && destinations) return html`<div class="card"><${NewSubscription} endpoint=${endpoint} destination=${destination} done=${done} stop=${stop} /></div>`;
  return html`<${Problem} problem=${problem} /><p><button type="button" class="quiet" onClick=${open}>${endpoint ? "Add a destination…" : "Subscribe an endpoint…"}</button></p>`;
}

function Subscription({ subscription, isFromEndpoint, isOpen, open, stop, done }) {
  return html`
    <li class="card">
      <div class="subscription">
        <p>${isFromEndpoint ? html`to <${DestinationLink} id=${subscription.destination_id} />` : html`from <${EndpointLink} id=${subscription.endpoint_id} />`}</p>
        ${!isOpen && html`<${Ways} subscription=${subscription} open=${open} done=${done} />`}
      </div>
      ${isOpen ? html`<${ChangeSubscription} id=${subscription.id} done=${done} stop=${stop} />` : html`<${Expressions} subscription=${subscription} />`}
    </li>`;
}

function EndpointLink({ id }) {
  const { endpoints, nameOf } = useWorkspace();
  const endpoint = endpoints.find((one) => one.id === id);
  return endpoint ? html`<a class="data" href=${addressOfEndpoint(endpoint)}>${endpoint.name}</a>` : html`<span class="data">${nameOf(id)}</span>`;
}

function Expressions({ subscription: { filter, transform, ordering_key: key } }) {
  const said = [["Filter", filter ?? "everything that is accepted"], ["Transform", transform], ["Ordering key", key]];
  return html`
    <dl class="facts">
      ${said.filter(([, text]) => text !== null).map(([name, text]) => html`<div><dt>${name}</dt><dd class="data">${text}</dd></div>`)}
    </dl>`;
}

function Ways({ subscription, open, done }) {
  const { api } = useWorkspace();
  const { isBusy, problem, run } = useDeed();
  const [isAsked, ask] = useState(false);
  const remove = () => run("remove", SCOPE, async () => {
    await api.send("DELETE", `/v1/subscriptions/${subscription.id}`);
    done("Removed. What waits already is still delivered.");
  });
  const begin = useRef(null);
  const isNew = useRef(true);
  useEffect(() => {
    if (!isAsked && !isNew.current) begin.current?.focus();
    isNew.current = false;
  }, [isAsked]);
  if (isAsked) {
    return html`
      <${Asked} words="What comes in from now on is not delivered by it any more." yes="Remove it" isBusy=${isBusy} stop=${() => ask(false)} go=${remove} />
      <${Problem} problem=${problem} />`;
  }
  return html`
    <div class="actions">
      <button type="button" class="quiet" onClick=${open}>Change…</button>
      <button ref=${begin} type="button" class="quiet" onClick=${() => ask(true)}>Remove…</button>
    </div>`;
}
