/** The form that declares or changes a destination. */

import { LinesField, NumberField, SwitchField, TextField } from "../forms/fields.js";
import { Form, useForm } from "../forms/form.js";
import { html } from "../html.js";
import { scheduleInWords } from "../words/delivery.js";

const DEFAULT_SCHEDULE = "0, 5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400";
const WHOLE = /^\d+$/;

/** The buttons are the children. */
export function DestinationForm({ isNew, children, ...form }) {
  return html`
    <${Form} id="destination-form" label=${isNew ? "A new destination" : "The destination"} ...${form}>
      <${TextField} at="/url" label="URL" placeholder="https://app.example.com/hooks" inputmode="url" hint="Where each delivery is posted to: http or https, without a password in it." />
      <${TextField} at="/name" label="Name" maxlength="63" hint="1 to 63 of a-z, 0-9, - and _. Left empty, a new destination gets one made of its host." />
      <${Schedule} />
      <${LinesField} at="/headers" label="Headers" hint="One a line, as name: value. They go with each delivery, and whoever may read sees them." />
      <${NumberField} at="/timeout_seconds" label="Timeout of a try, in seconds" placeholder="15" hint="1 to 30." />
      <${NumberField} at="/max_in_flight" label="Most on their way at once" placeholder="16" hint="1 to 256." />
      <${NumberField} at="/rate_per_second" label="Most tries a second" hint="Empty: as many as may be on their way." />
      <${SwitchField} at="/forward_credentials" label="Forward the sender’s credentials" hint="The password, token or key that a sender proved itself by goes along. Only where you trust who receives." />
      <${SwitchField} at="/paused" label="Paused" hint="Deliveries wait, as many as there may be." />
      <div class="actions">${children}</div>
    <//>`;
}

function Schedule() {
  const { values } = useForm();
  const waits = values["/retry_schedule_seconds"].split(/[\s,]+/).filter(Boolean);
  const isRead = waits.length > 0 && waits.every((wait) => WHOLE.test(wait));
  const words = isRead ? `Tried ${scheduleInWords(waits.map(Number))}; then it has failed.` : "The wait before each try, in seconds, the first one included. Empty: ten tries within three days.";
  return html`<${TextField} at="/retry_schedule_seconds" label="Retry schedule, in seconds" placeholder=${DEFAULT_SCHEDULE} hint=${words} />`;
}
