/** What can be done with a request, by its verdict. */

import { addressOf } from "../address.js";
import { useDeed } from "../deed.js";
import { html } from "../html.js";
import { meaningOfScope } from "../words/words.js";
import { useWorkspace } from "../workspace.js";
import { Button } from "./button.js";
import { Erase } from "./erase.js";
import { Problem } from "./problem.js";
import { Said } from "./said.js";

const READMIT = { verb: "readmit", label: "Readmit", title: "Take it through the door again, as endpoint and contract are now" };
const RELEASE = { verb: "release", label: "Release", title: "Make it accepted, whatever the contract says" };
const REJECT = { verb: "reject", label: "Reject", title: "Make it refused" };
const BY_VERDICT = { refused: [READMIT], quarantined: [RELEASE, REJECT] };
const SETTLING = "replay"; // the scope

/** `reload` reads the request anew, `erased` is called once it is gone. */
export function Actions({ request, reload, erased }) {
  const { api, lacking } = useWorkspace();
  const { isBusy, said, problem, run } = useDeed();
  const deeds = Object.hasOwn(BY_VERDICT, request.verdict) ? BY_VERDICT[request.verdict] : [];
  const isLacking = deeds.length > 0 && lacking.includes(SETTLING);
  const settle = ({ verb }) => run(verb, SETTLING, async (key) => {
    const { body } = await api.send("POST", `/v1/requests/${encodeURIComponent(request.id)}/${verb}`, null, { key });
    reload();
    return outcomeOf(verb, body.verdict);
  });
  return html`
    <div class="actions" role="group" aria-label="What to do with it">
      ${!isLacking && deeds.map((deed) => html`
        <${Button} key=${deed.verb} class="quiet strong" title=${deed.title} isBusy=${isBusy} onClick=${() => settle(deed)}>${deed.label}<//>`)}
      <a class="quiet" href=${addressOf(["requests", request.id, "again"])}>Edit and send again</a>
      <${Erase} request=${request} erased=${erased} />
    </div>
    <${Said} words=${isLacking ? meaningOfScope(SETTLING) : said} of=${request.verdict} />
    <${Problem} problem=${problem} />`;
}

function outcomeOf(verb, verdict) {
  if (verb === "release") return "Released: it is accepted now.";
  if (verb === "reject") return "Rejected: it is refused now.";
  return verdict === "refused" ? "It went through the door again, and was refused again." : `It went through the door again, and is ${verdict} now.`;
}
