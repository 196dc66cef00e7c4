/** Declaring an endpoint. */

import { addressOfEndpoint, placeIn } from "../address.js";
import { endpointFrom, valuesOf } from "../forms/endpoint-values.js";
import { useValues } from "../forms/values.js";
import { html } from "../html.js";
import { useProjectDefaults } from "../live/use-project-defaults.js";
import { useTitle } from "../loading.js";
import { Button } from "../parts/button.js";
import { EndpointForm } from "../parts/endpoint-form.js";
import { go } from "../router.js";
import { useWish } from "../wish.js";
import { useWorkspace } from "../workspace.js";

export function NewEndpoint() {
  const { api, reloadEndpoints } = useWorkspace();
  const granted = useWish();
  const form = useValues(valuesOf(null), async (values) => {
    const text = JSON.stringify(endpointFrom(values));
    const { body: declared } = await granted(text, (key) => api.sendText("POST", "/v1/endpoints", text, { key }));
    reloadEndpoints().catch(() => {}); // it is shown all the same
    go(placeIn(addressOfEndpoint(declared)).path);
  });
  const defaults = useProjectDefaults();
  useTitle("A new endpoint");
  return html`
    <main id="new-endpoint" class="sheet">
      <p class="small"><a href="#/">← Requests</a></p>
      <h2 tabindex="-1">A new endpoint</h2>
      <p>A path is enough. It listens as soon as it is declared.</p>
      <${EndpointForm} isNew=${true} defaults=${defaults} ...${form}>
        <${Button} type="submit" class="main-action" isBusy=${form.isBusy}>Declare it<//>
        <a href="#/">Cancel</a>
      <//>
    </main>`;
}
