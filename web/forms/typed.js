/** What was typed into fields, as what is sent, and back. */

const NUMBER = /^\s*\d+\s*$/;

/** A property, if it has a value. */
export function given(name, value) {
  return value === "" || value === null || value === undefined ? {} : { [name]: value };
}

/** The number that a text is; null for none, and what is no number stays for the service to refuse. */
export function numberOf(text) {
  if (text.trim() === "") return null;
  return NUMBER.test(text) ? Number(text) : text;
}

/** What stands on lines of its own, or behind commas. */
export function linesOf(text) {
  return text.split(/[\s,]+/).filter(Boolean);
}

/** A value as a field shows it. */
export function textOf(value) {
  return String(value ?? "");
}
