/** Whether anybody looks at the page. */

const AWAY_MS = 60_000;

/** Calls `leave` when the tab has been hidden for a minute and `come` when it is seen or the network is back; answers how to stop. */
export function watchAttention(leave, come) {
  const listening = new AbortController();
  let timer = null;
  const look = () => {
    clearTimeout(timer);
    if (document.hidden) timer = setTimeout(leave, AWAY_MS);
    else come();
  };
  document.addEventListener("visibilitychange", look, { signal: listening.signal });
  addEventListener("online", look, { signal: listening.signal });
  return () => {
    clearTimeout(timer);
    listening.abort();
  };
}
