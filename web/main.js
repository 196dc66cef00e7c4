/** The page: sign in, then the inbox. */

import { Api, Refused } from "./api.js";
import { part } from "./dom.js";
import { Inbox } from "./inbox.js";
import { addressHoldsKey, currentKey, forget, keep } from "./session.js";
import { askForKey } from "./sign-in.js";

const UNAUTHORIZED = 401;

let inbox = null;
let newest = null; // of the inboxes that are being opened: a second key may come while the first is still tried

/** Open the inbox with a key; ask for another one if the service does not take it. */
async function enter(key) {
  const opened = newest = new Inbox(new Api(key), leave);
  const problem = await opened.load().catch((failure) => failure);
  if (opened !== newest) return;
  if (problem) {
    leave(problem);
    return;
  }
  keep(key);
  inbox = opened;
  show("inbox");
  inbox.watch();
}

/** Back to the sign-in form; `problem` is why, if it was not the user's wish. */
function leave(problem = null) {
  inbox?.close();
  inbox = null;
  if (problem === null || (problem instanceof Refused && problem.status === UNAUTHORIZED)) forget();
  show("sign-in");
  askForKey(enter, problem?.message);
}

function show(id) {
  for (const main of document.querySelectorAll("main")) main.hidden = main.id !== id;
  part("sign-out").hidden = id !== "inbox";
}

function start() {
  const key = currentKey();
  inbox?.close();
  inbox = null;
  if (key) enter(key);
  else leave();
}

part("sign-out").addEventListener("click", () => leave());
addEventListener("hashchange", () => { if (addressHoldsKey()) start(); });
start();
