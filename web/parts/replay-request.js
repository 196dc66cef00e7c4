/** Delivering one request again: to whoever subscribes now, or to one destination. */

import { useDeed } from "../deed.js";
import { html, useState } from "../html.js";
import { counted } from "../words/delivery.js";
import { meaningOfScope } from "../words/words.js";
import { useWorkspace } from "../workspace.js";
import { Button } from "./button.js";
import { Problem } from "./problem.js";

const SCOPE = "replay";

/** `changed` is called when deliveries have begun. */
export function ReplayRequest({ request, changed }) {
  const { api, destinations, lacking } = useWorkspace();
  const { isBusy, said, problem, run } = useDeed();
  const [target, choose] = useState("");
  const replay = (event) => {
    event.preventDefault();
    if (isBusy) return;
    run(`replay ${target}`, SCOPE, async (key) => {
      const wanted = target ? { destination: target } : {};
      const { body } = await api.send("POST", `/v1/requests/${encodeURIComponent(request.id)}/replay`, wanted, { key });
      changed();
      return outcomeOf(body.items.length);
    });
  };
  if (!destinations?.length) return html`<p class="small">There is no destination yet. <a href="#/destinations/new">Declare one</a> to have it delivered.</p>`;
  return html`
    ${!lacking.includes(SCOPE) && html`
      <form class="actions" aria-label="Replay" onSubmit=${replay}>
        <label>Deliver again to <select name="replay-to" value=${target} onChange=${(event) => choose(event.target.value)}>
          <option value="">whoever subscribes now</option>
          ${destinations.map(({ id, name }) => html`<option key=${id} value=${id}>${name}</option>`)}
        </select></label>
        <${Button} type="submit" isBusy=${isBusy}>Replay<//>
      </form>`}
    <p class="said" role="status" hidden=${!said && !lacking.includes(SCOPE)}>${lacking.includes(SCOPE) ? meaningOfScope(SCOPE) : said}</p>
    <${Problem} problem=${problem} />`;
}

function outcomeOf(count) {
  if (count === 0) return "No subscription takes it, so nothing is delivered.";
  return `${counted(count, "delivery", "deliveries")} of it ${count === 1 ? "has" : "have"} begun.`;
}
