/** One replay: how many requests it is of, how far it is, and what came of its deliveries. */

import { addressOf } from "../address.js";
import { html } from "../html.js";
import { useFollowed } from "../live/use-followed.js";
import { useTitle } from "../loading.js";
import { DestinationLink } from "../parts/destination-link.js";
import { Problem } from "../parts/problem.js";
import { ReplayDeeds } from "../parts/replay-deeds.js";
import { counted } from "../words/delivery.js";
import { filterInWords, isUnderWay, outcomesInWords } from "../words/replay.js";
import { useWorkspace } from "../workspace.js";

export function ReplayView({ id }) {
  const { api } = useWorkspace();
  const { value: replay, problem, reload } = useFollowed(() => api.get(`/v1/replays/${encodeURIComponent(id)}`), [id], { isGoingOn: isUnderWay });
  useTitle("A replay");
  return html`
    <main id="replay" class="sheet">
      <p class="small"><a href="#/replays">← Replays</a></p>
      <h2 tabindex="-1">A replay</h2>
      <${Problem} problem=${problem} />
      ${replay && html`<${Content} replay=${replay} reload=${reload} />`}
    </main>`;
}

function Content({ replay, reload }) {
  const { nameOf } = useWorkspace();
  const { matching, looked_at: looked, status } = replay;
  return html`
    <dl class="facts">
      <div><dt>Which</dt><dd class="data">${filterInWords(replay, nameOf)}</dd></div>
      <div><dt>Where to</dt><dd><${Target} target=${replay.target} /></dd></div>
      <div><dt>How fast</dt><dd class="data">${counted(replay.per_second, "delivery", "deliveries")} a second</dd></div>
    </dl>
    <p id="replay-status" role="status">${STATUS[status]?.(counted(matching, "request")) ?? status}</p>
    ${status !== "planned" && html`
      <p><progress max=${Math.max(1, matching)} value=${looked} aria-label="Requests that were dealt with"></progress> <span class="small">${looked} of ${matching}</span></p>
      <p>Deliveries: <a href=${addressOf(["deliveries"], { replay: replay.id })}>${outcomesInWords(replay.outcomes)}</a></p>`}
    <${ReplayDeeds} replay=${replay} isWaiting=${isUnderWay(replay)} changed=${reload} />`;
}

const STATUS = {
  planned: (many) => `${many} match. Nothing is delivered yet.`,
  running: (many) => `It deals with ${many}.`,
  succeeded: (many) => `It has dealt with ${many}.`,
  cancelled: () => "It was cancelled.",
  failed: () => "It has failed: see the service’s log.",
};

function Target({ target: { destination, subscription } }) {
  if (destination) return html`<${DestinationLink} id=${destination} />`;
  return html`<span class="data">${subscription ?? "whoever subscribes now"}</span>`;
}
