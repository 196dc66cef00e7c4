"""Several processes of one Letterbox: `gunicorn -c deploy/gunicorn.conf.py`, or with `-w 4` for as many.

Where to listen, how to log and how long to wait are Letterbox's own settings, LETTERBOX_…; gunicorn starts the
processes, watches them and replaces them all on SIGHUP. deploy/README.md has the rest.
"""

import os
import sys

from letterbox.config import BadSetting, Settings
from letterbox.serving.worker import START_SECONDS

try:
    settings = Settings.read(os.environ)
except BadSetting as reason:
    sys.stderr.write(f"letterbox: {reason}\n")
    sys.exit(2)  # as `letterbox serve` does, and systemd does not try again

proc_name = "letterbox"
wsgi_app = "letterbox.serving.process:opened()"
worker_class = "letterbox.serving.worker.Worker"
logger_class = "letterbox.serving.worker.Log"
bind = settings.listening_url.removeprefix("http://")
backlog = 2048

# Each process starts with nothing but gunicorn in it, so that a reload finds the code as it is then.
preload_app = False

# A worker that is told to stop waits for its successor, then answers what it has; the master must not kill it then,
# or while a new one waits for the database of one that is still at it.
graceful_timeout = START_SECONDS + settings.shutdown_seconds + 5
timeout = settings.lock_seconds + settings.shutdown_seconds + 30

# gunicorn can be steered through a socket in its folder; signals are enough.
control_socket_disable = True
