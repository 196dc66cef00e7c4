/** What a signed-in user has, shared by all views: the API, the endpoints, the destinations, and leaving. */

import { createContext, html, useCallback, useContext, useEffect, useMemo, useRef, useState } from "./html.js";

const WorkspaceContext = createContext(null);

/**
 * What views share.
 * @returns {{api: Api, endpoints: object[], reloadEndpoints: () => Promise, nameOf: (id: ?string) => string,
 *   destinations: ?object[], reloadDestinations: () => Promise,
 *   leave: (problem?: Error) => void, lacking: string[], lack: (scope: string) => void}} `lacking` are scopes that the key has turned out not to
 *   have; `destinations` are null until they are read
 */
export function useWorkspace() {
  return useContext(WorkspaceContext);
}

/** `endpoints` are those that were read on the way in; `leave` is called with the problem when the key is no longer taken. */
export function Workspace({ api, endpoints: first, leave, children }) {
  const [endpoints, reloadEndpoints] = useListed(api, "/v1/endpoints", first);
  const [destinations, reloadDestinations] = useListed(api, "/v1/destinations", null);
  useEffect(() => { reloadDestinations().catch(() => {}); }, [api]); // whoever needs them reads them again, and says what is wrong
  const [lacking, miss] = useState([]);
  const lack = useCallback((scope) => miss((known) => [...new Set([...known, scope])]), []);
  const shared = useMemo(
    () => ({ api, endpoints, reloadEndpoints, destinations, reloadDestinations, leave, lacking, lack, nameOf: (id) => nameOf(id, endpoints) }),
    [api, endpoints, destinations, lacking],
  );
  return html`<${WorkspaceContext.Provider} value=${shared}>${children}<//>`;
}

/** Every item of a list, and how to read it anew. */
function useListed(api, path, first) {
  const [items, know] = useState(first);
  const asked = useRef(0);
  const reload = useCallback(async () => {
    const turn = ++asked.current;
    const read = await api.all(path);
    if (turn === asked.current) know(read); // else a later reading knows better
  }, [api]);
  return [items, reload];
}

function nameOf(id, endpoints) {
  if (id === null) return "no endpoint";
  return endpoints.find((endpoint) => endpoint.id === id)?.name ?? id;
}
