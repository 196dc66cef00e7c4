/** The form that asks for a key. */

import { html, useEffect, useRef, useState } from "../html.js";
import { Button } from "../parts/button.js";
import { Problem } from "../parts/problem.js";

const SENDABLE = /^[!-~]+$/; // what an HTTP header can carry
const UNSENDABLE = new Error("A key has no spaces and no letters beyond ASCII. Copy it once more.");

/** Hands a key to `enter`; `problem` says why the last one was not taken. */
export function SignIn({ problem, enter }) {
  const field = useRef(null);
  const [isBusy, beBusy] = useState(false);
  const [unsendable, complain] = useState(null);
  useEffect(() => field.current.focus(), []);

  async function submit(event) {
    event.preventDefault();
    const key = field.current.value.trim();
    if (!SENDABLE.test(key)) return complain(UNSENDABLE);
    complain(null);
    beBusy(true);
    await enter(key);
    beBusy(false);
    if (field.current) field.current.value = "";
  }

  return html`
    <main id="sign-in" class="sign-in">
      <form onSubmit=${submit}>
        <h2>Sign in</h2>
        <p>The first start of the service printed an address that opens this page with its key. Open that address, or paste the key here.</p>
        <${Problem} id="sign-in-problem" problem=${unsendable ?? problem} />
        <label for="key">Key</label>
        <input id="key" ref=${field} type="password" required autocomplete="off" spellcheck=${false} placeholder="lbk_…" />
        <${Button} type="submit" class="main-action" isBusy=${isBusy}>Sign in<//>
        <p class="small">The key of the first start is also in the file <code>var/admin-key</code>. What you paste is kept in this tab only.</p>
      </form>
    </main>`;
}
