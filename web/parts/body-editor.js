/** The body of a request to edit, beside what would become of it. */

import { addressOf } from "../address.js";
import { html, useMemo, useRef, useState } from "../html.js";
import { useForetold } from "../live/use-foretold.js";
import { bodyOf, bytesOf, draftOf } from "../words/draft.js";
import { useWorkspace } from "../workspace.js";
import { Button } from "./button.js";
import { BodyField, Indent, readingFor, select } from "./draft-body.js";
import { Foretold } from "./foretold.js";
import { SendingEdit } from "./sending-edit.js";

export function BodyEditor({ request, bytes }) {
  const { lacking } = useWorkspace();
  const first = useMemo(() => draftOf(request, bytes), [request, bytes]);
  const [draft, write] = useState(first);
  const message = useMemo(() => ({ headers: request.headers, bytes: bytesOf(draft, first) }), [draft]);
  const foretold = useForetold(request, message, foretellEdit);
  const body = useRef(null);
  const reading = useMemo(() => readingFor(message, draft.text, foretold.check), [message, foretold.check]);
  return html`
    <form class="editor" aria-label="The request" onSubmit=${(event) => { event.preventDefault(); foretold.now(); }}>
      <${BodyField} draft=${draft} place=${body} name="text" value=${draft.text} onInput=${({ target }) => write({ ...draft, text: target.value })} />
      <div class="actions">
        <${Button} type="submit" isBusy=${foretold.isUnderWay}>Check<//>
        <${Indent} draft=${draft} write=${write} />
      </div>
      <p class="small">All else stays as it came. To change that as well, and to send it as anybody could, <a href=${addressOf(["requests", request.id, "anew"])}>write it anew</a>.</p>
    </form>
    <div class="foretelling">
      <${Foretold} foretold=${foretold} reading=${reading} toPlace=${draft.text === null ? null : (number) => select(body.current, reading, number)} />
      <${SendingEdit} request=${request} body=${bodyOf(message.bytes)} check=${foretold.check} isLacking=${lacking.includes("replay")} />
    </div>`;
}

/** Whoever edits vouches for the sender, so there is one answer. */
async function foretellEdit(api, request, { bytes }) {
  const { body } = await api.send("POST", `/v1/requests/${encodeURIComponent(request.id)}/check`, bodyOf(bytes));
  return { check: body, verified: null };
}
