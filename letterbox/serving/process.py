"""What a worker serves: the application over its open store."""

from __future__ import annotations

import os
import sys

from gunicorn.arbiter import Arbiter

import app
from letterbox.binding.edge import Edge
from letterbox.config import Settings
from letterbox.operating import refusing_in_one_line
from letterbox.service import Service


def opened() -> Edge:
    """The application. What stops a start is said in one line, and ends the master too: it would try for ever."""
    try:
        with refusing_in_one_line():
            service = Service(Settings.read(os.environ))
            service.open()
            return app.create_app(service=service)
    except SystemExit:
        sys.exit(Arbiter.APP_LOAD_ERROR)
