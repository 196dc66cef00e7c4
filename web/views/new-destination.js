/** Declaring a destination; its secret is shown here, once. */

import { addressOfDestination } from "../address.js";
import { destinationFrom, destinationValuesOf } from "../forms/destination-values.js";
import { useValues } from "../forms/values.js";
import { html, useState } from "../html.js";
import { useTitle } from "../loading.js";
import { Button } from "../parts/button.js";
import { DestinationForm } from "../parts/destination-form.js";
import { IssuedSecret } from "../parts/issued-secret.js";
import { useWish } from "../wish.js";
import { useWorkspace } from "../workspace.js";

export function NewDestination() {
  const [declared, show] = useState(null);
  useTitle("A new destination");
  return html`
    <main id="new-destination" class="sheet">
      <p class="small"><a href="#/destinations">← Destinations</a></p>
      ${declared === null ? html`<${Declaring} show=${show} />` : html`<${Declared} destination=${declared} />`}
    </main>`;
}

function Declaring({ show }) {
  const { api, reloadDestinations } = useWorkspace();
  const granted = useWish();
  const form = useValues(destinationValuesOf(null), async (values) => {
    const text = JSON.stringify(destinationFrom(values));
    const { body } = await granted(text, (key) => api.sendText("POST", "/v1/destinations", text, { key }));
    reloadDestinations().catch(() => {}); // it is shown all the same
    show(body);
  });
  return html`
    <h2 tabindex="-1">A new destination</h2>
    <p>A URL is enough. Nothing goes there before an endpoint is subscribed to it.</p>
    <${DestinationForm} isNew=${true} ...${form}>
      <${Button} type="submit" class="main-action" isBusy=${form.isBusy}>Declare it<//>
      <a href="#/destinations">Cancel</a>
    <//>`;
}

function Declared({ destination }) {
  return html`
    <h2 tabindex="-1"><span class="data">${destination.name}</span> is declared</h2>
    <${IssuedSecret} secret=${destination.secret}>
      <p><a href=${addressOfDestination(destination, [], { subscribe: "new" })}>I have it: subscribe an endpoint</a></p>
    <//>`;
}
