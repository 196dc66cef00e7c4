/** The form that plans a replay: which requests, where to, and how fast. */

import { ChoiceField, NumberField, TextField } from "../forms/fields.js";
import { Form } from "../forms/form.js";
import { replayFrom, replayValues } from "../forms/replay-values.js";
import { useValues } from "../forms/values.js";
import { html } from "../html.js";
import { useDestinations } from "../live/use-destinations.js";
import { go } from "../router.js";
import { useWish } from "../wish.js";
import { useWorkspace } from "../workspace.js";
import { Button } from "./button.js";
import { Problem } from "./problem.js";

export function ReplayForm() {
  const { api, endpoints } = useWorkspace();
  const { destinations, problem } = useDestinations();
  const granted = useWish();
  const form = useValues(replayValues(), async (values) => {
    const text = JSON.stringify(replayFrom(values));
    const { body } = await granted(text, (key) => api.sendText("POST", "/v1/replays", text, { key }));
    go(["replays", body.id]);
  });
  const chosen = (all, items) => [["", all], ...(items ?? []).map(({ id, name }) => [id, name])];
  return html`
    <${Problem} problem=${problem} />
    <${Form} id="replay-form" label="A new replay" ...${form}>
      <${ChoiceField} at="/endpoint" label="Accepted requests of" options=${chosen("all endpoints", endpoints)} />
      <${ChoiceField} at="/target" label="Deliver to" options=${chosen("whoever subscribes now", destinations)} hint="Named, a destination gets them as they came, whatever filters say." />
      <div class="pairs">
        <${TextField} at="/received_after" type="datetime-local" label="Received from" />
        <${TextField} at="/received_before" type="datetime-local" label="Received before" />
      </div>
      <details class="card">
        <summary>More: event type, path, text, pace</summary>
        <div class="fields">
          <${TextField} at="/event_type" label="Event type" maxlength="255" hint="Exactly this one." />
          <${TextField} at="/path" label="Path" maxlength="2048" hint="Exactly this one, as it stands behind the project’s address." />
          <${TextField} at="/search" label="Holds the text" maxlength="200" hint="In their path, headers or body; 2 letters at least." />
          <${NumberField} at="/per_second" label="Deliveries a second" hint="1 to 1000. A destination’s own limits hold as well." />
        </div>
      </details>
      <div class="actions"><${Button} type="submit" class="main-action" isBusy=${form.isBusy}>Count them<//></div>
      <p class="small">Nothing is delivered yet: you see how many there are first.</p>
    <//>`;
}
