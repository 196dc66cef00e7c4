"""The command as a client of the HTTP API: it knows addresses, keys and documents, and nothing of the store.

Of the house it uses what needs no store: contracts and the rules of endpoints tell before a call what would be refused.

- `command_import`, `command_apply`, `command_listen` and `command_check` are the words, `calling` is what they have in
  common. `settings` says where the service is, with `profiles`, the user's own file; `api` calls it.
- `documents` reads and writes YAML and JSON.
- `apply`: `declared` reads a file of endpoints with `sources` of its secrets, `shape` says how an endpoint looks in
  one, `plan` finds what differs, `difference` shows it, `checking` and `routes` say what could not be applied,
  `applying` does it.
- `import`: `specification` finds its way in an OpenAPI document, `operations` lists what it promises, `addresses`,
  `replies` and `samples` make paths, names, replies and values of that, `importing` declares them.
- `listen`: `tail` follows across dropped connections, reading `events` and waiting by `backoff`; `listening` deals with
  each `letter`: `choosing`, `forwarding`, `showing`; `cursor` keeps how far it has come, `ending` is Ctrl+C.
- `check`: `payload` is a file as a request, `places` finds line and column in it.
"""
