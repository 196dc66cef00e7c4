/** Sending to an endpoint as anybody does: to its own address on this origin, without the key. */

const MOST_READ = 16_384;
const ID = /^req_[0-9a-z]{26}$/;

/** What stands before an endpoint's path in its address: `/in/{project}`. */
export function doorOf(endpoint) {
  return /\/in\/[^/]+/.exec(new URL(endpoint.url).pathname)[0];
}

/**
 * Send a message; what is answered, as far as a browser shows it.
 * @returns {{status: number, headers: [string, string][], bytes: Uint8Array, id: ?string}} `id` is that of the request, if the reply names one
 */
export async function post(endpoint, { method, path, query, headers, bytes }) {
  const address = `${doorOf(endpoint)}${path}${query && `?${query}`}`;
  const body = bytes.length > 0 ? bytes : null; // bytes bring no media type of their own
  const answer = await answered(address, { method, headers, body });
  const reply = new Uint8Array(await answer.arrayBuffer());
  return { status: answer.status, headers: [...answer.headers], bytes: reply.subarray(0, MOST_READ), id: idIn(answer, reply) };
}

async function answered(address, message) {
  try {
    return await fetch(address, { ...message, credentials: "omit", cache: "no-store", redirect: "manual" });
  } catch (failure) {
    throw new Error(`The browser could not send it: ${failure.message}`);
  }
}

function idIn(answer, reply) {
  const first = answer.headers.get("Letterbox-Duplicate-Of");
  return [first, ...idsIn(new TextDecoder().decode(reply))].find((id) => ID.test(id)) ?? null;
}

/** The default reply and every refusal name the request. */
function idsIn(text) {
  try {
    const { id, request_id: refused } = JSON.parse(text);
    return [refused, id];
  } catch {
    return [];
  }
}
