/** A request's body: as text, as indented JSON or in hex, and as a download of the exact bytes. */

import { html, useMemo, useState } from "../html.js";
import { useLoaded } from "../loading.js";
import { asHex, asIndentedJson, asText } from "../words/text.js";
import { size } from "../words/words.js";
import { useWorkspace } from "../workspace.js";
import { Problem } from "./problem.js";

const MOST_SHOWN = 65_536;
const KEEP_URL_MS = 60_000;
const ENDINGS = new Map([["application/json", "json"], ["text/plain", "txt"], ["text/csv", "csv"]]); // none that runs when opened

export function Body({ request }) {
  return html`<section class="body"><h3>Body</h3>${content(request)}</section>`;
}

function content(request) {
  if (request.body_bytes === 0) return html`<p class="small">It has no body.</p>`;
  if (request.body_sha256 === null) return html`<p class="small">Its body was not kept.</p>`;
  return html`<${Kept} request=${request} />`;
}

function Kept({ request }) {
  const { api } = useWorkspace();
  const { value: bytes, problem } = useLoaded(() => api.firstBytes(request.id, MOST_SHOWN), [request.id]);
  return html`<${Problem} problem=${problem} />${bytes && html`<${Bytes} request=${request} bytes=${bytes} />`}`;
}

function Bytes({ request, bytes }) {
  const isWhole = bytes.length === request.body_bytes;
  const views = useMemo(() => viewsOf(bytes, isWhole), [bytes]);
  const [chosen, choose] = useState(() => Object.keys(views)[0]);
  return html`
    <div class="tools">
      <div class="choice" role="group" aria-label="Show the body">
        ${Object.keys(views).map((name) => html`
          <button type="button" class="quiet" aria-pressed=${String(name === chosen)} onClick=${() => choose(name)}>${name}</button>`)}
      </div>
      <${Download} request=${request} />
    </div>
    <pre tabindex="0" aria-label="The body" class=${chosen === "Hex" ? "data hex" : "data"}>${views[chosen]}</pre>
    ${!isWhole && html`<p class="small">These are the first ${size(bytes.length)} of ${size(request.body_bytes)}. The download has them all.</p>`}`;
}

/** The ways to show these bytes, best first: name → text. */
function viewsOf(bytes, isWhole) {
  const text = asText(bytes, isWhole);
  const json = text === null ? null : asIndentedJson(text);
  const views = { Indented: json, "As sent": text, Hex: asHex(bytes) };
  return Object.fromEntries(Object.entries(views).filter(([, shown]) => shown !== null));
}

/** A plain link would not carry the key, so the bytes are fetched first. */
function Download({ request }) {
  const { api } = useWorkspace();
  const [isBusy, beBusy] = useState(false);
  const [problem, complain] = useState(null);
  const click = async () => {
    beBusy(true);
    complain(await api.wholeBody(request.id).then((bytes) => save(request, bytes), (failure) => failure));
    beBusy(false);
  };
  return html`<button type="button" class="quiet" disabled=${isBusy} onClick=${click}>${problem?.message ?? "Download"}</button>`;
}

function save(request, bytes) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(bytes);
  link.download = `${request.id}.${ENDINGS.get(request.media_type) ?? "bin"}`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), KEEP_URL_MS);
}
