"""The house: what Letterbox does, without what it is served by.

A room has one word, and the file of that word is the place to look:

- `binding/` maps the specification to handlers; all that knows connexion. `app.py` builds the service with it.
- `receive/` is the receive plane, a file per step: match, origin, rate, reception (size), verification, weighing
  (judge), rules (reply), dedupe, record.
- `facts/` is what contracts and expressions see of a request, `contracts/` what may be sent, `expressions/` CEL, and
  `judge/` the process for what is not cheap.
- `store/` is the only room that knows SQL: tables, the two databases, writer, a file of named queries per noun,
  retention, backups, migrations.
- `delivery/` sends requests on to destinations, signed and retried; only its `sender/` opens outbound sockets.
- `tail/` tells whoever follows of each request and delivery once it is on disk.
- `serving/` is the server of one process, with bounded connections, and the worker of several.
- `projects`, `keys`, `endpoints`, `checks`, `contracts.versions`, `documents`, `requests`, `edits`, `verdicts`,
  `readmissions`, `trials`, `statistics`, `destinations`, `subscriptions` are the use cases: the verbs of each noun,
  given a connection or unit.
- `service` holds the open store and what both planes share in memory; `first_start` makes what a new store needs, and
  `caretaker` deletes what is beyond its bounds, and `clerk` goes on with jobs.
- `client/` is the command as a client of the HTTP API; of the house it uses what needs no store, such as `contracts/`.
- `config` reads every setting; `errors` lists every refusal; `ids`, `names`, `paging`, `representation`, `sealing`,
  `secrets`, `signing_secrets`, `idempotency` and `keyring` each do what they say; `logs`, `welcome` and `cli` talk to
  the operator.

Arrows go one way: app → binding and handlers → use cases and receive → store. A test holds this.
"""

__version__ = "0.1.0"
