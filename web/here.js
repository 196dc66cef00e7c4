/** The view of the present address. */

import { html, useEffect, useRef } from "./html.js";
import { routeOf, usePlace } from "./router.js";
import { ROUTES } from "./routes.js";
import { Nowhere } from "./views/nowhere.js";

/** A view that takes the place of another one gets the focus on its title, which is the first `h2` with a tabindex. */
export function Here() {
  const place = usePlace();
  const { view, parameters, of } = routeOf(ROUTES, place.path) ?? { view: Nowhere, parameters: {} };
  const room = `${view.name} ${of ? parameters[of] : ""}`;
  const before = useRef(room);
  useEffect(() => {
    if (before.current !== room) document.querySelector("main h2[tabindex]")?.focus();
    before.current = room;
  }, [room]);
  return html`<${view} key=${room} ...${parameters} query=${place.query} />`;
}
