/** What the door would say of a message, asked again a moment after it was changed. */

import { useEffect, useState } from "../html.js";
import { useLoaded } from "../loading.js";
import { useWorkspace } from "../workspace.js";
import { questionOf } from "../words/draft.js";

const TYPING_MS = 500;
const UNVERIFIED = "verification_failed";

/**
 * `ask` asks the service about a message for a subject: `foretell` an endpoint, of what it would be sent.
 * `check` is the answer for the newest message, null until there is one; `verified` what it would be were the sender
 * verified, where it is not.
 * @returns {{check: ?object, verified: ?object, problem: ?Error, isUnderWay: boolean, now: () => void}}
 */
export function useForetold(subject, message, ask) {
  const { api } = useWorkspace();
  const [settled, settle] = useState(message);
  useEffect(() => {
    const timer = setTimeout(() => settle(message), TYPING_MS);
    return () => clearTimeout(timer);
  }, [message]);
  const { value, problem, of, reload } = useLoaded(async () => (settled instanceof Error ? null : ask(api, subject, settled)), [settled, subject]);
  const isUnderWay = !(message instanceof Error) && (of[0] !== message || of[1] !== subject);
  const now = () => (message === settled ? reload() : settle(message));
  if (isUnderWay || message instanceof Error) return { check: null, verified: null, problem: null, isUnderWay, now };
  return { check: null, verified: null, ...value, problem, isUnderWay, now };
}

/** What an endpoint would say of a message, and if its sender can't be verified, what it would say otherwise. */
export async function foretell(api, endpoint, message) {
  const ask = async (verified) => {
    const { body } = await api.send("POST", `/v1/endpoints/${encodeURIComponent(endpoint.id)}/check`, questionOf(message, verified));
    return body;
  };
  const check = await ask(false);
  return { check, verified: check.causes.includes(UNVERIFIED) ? await ask(true) : null };
}
