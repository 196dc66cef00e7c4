/** The secrets of a verification: those that are there by id and times, as they are never shown again; new ones to write. */

import { GroupOfFields } from "../forms/fields.js";
import { Notes, useControl, useForm } from "../forms/form.js";
import { NEW_SECRET } from "../forms/verification-values.js";
import { html } from "../html.js";
import { longTime } from "../words/words.js";

const PLACE = "/verification/secrets";

export function Secrets() {
  const { values, put } = useForm();
  const secrets = values[PLACE];
  const change = (index, changes) => put(PLACE, secrets.map((one, other) => (other === index ? { ...one, ...changes } : one)));
  const remove = (index) => put(PLACE, secrets.filter((_, other) => other !== index));
  return html`
    <${GroupOfFields} at=${PLACE} label="Secrets" hint="Each of them is good, so that one can be replaced while requests come in. They are written only, and never shown again.">
      <ul class="secrets">
        ${secrets.map((secret, index) => html`
          <${Secret} key=${secret.id ?? index} secret=${secret} index=${index} change=${(changes) => change(index, changes)} remove=${() => remove(index)} />`)}
      </ul>
      <button type="button" class="quiet" onClick=${() => put(PLACE, [...secrets, NEW_SECRET])}>Add a secret</button>
    <//>`;
}

function Secret({ secret, index, change, remove }) {
  const at = `${PLACE}/${index}`;
  const { problems, attributes } = useControl(at);
  const ends = `${attributes.id}-ends`;
  return html`
    <li class="secret" data-at=${at}>
      ${secret.id ? html`<${Known} secret=${secret} problems=${problems} attributes=${attributes} />` : html`
        <label for=${attributes.id}>Secret ${index + 1}</label>
        <input type="password" autocomplete="off" maxlength="512" spellcheck=${false} ...${attributes} value=${secret.secret}
          onInput=${(event) => change({ secret: event.target.value })} />`}
      <${Notes} at=${at} problems=${problems} />
      <div class="until">
        <label for=${ends}>Good until</label>
        <input id=${ends} type="datetime-local" value=${secret.ends} onInput=${(event) => change({ ends: event.target.value })} />
        <button type="button" class="quiet" aria-label=${`Take away secret ${index + 1}`} onClick=${remove}>Take away</button>
      </div>
    </li>`;
}

function Known({ secret, problems, attributes: { id, "aria-describedby": described } }) {
  return html`
    <p id=${id} tabindex=${problems.length > 0 ? -1 : null} aria-describedby=${described} data-invalid=${problems.length > 0 || null}>
      <span class="data">${secret.id}</span>
      <span class="small"> since ${longTime(secret.created_at)}</span>
    </p>`;
}
