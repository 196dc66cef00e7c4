/** Changing a destination. */

import { addressOfDestination, placeIn } from "../address.js";
import { changesBetween, mergedByPlace } from "../forms/changes.js";
import { destinationFrom, destinationValuesOf } from "../forms/destination-values.js";
import { useValues } from "../forms/values.js";
import { html, useState } from "../html.js";
import { useLoaded, useTitle } from "../loading.js";
import { Button } from "../parts/button.js";
import { ChangedMeanwhile } from "../parts/changed-meanwhile.js";
import { DestinationForm } from "../parts/destination-form.js";
import { Problem } from "../parts/problem.js";
import { go } from "../router.js";
import { useWorkspace } from "../workspace.js";

const PRECONDITION_FAILED = 412;

/** `name` is its name or its id. */
export function EditDestination({ name }) {
  const { api } = useWorkspace();
  const { value: read, problem } = useLoaded(() => api.getTagged(`/v1/destinations/${encodeURIComponent(name)}`), [name]);
  useTitle(`Change ${name}`);
  return html`
    <main id="edit-destination" class="sheet">
      <p class="small"><a href=${addressOfDestination({ id: name, name })}>← ${name}</a></p>
      <h2 tabindex="-1">Change <span class="data">${name}</span></h2>
      <${Problem} problem=${problem} />
      ${read && html`<${Edit} read=${read} />`}
    </main>`;
}

/** What is sent are the changes to what was read last, under its entity tag. */
function Edit({ read: first }) {
  const { api, reloadDestinations } = useWorkspace();
  const [{ body: destination, etag }, know] = useState(first);
  const [theirs, meet] = useState(null); // what it became meanwhile
  const before = destinationValuesOf(destination);
  const path = `/v1/destinations/${destination.id}`;
  const form = useValues(before, async (values) => {
    const changes = changesBetween(destinationFrom(before), destinationFrom(values));
    try {
      const { body: changed } = await api.send("PATCH", path, changes, { ifMatch: etag });
      reloadDestinations().catch(() => {});
      return go(placeIn(addressOfDestination(changed)).path);
    } catch (problem) {
      if (problem.status !== PRECONDITION_FAILED) throw problem;
      return meet(await api.getTagged(path));
    }
  });
  const goOn = (values) => {
    form.setValues(values);
    know(theirs);
    meet(null);
  };
  return html`
    ${theirs && html`
      <${ChangedMeanwhile} before=${destination} now=${theirs.body}
        keep=${() => goOn(mergedByPlace(before, form.values, destinationValuesOf(theirs.body)))} discard=${() => goOn(destinationValuesOf(theirs.body))} />`}
    <${DestinationForm} isNew=${false} ...${form}>
      <${Button} type="submit" class="main-action" disabled=${theirs !== null} isBusy=${form.isBusy}>Save<//>
      <a href=${addressOfDestination(destination)}>Cancel</a>
    <//>`;
}
