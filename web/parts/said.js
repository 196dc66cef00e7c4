/** What came of something that was done. */

import { html, useEffect, useRef } from "../html.js";

/** It gets the focus when the button that was pressed is gone; `of` is what the buttons depend on. */
export function Said({ words, of }) {
  const place = useRef(null);
  const isNew = useRef(true); // nothing was pressed yet
  useEffect(() => {
    if (words && !isNew.current && document.activeElement === document.body) place.current.focus();
    isNew.current = false;
  }, [words, of]);
  return html`<p ref=${place} class="said" role="status" tabindex="-1" hidden=${!words}>${words}</p>`;
}
