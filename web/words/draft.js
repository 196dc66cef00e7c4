/** A request that is written anew from one that came: as fields to edit, as a check takes it, and as a browser can send it. */

import { asText } from "./text.js";

const MASK = /(?:^| )\*\*\*$/;
const WITHOUT_BODY = ["GET", "HEAD"];

// https://fetch.spec.whatwg.org/#forbidden-request-header and what a browser says of itself all the same
const UNSETTABLE = new RegExp(`^(?:accept-charset|accept-encoding|access-control-request-.*|connection|content-length|cookie2?|date|dnt|expect|host|
  |keep-alive|origin|referer|set-cookie|te|trailer|transfer-encoding|upgrade|user-agent|via|proxy-.*|sec-.*|x-http-method(?:-override)?
  |x-method-override)$`.replace(/\n\s*/g, ""), "i");

/**
 * What is edited: the fields of a form, the body as it came, and what was left out of them. `text` is null for a body
 * that cannot be edited as text.
 * @param {object} request
 * @param {Uint8Array} bytes
 */
export function draftOf(request, bytes) {
  const hidden = request.is_masked ? request.headers.filter(([, value]) => MASK.test(value)) : [];
  const shown = request.headers.filter((header) => !hidden.includes(header) && !UNSETTABLE.test(header[0]));
  const { query, names } = request.is_masked ? withoutMasked(request.query) : { query: request.query, names: [] };
  const text = asText(bytes, true);
  return {
    method: request.method,
    path: request.path,
    query,
    headers: shown.map(([name, value]) => `${name}: ${value}`).join("\n"),
    text: isEditable(text) ? text.replaceAll("\r\n", "\n") : null,
    bytes,
    credentials: [...hidden.map(([name]) => name), ...names],
    unsettable: namesOf(request.headers.filter(([name]) => UNSETTABLE.test(name))),
  };
}

/** What would be sent, or an Error that says what is wrong with the fields. */
export function messageOf(draft, first) {
  const [lines, fault] = headersIn(draft.headers);
  if (fault) return new Error(fault);
  if (!draft.path.startsWith("/")) return new Error("A path begins with a slash.");
  return {
    method: draft.method,
    path: draft.path,
    query: draft.query.replace(/^\?/, ""),
    headers: lines.filter(([name]) => !UNSETTABLE.test(name)),
    leftOut: [...new Set([...draft.unsettable, ...namesOf(lines.filter(([name]) => UNSETTABLE.test(name)))])],
    bytes: WITHOUT_BODY.includes(draft.method) ? new Uint8Array() : bytesOf(draft, first),
    hasLostBody: WITHOUT_BODY.includes(draft.method) && (draft.text ?? draft.bytes).length > 0,
  };
}

/** A message as a check takes it. */
export function questionOf({ method, path, query, headers, bytes }, verified) {
  return { method, path, query, headers, verified, ...bodyOf(bytes) };
}

/** A body as the API takes it. */
export function bodyOf(bytes) {
  const text = asText(bytes, true);
  const isExact = text !== null && !text.startsWith("\ufeff") && new TextEncoder().encode(text).length === bytes.length;
  return isExact ? { body: text } : { body_base64: asBase64(bytes) };
}

/** The media type among headers, without its parameters. */
export function mediaTypeIn(headers) {
  const [, value = ""] = headers.find(([name]) => name.toLowerCase() === "content-type") ?? [];
  return value.split(";")[0].trim().toLowerCase();
}

/** Text that was not touched is sent byte for byte; other lines end as all of them did. */
export function bytesOf({ text, bytes }, first) {
  if (text === null || text === first.text) return bytes;
  const ended = asText(bytes, true).includes("\r\n") ? text.replaceAll("\n", "\r\n") : text;
  return new TextEncoder().encode(ended);
}

/** A text field has one kind of line end. */
function isEditable(text) {
  if (text === null) return false;
  const ends = new Set(text.match(/\r\n|\r|\n/g));
  return ends.size < 2 && !ends.has("\r");
}

function headersIn(lines) {
  const headers = [];
  for (const [index, line] of lines.split("\n").entries()) {
    const [, name, value] = /^([^:\s]+)\s*:(.*)$/.exec(line) ?? [];
    if (name) headers.push([name, value.trim()]);
    else if (line.trim()) return [[], `Line ${index + 1} of the headers is none: write it as name: value.`];
  }
  return [headers, null];
}

function withoutMasked(query) {
  const pairs = query.split("&");
  const masked = pairs.filter((pair) => pair.endsWith("=***"));
  return { query: pairs.filter((pair) => !masked.includes(pair)).join("&"), names: masked.map((pair) => pair.slice(0, -4)) };
}

function namesOf(headers) {
  return headers.map(([name]) => name.toLowerCase());
}

function asBase64(bytes) {
  const pieces = [];
  for (let start = 0; start < bytes.length; start += 0x8000) pieces.push(String.fromCharCode(...bytes.subarray(start, start + 0x8000)));
  return btoa(pieces.join(""));
}
