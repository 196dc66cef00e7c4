/** The fields of a request that is written anew, beside what would become of it. */

import { html, useMemo, useRef, useState } from "../html.js";
import { foretell, useForetold } from "../live/use-foretold.js";
import { draftOf, messageOf } from "../words/draft.js";
import { useWorkspace } from "../workspace.js";
import { Button } from "./button.js";
import { BodyField, Indent, readingFor, select } from "./draft-body.js";
import { Foretold } from "./foretold.js";
import { Problem } from "./problem.js";
import { Sending } from "./sending.js";

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"];

export function Editor({ request, bytes }) {
  const { endpoints } = useWorkspace();
  const first = useMemo(() => draftOf(request, bytes), [request, bytes]);
  const [draft, write] = useState(first);
  const [name, choose] = useState(() => (endpoints.find(({ id }) => id === request.endpoint_id) ?? endpoints[0]).name);
  const endpoint = endpoints.find((one) => one.name === name) ?? endpoints[0];
  const message = useMemo(() => messageOf(draft, first), [draft]);
  const foretold = useForetold(endpoint, message, foretell);
  const body = useRef(null);
  const judged = foretold.verified ?? foretold.check; // as Foretold lists it
  const reading = useMemo(() => readingFor(message, draft.text, judged), [message, judged]);
  const field = (key) => ({ name: key, value: draft[key], onInput: ({ target }) => write({ ...draft, [key]: target.value }) });

  return html`
    <form class="editor" aria-label="The request" onSubmit=${(event) => { event.preventDefault(); foretold.now(); }}>
      <${Target} field=${field} endpoints=${endpoints} endpoint=${endpoint} choose=${choose} came=${request.method} />
      <label>Query <input ...${field("query")} spellcheck=${false} autocomplete="off" /></label>
      <label>Headers, one a line <textarea ...${field("headers")} rows="4" spellcheck=${false} autocomplete="off"></textarea></label>
      <${LeftOut} draft=${first} message=${message} />
      <${BodyField} draft=${draft} place=${body} ...${field("text")} />
      <div class="actions">
        <${Button} type="submit" isBusy=${foretold.isUnderWay}>Check<//>
        <${Indent} draft=${draft} write=${write} />
      </div>
    </form>
    <div class="foretelling">
      <${Problem} problem=${message instanceof Error ? message : null} />
      <${Foretold} foretold=${foretold} reading=${reading} toPlace=${draft.text === null ? null : (number) => select(body.current, reading, number)} />
      <${Sending} endpoint=${endpoint} message=${message} />
    </div>`;
}

function Target({ field, endpoints, endpoint, choose, came }) {
  const methods = METHODS.includes(came) ? METHODS : [...METHODS, came];
  return html`
    <div class="target">
      <label>Endpoint <select name="endpoint" value=${endpoint.name} onChange=${({ target }) => choose(target.value)}>
        ${endpoints.map(({ name }) => html`<option key=${name} value=${name}>${name}</option>`)}
      </select></label>
      <label>Method <select ...${field("method")}>${methods.map((one) => html`<option key=${one} value=${one}>${one}</option>`)}</select></label>
      <label>Path <input ...${field("path")} spellcheck=${false} autocomplete="off" required /></label>
    </div>`;
}

/** What is not sent, and why. */
function LeftOut({ draft: { credentials }, message: { leftOut = [], hasLostBody } }) {
  return html`
    <ul class="small left-out">
      ${credentials.length > 0 && html`<li>Left out, as this key does not see what they were: <span class="data">${credentials.join(", ")}</span>. Add them if the sender has to prove who it is.</li>`}
      ${leftOut.length > 0 && html`<li>Not sent, as a browser sets them itself or leaves them out: <span class="data">${leftOut.join(", ")}</span>.</li>`}
      ${hasLostBody && html`<li>A browser sends no body with this method.</li>`}
    </ul>`;
}
