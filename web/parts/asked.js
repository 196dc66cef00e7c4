/** A question before something that cannot be undone. */

import { html, useEffect, useRef } from "../html.js";
import { Button } from "./button.js";

/** The focus goes to the answer that changes nothing. */
export function Asked({ words, yes, isBusy, stop, go: proceed }) {
  const way = useRef(null);
  useEffect(() => way.current.focus(), []);
  return html`
    <div class="card" role="alert">
      <p>${words}</p>
      <div class="actions">
        <${Button} class="quiet danger" isBusy=${isBusy} onClick=${proceed}>${yes}<//>
        <button type="button" class="quiet" ref=${way} onClick=${stop}>Leave it</button>
      </div>
    </div>`;
}
