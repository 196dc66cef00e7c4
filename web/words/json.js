/** JSON as indented text. */

import { isJson } from "./json-text.js";

const MOST_LETTERS = 1_000_000; // a deep nest of brackets grows a hundredfold when it is indented
const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],:]|[^\s"{}[\],:]+/g;
const OPENS = ["{", "["];
const CLOSES = ["}", "]"];

/**
 * JSON with one member a line, every string and number spelt as it was sent; null for what is no JSON object or array,
 * or too deep.
 */
export function asIndentedJson(text) {
  if (!/^\s*[{[]/.test(text) || !isJson(text)) return null;
  let out = "";
  let before = "";
  let depth = 0;
  for (const [token] of text.matchAll(TOKEN)) {
    if (CLOSES.includes(token)) depth -= 1;
    if (startsLine(before, token)) out += `\n${"  ".repeat(depth)}`;
    if (out.length > MOST_LETTERS) return null;
    out += token === ":" ? ": " : token;
    if (OPENS.includes(token)) depth += 1;
    before = token;
  }
  return out;
}

function startsLine(before, token) {
  const opened = OPENS.includes(before);
  return CLOSES.includes(token) ? !opened : opened || before === ",";
}
