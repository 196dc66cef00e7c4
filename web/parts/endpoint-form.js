/** The form that declares or changes an endpoint. */

import { suggestedName } from "../forms/endpoint-values.js";
import { ChoiceField, LinesField, NumberField, SeveralField, SwitchField, TextField } from "../forms/fields.js";
import { Form, useForm } from "../forms/form.js";
import { leftToProject } from "../forms/project.js";
import { html } from "../html.js";
import { ReplyFields } from "./reply-fields.js";
import { VerificationFields } from "./verification-fields.js";

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"];
const MODES = [
  ["enforce", "enforce: refuse it with 422"],
  ["quarantine", "quarantine: keep it apart until somebody releases it"],
  ["observe", "observe: only note it"],
];

/** `isNew` offers to leave things to the project, whose `defaults` are null if unknown; the buttons are the children. */
export function EndpointForm({ isNew, defaults = null, children, ...form }) {
  const mode = defaults?.contract_mode ?? null;
  return html`
    <${Form} id="endpoint-form" label=${isNew ? "A new endpoint" : "The endpoint"} ...${form}>
      <${Basics} />
      <${ChoiceField} at="/contract_mode" label="What breaks its contract" options=${isNew ? [leftToProject("contract_mode", MODES, mode), ...MODES] : MODES}
        hint="Kept it is in each. Without an active contract everything is taken." />
      <${VerificationFields} isNew=${isNew} defaults=${defaults} />
      <${ReplyFields} isNew=${isNew} defaults=${defaults} />
      <${Bounds} defaults=${defaults} />
      <div class="actions">${children}</div>
    <//>`;
}

function Basics() {
  const { values } = useForm();
  return html`
    <${TextField} at="/path" label="Path" placeholder="/orders/{order_id}" hint=${pathHint()} />
    <${TextField} at="/name" label="Name" placeholder=${suggestedName(values["/path"])} maxlength="63"
      hint="1 to 63 of a-z, 0-9, - and _. Left empty, a new endpoint gets one made of its path." />
    <${SeveralField} at="/methods" label="Methods" options=${METHODS} hint="HEAD comes with GET, and OPTIONS is always answered." />`;
}

function pathHint() {
  return html`
    Begins with a slash. <code>${"{order_id}"}</code> takes one segment, whatever it is, and a last <code>${"{rest...}"}</code> all that follow, as in${" "}
    <code>${"/orders/{order_id}"}</code> and <code>${"/files/{rest...}"}</code>.`;
}

function Bounds({ defaults }) {
  return html`
    <details class="card">
      <summary>More: bounds, browsers, duplicates, how long it is kept</summary>
      <div class="fields">
        <${NumberField} at="/max_body_bytes" label="Largest body, in bytes" placeholder=${defaults?.max_body_bytes ?? "1048576"} hint="A longer one is refused with 413." />
        <${NumberField} at="/requests_per_second" label="Requests per second" hint="What arrives faster is refused with 429. Empty: as fast as the project may." />
        <${Dedupe} />
        <${LinesField} at="/allow_from" label="Allowed networks" hint="One a line, such as 203.0.113.0/24. Empty: from everywhere." />
        <${LinesField} at="/cors/origins" label="Websites that may send from a browser"
          hint="One origin a line, such as https://shop.example.com; * is every one. Empty: none." />
        <${NumberField} at="/retention/max_age_seconds" label="Keep requests for, in seconds"
          hint="Older ones are deleted, and nothing brings them back. 2592000 is 30 days. Empty: for good." />
        <${NumberField} at="/retention/max_bytes" label="Keep bodies up to, in bytes altogether" hint="Beyond that the oldest are deleted. Empty: no bound." />
        <${SwitchField} at="/public_docs" label="Show its own page to everybody" hint="With examples of what it accepted, masked where the contract says so." />
        <${SwitchField} at="/paused" label="Paused" hint="Deliveries wait. It still receives and keeps." />
      </div>
    </details>`;
}

function Dedupe() {
  return html`
    <${TextField} at="/dedupe/key" label="Key of duplicates" placeholder="request.headers['x-github-delivery']"
      hint="An expression in CEL. Who comes again with the same key gets the first reply again. Empty: every request is new." />
    <${NumberField} at="/dedupe/window_seconds" label="Remember such a key for, in seconds" placeholder="86400" />`;
}
