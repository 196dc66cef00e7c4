/** The whole page: who is not signed in is asked for a key, who is sees the place that the address names. */

import { Api, Refused } from "./api.js";
import { Here } from "./here.js";
import { html, useCallback, useEffect, useRef, useState } from "./html.js";
import { addressHoldsKey, currentKey, forget, keep } from "./session.js";
import { Navigation } from "./parts/navigation.js";
import { Shortcuts } from "./parts/shortcuts.js";
import { SignIn } from "./views/sign-in.js";
import { Workspace } from "./workspace.js";

const UNAUTHORIZED = 401;

export function App() {
  const { visit, problem, isAsking, enter, leave } = useVisit();
  return html`
    <${Top} leave=${visit && (() => leave())} />
    ${visit && html`<${Workspace} key=${visit.api} ...${visit} leave=${leave}><${Here} /><//>`}
    ${isAsking && html`<${SignIn} problem=${problem} enter=${enter} />`}`;
}

function Top({ leave }) {
  return html`
    <a href="#/" class="skip" onClick=${skip}>Skip to the content</a>
    <header class="top">
      <h1><a href="#/"><img src="/page/icon.svg" alt="" width="28" height="28" />Letterbox</a></h1>
      ${leave && html`<${Navigation} />`}
      <nav aria-label="Help and leaving">
        <a href="/docs">API reference</a>
        ${leave && html`<${Shortcuts} />`}
        <button id="sign-out" type="button" class="quiet" hidden=${!leave} onClick=${leave}>Sign out</button>
      </nav>
    </header>`;
}

/** The fragment says which view is shown, so it cannot say where in it to go. */
function skip(event) {
  event.preventDefault();
  document.querySelector("main :is(h2[tabindex], input)")?.focus();
}

/** Coming and going: a key is kept only once the service has taken it. */
function useVisit() {
  const [{ visit, problem, isAsking }, be] = useState({ visit: null, problem: null, isAsking: false });
  const newest = useRef(0); // of the keys that are tried: a second one may come while the first is still under way

  const leave = useCallback((reason = null) => {
    newest.current += 1;
    if (reason === null || (reason instanceof Refused && reason.status === UNAUTHORIZED)) forget();
    be({ visit: null, problem: reason, isAsking: true });
  }, []);

  const enter = useCallback(async (key) => {
    const attempt = newest.current += 1;
    const api = new Api(key);
    const endpoints = await api.all("/v1/endpoints").catch((failure) => failure);
    if (attempt !== newest.current) return;
    if (endpoints instanceof Error) return leave(endpoints);
    keep(key);
    be({ visit: { api, endpoints }, problem: null, isAsking: false });
  }, []);

  useEffect(() => {
    const start = () => {
      const key = currentKey();
      be({ visit: null, problem: null, isAsking: !key });
      if (key) enter(key);
    };
    const listener = () => { if (addressHoldsKey()) start(); };
    addEventListener("hashchange", listener);
    start();
    return () => removeEventListener("hashchange", listener);
  }, []);

  return { visit, problem, isAsking, enter, leave };
}
