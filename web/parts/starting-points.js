/** What a first contract may begin with, offered until something else is written. */

import { html, useState } from "../html.js";
import { contractOf, emptyContract, schemaFor } from "../words/contract-text.js";
import { useWorkspace } from "../workspace.js";
import { Problem } from "./problem.js";

const MOST_BYTES = 262_144;
const NEWEST = 50;
const NONE = new Error("Among the newest requests none has a body in JSON.");

export function StartingPoints({ name, text, write }) {
  const { api } = useWorkspace();
  const [own, know] = useState([emptyContract()]);
  const [problem, complain] = useState(null);
  if (!own.includes(text)) return null;
  const begin = (start) => {
    complain(null);
    know([...own, start]);
    write(start);
  };
  const fromNewest = () => newestSchema(api, name).then((schema) => begin(contractOf(schema)), complain);
  return html`
    <div class="actions" role="group" aria-label="Begin with">
      <span class="small">Begin with</span>
      <button type="button" class="quiet" onClick=${() => begin(emptyContract())}>an empty object</button>
      <button type="button" class="quiet" onClick=${fromNewest}>the newest request’s body</button>
    </div>
    <${Problem} problem=${problem} />`;
}

/** A schema that the body of the newest request in JSON conforms to. */
async function newestSchema(api, name) {
  const { items } = await api.get(`/v1/requests?${new URLSearchParams({ endpoint: name, limit: NEWEST })}`);
  const newest = items.find((request) => /[/+]json$/.test(request.media_type ?? "") && request.body_sha256 && request.body_bytes <= MOST_BYTES);
  if (!newest) throw NONE;
  const bytes = await api.firstBytes(newest.id, MOST_BYTES);
  try {
    return schemaFor(JSON.parse(new TextDecoder().decode(bytes)));
  } catch {
    throw NONE;
  }
}
