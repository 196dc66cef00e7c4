/** How senders prove who they are: the scheme and what belongs to it. */

import { ChoiceField, GroupOfFields, NumberField, SeveralField, TextField } from "../forms/fields.js";
import { useForm } from "../forms/form.js";
import { leftToProject } from "../forms/project.js";
import { DETAILS, NEW_SECRET } from "../forms/verification-values.js";
import { html } from "../html.js";
import { Secrets } from "./secrets.js";

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"];
const SCHEMES = [
  ["none", "nothing: whoever knows the address may send"],
  ["standard-webhooks", "Standard Webhooks: webhook-signature"],
  ["github", "GitHub: X-Hub-Signature-256"],
  ["stripe", "Stripe: Stripe-Signature"],
  ["slack", "Slack: X-Slack-Signature"],
  ["shopify", "Shopify: X-Shopify-Hmac-SHA256"],
  ["hmac", "another signature (HMAC) in a header"],
  ["basic", "user and password"],
  ["bearer", "Authorization: Bearer …"],
  ["api-key", "a key in a header or in the query"],
];

const FIELDS = {
  header: () => html`<${TextField} at="/verification/header" label="Header with the signature" placeholder="x-signature" />`,
  prefix: () => html`<${TextField} at="/verification/prefix" label="What stands before the signature" placeholder="sha256=" />`,
  encoding: () => html`<${ChoiceField} at="/verification/encoding" label="Encoding" options=${[["hex", "hex"], ["base64", "base64"]]} />`,
  algorithm: () => html`<${ChoiceField} at="/verification/algorithm" label="Algorithm" options=${["sha1", "sha256", "sha512"].map((name) => [name, name])} />`,
  timestamp_header: () => html`<${TextField} at="/verification/timestamp_header" label="Header with the time of signing"
    hint="Empty: a signature never ages." />`,
  template: () => html`<${TextField} at="/verification/template" label="What is signed" placeholder="{body}" hint=${templateHint()} />`,
  tolerance_seconds: () => html`<${NumberField} at="/verification/tolerance_seconds" label="How far that time may be off, in seconds" placeholder="300" />`,
  username: () => html`<${TextField} at="/verification/username" label="User" hint="The secrets are the passwords." />`,
  in: () => html`<${ChoiceField} at="/verification/in" label="Where the key is sent" options=${[["header", "in a header"], ["query", "in the query"]]} />`,
  name: () => html`<${TextField} at="/verification/name" label="Name of that header or parameter" placeholder="x-api-key" />`,
};

export function VerificationFields({ isNew, defaults }) {
  const { values } = useForm();
  const scheme = values["/verification/scheme"];
  const isChecked = !["", "none"].includes(scheme);
  return html`
    <${GroupOfFields} at="/verification" label="Senders prove who they are by">
      <${Scheme} options=${isNew ? [leftToProject("scheme", SCHEMES, defaults?.verification.scheme ?? null), ...SCHEMES] : SCHEMES} />
      ${isChecked && html`
        <${Secrets} />
        ${(DETAILS[scheme] ?? []).map((name) => html`<${FIELDS[name]} key=${name} />`)}
        <${SeveralField} at="/verification/methods" label="Methods that have to prove it" options=${METHODS} hint="None chosen: every method." />`}
    <//>`;
}

/** A scheme that needs a secret begins with a field for one. */
function Scheme({ options }) {
  const { values, put } = useForm();
  const secrets = values["/verification/secrets"];
  const onChange = ({ target: { value } }) => {
    if (value !== "none" && value !== "" && secrets.length === 0) put("/verification/secrets", [NEW_SECRET]);
  };
  return html`<div onChange=${onChange}><${ChoiceField} at="/verification/scheme" label="Scheme" options=${options} /></div>`;
}

function templateHint() {
  return html`<code>${"{body}"}</code> is the exact body, <code>${"{timestamp}"}</code> the time's header, <code>${"{header:NAME}"}</code> another one.`;
}
