/** The management API as the page uses it. Every failure is an Error whose message can be shown as it is. */

const PATIENCE_MS = 15_000;

/** The service refused: `status` is the HTTP status, the message says why in words. */
export class Refused extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

export class Api {
  #key;
  #seen = new Map();

  constructor(key) {
    this.#key = key;
  }

  /** The JSON at a path. */
  async get(path) {
    const answer = await this.#send(path);
    return answer.json();
  }

  /** The JSON at a path, or null if it is what this path answered the last time. */
  async changed(path) {
    const etag = this.#seen.get(path);
    const answer = await this.#send(path, etag ? { "If-None-Match": etag } : {});
    if (answer.status === 304) return null;
    const body = await answer.json();
    this.#seen.set(path, answer.headers.get("ETag"));
    return body;
  }

  /** The first bytes of a request's body, at most `most`; the rest is not fetched. */
  async firstBytes(id, most) {
    const answer = await this.#send(bodyPath(id));
    return readAtMost(answer.body.getReader(), most);
  }

  /** A request's whole body as a Blob, however long it takes. */
  async wholeBody(id) {
    const answer = await this.#send(bodyPath(id), {}, null);
    return answer.blob();
  }

  async #send(path, headers = {}, patience = PATIENCE_MS) {
    const answer = await this.#fetch(path, headers, patience);
    if (answer.ok || answer.status === 304) return answer;
    throw new Refused(answer.status, await inWords(answer));
  }

  async #fetch(path, headers, patience) {
    try {
      return await fetch(path, {
        headers: { Authorization: `Bearer ${this.#key}`, ...headers },
        cache: "no-store",
        credentials: "omit",
        signal: patience && AbortSignal.timeout(patience),
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

/** A problem+json answer as one text; a plain sentence where the answer is none. */
export async function inWords(answer) {
  const problem = await answer.json().catch(() => ({}));
  const errors = (problem.errors ?? []).map((error) => `${error.pointer} ${error.message}`.trim());
  return [problem.detail ?? `The service answered ${answer.status}.`, ...errors].join(" ");
}
