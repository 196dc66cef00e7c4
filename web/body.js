/** A request's body: as text, as indented JSON or in hex, and as a download of the exact bytes. */

import { element, say } from "./dom.js";
import { asHex, asIndentedJson, asText } from "./text.js";
import { size } from "./words.js";

const MOST_SHOWN = 65_536;
const KEEP_URL_MS = 60_000;
const ENDINGS = new Map([["application/json", "json"], ["text/plain", "txt"], ["text/csv", "csv"]]); // none that runs when opened

/** The section of a request's body; the bytes come after it is on the page. */
export function showBody(api, request) {
  const problem = element("p", { class: "problem", role: "alert", hidden: true });
  const place = element("div", {});
  const section = element("section", { class: "body" }, element("h3", {}, "Body"), problem, place);
  if (request.body_bytes === 0) place.append(element("p", { class: "small" }, "It has no body."));
  else if (request.body_sha256 === null) place.append(element("p", { class: "small" }, "Its body was not kept."));
  else fill(api, request, place).catch((failure) => say(problem, failure.message));
  return section;
}

async function fill(api, request, place) {
  const bytes = await api.firstBytes(request.id, MOST_SHOWN);
  const whole = bytes.length === request.body_bytes;
  const views = viewsOf(bytes, whole);
  const shown = element("pre", { tabindex: "0", "aria-label": "The body", class: "data" });
  place.append(element("div", { class: "tools" }, chooser(views, shown), download(api, request)), shown);
  if (whole) return;
  const cut = `These are the first ${size(bytes.length)} of ${size(request.body_bytes)}. The download has them all.`;
  place.append(element("p", { class: "small" }, cut));
}

/** The ways to show these bytes, best first: name → text. */
function viewsOf(bytes, whole) {
  const text = asText(bytes, whole);
  const json = text === null ? null : asIndentedJson(text);
  const views = { Indented: json, "As sent": text, Hex: asHex(bytes) };
  return Object.entries(views).filter(([, content]) => content !== null);
}

function chooser(views, shown) {
  const buttons = views.map(([name, content]) => element("button", { type: "button", class: "quiet", click: () => choose(name, content) }, name));
  const choose = (name, content) => {
    shown.textContent = content;
    shown.classList.toggle("hex", name === "Hex");
    for (const button of buttons) button.setAttribute("aria-pressed", String(button.textContent === name));
  };
  choose(...views[0]);
  return element("div", { class: "choice", role: "group", "aria-label": "Show the body" }, buttons);
}

function download(api, request) {
  const button = element("button", { type: "button", class: "quiet", click: () => save(api, request, button) }, "Download");
  return button;
}

/** A plain link would not carry the key, so the bytes are fetched first. */
async function save(api, request, button) {
  button.disabled = true;
  try {
    const url = URL.createObjectURL(await api.wholeBody(request.id));
    element("a", { href: url, download: `${request.id}.${ENDINGS.get(request.media_type) ?? "bin"}` }).click();
    setTimeout(() => URL.revokeObjectURL(url), KEEP_URL_MS);
    button.textContent = "Download";
  } catch (failure) {
    button.textContent = failure.message;
  }
  button.disabled = false;
}
