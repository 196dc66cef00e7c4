"""The delivery plane: what was taken in goes out again, signed and retried.

- `signing`: the signature that a destination verifies us by (Standard Webhooks)
- `outgoing`: what is sent, made of a request and a destination
- `egress`: which addresses may be reached, when a destination is saved and when it is dialled
- `sender`: the only module that opens outbound sockets: one try, and what came of it; `wire` writes its bytes,
  `resolving` looks its names up
- `retry`: when the next try is due; `breaker`: when a destination that keeps failing is left alone

All but `sender`, `wire` and `resolving` are decisions: no clock, no network, no database.
"""
