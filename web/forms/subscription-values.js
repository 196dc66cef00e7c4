/** A subscription as the values of its form, by place, and back. */

const EXPRESSIONS = ["filter", "transform", "ordering_key"];

/** The values of a subscription, or of a new one that begins with these ids. */
export function subscriptionValuesOf({ endpoint_id: endpoint = "", destination_id: destination = "", ...rest }) {
  const expressions = EXPRESSIONS.map((name) => [`/${name}`, rest[name] ?? ""]);
  return { "/endpoint": endpoint, "/destination": destination, ...Object.fromEntries(expressions) };
}

/** The subscription that these values say, as a new one is sent. */
export function subscriptionFrom(values) {
  return { endpoint: values["/endpoint"], destination: values["/destination"], ...expressionsFrom(values) };
}

/** What of it can be changed; what is empty is taken away. */
export function expressionsFrom(values) {
  return Object.fromEntries(EXPRESSIONS.map((name) => [name, values[`/${name}`].trim() || null]));
}
