/** The management API as the page uses it. Every failure is an Error whose message can be shown as it is. */

const PATIENCE_MS = 15_000;

/** The service refused: `status` is the HTTP status, the message says why in words, `errors` where, `type` of what kind. */
export class Refused extends Error {
  constructor(status, message, errors = [], type = null) {
    super(message);
    this.status = status;
    this.errors = errors;
    this.type = type;
  }
}

export class Api {
  #key;

  constructor(key) {
    this.#key = key;
  }

  /** The JSON at a path. */
  async get(path) {
    const answer = await this.#send("GET", path);
    return answer.json();
  }

  /** The JSON at a path, its entity tag beside it. */
  async getTagged(path) {
    const answer = await this.#send("GET", path);
    return { body: await answer.json(), etag: answer.headers.get("ETag") };
  }

  /** The text at a path, in which numbers are spelt as they were sent. */
  async text(path) {
    const answer = await this.#send("GET", path);
    return answer.text();
  }

  /** Every item of a list, however many pages it has; `query` says of which ones. */
  async all(path, query = {}) {
    const items = [];
    let cursor = null;
    do {
      const page = await this.get(`${path}?${new URLSearchParams({ ...query, limit: 100, ...cursor && { cursor } })}`);
      items.push(...page.items);
      cursor = page.next_cursor;
    } while (cursor);
    return items;
  }

  /**
   * Send JSON by a method that changes something; what is answered, its entity tag beside it.
   * @param {{ifMatch?: string, key?: string}} conditions `key` is the Idempotency-Key, the same for each try of one wish
   * @returns {Promise<{body: any, etag: ?string}>}
   */
  send(method, path, body = null, conditions = {}) {
    return this.sendText(method, path, body === null ? null : JSON.stringify(body), conditions);
  }

  /** Like `send`, of JSON that is text already and goes out as it is. */
  async sendText(method, path, body, { ifMatch = null, key = null } = {}) {
    const headers = { ...ifMatch && { "If-Match": ifMatch }, ...key && { "Idempotency-Key": key } };
    if (body !== null) headers["Content-Type"] = "application/json";
    const answer = await this.#send(method, path, { headers, body });
    return { body: answer.status === 204 ? null : await answer.json(), etag: answer.headers.get("ETag") };
  }

  /** The first bytes of a request's body, at most `most`; the rest is not fetched. */
  async firstBytes(id, most) {
    const answer = await this.#send("GET", bodyPath(id));
    return readAtMost(answer.body.getReader(), most);
  }

  /** A request's whole body as a Blob, however long it takes. */
  async wholeBody(id) {
    const answer = await this.#send("GET", bodyPath(id), { patience: null });
    return answer.blob();
  }

  /** An answer that is read as it comes, until `signal` ends it. */
  stream(path, headers, signal) {
    return this.#send("GET", path, { headers, signal });
  }

  async #send(method, path, { patience = PATIENCE_MS, signal = patience && AbortSignal.timeout(patience), ...more } = {}) {
    const answer = await this.#fetch(method, path, { signal, ...more });
    if (answer.ok) return answer;
    throw await refusal(answer);
  }

  async #fetch(method, path, { headers, body, signal }) {
    try {
      return await fetch(path, {
        method,
        body,
        headers: { Authorization: `Bearer ${this.#key}`, ...headers },
        cache: "no-store",
        credentials: "omit",
        signal,
      });
    } catch {
      throw new Error("The service does not answer. Is it running?");
    }
  }
}

function bodyPath(id) {
  return `/v1/requests/${encodeURIComponent(id)}/body`;
}

async function readAtMost(reader, most) {
  const bytes = new Uint8Array(most);
  let length = 0;
  while (length < most) {
    const { value, done } = await reader.read();
    if (done) return bytes.subarray(0, length);
    const part = value.subarray(0, most - length);
    bytes.set(part, length);
    length += part.length;
  }
  await reader.cancel();
  return bytes;
}

/** A problem+json answer as an error. */
async function refusal(answer) {
  const problem = await answer.json().catch(() => ({}));
  return new Refused(answer.status, wordsOf(answer, problem), problem.errors, problem.type);
}

/** A problem+json answer as one text; a plain sentence where the answer is none. */
export async function inWords(answer) {
  return wordsOf(answer, await answer.json().catch(() => ({})));
}

function wordsOf(answer, problem) {
  const errors = (problem.errors ?? []).map((error) => `${error.pointer} ${error.message}`.trim());
  return [problem.detail ?? `The service answered ${answer.status}.`, ...errors].join(" ");
}
