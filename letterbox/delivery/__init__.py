"""The delivery plane: what was taken in goes out again, signed and retried.

The way of a request: `router` finds it behind its mark in the journal, and `matching` says which subscriptions take it.
The `dispatcher` is a thread that goes its `rounds`: it keeps, by `holding` the lease of a destination, a `lane` for it,
which says what may be sent now; its `supply` is read ahead. `preparing` makes a letter of a kept request, the `courier`
takes it out, `ruling` says what becomes of the delivery, and the `settler` has that written, many at once. The `desk`
is how all of them reach the store. `errands` are deliveries whose sender waits for the answer; the `book` knows
destinations by name.

- `signing`: the signature that a destination verifies us by (Standard Webhooks)
- `outgoing`: what is sent, made of a request and a destination; `header_names` says which headers go along
- `egress`: which addresses may be reached, when a destination is saved and when it is dialled
- `sender/`: one try over HTTP, and what came of it; the only room that opens outbound sockets
- `retry`: when the next try is due; `breaker`: when a destination that keeps failing is left alone

These, `matching` and `ruling` are decisions: no clock, no network, no database; but for `sender/`.
"""
