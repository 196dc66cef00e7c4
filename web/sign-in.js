/** The form that asks for a key. */

import { part, say } from "./dom.js";

const SENDABLE = /^[!-~]+$/; // what an HTTP header can carry

/** Ask for a key and hand it to `enter`; `problem` says why the last one was not taken. */
export function askForKey(enter, problem) {
  const form = part("sign-in").querySelector("form");
  say(part("sign-in-problem"), problem);
  form.onsubmit = (event) => {
    event.preventDefault();
    submit(form, enter);
  };
  form.elements.key.focus();
}

async function submit(form, enter) {
  const key = form.elements.key.value.trim();
  if (!SENDABLE.test(key)) {
    say(part("sign-in-problem"), "A key has no spaces and no letters beyond ASCII. Copy it once more.");
    return;
  }
  const button = form.querySelector("button");
  button.disabled = true;
  await enter(key);
  button.disabled = false;
  form.reset();
}
