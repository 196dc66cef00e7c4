/** Writing a contract: a whole one, as JSON. */

import { addressOf } from "../address.js";
import { html, useState } from "../html.js";
import { useLoaded, useTitle } from "../loading.js";
import { Button } from "../parts/button.js";
import { JsonEditor } from "../parts/json-editor.js";
import { Problem } from "../parts/problem.js";
import { StartingPoints } from "../parts/starting-points.js";
import { go } from "../router.js";
import { useWish } from "../wish.js";
import { contractText, emptyContract } from "../words/contract-text.js";
import { mistakeIn, spansOf } from "../words/json-text.js";
import { placeOf, spanAt } from "../words/places.js";
import { useWorkspace } from "../workspace.js";

/** `name` is the endpoint's; the query's `from` is the version to begin with. */
export function NewContract({ name, query: { from } }) {
  const { api } = useWorkspace();
  const path = `/v1/endpoints/${encodeURIComponent(name)}/contracts`;
  const load = async () => (from ? contractText(await api.text(`${path}/${encodeURIComponent(from)}`)) : emptyContract());
  const { value: start, problem } = useLoaded(load, [name, from]);
  useTitle(`A new contract for ${name}`);
  return html`
    <main id="new-contract" class="sheet">
      <p class="small"><a href=${addressOf(["endpoints", name, "contracts"])}>← Contracts of ${name}</a></p>
      <h2 tabindex="-1">A new contract for <span class="data">${name}</span></h2>
      <${Members} />
      <${Problem} problem=${problem} />
      ${start !== null && html`<${Editing} key=${`${name} ${from}`} name=${name} path=${path} start=${start} isFirst=${!from} />`}
    </main>`;
}

function Members() {
  return html`
    <details>
      <summary>What may stand in it</summary>
      <ul class="members">
        <li><code>media_types</code>: of bodies that are taken; none given, all are.</li>
        <li><code>body</code>: a JSON Schema of the body, by 2020-12. <code>assert_formats</code>: whether <code>format</code> binds.</li>
        <li><code>path</code>, <code>query</code>, <code>headers</code>: JSON Schemas of objects of texts.</li>
        <li><code>event_type</code>: an expression that gives the type of an event, such as <code>request.body.type</code>;${" "}
          <code>event_types</code>: a JSON Schema of the body by type; <code>unknown_event_types</code>: refuse or accept.</li>
        <li><code>definitions</code>: JSON Schemas that the others share, as <code>#/definitions/NAME</code>.</li>
        <li>Or a whole OpenAPI document: its webhooks, or its only path.</li>
      </ul>
    </details>`;
}

/** The text is sent as it is written. A version that is saved once is not saved again, even if activating it fails. */
function Editing({ name, path, start, isFirst }) {
  const { api, reloadEndpoints } = useWorkspace();
  const [text, write] = useState(start);
  const [{ failure, of }, fail] = useState({ failure: null, of: null });
  const [isBusy, beBusy] = useState(false);
  const granted = useWish();
  const save = async (isActive) => {
    const mistake = mistakeIn(text);
    if (mistake) return fail({ failure: new Error("It is no JSON yet, so nothing was saved."), of: text });
    beBusy(true);
    try {
      const version = await granted(text, async (key) => {
        const { body: made } = await api.sendText("POST", path, text, { key });
        if (isActive) await activated(api, path, made.version);
        return made.version;
      });
      reloadEndpoints().catch(() => {});
      return go(["endpoints", name, "contracts", String(version)]);
    } catch (problem) {
      fail({ failure: problem, of: text });
    }
    return beBusy(false);
  };
  return html`
    <form class="form" aria-label="A new contract" onSubmit=${(event) => event.preventDefault()}>
      ${isFirst && html`<${StartingPoints} name=${name} text=${text} write=${write} />`}
      <${Problem} problem=${summary(failure)} />
      <${JsonEditor} id="contract-text" label="The contract, as JSON" text=${text} write=${write} marks=${marksOf(failure, of)} asked=${failure} />
      <div class="actions">
        <${Button} class="main-action" isBusy=${isBusy} onClick=${() => save(true)}>Save and activate<//>
        <${Button} isBusy=${isBusy} onClick=${() => save(false)}>Save<//>
        <a href=${addressOf(["endpoints", name, "contracts"])}>Cancel</a>
      </div>
      <p class="small">Saved, it changes nothing until it is active: try it on history first.</p>
    </form>`;
}

async function activated(api, path, version) {
  await api.send("POST", `${path}/${version}/activate`).catch((problem) => {
    throw new Error(`It is saved as version ${version}, but was not activated. ${problem.message}`);
  });
}

function summary(failure) {
  if (!failure?.errors?.length) return failure;
  const count = failure.errors.length;
  return new Error(`The service did not take it: ${count === 1 ? "one place is" : `${count} places are`} wrong, see below.`);
}

/** What the service said of the text that it was sent, at the lines that it meant. */
function marksOf(failure, text) {
  if (!failure?.errors?.length) return [];
  const spans = spansOf(text);
  return failure.errors.map(({ pointer, message }) => {
    const [at, end] = spanAt(spans, pointer) ?? [0, 0];
    return { ...placeOf(text, at), at, end, message: `${pointer} ${message}`.trim() };
  });
}
