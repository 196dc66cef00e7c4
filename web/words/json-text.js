/** JSON as a person writes it: where its first mistake is, and where in the text each value stands. */

import { asStep, placeOf } from "./places.js";

const DEEPEST = 1000;
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const WORD = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
const SPACE = /[ \t\n\r]*/y;

/**
 * The first mistake of a text that is no JSON, else null. It is quick where there is none.
 * @returns {?{line: number, column: number, at: number, message: string}}
 */
export function mistakeIn(text) {
  if (isJson(text)) return null;
  const { at, message } = reading(text).mistake ?? { at: text.length, message: "This cannot be read." };
  return { ...placeOf(text, at), at, message };
}

/** Whether a text is JSON. */
export function isJson(text) {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/**
 * Where each value stands: its JSON Pointer → where it begins and where it ends.
 * @returns {Map<string, [number, number]>}
 */
export function spansOf(text) {
  return reading(text).spans;
}

class Mistake extends Error {}

function reading(text) {
  const reader = new Reader(text);
  try {
    reader.whole();
    return { spans: reader.spans, mistake: null };
  } catch (mistake) {
    if (!(mistake instanceof Mistake)) throw mistake;
    return { spans: reader.spans, mistake: { at: reader.at, message: mistake.message } };
  }
}

class Reader {
  constructor(text) {
    this.text = text;
    this.at = 0;
    this.spans = new Map();
  }

  whole() {
    this.value("", 0);
    if (this.at < this.text.length) throw new Mistake("The document has ended before this.");
  }

  value(pointer, depth) {
    if (depth > DEEPEST) throw new Mistake("This is nested too deeply.");
    this.take(SPACE);
    const start = this.at;
    if (this.next("{")) this.members("}", pointer, depth, () => `${pointer}/${asStep(this.name())}`);
    else if (this.next("[")) this.members("]", pointer, depth, (index) => `${pointer}/${index}`);
    else if (this.text[this.at] === '"') this.string();
    else if (this.take(WORD) === null) throw new Mistake(this.isAtEnd() ? "The text ends where a value should stand." : "A value should stand here.");
    this.spans.set(pointer, [start, this.at]);
    this.take(SPACE);
  }

  members(end, pointer, depth, pointerOf) {
    this.take(SPACE);
    if (this.next(end)) return;
    for (let index = 0; ; index += 1) {
      this.take(SPACE);
      if (index > 0 && this.text[this.at] === end) throw new Mistake(`Nothing follows the comma before this ${end}.`);
      this.value(pointerOf(index), depth + 1);
      if (this.next(end)) return;
      if (!this.next(",")) throw new Mistake(`A comma or ${end} should stand here.`);
    }
  }

  name() {
    if (this.text[this.at] !== '"') throw new Mistake("A name in double quotes should stand here.");
    const name = JSON.parse(this.string());
    this.take(SPACE);
    if (!this.next(":")) throw new Mistake("A colon should stand here.");
    return name;
  }

  string() {
    const string = this.take(STRING);
    if (string === null) throw new Mistake("This text in quotes has no end on its line, or a character that needs a backslash.");
    return string;
  }

  next(sign) {
    if (this.text[this.at] !== sign) return false;
    this.at += 1;
    return true;
  }

  take(pattern) {
    pattern.lastIndex = this.at;
    const [found] = pattern.exec(this.text) ?? [null];
    this.at += found?.length ?? 0;
    return found;
  }

  isAtEnd() {
    return this.at >= this.text.length;
  }
}
