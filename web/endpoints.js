/** The endpoints: each with its address, its own page and a curl to copy. */

import { copyable } from "./copy.js";
import { curlFor } from "./curl.js";
import { arrange, element, part } from "./dom.js";

const ALL_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"];

const howToDeclareOne = element(
  "div",
  { class: "empty" },
  element("p", {}, "No endpoint yet."),
  element("p", {}, "Declare one in the ", element("a", { href: "/docs#/Endpoints/endpoints.create" }, "API reference"), ": a path is enough."),
);
const cards = new Map(); // spelling of an endpoint → its card, so that an open one stays open

/** Every endpoint of the key's project. */
export async function loadEndpoints(api) {
  const endpoints = [];
  let cursor = null;
  do {
    const page = await api.get(`/v1/endpoints?limit=100${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ""}`);
    endpoints.push(...page.items);
    cursor = page.next_cursor;
  } while (cursor);
  return endpoints;
}

export function showEndpoints(endpoints) {
  const shown = endpoints.map((endpoint) => cardOf(endpoint, endpoints.length === 1));
  for (const [spelling, card] of cards) if (!shown.includes(card)) cards.delete(spelling);
  arrange(part("endpoints"), shown.length ? shown : [howToDeclareOne]);
}

function cardOf(endpoint, open) {
  const spelling = JSON.stringify(endpoint);
  if (!cards.has(spelling)) cards.set(spelling, card(endpoint, open));
  return cards.get(spelling);
}

function card(endpoint, open) {
  return element(
    "article",
    { class: "card endpoint" },
    element("h3", {}, element("span", { class: "data" }, endpoint.name), endpoint.paused && element("span", { class: "tag" }, "paused")),
    element("p", { class: "methods" }, methodsOf(endpoint)),
    copyable(endpoint.url, `the address of ${endpoint.name}`),
    element("p", { class: "small" }, element("a", { href: pageOf(endpoint) }, "Its own page"), ": what it takes and answers"),
    element("details", { open }, element("summary", {}, "curl"), copyable(curlFor(endpoint), `a curl for ${endpoint.name}`)),
  );
}

/** Where the endpoint documents itself; in this tab, which has the key. */
function pageOf(endpoint) {
  return `/v1/endpoints/${encodeURIComponent(endpoint.id)}/docs`;
}

function methodsOf(endpoint) {
  return ALL_METHODS.every((method) => endpoint.methods.includes(method)) ? "any method" : endpoint.methods.join(" ");
}
