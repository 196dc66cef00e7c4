/** A destination's secret, shown this once, and how whoever receives verifies with it. */

import { html, useEffect, useRef } from "../html.js";
import { Copyable } from "./copyable.js";

/** It gets the focus, since it takes the place of what asked for it. */
export function IssuedSecret({ secret, children }) {
  const place = useRef(null);
  useEffect(() => place.current.focus(), [secret]);
  return html`
    <section id="issued" ref=${place} class="card" tabindex="-1" aria-label="The secret">
      <h3>Its secret, shown this once</h3>
      <${Copyable} text=${secret} what="the secret" />
      <p class="small">Whoever receives verifies each delivery with it, by any library of Standard Webhooks; in Python:</p>
      <${Copyable} text=${`standardwebhooks.Webhook("${secret}").verify(body, headers)`} what="the line that verifies" />
      <p class="small">The body is the exact bytes that came. Keep the secret where you keep others: nobody can read it here again.</p>
      ${children}
    </section>`;
}
