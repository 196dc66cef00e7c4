/** Erasing a request for good, once that is confirmed. */

import { useDeed } from "../deed.js";
import { html, useEffect, useRef } from "../html.js";
import { meaningOfScope } from "../words/words.js";
import { useWorkspace } from "../workspace.js";
import { Button } from "./button.js";
import { Problem } from "./problem.js";

const SCOPE = "write";

/** `erased` is called once it is gone. */
export function Erase({ request, erased }) {
  const { api, lacking } = useWorkspace();
  const { isBusy, problem, run } = useDeed();
  const dialog = useRef(null);
  const erase = () => run("erase", SCOPE, async () => {
    await api.send("DELETE", `/v1/requests/${encodeURIComponent(request.id)}`);
    dialog.current.close();
    erased();
  });
  const mayNot = lacking.includes(SCOPE);
  const way = useRef(null);
  useEffect(() => { if (mayNot && dialog.current.open) way.current.focus(); }, [mayNot]); // the button that was pressed is gone
  return html`
    <button type="button" class="quiet" onClick=${() => dialog.current.showModal()}>Erase…</button>
    <dialog ref=${dialog} aria-labelledby="erase-title">
      <h3 id="erase-title">Erase this request?</h3>
      <p role="status">${mayNot ? meaningOfScope(SCOPE) : "Its headers, query and body will be gone for good. That it came in, and what became of it, stays in the list."}</p>
      <${Problem} problem=${problem} />
      <div class="actions">
        <button type="button" class="quiet" ref=${way} onClick=${() => dialog.current.close()}>${mayNot ? "Close" : "Keep it"}</button>
        ${!mayNot && html`<${Button} class="quiet danger" isBusy=${isBusy} onClick=${erase}>Erase it<//>`}
      </div>
    </dialog>`;
}
