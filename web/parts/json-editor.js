/** A text of JSON to write, with the numbers of its lines, and what is wrong with it beside them. */

import { html, useEffect, useMemo, useRef, useState } from "../html.js";
import { mistakeIn } from "../words/json-text.js";

const INDENT = "  ";
const TYPING_MS = 250;
const LEAST_LINES = 12;
const MOST_LINES = 36;

/** `marks` are places that somebody else objects to: {line, column, at, end, message}; with a new `asked` the first gets the focus. */
export function JsonEditor({ id, label, text, write, marks, asked }) {
  const area = useRef(null);
  const gutter = useRef(null);
  const mistake = useMistake(text);
  const shown = mistake ? [mistake] : marks;
  useEffect(() => { if (asked) select(area.current, shown[0]); }, [asked]);
  return html`
    <div class="editor">
      <label for=${id}>${label}</label>
      <div class="editor-text">
        <pre ref=${gutter} class="gutter" aria-hidden="true">${useGutter(text, shown)}</pre>
        <textarea id=${id} ref=${area} wrap="off" spellcheck=${false} autocapitalize="off" rows=${rowsFor(text)}
          aria-invalid=${shown.length > 0 ? "true" : null} aria-describedby=${`${id}-hint ${id}-marks`}
          value=${text} onInput=${(event) => write(event.target.value)} onKeyDown=${useTab()}
          onScroll=${(event) => { gutter.current.scrollTop = event.target.scrollTop; }}></textarea>
      </div>
      <p id=${`${id}-hint`} class="hint">Tab writes two spaces. To leave by keyboard: Esc, then Tab.</p>
      <div id=${`${id}-marks`} role="status">
        ${shown.length > 0 && html`<ul class="marks">${shown.map((mark) => html`<${Mark} mark=${mark} go=${() => select(area.current, mark)} />`)}</ul>`}
      </div>
    </div>`;
}

function Mark({ mark: { line, column, message }, go }) {
  return html`<li><button type="button" class="quiet" onClick=${go}>Line ${line}, column ${column}</button> ${message}</li>`;
}

/** The first mistake of the text, a moment after the last letter. */
function useMistake(text) {
  const [mistake, find] = useState(null);
  useEffect(() => {
    const timer = setTimeout(() => find(mistakeIn(text)), TYPING_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return mistake;
}

/** The numbers of the lines; those with a mark have a sign. */
function useGutter(text, marks) {
  const count = text.split("\n").length;
  const marked = marks.map(({ line }) => line).join();
  return useMemo(() => {
    const lines = new Set(marked.split(",").map(Number));
    return Array.from({ length: count }, (_, index) => `${lines.has(index + 1) ? "▶ " : ""}${index + 1}`).join("\n");
  }, [count, marked]);
}

/** Tab writes, unless Escape was pressed just before it; Shift and Tab go back at once. */
function useTab() {
  const isLeaving = useRef(false);
  return (event) => {
    if (event.key === "Tab" && !event.shiftKey && !isLeaving.current) {
      event.preventDefault();
      insert(event.target, INDENT);
    }
    isLeaving.current = event.key === "Escape";
  };
}

/** By the command that keeps what can be undone, where there is one. */
function insert(area, text) {
  if (document.execCommand?.("insertText", false, text)) return;
  area.setRangeText(text, area.selectionStart, area.selectionEnd, "end");
  area.dispatchEvent(new Event("input", { bubbles: true }));
}

/** The focus goes into the text, to the line that is meant. */
function select(area, mark) {
  area.focus();
  if (!mark) return;
  area.setSelectionRange(mark.at, mark.end ?? mark.at + 1);
  const height = parseFloat(getComputedStyle(area).lineHeight);
  area.scrollTop = Math.max(0, (mark.line - 3) * height);
}

function rowsFor(text) {
  return Math.min(MOST_LINES, Math.max(LEAST_LINES, text.split("\n").length + 1));
}
