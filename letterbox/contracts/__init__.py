"""Contracts: what may be sent to an endpoint. Taken in, compiled, and judged by, without a clock or a store.

- `intake` is what an offered contract goes through: its shape, its event types, and by `schema_intake` its schemas.
  `foreign` finds what no contract has, `header_names` names that no header has here. `shapes` says what the value of
  each keyword is, `patterns` which are taken, `loops` what would never end.
- `references` says where a reference leads; `flattened` makes one small document of a schema and all that it needs.
- `compile` gives a `contract`, which has `parts`, and each of these its `rules`: the validator of `engine`, what it
  costs (`cost`, by `children` and `weights`), and why something is broken (`explain`, by `members`, `choices`, `leaves`
  and `wording`, as far as the `effort` goes). All of them go by the `keywords` that we know.
- `cheapness` says what may be judged where others wait, `lightness` what may be compiled there, and `room` how much of
  it is kept.
- `describing/` gives an endpoint's own OpenAPI document, `importing/` reads one, `differing/` tells two versions apart.
- `versions` are the use cases, and the one module here that knows the store.
"""
