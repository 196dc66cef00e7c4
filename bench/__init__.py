"""The measurements behind every number in the README: `make bench`, or `python -m bench --help`.

- `experiments` is what is measured, one function per table: `receiving`, `memory` and `servers` have most of them, and
  `workbench` what each is given; `comparison` measures by turns; `figures` are the results.
- `contenders` says how each is started: our two lanes, `fastapi_app`, `stock_receiving`, `stock_management`,
  `prototype`. What the first three of these keep, they keep by our writer, through `desk`.
- `doors` are the kinds of endpoints, by what they ask, with what is sent to each, which `sending` has as bytes.
- `server` is a process on its core; `load` is wrk, or else `caller`, on another core.
- `stores` are throw-away databases, `filling` fills one; `machine` says on what all this ran; `profiling` where the
  time went; `report` writes it down.
"""
