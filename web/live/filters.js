/** Which requests are wanted: the filters of an address, as the list and the tail take them. */

const NAMES = ["endpoint", "verdict", "method", "search"];
const OF_THE_TAIL = ["endpoint"];
const OF_STATISTICS = ["endpoint"];
const A_PAGE = 50;

/** How requests are followed; `at` is the time that they are listed by, `before` asks for those before a time. */
export const REQUESTS = { event: "request", at: "received_at", before: "received_before", listPath, tailPath, fits, needsService };

/** The filters among the parameters of an address. */
export function filtersIn(query) {
  return picked(query, NAMES);
}

/** The address of a page of the list; `more` are further parameters, such as a cursor. */
function listPath(filters, more = {}) {
  return `/v1/requests?${new URLSearchParams({ limit: A_PAGE, ...filters, ...more })}`;
}

/** The address of the tail. What is settled may leave a list by its verdict, so the tail is not asked for verdicts. */
function tailPath(filters) {
  const asked = new URLSearchParams(picked(filters, OF_THE_TAIL)).toString();
  return `/v1/tail${asked && `?${asked}`}`;
}

/** The names of the filters that counts of requests know nothing of. */
export function uncounted(filters) {
  return NAMES.filter((name) => filters[name] && !OF_STATISTICS.includes(name));
}

/** Whether a request that the tail told of belongs into the list, as far as can be seen here. */
function fits(request, { verdict, method }) {
  return (!verdict || request.verdict === verdict) && (!method || request.method === method);
}

/** Whether only the service can say what belongs into the list: it looks into bodies. */
function needsService({ search }) {
  return Boolean(search);
}

function picked(values, names) {
  return Object.fromEntries(names.filter((name) => values[name]).map((name) => [name, values[name]]));
}
