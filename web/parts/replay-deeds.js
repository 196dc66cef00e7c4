/** Running a replay that is planned, and cancelling one. */

import { useDeed } from "../deed.js";
import { html } from "../html.js";
import { meaningOfScope } from "../words/words.js";
import { useWorkspace } from "../workspace.js";
import { Button } from "./button.js";
import { Problem } from "./problem.js";
import { Said } from "./said.js";

const SCOPE = "replay";
const OUTCOMES = { run: "It runs.", cancel: "It is cancelled: what was sent stays so." };

/** `isWaiting` says whether there is something to cancel; `changed` is called afterwards. */
export function ReplayDeeds({ replay, isWaiting, changed }) {
  const { api, lacking } = useWorkspace();
  const { isBusy, said, problem, run } = useDeed();
  const act = (verb) => run(verb, SCOPE, async (key) => {
    await api.send("POST", `/v1/replays/${encodeURIComponent(replay.id)}/${verb}`, null, { key });
    changed();
    return OUTCOMES[verb];
  });
  const isPlanned = replay.status === "planned";
  const isLacking = lacking.includes(SCOPE);
  return html`
    <div class="actions" role="group" aria-label="What to do with it">
      ${!isLacking && isPlanned && replay.matching > 0 && html`<${Button} key="run" class="main-action" isBusy=${isBusy} onClick=${() => act("run")}>Run it<//>`}
      ${!isLacking && (isPlanned || isWaiting) && html`<${Button} key="cancel" isBusy=${isBusy} onClick=${() => act("cancel")}>Cancel<//>`}
    </div>
    <${Said} words=${isLacking ? meaningOfScope(SCOPE) : said} of=${`${replay.status} ${isWaiting}`} />
    <${Problem} problem=${problem} />`;
}
