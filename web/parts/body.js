/** A request's body: as text, as indented JSON, as fields or in hex, and as a download of the exact bytes. */

import { html, useEffect, useMemo, useState } from "../html.js";
import { useLoaded } from "../loading.js";
import { readingsOf } from "../words/readings.js";
import { size } from "../words/words.js";
import { useWorkspace } from "../workspace.js";
import { Button } from "./button.js";
import { Marked } from "./jump.js";
import { Problem } from "./problem.js";
import { save } from "../saving.js";

const MOST_SHOWN = 65_536;
const ENDINGS = new Map([["application/json", "json"], ["text/plain", "txt"], ["text/csv", "csv"]]); // none that runs when opened

/** `jump` is how places in it are reached. */
export function Body({ request, jump }) {
  return html`<section class="body"><h3>Body</h3>${content(request, jump)}</section>`;
}

/** Whether its bytes can be read. */
export function isKept({ body_bytes: length, body_sha256: digest }) {
  return length > 0 && digest !== null;
}

/** A request, and all bytes of its body: none where they were not kept. */
export async function requestWithBody(api, id) {
  const request = await api.get(`/v1/requests/${encodeURIComponent(id)}`);
  const bytes = isKept(request) ? await (await api.wholeBody(id)).arrayBuffer() : new ArrayBuffer(0);
  return { request, bytes: new Uint8Array(bytes) };
}

function content(request, jump) {
  if (request.body_bytes === 0) return html`<p class="small">It has no body.</p>`;
  if (!isKept(request)) return html`<p class="small">Its body was not kept.</p>`;
  return html`<${Kept} request=${request} jump=${jump} />`;
}

function Kept({ request, jump }) {
  const { api } = useWorkspace();
  const { value: bytes, problem } = useLoaded(() => api.firstBytes(request.id, MOST_SHOWN), [request.id]);
  return html`<${Problem} problem=${problem} />${bytes && html`<${Bytes} request=${request} bytes=${bytes} jump=${jump} />`}`;
}

function Bytes({ request, bytes, jump }) {
  const isWhole = bytes.length === request.body_bytes;
  const readings = useMemo(() => readingsOf(bytes, isWhole, request.media_type, request.violations), [bytes, request]);
  const [chosen, choose] = useState(readings[0].name);
  useReach(readings, jump, choose);
  const shown = readings.find(({ name }) => name === chosen) ?? readings[0];
  return html`
    <div class="tools">
      <div class="choice" role="group" aria-label="Show the body">
        ${readings.map(({ name }) => html`
          <button type="button" class="quiet" aria-pressed=${String(name === shown.name)} onClick=${() => choose(name)}>${name}</button>`)}
      </div>
      <${Download} request=${request} />
    </div>
    <${Marked} reading=${shown} violations=${request.violations} go=${jump.toViolation} />
    ${!isWhole && html`<p class="small">These are the first ${size(bytes.length)} of ${size(request.body_bytes)}. The download has them all.</p>`}`;
}

/** Show a reading that has the wanted place, and go there. */
function useReach(readings, { wanted, reach }, choose) {
  const [there, arrive] = useState(null);
  useEffect(() => {
    if (!wanted) return;
    const reading = readings.find(({ faults }) => faults.some(({ number }) => number === wanted.number));
    if (reading) choose(reading.name);
    arrive(wanted);
  }, [wanted]);
  useEffect(() => { if (there) reach(there); }, [there]);
}

/** A plain link would not carry the key, so the bytes are fetched first. */
function Download({ request }) {
  const { api } = useWorkspace();
  const [isBusy, beBusy] = useState(false);
  const [problem, complain] = useState(null);
  const click = async () => {
    beBusy(true);
    complain(await api.wholeBody(request.id).then((bytes) => save(fileOf(request), bytes), (failure) => failure));
    beBusy(false);
  };
  return html`<${Button} isBusy=${isBusy} onClick=${click}>Download<//><${Problem} problem=${problem} />`;
}

function fileOf(request) {
  return `${request.id}.${ENDINGS.get(request.media_type) ?? "bin"}`;
}
