/**
 * The views and their addresses. The first pattern that fits is taken, so a fixed word stands before a `:name`.
 * `of` names the parameter whose other value is another thing, for which the view begins anew.
 */

import { Again } from "./views/again.js";
import { Anew } from "./views/anew.js";
import { ContractView } from "./views/contract.js";
import { Contracts } from "./views/contracts.js";
import { Deliveries } from "./views/deliveries.js";
import { DestinationView } from "./views/destination.js";
import { Destinations } from "./views/destinations.js";
import { EditDestination } from "./views/edit-destination.js";
import { EditEndpoint } from "./views/edit-endpoint.js";
import { EndpointView } from "./views/endpoint.js";
import { Inbox } from "./views/inbox.js";
import { NewContract } from "./views/new-contract.js";
import { NewDestination } from "./views/new-destination.js";
import { NewEndpoint } from "./views/new-endpoint.js";
import { ReplayView } from "./views/replay.js";
import { Replays } from "./views/replays.js";

export const ROUTES = [
  { pattern: "", view: Inbox },
  { pattern: "requests/:id", view: Inbox },
  { pattern: "requests/:id/again", view: Again, of: "id" },
  { pattern: "requests/:id/anew", view: Anew, of: "id" },
  { pattern: "endpoints/new", view: NewEndpoint },
  { pattern: "endpoints/:name", view: EndpointView, of: "name" },
  { pattern: "endpoints/:name/edit", view: EditEndpoint, of: "name" },
  { pattern: "endpoints/:name/contracts", view: Contracts, of: "name" },
  { pattern: "endpoints/:name/contracts/new", view: NewContract, of: "name" },
  { pattern: "endpoints/:name/contracts/:version", view: ContractView, of: "version" },
  { pattern: "destinations", view: Destinations },
  { pattern: "destinations/new", view: NewDestination },
  { pattern: "destinations/:name", view: DestinationView, of: "name" },
  { pattern: "destinations/:name/edit", view: EditDestination, of: "name" },
  { pattern: "deliveries", view: Deliveries },
  { pattern: "replays", view: Replays },
  { pattern: "replays/:id", view: ReplayView, of: "id" },
];
