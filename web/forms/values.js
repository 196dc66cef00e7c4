/** The values of a form while it is filled in, and sending them. */

import { useState } from "../html.js";

/**
 * What a Form needs. `send` is given the values; what it throws is shown in the form.
 * @param {object} first
 * @param {(values: object) => Promise} send
 */
export function useValues(first, send) {
  const [values, setValues] = useState(first);
  const [failure, fail] = useState(null);
  const [isBusy, beBusy] = useState(false);
  const put = (place, value) => setValues((before) => ({ ...before, [place]: value }));
  const submit = async () => {
    if (isBusy) return;
    beBusy(true);
    fail(await send(values).then(() => null, (problem) => problem));
    beBusy(false);
  };
  return { values, setValues, put, failure, submit, isBusy };
}
