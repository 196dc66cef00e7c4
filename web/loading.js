/** Reading something for a component, and saying what stands in the way. */

import { useEffect, useState } from "./html.js";

/**
 * What `load` answers, read anew whenever one of `inputs` is another one. Until then the last answer stays.
 * @returns {{value: any, problem: ?Error, of: any[], reload: () => void}} `of` are the inputs of this value or problem
 */
export function useLoaded(load, inputs) {
  const [loaded, show] = useState({ value: null, problem: null, of: [] });
  const [turn, take] = useState(0);
  useEffect(() => {
    let isWanted = true;
    const answer = (result) => { if (isWanted) show({ value: null, problem: null, of: inputs, ...result }); };
    load().then((value) => answer({ value }), (problem) => answer({ problem }));
    return () => { isWanted = false; };
  }, [...inputs, turn]);
  return { ...loaded, reload: () => take((before) => before + 1) };
}

/** Name the browser's tab after what the component shows. */
export function useTitle(title) {
  useEffect(() => {
    document.title = title ? `${title} · Letterbox` : "Letterbox";
    return () => { document.title = "Letterbox"; };
  }, [title]);
}
