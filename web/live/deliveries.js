/** Which deliveries are wanted: the filters of an address, as the list takes them, and how they are followed. */

const NAMES = ["status", "destination", "endpoint", "request", "replay"];
const A_PAGE = 50;

/** How deliveries are followed, as REQUESTS are. The filters name destinations and endpoints by their ids. */
export const DELIVERIES = { event: "delivery", at: "created_at", before: "created_before", listPath, tailPath, fits, needsService: () => false };

/** The filters among the parameters of an address. */
export function deliveryFiltersIn(query) {
  return Object.fromEntries(NAMES.filter((name) => query[name]).map((name) => [name, query[name]]));
}

/** The address of a page of the list; `more` are further parameters, such as a cursor. */
function listPath(filters, more = {}) {
  return `/v1/deliveries?${new URLSearchParams({ limit: A_PAGE, ...filters, ...more })}`;
}

function tailPath() {
  return "/v1/tail?events=delivery";
}

/** Whether a delivery that the tail told of belongs into the list. */
function fits(delivery, { status, ...ids }) {
  const isOf = ([name, id]) => delivery[`${name}_id`] === id;
  return (!status || delivery.status === status) && Object.entries(ids).every(isOf);
}
