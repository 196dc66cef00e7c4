/** A request's way in, step by step, and every verdict that it has had. */

import { element } from "./dom.js";
import { verdictOf } from "./requests.js";
import { table } from "./table.js";
import { longTime } from "./words.js";

/** The sections of what is known of it. */
export function showWay({ trail, history }) {
  return [
    section("Way in", ["Step", "Outcome", "Took", "Note"], trail.map(stepRow)),
    section("Verdicts", ["When", "Verdict", "Contract", "By"], history.map(settlementRow)),
  ].filter(Boolean);
}

function section(title, columns, rows) {
  return rows.length > 0 && element("section", { class: "way" }, element("h3", {}, title), table(title, columns, rows));
}

function stepRow({ step, outcome, microseconds, note }) {
  return [step, outcome, `${microseconds} µs`, note ?? ""];
}

function settlementRow(settlement) {
  const contract = settlement.contract_version === null ? "" : `version ${settlement.contract_version}`;
  return [longTime(settlement.at), verdictOf(settlement), contract, settlement.by ?? "as it came in"];
}
