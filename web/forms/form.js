/** A form whose fields are named by what they hold, and say what is wrong with it. */

import { createContext, html, useContext, useEffect, useLayoutEffect, useRef, useState } from "../html.js";
import { sortedOut } from "./places.js";

const FormContext = createContext(null);
const INVALID = '[aria-invalid="true"], [data-invalid]'; // a group of fields has no state of its own for that

/** `values` are by place, `put` sets one of them; `failure` is what came of submitting, `submit` is called without arguments. */
export function Form({ id, label, values, put, failure, submit, children }) {
  const form = useRef(null);
  const sorted = useSorted(form, failure);
  const onSubmit = (event) => {
    event.preventDefault();
    submit();
  };
  return html`
    <form id=${id} ref=${form} class="form" aria-label=${label} novalidate onSubmit=${onSubmit}>
      <${Summary} sorted=${sorted} />
      <${FormContext.Provider} value=${{ values, put, problemsAt: (at) => sorted.at.get(at) ?? [] }}>${children}<//>
    </form>`;
}

/** The failure's problems at the fields that are there; the focus goes to the first of these. */
function useSorted(form, failure) {
  const [sorted, sort] = useState(() => sortedOut(null, []));
  useLayoutEffect(() => sort(sortedOut(failure, placesIn(form.current))), [failure]);
  useEffect(() => { if (sorted.at.size > 0) goTo(form.current.querySelector(INVALID)); }, [sorted]);
  return sorted;
}

function placesIn(form) {
  return [...form.querySelectorAll("[data-at]")].map((field) => field.dataset.at);
}

function goTo(field) {
  const closed = field?.closest("details:not([open])");
  if (closed) closed.open = true;
  field?.focus();
}

function Summary({ sorted: { at, rest } }) {
  const count = at.size > 0 && `${at.size === 1 ? "One field needs" : `${at.size} fields need`} a change.`;
  const words = [...rest, count].filter(Boolean).join(" ");
  return html`<p class="problem" role="alert" hidden=${words === ""}>${words}</p>`;
}

/** The form around a field. */
export function useForm() {
  return useContext(FormContext);
}

/** What a field at this place needs: its value, and the attributes that name it and its problems. */
export function useControl(at, hasHint = false) {
  const { values, put, problemsAt } = useForm();
  const id = `field${at.replaceAll("/", "-")}`;
  const problems = problemsAt(at);
  const described = [hasHint && `${id}-hint`, problems.length > 0 && `${id}-problem`].filter(Boolean).join(" ");
  const attributes = { id, "aria-invalid": problems.length > 0 ? "true" : null, "aria-describedby": described || null };
  return { value: values[at], put: (value) => put(at, value), problems, attributes };
}

/** What a field at this place is told, and what is wrong with it. */
export function Notes({ at, hint, problems }) {
  const id = `field${at.replaceAll("/", "-")}`;
  return html`
    ${hint && html`<p id=${`${id}-hint`} class="hint">${hint}</p>`}
    ${problems.length > 0 && html`<p id=${`${id}-problem`} class="field-problem">${problems.join(" ")}</p>`}`;
}
