/** An endpoint as the values of its form, by place, and back. Every value is a text, a boolean or a list. */

import { Incomplete } from "./places.js";
import { replyValuesOf, repliesFrom } from "./reply-values.js";
import { given, linesOf, numberOf, textOf } from "./typed.js";
import { verificationFrom, verificationValuesOf } from "./verification-values.js";

const SECRETS = "/verification/secrets";

/** The values of an endpoint, or those that a form begins with for null. What is empty there is left to the project. */
export function valuesOf(endpoint) {
  const { path = "", name = "", methods = ["POST"], contract_mode: mode = "", max_body_bytes: most, requests_per_second: rate,
    dedupe, allow_from: networks = [], cors, public_docs: isPublic = false, paused = false, retention } = endpoint ?? {};
  return {
    "/path": path,
    "/name": name,
    "/methods": methods,
    "/contract_mode": mode,
    ...verificationValuesOf(endpoint?.verification),
    ...replyValuesOf(endpoint?.replies),
    "/max_body_bytes": textOf(most),
    "/requests_per_second": textOf(rate),
    "/dedupe/key": textOf(dedupe?.key),
    "/dedupe/window_seconds": textOf(dedupe?.window_seconds),
    "/allow_from": networks.join("\n"),
    "/cors/origins": (cors?.origins ?? []).join("\n"),
    "/public_docs": isPublic,
    "/paused": paused,
    "/retention/max_age_seconds": textOf(retention?.max_age_seconds),
    "/retention/max_bytes": textOf(retention?.max_bytes),
  };
}

/** The endpoint that these values say, as it is sent. Throws Incomplete where a text cannot be read. */
export function endpointFrom(values) {
  const errors = [];
  const endpoint = {
    path: values["/path"].trim(),
    ...given("name", values["/name"].trim()),
    methods: values["/methods"],
    ...given("contract_mode", values["/contract_mode"]),
    ...verificationFrom(values, errors),
    ...repliesFrom(values, errors),
    ...bounds(values),
    allow_from: linesOf(values["/allow_from"]),
    cors: { origins: linesOf(values["/cors/origins"]) },
    public_docs: values["/public_docs"],
    paused: values["/paused"],
  };
  if (errors.length > 0) throw new Incomplete(errors);
  return endpoint;
}

function bounds(values) {
  const key = values["/dedupe/key"].trim();
  const window = values["/dedupe/window_seconds"];
  return {
    ...given("max_body_bytes", numberOf(values["/max_body_bytes"])),
    requests_per_second: numberOf(values["/requests_per_second"]),
    dedupe: key || window ? { key, window_seconds: numberOf(window) } : null,
    retention: {
      max_age_seconds: numberOf(values["/retention/max_age_seconds"]),
      max_bytes: numberOf(values["/retention/max_bytes"]),
    },
  };
}

/** Values that somebody changed from `before` to `mine`, on top of what others made of them. The reply is one unit. */
export function merged(before, mine, theirs) {
  const isChanged = (place) => JSON.stringify(before[place]) !== JSON.stringify(mine[place]);
  const places = Object.keys(mine);
  const isReplyMine = places.some((place) => isOfReply(place) && isChanged(place));
  const isMine = (place) => (isOfReply(place) ? isReplyMine : isChanged(place));
  const secrets = mergedSecrets(before[SECRETS], mine[SECRETS], theirs[SECRETS]);
  return { ...Object.fromEntries(places.map((place) => [place, (isMine(place) ? mine : theirs)[place]])), [SECRETS]: secrets };
}

function isOfReply(place) {
  return place === "reply" || place.startsWith("/replies");
}

/** Theirs without those that were taken away here, with the ends that were changed here, and the new ones. */
function mergedSecrets(before, mine, theirs) {
  const byId = (secrets) => new Map(secrets.map((secret) => [secret.id, secret]));
  const [known, here] = [byId(before), byId(mine)];
  const left = theirs.filter(({ id }) => !known.has(id) || here.has(id));
  const isEndMine = ({ id }) => here.has(id) && here.get(id).ends !== known.get(id)?.ends;
  return [...left.map((secret) => (isEndMine(secret) ? { ...secret, ends: here.get(secret.id).ends } : secret)), ...mine.filter(({ id }) => !id)];
}

/** The name that the service would make of a path. */
export function suggestedName(path) {
  return (path.toLowerCase().match(/[a-z0-9_]+/g) ?? []).join("-").replace(/^[_-]+/, "");
}
