/** What the door would say of a message, asked again a moment after it was changed. */

import { useEffect, useState } from "../html.js";
import { useLoaded } from "../loading.js";
import { useWorkspace } from "../workspace.js";
import { questionOf } from "../words/draft.js";

const TYPING_MS = 500;
const UNVERIFIED = "verification_failed";

/**
 * `check` is the answer for the newest message, null until there is one; `verified` what it would be were the sender
 * verified, where it is not.
 * @returns {{check: ?object, verified: ?object, problem: ?Error, isUnderWay: boolean, now: () => void}}
 */
export function useForetold(endpoint, message) {
  const { api } = useWorkspace();
  const [settled, settle] = useState(message);
  useEffect(() => {
    const timer = setTimeout(() => settle(message), TYPING_MS);
    return () => clearTimeout(timer);
  }, [message]);
  const { value, problem, of, reload } = useLoaded(() => foretold(api, endpoint, settled), [settled, endpoint]);
  const isUnderWay = !(message instanceof Error) && (of[0] !== message || of[1] !== endpoint);
  const now = () => (message === settled ? reload() : settle(message));
  if (isUnderWay || message instanceof Error) return { check: null, verified: null, problem: null, isUnderWay, now };
  return { check: null, verified: null, ...value, problem, isUnderWay, now };
}

async function foretold(api, endpoint, message) {
  if (message instanceof Error) return null;
  const ask = async (verified) => {
    const { body } = await api.send("POST", `/v1/endpoints/${encodeURIComponent(endpoint.id)}/check`, questionOf(message, verified));
    return body;
  };
  const check = await ask(false);
  return { check, verified: check.causes.includes(UNVERIFIED) ? await ask(true) : null };
}
