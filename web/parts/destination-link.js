/** The name of a destination as the way to it. */

import { addressOfDestination } from "../address.js";
import { html } from "../html.js";
import { useWorkspace } from "../workspace.js";

export function DestinationLink({ id }) {
  const { destinations } = useWorkspace();
  const destination = destinations?.find((one) => one.id === id);
  if (destination) return html`<a class="data" href=${addressOfDestination(destination)}>${destination.name}</a>`;
  return html`<span class="data" title=${id}>${destinations === null ? "…" : "a removed destination"}</span>`;
}
