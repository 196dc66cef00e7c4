/** What would become of a request that is not sent yet. */

import { html } from "../html.js";
import { meaningOfVerdict } from "../words/words.js";
import { Marked } from "./jump.js";
import { Problem } from "./problem.js";
import { Verdict } from "./verdict.js";
import { Way } from "./way.js";
import { Why } from "./why.js";

/** `reading` shows the body with its violations, if it has any there; `toPlace` goes to where one can be mended. */
export function Foretold({ foretold: { check, verified, problem, isUnderWay }, reading, toPlace }) {
  const judged = verified ?? check;
  return html`
    <section id="foretold" class="foretold" aria-label="What would become of it">
      <h3>What would become of it</h3>
      <p role="status" class="judged">${check ? html`<${Verdict} of=${check} /> ${wordsOf(check)}` : isUnderWay && "checking…"}</p>
      <${Problem} problem=${problem} />
      ${verified && html`<${Unverified} verified=${verified} />`}
      ${judged && html`<${Why} request=${judged} toPlace=${toPlace} />`}
      ${judged && reading && html`<${Marked} reading=${reading} violations=${judged.violations} go=${toPlace} />`}
      ${check && html`<${Way} request=${{ trail: check.trail, history: [] }} />`}
    </section>`;
}

function wordsOf(check) {
  return `Its sender would be answered ${check.reply_status}. ${meaningOfVerdict(check.verdict)}`;
}

/** A signature is made with a secret that does not leave the service. */
function Unverified({ verified }) {
  return html`
    <p class="problem">Its sender cannot be verified: a signed sender cannot be imitated from here. Sent from this page it will be refused.</p>
    <p class="judged">Were the sender verified, it would be <${Verdict} of=${verified} /></p>`;
}
