/** Swagger UI for one endpoint's own document, read without a key where it is public, else with the reader's. */

import { currentKey, keep } from "/page/session.js";

const VIEWS = ["path", "webhooks"];
const WHY = {
  401: "This document is shown to holders of a key.",
  403: "This key may not read it; it needs the scope read.",
  404: "The project of this key has no such endpoint.",
};

const address = location.pathname.replace(/\/docs\/?$/, "/openapi.json");
const view = VIEWS.find((name) => name === new URLSearchParams(location.search).get("view")) ?? VIEWS[0];
const form = document.getElementById("ask");

/** The answer to a reader with this key, or to one without any. */
function answerTo(key) {
  const headers = key ? { authorization: `Bearer ${key}` } : {};
  return fetch(`${address}?view=${view}`, { headers });
}

/** With the key of this tab; without it if that opens nothing here, since the document may be public. */
async function firstAnswer() {
  const key = currentKey();
  const answer = key ? await answerTo(key) : null;
  return answer?.ok ? answer : answerTo(null);
}

function ask(answer) {
  document.getElementById("why").textContent = WHY[answer.status] ?? `It can't be read now (${answer.status}).`;
  form.hidden = false;
  form.elements.key.focus();
}

async function show(answer) {
  const spec = await answer.json();
  form.hidden = true;
  document.title = `Letterbox: ${spec.info.title}`;
  document.querySelector("nav").hidden = false;
  document.querySelector(`nav a[href="?view=${view}"]`).setAttribute("aria-current", "page");
  SwaggerUIBundle({
    spec,
    dom_id: "#swagger-ui",
    deepLinking: true,
    layout: "BaseLayout",
    persistAuthorization: false,
    presets: [SwaggerUIBundle.presets.apis],
    showExtensions: true,
    requestInterceptor: atHome,
    validatorUrl: null,
  });
}

/** The endpoint is where this page is, also when the document names another address; a path's slashes stay slashes. */
function atHome(request) {
  const sent = new URL(request.url, location.href);
  request.url = location.origin + sent.pathname.replace(/%2F/gi, "/") + sent.search;
  return request;
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const key = form.elements.key.value.trim();
  const answer = await answerTo(key);
  if (answer.ok) keep(key);
  await (answer.ok ? show(answer) : ask(answer));
});

const answer = await firstAnswer();
await (answer.ok ? show(answer) : ask(answer));
