/** The forms that add and change a subscription. */

import { ChoiceField, LinesField } from "../forms/fields.js";
import { Form } from "../forms/form.js";
import { expressionsFrom, subscriptionFrom, subscriptionValuesOf } from "../forms/subscription-values.js";
import { useValues } from "../forms/values.js";
import { html, useEffect } from "../html.js";
import { useLoaded } from "../loading.js";
import { useWish } from "../wish.js";
import { useWorkspace } from "../workspace.js";
import { Button } from "./button.js";
import { Problem } from "./problem.js";

/** Of this endpoint or to this destination, whichever is given; `done` is called once it is there, `stop` to give it up. */
export function NewSubscription({ endpoint = null, destination = null, done, stop }) {
  const { api, endpoints, destinations } = useWorkspace();
  const granted = useWish();
  const first = { endpoint_id: (endpoint ?? endpoints[0]).id, destination_id: (destination ?? destinations[0]).id };
  const form = useValues(subscriptionValuesOf(first), async (values) => {
    const text = JSON.stringify(subscriptionFrom(values));
    await granted(text, (key) => api.sendText("POST", "/v1/subscriptions", text, { key }));
    done("Subscribed: it is delivered from now on.");
  });
  return html`
    <${Form} id="subscription-form" label="A new subscription" ...${form}>
      ${endpoint === null && html`<${ChoiceField} at="/endpoint" label="What this endpoint accepts" options=${optionsOf(endpoints)} />`}
      ${destination === null && html`<${ChoiceField} at="/destination" label="Deliver to" options=${optionsOf(destinations)} />`}
      <${Expressions} />
      <${Ways} label="Subscribe" isBusy=${form.isBusy} stop=${stop} />
    <//>`;
}

/** Changes the subscription of this id, as it is now. */
export function ChangeSubscription({ id, done, stop }) {
  const { api } = useWorkspace();
  const { value: read, problem } = useLoaded(() => api.getTagged(`/v1/subscriptions/${id}`), [id]);
  return html`<${Problem} problem=${problem} />${read && html`<${Change} read=${read} done=${done} stop=${stop} />`}`;
}

function Change({ read: { body: subscription, etag }, done, stop }) {
  const { api } = useWorkspace();
  const form = useValues(subscriptionValuesOf(subscription), async (values) => {
    await api.send("PATCH", `/v1/subscriptions/${subscription.id}`, expressionsFrom(values), { ifMatch: etag });
    done("Changed: it holds for what comes in from now on.");
  });
  return html`
    <${Form} id="subscription-form" label="The subscription" ...${form}>
      <${Expressions} />
      <${Ways} label="Save" isBusy=${form.isBusy} stop=${stop} />
    <//>`;
}

/** What can be changed of it. Who has opened the form goes on in it. */
function Expressions() {
  useEffect(() => document.querySelector("#subscription-form :is(select, textarea)").focus(), []);
  return html`
    <${LinesField} at="/filter" rows=${2} label="Filter" hint=${filterHint()} />
    <details class="card">
      <summary>More: another body, an order</summary>
      <div class="fields">
        <${LinesField} at="/transform" rows=${2} label="Transform" hint="Its value is sent as JSON in place of the body. Empty: the exact body." />
        <${LinesField} at="/ordering_key" rows=${2} label="Ordering key" hint="Those with the same key go one after another, as they came; one that fails holds the others. Empty: in no order." />
      </div>
    </details>`;
}

function filterHint() {
  return html`An expression in CEL, such as <code>request.event_type == 'push'</code>. Empty: everything that is accepted.`;
}

function Ways({ label, isBusy, stop }) {
  return html`
    <div class="actions">
      <${Button} type="submit" class="main-action" isBusy=${isBusy}>${label}<//>
      <button type="button" class="quiet" onClick=${stop}>Cancel</button>
    </div>`;
}

function optionsOf(items) {
  return items.map(({ id, name }) => [id, name]);
}
