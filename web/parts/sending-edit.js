/** Sending a request with an edited body, under the verdict that is shown, and what was made of it. */

import { addressOf } from "../address.js";
import { useDeed } from "../deed.js";
import { html, useState } from "../html.js";
import { counted } from "../words/delivery.js";
import { meaningOfScope } from "../words/words.js";
import { useWorkspace } from "../workspace.js";
import { Button } from "./button.js";
import { Problem } from "./problem.js";
import { Said } from "./said.js";

const SCOPE = "replay";
const ACCEPTED = "accepted";

/** `check` is what was said of this body, null until it is. */
export function SendingEdit({ request, body, check, isLacking }) {
  const { api, destinations } = useWorkspace();
  const { isBusy, said, problem, run } = useDeed();
  const [target, choose] = useState("");
  const [sent, remember] = useState(null);
  const content = body.body ?? body.body_base64;
  const isOfThis = sent === content; // what was said of another body is not true of this one
  const needsTarget = check !== null && check.verdict !== ACCEPTED && !target;
  const send = (event) => {
    event.preventDefault();
    if (isBusy || check === null || needsTarget) return;
    remember(content);
    const wanted = { ...body, verdict: check.verdict, ...target ? { destination: target } : {} };
    run(`edit ${JSON.stringify(wanted)}`, SCOPE, async (key) => {
      const { body: made } = await api.send("POST", `/v1/requests/${encodeURIComponent(request.id)}/replay`, wanted, { key });
      return html`<a href=${addressOf(["requests", made.request_id])}>The request that was made of it</a>. ${outcomeOf(made.items.length)}`;
    });
  };
  return html`
    <section id="sending">
      ${!isLacking && html`
        <form class="actions" aria-label="Send it" onSubmit=${send}>
          <label>Deliver to <select name="send-to" value=${target} onChange=${(event) => choose(event.target.value)}>
            <option value="">whoever subscribes now</option>
            ${(destinations ?? []).map(({ id, name }) => html`<option key=${id} value=${id}>${name}</option>`)}
          </select></label>
          <${Button} type="submit" class="main-action" disabled=${check === null || needsTarget} isBusy=${isBusy}>Send<//>
        </form>`}
      ${!isLacking && needsTarget && html`<p class="small">No subscription takes what is ${check.verdict}. Mend it, or choose a destination to send it there as it is.</p>`}
      <${Problem} problem=${isOfThis ? problem : null} />
      <${Said} words=${isLacking ? meaningOfScope(SCOPE) : isOfThis && said} of=${isLacking} />
    </section>`;
}

function outcomeOf(count) {
  if (count === 0) return "No subscription takes it, so nothing is delivered.";
  return `${counted(count, "delivery", "deliveries")} of it ${count === 1 ? "has" : "have"} begun.`;
}
