/** What can be done with a destination: pause or resume it, and enable it once the service has disabled it. */

import { addressOfDestination } from "../address.js";
import { useDeed } from "../deed.js";
import { html } from "../html.js";
import { meaningOfDisabling } from "../words/delivery.js";
import { longTime, meaningOfScope } from "../words/words.js";
import { useWorkspace } from "../workspace.js";
import { Button } from "./button.js";
import { Problem } from "./problem.js";
import { Said } from "./said.js";

const SCOPE = "write";

/** `changed` is called after a change. */
export function DestinationDeeds({ destination, changed }) {
  const { api, reloadDestinations, lacking } = useWorkspace();
  const { isBusy, said, problem, run } = useDeed();
  const path = `/v1/destinations/${destination.id}`;
  const tell = () => {
    changed();
    reloadDestinations().catch(() => {}); // its deliveries are shown with that
  };
  const pause = (paused) => run(paused ? "pause" : "resume", SCOPE, async () => {
    await api.send("PATCH", path, { paused });
    tell();
    return paused ? "Paused: its deliveries wait." : "Resumed: what waits is delivered.";
  });
  const enable = () => run("enable", SCOPE, async (key) => {
    await api.send("POST", `${path}/enable`, null, { key });
    tell();
    return "Enabled: what waits is delivered.";
  });
  const isLacking = lacking.includes(SCOPE);
  return html`
    ${destination.disabled_at && html`<${Disabled} destination=${destination} />`}
    <div class="actions" role="group" aria-label="What to do with it">
      ${!isLacking && destination.disabled_at && html`<${Button} key="enable" class="quiet strong" isBusy=${isBusy} onClick=${enable}>Enable<//>`}
      ${!isLacking && html`<${Button} key="pause" isBusy=${isBusy} onClick=${() => pause(!destination.paused)}>${destination.paused ? "Resume" : "Pause"}<//>`}
      <a class="quiet" href=${addressOfDestination(destination, ["edit"])}>Change</a>
    </div>
    <${Said} words=${isLacking ? meaningOfScope(SCOPE) : said} of=${`${destination.paused} ${destination.disabled_at}`} />
    <${Problem} problem=${problem} />`;
}

function Disabled({ destination: { disabled_at: since, disabled_reason: reason } }) {
  return html`<p class="problem">The service has disabled it on ${longTime(since)}. ${meaningOfDisabling(reason)} Enable it once that is mended; what waits is delivered then.</p>`;
}
