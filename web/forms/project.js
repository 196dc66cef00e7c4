/** What is left to the project when an endpoint is declared. */

/** What a project gives its endpoints unless somebody has set it otherwise. */
const FIRST = { contract_mode: "enforce", scheme: "none", reply: "none" };

/**
 * The choice among `options` that leaves it to the project, in words that say what that comes to.
 * @param {string} name of the choice
 * @param {[string, string][]} options
 * @param {?string} value what the project says; null where this key cannot read it
 */
export function leftToProject(name, options, value) {
  const [, words] = options.find(([one]) => one === (value ?? FIRST[name])) ?? [null, value];
  return ["", `the project’s default – ${value === null ? "unless set, " : ""}${words}`];
}
