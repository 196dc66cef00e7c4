/** A curl command for an endpoint that can be pasted into a shell as it is. */

const SAMPLE = '{"hello": "letterbox"}';
const WITHOUT_BODY = ["GET", "DELETE"];

/** The command for the endpoint's likeliest method; path parameters are filled with their own names. */
export function curlFor(endpoint) {
  const method = endpoint.methods.includes("POST") ? "POST" : endpoint.methods[0];
  const address = endpoint.url.replace(/\{([^{}]*?)(?:\.\.\.)?\}/g, "$1");
  const parts = [`curl ${method === "GET" || method === "POST" ? "" : `-X ${method} `}${quoted(address)}`];
  if (!WITHOUT_BODY.includes(method)) parts.push("-H content-type:application/json", `-d ${quoted(SAMPLE)}`);
  return parts.join(" \\\n  ");
}

/** One word of a POSIX shell, whatever it holds. */
export function quoted(word) {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
