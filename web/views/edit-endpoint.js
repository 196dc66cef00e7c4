/** Changing or removing an endpoint. */

import { addressOfEndpoint, placeIn } from "../address.js";
import { changesBetween } from "../forms/changes.js";
import { endpointFrom, merged, valuesOf } from "../forms/endpoint-values.js";
import { useValues } from "../forms/values.js";
import { html, useState } from "../html.js";
import { useLoaded, useTitle } from "../loading.js";
import { Button } from "../parts/button.js";
import { EndpointForm } from "../parts/endpoint-form.js";
import { ChangedMeanwhile } from "../parts/changed-meanwhile.js";
import { Problem } from "../parts/problem.js";
import { RemoveEndpoint } from "../parts/remove-endpoint.js";
import { go } from "../router.js";
import { useWorkspace } from "../workspace.js";

const PRECONDITION_FAILED = 412;

/** `name` is its name or its id. */
export function EditEndpoint({ name }) {
  const { api } = useWorkspace();
  const path = `/v1/endpoints/${encodeURIComponent(name)}`;
  const { value: read, problem } = useLoaded(() => api.getTagged(path), [name]);
  useTitle(`Change ${name}`);
  return html`
    <main id="edit-endpoint" class="sheet">
      <p class="small"><a href=${addressOfEndpoint({ id: name, name })}>← ${name}</a></p>
      <h2 tabindex="-1">Change <span class="data">${name}</span></h2>
      <${Problem} problem=${problem} />
      ${read && html`<${Edit} read=${read} />`}
    </main>`;
}

/** What is sent are the changes to what was read last, under its entity tag. */
function Edit({ read: first }) {
  const { api, reloadEndpoints } = useWorkspace();
  const [{ body: endpoint, etag }, know] = useState(first);
  const [theirs, meet] = useState(null); // what it became meanwhile
  const before = valuesOf(endpoint);

  const send = async (values) => {
    const changes = changesBetween(endpointFrom(before), endpointFrom(values));
    const isUnchanged = Object.keys(changes).length === 0;
    if (isUnchanged && endpoint !== first.body) throw new Error("Nothing is left to save: it is already as it stands here.");
    if (isUnchanged) return go(placeIn(addressOfEndpoint(endpoint)).path);
    try {
      const { body: changed } = await api.send("PATCH", `/v1/endpoints/${endpoint.id}`, changes, { ifMatch: etag });
      reloadEndpoints().catch(() => {});
      return go(placeIn(addressOfEndpoint(changed)).path);
    } catch (problem) {
      if (problem.status !== PRECONDITION_FAILED) throw problem;
      return meet(await api.getTagged(`/v1/endpoints/${endpoint.id}`));
    }
  };
  const form = useValues(before, send);

  const goOn = (values) => {
    form.setValues(values);
    know(theirs);
    meet(null);
  };
  return html`
    ${theirs && html`
      <${ChangedMeanwhile} before=${endpoint} now=${theirs.body}
        keep=${() => goOn(merged(before, form.values, valuesOf(theirs.body)))} discard=${() => goOn(valuesOf(theirs.body))} />`}
    <${EndpointForm} isNew=${false} ...${form}>
      <${Button} type="submit" class="main-action" disabled=${theirs !== null} isBusy=${form.isBusy}>Save<//>
      <a href=${addressOfEndpoint(endpoint)}>Cancel</a>
    <//>
    <${RemoveEndpoint} endpoint=${endpoint} etag=${etag} />`;
}
