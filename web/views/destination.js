/** One destination: how it does, what can be done with it, who is subscribed to it, and what deliveries are signed with. */

import { addressOf } from "../address.js";
import { html, useEffect } from "../html.js";
import { useHealth } from "../live/use-health.js";
import { useLoaded, useTitle } from "../loading.js";
import { Copyable } from "../parts/copyable.js";
import { HowItDoes } from "../parts/destination-card.js";
import { DestinationDeeds } from "../parts/destination-deeds.js";
import { DestinationFacts } from "../parts/destination-facts.js";
import { DestinationLatency } from "../parts/destination-latency.js";
import { DestinationTest } from "../parts/destination-test.js";
import { Problem } from "../parts/problem.js";
import { RemoveDestination } from "../parts/remove-destination.js";
import { SigningSecrets } from "../parts/signing-secrets.js";
import { HealthState } from "../parts/state.js";
import { Subscriptions } from "../parts/subscriptions.js";
import { useWorkspace } from "../workspace.js";

/** `name` is its name or its id; the query's `subscribe` opens the form for a subscription. */
export function DestinationView({ name, query }) {
  const { api } = useWorkspace();
  const { value: destination, problem, reload } = useLoaded(() => api.get(`/v1/destinations/${encodeURIComponent(name)}`), [name]);
  useTitle(destination?.name ?? name);
  return html`
    <main id="destination" class="sheet">
      <p class="small"><a href="#/destinations">← Destinations</a></p>
      ${!destination && html`<h2 tabindex="-1" class="data">${name}</h2>`}
      <${Problem} problem=${problem} />
      ${destination && html`<${Content} key=${destination.id} destination=${destination} isSubscribing=${query.subscribe !== undefined} reload=${reload} />`}
    </main>`;
}

function Content({ destination, isSubscribing, reload }) {
  const { health, minutes, problem, reload: look } = useHealth(destination.id);
  const isDisabled = health?.state === "disabled";
  useEffect(() => { if (isDisabled && !destination.disabled_at) reload(); }, [isDisabled]); // the service did it meanwhile
  const changed = () => {
    reload();
    look();
  };
  return html`
    <div class="pane-head"><h2 tabindex="-1" class="data">${destination.name}</h2>${health && html`<${HealthState} state=${health.state} />`}</div>
    <${Copyable} text=${destination.url} what=${`the URL of ${destination.name}`} />
    <section id="health">
      <${Problem} problem=${problem} />
      ${health && html`<${HowItDoes} destination=${destination} health=${health} minutes=${minutes} />`}
      <${DestinationLatency} destination=${destination} tried=${`${health?.last_success_at} ${health?.last_failure_at}`} />
      <${DestinationDeeds} destination=${destination} changed=${changed} />
    </section>
    <${Subscriptions} destination=${destination} isAsked=${isSubscribing} />
    <${DestinationTest} destination=${destination} />
    <section><h3>How it is delivered to</h3><${DestinationFacts} destination=${destination} /></section>
    <${SigningSecrets} destination=${destination} changed=${reload} />
    <ul class="ways"><li><a href=${addressOf(["deliveries"], { destination: destination.name })}>Its deliveries</a></li></ul>
    <${RemoveDestination} destination=${destination} />`;
}
