/** Swagger UI for one endpoint's own document, read without a key where it is public, else with the reader's. */

import { inWords } from "/page/api.js";
import { currentKey, keep } from "/page/session.js";

const VIEWS = ["path", "webhooks"];
const WITHOUT_KEY = "This document is shown to holders of a key."; // whether it is there or not

const address = location.pathname.replace(/\/docs\/?$/, "/openapi.json");
const view = VIEWS.find((name) => name === new URLSearchParams(location.search).get("view")) ?? VIEWS[0];
const form = document.getElementById("ask");

/** The answer to a reader with this key, or to one without any. */
function answerTo(key) {
  const headers = key ? { authorization: `Bearer ${key}` } : {};
  return fetch(`${address}?view=${view}`, { headers });
}

/** Show it to the holder of this key; else to anyone, since it may be public; else say why not, and ask for a key. */
async function read(key) {
  const answers = key ? [await answerTo(key)] : [];
  if (!answers[0]?.ok) answers.push(await answerTo(null));
  const good = answers.find((answer) => answer.ok);
  await (good ? show(good) : ask(key ? await inWords(answers[0]) : WITHOUT_KEY));
}

function ask(why) {
  document.getElementById("why").textContent = why;
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
  if (!answer.ok) return ask(await inWords(answer));
  keep(key);
  return show(answer);
});

await read(currentKey());
