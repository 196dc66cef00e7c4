/** How senders prove who they are, as values of the form and back. */

import { given, numberOf } from "./typed.js";

/** What belongs to a scheme besides secrets. */
export const DETAILS = {
  hmac: ["header", "prefix", "encoding", "algorithm", "timestamp_header", "template", "tolerance_seconds"],
  basic: ["username"],
  "api-key": ["in", "name"],
};
const STARTS = { encoding: "hex", algorithm: "sha256", in: "header" };
const EVERY_DETAIL = Object.values(DETAILS).flat();

/** A secret that is still to be written. */
export const NEW_SECRET = { secret: "", ends: "" };

export function verificationValuesOf(verification) {
  const { scheme = "", methods = [], secrets = [] } = verification ?? {};
  const details = EVERY_DETAIL.map((name) => [`/verification/${name}`, String(verification?.[name] ?? STARTS[name] ?? "")]);
  return {
    "/verification/scheme": scheme,
    "/verification/methods": methods,
    "/verification/secrets": secrets.map((secret) => ({ ...secret, ends: localTime(secret.expires_at) })),
    ...Object.fromEntries(details),
  };
}

/** The property `verification`, or none if it is left to the project. What cannot be sent is added to `errors`. */
export function verificationFrom(values, errors) {
  const scheme = values["/verification/scheme"];
  if (scheme === "") return {};
  if (scheme === "none") return { verification: { scheme } };
  const methods = values["/verification/methods"];
  const details = (DETAILS[scheme] ?? []).map((name) => given(name, detailOf(name, values[`/verification/${name}`])));
  return {
    verification: Object.assign(
      { scheme, ...methods.length > 0 && { methods } },
      { secrets: values["/verification/secrets"].map((secret, index) => secretFrom(secret, index, errors)) },
      ...details,
    ),
  };
}

function detailOf(name, text) {
  return name === "tolerance_seconds" ? numberOf(text) : text;
}

/** One that the service has already goes by its id, with its end only if that was changed. */
function secretFrom(secret, index, errors) {
  const end = { expires_at: secret.ends === "" ? null : new Date(secret.ends).toISOString() };
  if (secret.id) return { id: secret.id, ...secret.ends !== localTime(secret.expires_at) && end };
  if (secret.secret === "") errors.push({ pointer: `/verification/secrets/${index}`, message: "Write the secret here, or take this one away." });
  return { secret: secret.secret, ...secret.ends !== "" && end };
}

/** A time as an input of the kind datetime-local holds it, in the reader's own time zone; empty for none. */
function localTime(moment) {
  if (!moment) return "";
  const time = new Date(moment);
  if (Number.isNaN(time.getTime())) return "";
  return new Date(time.getTime() - time.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
