/** Which requests are listed. The choice is part of the address. */

import { html, useEffect, useRef } from "../html.js";
import { useKeys } from "../keys.js";
import { go } from "../router.js";
import { VERDICTS } from "../words/words.js";
import { Choice } from "./choice.js";

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"];
const TYPING_MS = 400;
const FEWEST_LETTERS = 2;

/** `path` is where the reader is, which the choice does not change. */
export function Filters({ filters, endpoints, path }) {
  const choose = (name) => (event) => go(path, { ...filters, [name]: event.target.value });
  const names = endpoints.map((endpoint) => endpoint.name);
  return html`
    <form class="filters" role="search" aria-label="Filter the requests" onSubmit=${(event) => event.preventDefault()}>
      <${Search} filters=${filters} path=${path} />
      <${Choice} label="Endpoint" all="Endpoint" values=${names} value=${filters.endpoint} choose=${choose("endpoint")} />
      <${Choice} label="Verdict" all="Verdict" values=${VERDICTS} value=${filters.verdict} choose=${choose("verdict")} />
      <${Choice} label="Method" all="Method" values=${METHODS} value=${filters.method} choose=${choose("method")} />
    </form>`;
}

/** Searches a moment after the last letter. */
function Search({ filters, path }) {
  const timer = useRef(null);
  const field = useRef(null);
  const newest = useRef(null);
  newest.current = { filters, path };
  const { search = "" } = filters;
  useKeys({ "/": () => field.current.focus() });
  useEffect(() => { if (document.activeElement !== field.current) field.current.value = search; }, [search]);
  useEffect(() => () => clearTimeout(timer.current), []);
  const find = (text) => go(newest.current.path, { ...newest.current.filters, search: text }, { replace: true });
  const look = (event) => {
    const text = event.target.value.trim();
    clearTimeout(timer.current);
    if (text.length > 0 && text.length < FEWEST_LETTERS) return;
    timer.current = setTimeout(() => find(text), TYPING_MS);
  };
  return html`
    <input type="search" name="search" ref=${field} aria-label="Search paths, headers and bodies" placeholder="Search paths, headers and bodies"
      maxlength="200" autocomplete="off" spellcheck=${false} onInput=${look} />`;
}
