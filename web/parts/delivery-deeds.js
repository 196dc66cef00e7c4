/** What can be done with a delivery: send it again now, or give it up. */

import { useDeed } from "../deed.js";
import { html } from "../html.js";
import { meaningOfScope } from "../words/words.js";
import { useWorkspace } from "../workspace.js";
import { Button } from "./button.js";
import { Problem } from "./problem.js";
import { Said } from "./said.js";

const RETRIED = { failed: "Retry", cancelled: "Retry", waiting: "Try now" };
const SCOPES = { retry: "replay", cancel: "write" };
const OUTCOMES = { retry: "It is sent again.", cancel: "It is given up." };

/** `changed` is called with the delivery as it is then; `isShort` offers only the retry of one that has failed. */
export function DeliveryDeeds({ delivery, changed, isShort = false }) {
  const { api, lacking } = useWorkspace();
  const { isBusy, said, problem, run } = useDeed();
  const deeds = deedsOf(delivery).filter(({ verb }) => !isShort || (verb === "retry" && delivery.status === "failed"));
  const act = (verb) => run(verb, SCOPES[verb], async (key) => {
    const { body } = await api.send("POST", `/v1/deliveries/${encodeURIComponent(delivery.id)}/${verb}`, null, { key });
    changed(body);
    return OUTCOMES[verb];
  });
  const missing = deeds.map(({ verb }) => SCOPES[verb]).find((scope) => lacking.includes(scope));
  return html`
    <div class="actions" role="group" aria-label="What to do with this delivery">
      ${deeds.filter(({ verb }) => !lacking.includes(SCOPES[verb])).map(({ verb, label, title }) => html`
        <${Button} key=${verb} class=${verb === "retry" ? "quiet strong" : "quiet"} title=${title} isBusy=${isBusy} onClick=${() => act(verb)}>${label}<//>`)}
    </div>
    <${Said} words=${missing ? meaningOfScope(missing) : said} of=${delivery.status} />
    <${Problem} problem=${problem} />`;
}

function deedsOf({ status, ordering_key: line }) {
  const deeds = [];
  if (Object.hasOwn(RETRIED, status)) deeds.push({ verb: "retry", label: RETRIED[status], title: "Send it again, with the retry schedule anew" });
  const isUnended = status === "waiting" || status === "sending";
  if (line !== null && (isUnended || status === "failed")) deeds.push({ verb: "cancel", label: "Skip", title: "Give it up, so that the next one of its ordering key goes" });
  else if (isUnended) deeds.push({ verb: "cancel", label: "Cancel", title: "Give it up" });
  return deeds;
}
