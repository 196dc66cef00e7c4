"""How the service is served: what each connection speaks, the server of one process, and the worker of several.

`protocol` bounds a connection, `server` runs an application behind it, `sockets` opens or inherits what is listened
at, `worker` is one process under gunicorn and `process` what that one serves. deploy/README.md says why these.
"""
