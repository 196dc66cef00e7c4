/** What the endpoint answers. */

import { LinesField, NumberField, TextField } from "../forms/fields.js";
import { useForm } from "../forms/form.js";
import { leftToProject } from "../forms/project.js";
import { replyValuesOf } from "../forms/reply-values.js";
import { html } from "../html.js";

const KINDS = [["none", "202 with the id that the request is kept under"], ["one", "one reply, always the same"], ["rules", "rules, as JSON"]];

export function ReplyFields({ isNew, defaults }) {
  const { values, put } = useForm();
  const kind = defaults && replyValuesOf(defaults.replies).reply;
  const options = isNew ? [leftToProject("reply", KINDS, kind), ...KINDS] : KINDS;
  return html`
    <fieldset>
      <legend>Reply</legend>
      <div class="field">
        <label for="reply-kind">Once a request is on disk, it answers</label>
        <select id="reply-kind" value=${values.reply} onChange=${(event) => put("reply", event.target.value)}>
          ${options.map(([kind, words]) => html`<option key=${kind} value=${kind}>${words}</option>`)}
        </select>
      </div>
      ${values.reply === "" && defaults?.replies.length > 0 && html`<pre class="data" tabindex="0" aria-label="The project’s replies">${JSON.stringify(defaults.replies, null, 2)}</pre>`}
      ${values.reply === "one" && html`<${OneReply} />`}
      ${values.reply === "rules" && html`<${LinesField} at="/replies" label="Rules" rows=${12} hint=${rulesHint()} />`}
    </fieldset>`;
}

function OneReply() {
  return html`
    <${NumberField} at="/replies/0/status" label="Status" placeholder="202" />
    <${TextField} at="/replies/0/media_type" label="Media type" hint="JSON, or text/… such as text/plain." />
    <${LinesField} at="/replies/0/body" label="Body" rows=${4} hint="Empty: none. JSON, or under text/… just what is to go out." />`;
}

function rulesHint() {
  return html`
    A list; the first rule whose <code>when</code> holds answers. A rule may have <code>when</code>, <code>status</code>, <code>headers</code>,${" "}
    <code>media_type</code>, <code>body</code> or <code>body_from</code>, and <code>schema</code>: see <a href="/docs#/Endpoints/endpoints.create">the reference</a>.`;
}
