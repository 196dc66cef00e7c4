/** One request: what can be done with it, why it got its verdict, its deliveries, its body, facts and headers, its way in, and its verdicts. */

import { html, useEffect, useRef, useState } from "../html.js";
import { useLoaded, useTitle } from "../loading.js";
import { Actions } from "../parts/actions.js";
import { Body, isKept } from "../parts/body.js";
import { DeliveriesOfRequest } from "../parts/deliveries-of-request.js";
import { Facts } from "../parts/facts.js";
import { useJump } from "../parts/jump.js";
import { Lineage } from "../parts/lineage.js";
import { Problem } from "../parts/problem.js";
import { Table } from "../parts/table.js";
import { Verdict } from "../parts/verdict.js";
import { Way } from "../parts/way.js";
import { Why } from "../parts/why.js";
import { longTime, meaningOfVerdict } from "../words/words.js";
import { useWorkspace } from "../workspace.js";

/**
 * The request of this id, or the invitation to choose one for null. `known` is what the list knows of it, which is all
 * that is left of an erased one; `entered` is set anew when the keyboard goes on into it.
 */
export function RequestView({ id, known, entered, close }) {
  const { request, problem, isShown, ...changes } = useRequest(id, known);
  const place = useRef(null);
  useTitle(isShown && request ? `${request.method} ${request.path}` : null);
  useFocus(place, id, isShown, entered);
  return html`
    <section id="request" ref=${place} class="pane request" aria-label="The selected request">
      ${id === null && html`<${Invitation} />`}
      ${id !== null && request && html`<${Content} request=${request} close=${close} ...${changes} />`}
      ${id !== null && problem && html`<${Head} close=${close}>Request<//><${Problem} problem=${problem} />`}
    </section>`;
}

/** Read it again when the list learns of a change; until it is read, the one before it stays. */
function useRequest(id, known) {
  const { api } = useWorkspace();
  const load = async () => (id === null || known?.erased_at ? known : api.get(`/v1/requests/${encodeURIComponent(id)}`));
  const { value, problem, of: [shown], reload } = useLoaded(load, [id]);
  const isShown = shown === id;
  const isOutdated = Boolean(known && isShown && (problem || !isAlike(value, known)));
  useEffect(() => { if (isOutdated) reload(); }, [known, isOutdated]);
  const [gone, lose] = useState(null); // what was erased from here, until the list knows it
  const request = gone && gone.id === value?.id && !value.erased_at ? gone : value;
  return { request, problem, isShown, reload, erased: () => lose({ ...value, erased_at: new Date().toISOString() }) };
}

function isAlike(request, known) {
  return request?.verdict === known.verdict && request.erased_at === known.erased_at;
}

/** Begin at its top; go there with the focus if the keyboard does, or if it takes the place of the list. */
function useFocus(place, id, isShown, entered) {
  useEffect(() => {
    if (id === null || !isShown) return;
    place.current.scrollTop = 0;
    if (document.getElementById("requests-title").checkVisibility() === false) place.current.querySelector("h2")?.focus();
  }, [id, isShown]);
  useEffect(() => {
    if (isShown && entered?.id === id) place.current.querySelector("h2")?.focus();
  }, [id, isShown, entered]);
}

function Invitation() {
  return html`
    <div class="empty choose">
      <img src="/page/icon.svg" alt="" width="56" height="56" />
      <p>Choose a request to read it.</p>
    </div>`;
}

function Head({ close, children }) {
  return html`
    <div class="pane-head">
      <button type="button" class="quiet back" onClick=${close}>← Requests</button>
      <h2 tabindex="-1">${children}</h2>
    </div>`;
}

function Content({ request, close, reload, erased }) {
  const { nameOf } = useWorkspace();
  const title = html`<b>${request.method}</b> <span class="data">${targetOf(request)}</span>`;
  return html`
    <${Head} close=${close}>${title}<//>
    <p class="judged"><${Verdict} of=${request} /> ${meaningOfVerdict(request.verdict)}</p>
    ${request.erased_at
      ? html`<${Facts} request=${request} endpoint=${nameOf(request.endpoint_id)} /><${Tombstone} request=${request} />`
      : html`<${Whole} key=${request.id} request=${request} endpoint=${nameOf(request.endpoint_id)} reload=${reload} erased=${erased} />`}`;
}

function Whole({ request, endpoint, reload, erased }) {
  const place = useRef(null);
  const jump = useJump(place);
  return html`
    <div ref=${place} class="whole">
      <${Actions} request=${request} reload=${reload} erased=${erased} />
      <${Lineage} request=${request} />
      <${Why} request=${request} toPlace=${isKept(request) ? jump.toPlace : null} />
      <${DeliveriesOfRequest} request=${request} />
      <${Body} request=${request} jump=${jump} />
      <${Facts} request=${request} endpoint=${endpoint} />
      <section><h3>Headers</h3><${Table} label="Headers" columns=${["Name", "Value"]} rows=${request.headers} /></section>
      <${Way} request=${request} />
    </div>`;
}

function Tombstone({ request }) {
  return html`<p class="empty">Its headers and body were erased on ${longTime(request.erased_at)}.</p>`;
}

function targetOf(request) {
  return request.query ? `${request.path}?${request.query}` : request.path;
}
