/** Bytes as something to read: text, indented JSON, or a hex dump. */

const MOST_LETTERS = 1_000_000; // a deep nest of brackets grows a hundredfold when it is indented
const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],:]|[^\s"{}[\],:]+/g;
const UNREADABLE = /[\0-\x08\x0b\x0e-\x1f\x7f]/;
const BYTES_A_LINE = 16;

/** The bytes as UTF-8 text, or null if they are not text. `whole` is false where they were cut off. */
export function asText(bytes, whole) {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: !whole });
    return UNREADABLE.test(text) ? null : text;
  } catch {
    return null;
  }
}

/** JSON with one member a line, every string and number spelt as it was sent; null for what is no JSON object or array, or too deep. */
export function asIndentedJson(text) {
  if (!/^\s*[{[]/.test(text) || !isJson(text)) return null;
  let depth = 0;
  let out = "";
  let before = "";
  for (const [token] of text.matchAll(TOKEN)) {
    const closes = token === "}" || token === "]";
    if (closes) depth -= 1;
    if (startsLine(before, closes)) out += `\n${"  ".repeat(depth)}`;
    if (out.length > MOST_LETTERS) return null;
    out += token === ":" ? ": " : token;
    if (token === "{" || token === "[") depth += 1;
    before = token;
  }
  return out;
}

/** Offset, sixteen bytes in hex and the same in ASCII, line by line. */
export function asHex(bytes) {
  const lines = [];
  for (let start = 0; start < bytes.length; start += BYTES_A_LINE) {
    const row = [...bytes.subarray(start, start + BYTES_A_LINE)];
    const hex = row.map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
    const ascii = row.map((byte) => (byte > 31 && byte < 127 ? String.fromCharCode(byte) : "·")).join("");
    lines.push(`${start.toString(16).padStart(6, "0")}  ${hex.padEnd(BYTES_A_LINE * 3 - 1)}  ${ascii}`);
  }
  return lines.join("\n");
}

function startsLine(before, closes) {
  const opened = before === "{" || before === "[";
  return closes ? !opened : opened || before === ",";
}

function isJson(text) {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
