"""The delivery plane: what was taken in goes out again, signed and retried.

- `signing`: the signature that a destination verifies us by (Standard Webhooks)
- `outgoing`: what is sent, made of a request and a destination; `header_names` says which headers go along
- `egress`: which addresses may be reached, when a destination is saved and when it is dialled
- `sender/`: one try over HTTP, and what came of it; the only room that opens outbound sockets
- `retry`: when the next try is due; `breaker`: when a destination that keeps failing is left alone

All but `sender/` are decisions: no clock, no network, no database.
"""
