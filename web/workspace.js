/** What a signed-in user has, shared by all views: the API, the endpoints, and leaving. */

import { createContext, html, useCallback, useContext, useMemo, useRef, useState } from "./html.js";

const WorkspaceContext = createContext(null);

/**
 * What views share.
 * @returns {{api: Api, endpoints: object[], reloadEndpoints: () => Promise, nameOf: (id: ?string) => string,
 *   leave: (problem?: Error) => void, lacking: string[], lack: (scope: string) => void}} `lacking` are scopes that the key has turned out not to have
 */
export function useWorkspace() {
  return useContext(WorkspaceContext);
}

/** `endpoints` are those that were read on the way in; `leave` is called with the problem when the key is no longer taken. */
export function Workspace({ api, endpoints: first, leave, children }) {
  const [endpoints, know] = useState(first);
  const asked = useRef(0);
  const reloadEndpoints = useCallback(async () => {
    const turn = ++asked.current;
    const read = await api.all("/v1/endpoints");
    if (turn === asked.current) know(read); // else a later reading knows better
  }, [api]);
  const [lacking, miss] = useState([]);
  const lack = useCallback((scope) => miss((known) => [...new Set([...known, scope])]), []);
  const shared = useMemo(
    () => ({ api, endpoints, reloadEndpoints, leave, lacking, lack, nameOf: (id) => nameOf(id, endpoints) }),
    [api, endpoints, lacking],
  );
  return html`<${WorkspaceContext.Provider} value=${shared}>${children}<//>`;
}

function nameOf(id, endpoints) {
  if (id === null) return "no endpoint";
  return endpoints.find((endpoint) => endpoint.id === id)?.name ?? id;
}
