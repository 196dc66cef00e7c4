/** Sending a sample to a destination, and what comes of it. */

import { addressOf } from "../address.js";
import { useDeed } from "../deed.js";
import { html, useState } from "../html.js";
import { useAttempts } from "../live/use-attempts.js";
import { useFollowed } from "../live/use-followed.js";
import { isOpen } from "../live/use-routed.js";
import { meaningOfScope } from "../words/words.js";
import { useWorkspace } from "../workspace.js";
import { Button } from "./button.js";
import { Delivery } from "./delivery.js";
import { Problem } from "./problem.js";

const SCOPE = "write";

export function DestinationTest({ destination }) {
  const { api, lacking } = useWorkspace();
  const { isBusy, problem, run } = useDeed();
  const [sent, show] = useState(null);
  const send = () => run("test", SCOPE, async (key) => {
    const { body } = await api.send("POST", `/v1/destinations/${destination.id}/test`, {}, { key });
    show(body);
  });
  return html`
    <section id="destination-test">
      <h3>Test</h3>
      <p class="small">A sample is kept and delivered, signed like any other.${destination.paused && " It waits as long as this is paused."}</p>
      ${!lacking.includes(SCOPE) && html`<div class="actions"><${Button} class="quiet strong" isBusy=${isBusy} onClick=${send}>Send a test<//></div>`}
      <p class="said" role="status" hidden=${!lacking.includes(SCOPE)}>${lacking.includes(SCOPE) && meaningOfScope(SCOPE)}</p>
      <${Problem} problem=${problem} />
      ${sent && html`<${Sent} key=${sent.id} first=${sent} />`}
    </section>`;
}

function Sent({ first }) {
  const { api } = useWorkspace();
  const { value, problem, reload } = useFollowed(() => api.get(`/v1/deliveries/${first.id}`), [first], { isGoingOn: isOpen });
  const delivery = value ?? first;
  const { attempts } = useAttempts([delivery]);
  return html`
    <ul class="deliveries" aria-live="polite"><${Delivery} delivery=${delivery} attempts=${attempts?.get(delivery.id) ?? null} changed=${reload} /></ul>
    <p class="small"><a href=${addressOf(["requests", delivery.request_id])}>The sample</a></p>
    <${Problem} problem=${problem} />`;
}
