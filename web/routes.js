/**
 * The views and their addresses. The first pattern that fits is taken, so a fixed word stands before a `:name`.
 * `of` names the parameter whose other value is another thing, for which the view begins anew.
 */

import { Again } from "./views/again.js";
import { EndpointView } from "./views/endpoint.js";
import { Inbox } from "./views/inbox.js";

export const ROUTES = [
  { pattern: "", view: Inbox },
  { pattern: "requests/:id", view: Inbox },
  { pattern: "requests/:id/again", view: Again, of: "id" },
  { pattern: "endpoints/:name", view: EndpointView, of: "name" },
];
