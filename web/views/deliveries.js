/** All deliveries, newest first, as they change. */

import { html, useCallback, useEffect, useRef } from "../html.js";
import { DELIVERIES, deliveryFiltersIn } from "../live/deliveries.js";
import { useDeliveryFilters } from "../live/use-delivery-filters.js";
import { useStrangeDestinations } from "../live/use-destinations.js";
import { useFeed } from "../live/use-feed.js";
import { useTitle } from "../loading.js";
import { DeliveryFilters } from "../parts/delivery-filters.js";
import { DeliveryList } from "../parts/delivery-list.js";
import { Problem } from "../parts/problem.js";
import { RetryAll } from "../parts/retry-all.js";
import { Watching } from "../parts/watching.js";

/** `query` holds the filters. */
export function Deliveries({ query }) {
  const filters = deliveryFiltersIn(query);
  const wanted = useDeliveryFilters(filters);
  const [{ items, hasMore, state, problem, isListed }, feed] = useFeed(wanted, DELIVERIES);
  useStrangeDestinations(items.map((delivery) => delivery.destination_id));
  useTitle("Deliveries");
  const title = useRef(null);
  const retried = useRef(false);
  useEffect(() => { if (retried.current && document.activeElement === document.body) title.current.focus(); }, [items]); // its row may be gone
  const changed = useCallback(() => {
    retried.current = true;
    feed.refresh();
  }, [feed]);
  const { status, destination, endpoint, ...others } = wanted;
  const isRetryable = status === "failed" && Object.keys(others).length === 0;
  return html`
    <main id="deliveries" class="sheet">
      <div class="pane-head">
        <h2 ref=${title} tabindex="-1">Deliveries</h2>
        <${Watching} state=${state} count=${items.length} hasMore=${hasMore} />
        <button id="refresh" type="button" class="quiet" onClick=${() => feed.refresh()}>Refresh</button>
      </div>
      <${DeliveryFilters} filters=${filters} />
      <${Problem} problem=${problem} />
      ${isRetryable && html`
        <${RetryAll} filters=${{ ...destination && { destination }, ...endpoint && { endpoint } }} count=${items.length} hasMore=${hasMore} changed=${() => feed.refresh()} />`}
      ${isListed && items.length === 0 && html`<${None} hasMore=${hasMore} isFiltered=${Object.keys(filters).length > 0} />`}
      <${DeliveryList} items=${items} changed=${changed} />
      <button id="older" type="button" class="older" hidden=${!hasMore} onClick=${() => feed.older()}>Show older deliveries</button>
    </main>`;
}

function None({ hasMore, isFiltered }) {
  if (hasMore) return html`<p class="empty">None among the newest.</p>`;
  if (isFiltered) return html`<p class="empty">No delivery is like that. <a href="#/deliveries">Show all of them</a></p>`;
  return html`<p class="empty">Nothing was delivered yet. <a href="#/destinations">Declare a destination</a>, and subscribe an endpoint to it.</p>`;
}
