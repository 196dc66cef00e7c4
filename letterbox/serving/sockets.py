"""The socket that is listened at: opened here, or handed over by systemd, which keeps it while nobody serves."""

from __future__ import annotations

import errno
import os
import socket
import time
from collections.abc import Mapping

from letterbox.config import BadSetting, Settings
from letterbox.serving.server import BACKLOG

FIRST_HANDED_OVER = 3  # the file descriptor, see sd_listen_fds(3)
RETRY_SECONDS = 0.05


def listening_socket(settings: Settings, environment: Mapping[str, str]) -> socket.socket:
    """Open before the store is: callers wait in its queue while another process lets go. Raises BadSetting."""
    return handed_over(environment) or bound(settings)


def handed_over(environment: Mapping[str, str]) -> socket.socket | None:
    """The socket that systemd opened for this process, if it did."""
    if environment.get("LISTEN_PID") != str(os.getpid()):
        return None
    if environment.get("LISTEN_FDS") != "1":
        raise BadSetting("systemd handed over more than one socket; letterbox.socket needs one ListenStream")
    return socket.socket(fileno=FIRST_HANDED_OVER)


def bound(settings: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    deadline = time.monotonic() + settings.lock_seconds
    while (problem := _bind(listening, settings)) is not None:
        if problem.errno != errno.EADDRINUSE or time.monotonic() >= deadline:
            listening.close()
            raise BadSetting(
                f"cannot listen on {settings.host} port {settings.port}: {problem.strerror or problem}; "
                "LETTERBOX_HOST and LETTERBOX_PORT choose others"
            )
        time.sleep(RETRY_SECONDS)  # the process before this one is about to leave
    listening.listen(BACKLOG)
    return listening


def _bind(listening: socket.socket, settings: Settings) -> OSError | None:
    try:
        listening.bind((settings.host, settings.port))
    except OSError as reason:
        return reason
    except TypeError as reason:  # no name that could be encoded
        return OSError(str(reason))
    return None


def port_of(listening: socket.socket, settings: Settings) -> int:
    """The port that is listened at; a socket without one leaves the setting as it is."""
    return settings.port if listening.family == socket.AF_UNIX else int(listening.getsockname()[1])
