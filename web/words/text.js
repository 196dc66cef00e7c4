/** Bytes as something to read: text or a hex dump. */

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
