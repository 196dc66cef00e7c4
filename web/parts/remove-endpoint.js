/** Removing an endpoint: asked for once more, and once more still if it keeps requests. */

import { html, useRef, useState } from "../html.js";
import { go } from "../router.js";
import { useWorkspace } from "../workspace.js";
import { Asked } from "./asked.js";
import { Problem } from "./problem.js";

const HOLDS_REQUESTS = "/problems/endpoint-holds-requests";

export function RemoveEndpoint({ endpoint, etag }) {
  const { api, reloadEndpoints } = useWorkspace();
  const [step, goTo] = useState("idle"); // then asked, then holding
  const [problem, complain] = useState(null);

  const [isBusy, beBusy] = useState(false);
  const remove = async (query) => {
    beBusy(true);
    complain(null);
    try {
      await api.send("DELETE", `/v1/endpoints/${endpoint.id}${query}`, null, { ifMatch: etag });
      await reloadEndpoints().catch(() => {});
      go([]);
    } catch (refusal) {
      beBusy(false);
      if (refusal.type === HOLDS_REQUESTS) return goTo("holding");
      complain(refusal);
    }
  };
  const begin = useRef(null);
  const stop = () => {
    goTo("idle");
    begin.current.focus();
  };
  return html`
    <section class="remove">
      <h3>Remove it</h3>
      <${Problem} problem=${problem} />
      <p><button ref=${begin} type="button" class="quiet" aria-expanded=${String(step !== "idle")} onClick=${() => goTo("asked")}>Remove this endpoint…</button></p>
      ${step === "asked" && html`
        <${Asked} key="asked" words=${`${endpoint.name} stops listening at once. Its senders are answered 404.`} yes="Remove it" isBusy=${isBusy} stop=${stop} go=${() => remove("")} />`}
      ${step === "holding" && html`
        <${Asked} key="holding" words="It keeps requests, so it is still there. Removed with them, every request that it has taken is deleted, bytes and all; nothing brings them back."
          yes="Delete its requests and remove it" isBusy=${isBusy} stop=${stop} go=${() => remove("?requests=delete")} />`}
    </section>`;
}
