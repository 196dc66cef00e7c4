/** The filters of deliveries as they stand in an address, where names may stand, and as a feed takes them, by ids. */

import { useWorkspace } from "../workspace.js";

/** Filters by ids; a name that is not known stays, for the service to say so. */
export function useDeliveryFilters(filters) {
  const { endpoints, destinations } = useWorkspace();
  const { endpoint, destination, ...rest } = filters;
  return {
    ...rest,
    ...endpoint && { endpoint: idOf(endpoint, endpoints) },
    ...destination && { destination: idOf(destination, destinations ?? []) },
  };
}

function idOf(name, items) {
  return items.find((item) => item.id === name || item.name === name)?.id ?? name;
}
