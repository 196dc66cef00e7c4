/** What the tail tells besides, for whoever shows one thing of it. */

import { useEffect, useRef } from "../html.js";

const PAUSE_MS = 300;

const listeners = new Set();

/** Pass an event on, its data as text. */
export function tell(name, data) {
  if (name !== "delivery" || listeners.size === 0) return;
  const delivery = JSON.parse(data);
  for (const listener of listeners) listener(delivery);
}

/** Calls `act` when a feed has heard of a delivery that `isMeant`, seldom however many there are, while the component is shown. */
export function useNews(isMeant, act) {
  const newest = useRef(null);
  newest.current = { isMeant, act };
  useEffect(() => {
    let timer = null;
    const come = () => {
      timer = null;
      newest.current.act();
    };
    const hear = (delivery) => { if (newest.current.isMeant(delivery)) timer ??= setTimeout(come, PAUSE_MS); };
    listeners.add(hear);
    return () => {
      clearTimeout(timer);
      listeners.delete(hear);
    };
  }, []);
}
