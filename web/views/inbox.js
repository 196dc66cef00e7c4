/** The inbox: the endpoints, the requests as they arrive, and the one that is read. */

import { html, useCallback, useEffect, useRef, useState } from "../html.js";
import { filtersIn } from "../live/filters.js";
import { useFeed } from "../live/use-feed.js";
import { EndpointCards } from "../parts/endpoint-card.js";
import { Chart } from "../parts/chart.js";
import { Filters } from "../parts/filters.js";
import { Problem } from "../parts/problem.js";
import { RequestList } from "../parts/request-list.js";
import { Watching } from "../parts/watching.js";
import { WhatToDo } from "../parts/what-to-do.js";
import { go } from "../router.js";
import { useWorkspace } from "../workspace.js";
import { RequestView } from "./request.js";

/** `id` is of the request that is read, if one is; `query` holds the filters. */
export function Inbox({ id = null, query }) {
  const filters = filtersIn(query);
  const { endpoints, reloadEndpoints } = useWorkspace();
  const [{ items, hasMore, state, problem, isListed }, feed] = useFeed(filters);
  const [entered, enter] = useState(null); // the request that was opened by keyboard, which goes on into it
  useStrangers(items, endpoints, reloadEndpoints);
  const filter = useRef();
  filter.current = filters;
  const open = useCallback((other) => go(other === null ? [] : ["requests", other], filter.current), []);
  const refresh = () => Promise.all([feed.refresh(), reloadEndpoints().catch(() => {})]); // the list's problem says it

  return html`
    <main id="inbox" class=${id === null ? "inbox" : "inbox reading"}>
      <section class="pane endpoints" aria-labelledby="endpoints-title">
        <div class="pane-head"><h2 id="endpoints-title">Endpoints</h2></div>
        <${EndpointCards} endpoints=${endpoints} />
      </section>

      <section class="pane requests" aria-labelledby="requests-title">
        <div class="pane-head">
          <h2 id="requests-title" tabindex="-1">Requests</h2>
          <${Watching} state=${state} count=${items.length} hasMore=${hasMore} />
          <button id="refresh" type="button" class="quiet" onClick=${refresh}>Refresh</button>
        </div>
        <${Chart} filters=${filters} newest=${items[0]?.id} />
        <${Filters} filters=${filters} endpoints=${endpoints} path=${id === null ? [] : ["requests", id]} />
        <${Problem} id="inbox-problem" problem=${problem} />
        <${WhatToDo} isEmpty=${isListed && items.length === 0} hasMore=${hasMore} filters=${filters} endpoint=${endpoints[0]} />
        <${RequestList} items=${items} isListed=${isListed} selected=${id} filters=${filters} open=${open} enter=${enter} />
        <button id="older" type="button" class="older" hidden=${!hasMore} onClick=${() => feed.older()}>Show older requests</button>
      </section>

      <${RequestView} id=${id} known=${items.find((item) => item.id === id)} entered=${entered} close=${() => open(null)} />
    </main>`;
}

/** Read the endpoints anew when a request came to one that is not known yet; once for each, as it may be gone again. */
function useStrangers(items, endpoints, reloadEndpoints) {
  const met = useRef(new Set());
  const stranger = items[0]?.endpoint_id;
  useEffect(() => {
    if (!stranger || met.current.has(stranger) || endpoints.some(({ id }) => id === stranger)) return;
    met.current.add(stranger);
    reloadEndpoints().catch(() => met.current.delete(stranger));
  }, [stranger]);
}
