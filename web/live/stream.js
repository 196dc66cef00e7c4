/** One answer of Server-Sent Events, read as it comes. */

import { createParser } from "../vendor/eventsource-parser/index.js";

const SILENCE_MS = 40_000; // the service says something every 15 s

/** What answered is no event stream. */
export class NoStream extends Error {}

/**
 * Read events and comments until the stream ends, which may be never; throws when it breaks or stays silent.
 * @param {(signal: AbortSignal) => Promise<Response>} open
 * @param {{onEvent: Function, onComment: Function}} hear
 * @param {AbortSignal} signal
 */
export async function readStream(open, hear, signal) {
  const silence = new AbortController();
  const parser = createParser(hear);
  const inTime = (promise) => {
    const watchdog = setTimeout(() => silence.abort(), SILENCE_MS);
    return promise.finally(() => clearTimeout(watchdog));
  };
  const answer = await inTime(open(AbortSignal.any([signal, silence.signal])));
  if (!answer.headers.get("content-type")?.startsWith("text/event-stream")) {
    await answer.body?.cancel();
    throw new NoStream();
  }
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  for (;;) {
    const { value, done } = await inTime(reader.read());
    if (done || signal.aborted) return;
    parser.feed(value);
  }
}
