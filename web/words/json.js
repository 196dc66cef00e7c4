/** JSON as indented text, and where its members stand in it. */

const MOST_LETTERS = 1_000_000; // a deep nest of brackets grows a hundredfold when it is indented
const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],:]|[^\s"{}[\],:]+/g;
const OPENS = ["{", "["];
const CLOSES = ["}", "]"];

/**
 * JSON with one member a line, every string and number spelt as it was sent; null for what is no JSON object or array,
 * or too deep. What `places` looks for is filled in.
 */
export function asIndentedJson(text, places = null) {
  if (!/^\s*[{[]/.test(text) || !isJson(text)) return null;
  const walk = new Walk(places);
  let out = "";
  let before = "";
  for (const { 0: token, index } of text.matchAll(TOKEN)) {
    const isNew = startsLine(before, token);
    walk.step(token, index, isNew, before === "");
    if (isNew) out += `\n${"  ".repeat(walk.depth)}`;
    if (out.length > MOST_LETTERS) return null;
    out += token === ":" ? ": " : token;
    before = token;
    walk.enter(token);
  }
  return out;
}

/** Where in the text one is, told token by token. */
class Walk {
  #around = [];
  #line = 0;
  #member; // the place of the member that is read, if somebody looks for it

  constructor(places) {
    this.#member = places;
  }

  get depth() {
    return this.#around.length;
  }

  step(token, index, isNew, isFirst) {
    if (CLOSES.includes(token)) this.#leave();
    else if (isNew) this.#member = this.#next(token);
    if (isNew) this.#line += 1;
    this.#see(token, index, isNew || isFirst);
  }

  enter(token) {
    if (!OPENS.includes(token)) return;
    this.#around.push({ place: this.#member, index: token === "[" ? 0 : null });
  }

  #leave() {
    this.#around.pop();
    this.#member = null;
  }

  #next(token) {
    const around = this.#around.at(-1);
    const name = around.index === null ? JSON.parse(token) : String(around.index++);
    return around.place?.child(name) ?? null;
  }

  #see(token, index, begins) {
    if (!this.#member || token === ",") return;
    const end = index + token.length;
    if (begins) this.#member.begin(this.#line, index, end);
    else this.#member.range[1] = end;
  }
}

function startsLine(before, token) {
  const opened = OPENS.includes(before);
  return CLOSES.includes(token) ? !opened : opened || before === ",";
}

function isJson(text) {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
