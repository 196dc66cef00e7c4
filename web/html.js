/** What the page is built with: Preact, its hooks, and htm instead of a compiler. Everybody takes them from here. */

import htm from "./vendor/htm/htm.js";
import { Component, h } from "./vendor/preact/preact.js";

export { Fragment, createContext, render } from "./vendor/preact/preact.js";
export { useCallback, useContext, useEffect, useLayoutEffect, useMemo, useRef, useState } from "./vendor/preact/hooks.js";

/** A template string as elements. What stands in `${}` becomes text or an attribute's value, never markup. */
export const html = htm.bind(h);

/** A component that is drawn anew only if one of its properties is another one. */
export function memo(view) {
  return class extends Component {
    shouldComponentUpdate(next) {
      return Object.keys({ ...next, ...this.props }).some((name) => next[name] !== this.props[name]);
    }

    render(properties) {
      return view(properties);
    }
  };
}
