/** What deliveries to a destination are signed with, and replacing it while whoever receives changes over. */

import { useDeed } from "../deed.js";
import { html, useRef, useState } from "../html.js";
import { longTime, meaningOfScope } from "../words/words.js";
import { useWorkspace } from "../workspace.js";
import { Button } from "./button.js";
import { IssuedSecret } from "./issued-secret.js";
import { Problem } from "./problem.js";

const SCOPE = "write";
const OVERLAPS = [["86400", "for a day"], ["3600", "for an hour"], ["604800", "for a week"], ["0", "no more"]];

/** `changed` is called after a rotation. */
export function SigningSecrets({ destination, changed }) {
  const { api, lacking } = useWorkspace();
  const { isBusy, problem, run } = useDeed();
  const [overlap, choose] = useState("86400");
  const [issued, show] = useState(null);
  const rotate = (event) => {
    event.preventDefault();
    if (isBusy) return;
    run(`rotate ${overlap}`, SCOPE, async (key) => {
      const { body } = await api.send("POST", `/v1/destinations/${destination.id}/rotate-secret`, { overlap_seconds: Number(overlap) }, { key });
      show(body.secret);
      changed();
    });
  };
  const place = useRef(null);
  const taken = () => {
    show(null);
    place.current.querySelector("form button")?.focus();
  };
  return html`
    <section id="signing" ref=${place}>
      <h3>Secret</h3>
      <ul class="small notes">${destination.secrets.map(secretInWords)}</ul>
      ${issued && html`<${IssuedSecret} secret=${issued}><p><button type="button" class="quiet" onClick=${taken}>I have it</button></p><//>`}
      ${lacking.includes(SCOPE)
        ? html`<p class="said" role="status">${meaningOfScope(SCOPE)}</p>`
        : html`<${Rotation} overlap=${overlap} choose=${choose} rotate=${rotate} isBusy=${isBusy} />`}
      <${Problem} problem=${problem} />
    </section>`;
}

function secretInWords(secret) {
  return html`<li key=${secret.id}><span class="data">${secret.id}</span> since ${longTime(secret.created_at)}${endOf(secret)}</li>`;
}

function Rotation({ overlap, choose, rotate, isBusy }) {
  return html`
    <form class="actions" aria-label="Rotate the secret" onSubmit=${rotate}>
      <label>The old one signs, too, <select name="overlap" value=${overlap} onChange=${(event) => choose(event.target.value)}>
        ${OVERLAPS.map(([seconds, words]) => html`<option key=${seconds} value=${seconds}>${words}</option>`)}
      </select></label>
      <${Button} type="submit" isBusy=${isBusy}>Rotate the secret<//>
    </form>`;
}

function endOf({ expires_at: end }) {
  if (end === null) return "";
  return Date.parse(end) > Date.now() ? `, signs until ${longTime(end)}` : ", signs no more";
}
