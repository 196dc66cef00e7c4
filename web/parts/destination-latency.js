/** How long a destination takes to answer, by its newest attempts. */

import { html } from "../html.js";
import { useAttempts } from "../live/use-attempts.js";
import { useLoaded } from "../loading.js";
import { useWorkspace } from "../workspace.js";
import { Latency } from "./latency.js";

const MOST = 50;

/** `tried` is another one after each attempt there. */
export function DestinationLatency({ destination, tried }) {
  const { api } = useWorkspace();
  const asked = new URLSearchParams({ destination: destination.id, limit: MOST });
  const { value } = useLoaded(() => api.get(`/v1/deliveries?${asked}`), [destination.id, tried]);
  const { attempts } = useAttempts(value?.items ?? [], MOST);
  return attempts && html`<${Latency} attempts=${[...attempts.values()].flat()} />`;
}
