/** Which deliveries are listed. The choice is part of the address. */

import { addressOf } from "../address.js";
import { html, useRef } from "../html.js";
import { useKeys } from "../keys.js";
import { go } from "../router.js";
import { DELIVERY_STATUSES } from "../words/delivery.js";
import { useWorkspace } from "../workspace.js";
import { Choice } from "./choice.js";

export function DeliveryFilters({ filters }) {
  const { endpoints, destinations } = useWorkspace();
  const field = useRef(null);
  const set = (name, value) => go(["deliveries"], { ...filters, [name]: value });
  const choose = (name) => (event) => set(name, event.target.value);
  useKeys({ "/": () => field.current.focus() });
  const find = (event) => {
    event.preventDefault();
    set("request", field.current.value.trim());
  };
  return html`
    <form class="filters" role="search" aria-label="Filter the deliveries" onSubmit=${find}>
      <${Choice} label="Status" all="Status" values=${DELIVERY_STATUSES} value=${filters.status} choose=${choose("status")} />
      <${Choice} label="Destination" all="Destination" values=${namesOf(destinations ?? [])} value=${filters.destination} choose=${choose("destination")} />
      <${Choice} label="Endpoint" all="Endpoint" values=${namesOf(endpoints)} value=${filters.endpoint} choose=${choose("endpoint")} />
      <input key=${filters.request} type="search" name="request" ref=${field} aria-label="Id of a request" placeholder="Id of a request, then Enter"
        maxlength="255" autocomplete="off" spellcheck=${false} defaultValue=${filters.request ?? ""} />
    </form>
    ${filters.replay && html`
      <p class="small">Only those of <a href=${addressOf(["replays", filters.replay])}>one replay</a>. <a href=${addressOf(["deliveries"], { ...filters, replay: "" })}>Any</a></p>`}`;
}

function namesOf(items) {
  return items.map(({ name }) => name);
}
