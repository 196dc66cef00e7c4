/** Trying a version of a contract on requests that are kept: for how long back, how far it is, and what came of it. */

import { Refused } from "../api.js";
import { html, useEffect, useRef, useState } from "../html.js";
import { useLoaded } from "../loading.js";
import { go } from "../router.js";
import { useWish } from "../wish.js";
import { useWorkspace } from "../workspace.js";
import { Button } from "./button.js";
import { Problem } from "./problem.js";
import { TrialResult } from "./trial-result.js";

const HOUR_SECONDS = 3_600;
const RANGES = [
  ["3600", "the last hour"],
  ["86400", "the last day"],
  [String(7 * 24 * HOUR_SECONDS), "the last 7 days"],
  ["", "all that is kept"],
];
const LOOK_EVERY_MS = 700;
const UNENDED = ["planned", "running"];

/** `name` is the endpoint's; the trial is part of the address, so that it is there after a reload. */
export function TryOnHistory({ name, version, query }) {
  const { api } = useWorkspace();
  const [range, choose] = useState("86400");
  const [isBusy, beBusy] = useState(false);
  const [failure, fail] = useState(null);
  const { trial, problem, reload } = useTrial(query.trial);
  const granted = useWish();
  const begin = async (event) => {
    event.preventDefault();
    beBusy(true);
    try {
      const path = `/v1/endpoints/${encodeURIComponent(name)}/contracts/${version}/try`;
      const { body } = await granted(`${path} ${range}`, (key, at) => api.send("POST", path, spanOf(range, at), { key }));
      fail(null);
      go(["endpoints", name, "contracts", String(version)], { ...query, trial: body.id });
    } catch (refusal) {
      fail(refusal);
    }
    beBusy(false);
  };
  return html`
    <section id="try">
      <h3>Try it on history</h3>
      <p class="small">It judges requests that are kept by this version, active or not, and changes nothing.</p>
      <form class="actions" aria-label="Try it on history" onSubmit=${begin}>
        <label for="range">Requests of</label>
        <select id="range" value=${range} onChange=${(event) => choose(event.target.value)}>
          ${RANGES.map(([seconds, words]) => html`<option key=${seconds} value=${seconds}>${words}</option>`)}
        </select>
        <${Button} type="submit" isBusy=${isBusy}>Try it<//>
      </form>
      <${Problem} problem=${failure ?? problem} />
      ${trial?.contract_version === version && html`<${Trial} trial=${trial} reload=${reload} />`}
    </section>`;
}

function spanOf(range, at) {
  return range === "" ? {} : { received_after: new Date(at - Number(range) * 1_000).toISOString() };
}

/** The trial of this id, read again and again until it has ended, also after an answer that did not come. */
function useTrial(id) {
  const { api } = useWorkspace();
  const load = async () => (id ? api.get(`/v1/trials/${encodeURIComponent(id)}`) : null);
  const { value: trial, problem, of: [shown], reload } = useLoaded(load, [id]);
  const isUnanswered = problem !== null && !(problem instanceof Refused);
  const isWaiting = isUnanswered || UNENDED.includes(trial?.status);
  useEffect(() => {
    if (!isWaiting) return undefined;
    const timer = setTimeout(reload, LOOK_EVERY_MS);
    return () => clearTimeout(timer);
  }, [trial, problem]);
  return { trial: shown === id ? trial : null, problem, reload };
}

function Trial({ trial, reload }) {
  const { api } = useWorkspace();
  const [problem, complain] = useState(null);
  const isWaiting = UNENDED.includes(trial.status);
  const status = useRef(null);
  const isCancelled = useRef(false);
  useEffect(() => { if (!isWaiting && isCancelled.current) status.current.focus(); }, [isWaiting]); // the button that was pressed is gone
  const cancel = () => {
    isCancelled.current = true;
    api.send("POST", `/v1/trials/${trial.id}/cancel`).then(reload, complain);
  };
  return html`
    <div class="card">
      <p id="trial-status" ref=${status} role="status" tabindex="-1">${isWaiting ? `Judging: ${trial.looked_at} so far…` : `${ENDS[trial.status] ?? trial.status} It looked at ${counted(trial.looked_at)}.`}</p>
      ${isWaiting && html`<p><button type="button" class="quiet" onClick=${cancel}>Cancel</button></p>`}
      <${Problem} problem=${problem} />
      <${TrialResult} trial=${trial} />
    </div>`;
}

const ENDS = { succeeded: "Done.", cancelled: "Cancelled.", failed: "It failed." };

function counted(number) {
  return number === 1 ? "1 request" : `${number} requests`;
}
