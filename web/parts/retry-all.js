/** Sending again all that has failed, as the filters say, once that is confirmed. */

import { useDeed } from "../deed.js";
import { html, useRef, useState } from "../html.js";
import { counted } from "../words/delivery.js";
import { meaningOfScope } from "../words/words.js";
import { useWorkspace } from "../workspace.js";
import { Asked } from "./asked.js";
import { Problem } from "./problem.js";
import { Said } from "./said.js";

const SCOPE = "replay";

/** `filters` are those that it knows, `count` says how many are listed of them, `changed` is called afterwards. */
export function RetryAll({ filters, count, hasMore, changed }) {
  const { api, lacking } = useWorkspace();
  const { isBusy, said, problem, run } = useDeed();
  const [isAsked, ask] = useState(false);
  const begin = useRef(null);
  const number = counted(count, "failed delivery", "failed deliveries");
  const many = hasMore ? `more than ${number}` : number;
  const retry = () => run(`retry all ${JSON.stringify(filters)}`, SCOPE, async (key) => {
    const { body } = await api.send("POST", "/v1/deliveries/retry", filters, { key });
    ask(false);
    changed();
    return `${counted(body.retried, "delivery is", "deliveries are")} sent again.${body.more ? " There are more: retry once more." : ""}`;
  });
  const stop = () => {
    ask(false);
    begin.current.focus();
  };
  if (lacking.includes(SCOPE)) return html`<p class="said" role="status">${meaningOfScope(SCOPE)}</p>`;
  return html`
    ${count > 0 && html`<p><button ref=${begin} type="button" class="quiet" aria-expanded=${String(isAsked)} onClick=${() => ask(true)}>Retry all of these…</button></p>`}
    ${isAsked && html`<${Asked} words=${`Send ${many} again, each with its retry schedule anew? At most 1000 at once.`} yes="Retry them" isBusy=${isBusy} stop=${stop} go=${retry} />`}
    <${Said} words=${said} of=${isAsked} />
    <${Problem} problem=${problem} />`;
}
