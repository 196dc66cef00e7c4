/** A feed as a hook. */

import { useEffect, useMemo, useState } from "../html.js";
import { useWorkspace } from "../workspace.js";
import { Feed } from "./feed.js";
import { REQUESTS } from "./filters.js";

/**
 * The requests, or what else `kind` is of, that these filters want, followed while the component is shown.
 * @returns {[{items: object[], hasMore: boolean, state: string, problem: ?Error, isListed: boolean}, Feed]}
 */
export function useFeed(filters, kind = REQUESTS) {
  const { api, leave } = useWorkspace();
  const feed = useMemo(() => new Feed(api, kind, filters, leave), [api, kind, JSON.stringify(filters)]);
  const [, draw] = useState(null);
  useEffect(() => {
    const unsubscribe = feed.subscribe(() => draw(feed.snapshot));
    feed.start();
    return () => {
      unsubscribe();
      feed.stop();
    };
  }, [feed]);
  return [feed.snapshot, feed];
}
