/** Removing a destination, once that is confirmed. */

import { useDeed } from "../deed.js";
import { html, useRef, useState } from "../html.js";
import { go } from "../router.js";
import { meaningOfScope } from "../words/words.js";
import { useWorkspace } from "../workspace.js";
import { Asked } from "./asked.js";
import { Problem } from "./problem.js";

const SCOPE = "write";

export function RemoveDestination({ destination }) {
  const { api, reloadDestinations, lacking } = useWorkspace();
  const { isBusy, problem, run } = useDeed();
  const [isAsked, ask] = useState(false);
  const begin = useRef(null);
  const remove = () => run("remove", SCOPE, async () => {
    await api.send("DELETE", `/v1/destinations/${destination.id}`);
    await reloadDestinations().catch(() => {});
    go(["destinations"]);
  });
  const stop = () => {
    ask(false);
    begin.current.focus();
  };
  return html`
    <section class="remove">
      <h3>Remove it</h3>
      <${Problem} problem=${problem} />
      <p class="said" role="status" hidden=${!lacking.includes(SCOPE)}>${lacking.includes(SCOPE) && meaningOfScope(SCOPE)}</p>
      <p><button ref=${begin} type="button" class="quiet" aria-expanded=${String(isAsked)} onClick=${() => ask(true)}>Remove this destination…</button></p>
      ${isAsked && html`
        <${Asked} words=${`Nothing goes to ${destination.name} any more: its subscriptions are removed with it, and what waits to be delivered there is cancelled.`}
          yes="Remove it" isBusy=${isBusy} stop=${stop} go=${remove} />`}
    </section>`;
}
