"""What the commands have in common that call a service: settings, exit codes, and one line for what is wrong."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import NoReturn

import click

from letterbox.client.api import Api, NotAnswered, Refused
from letterbox.client.documents import BadFile
from letterbox.client.settings import ClientSettings
from letterbox.config import BadSetting

FAILED, BAD_USAGE = 1, 2

SETTINGS = """\b
LETTERBOX_URL       the service (http://127.0.0.1:8080)
LETTERBOX_API_KEY   a key of it with the scopes read and write, or the file that
                    holds it as LETTERBOX_API_KEY_FILE (var/admin-key)
LETTERBOX_PROFILE   which [profiles.NAME] of ~/.config/letterbox/config.toml, a
                    file with url and api_key, or of LETTERBOX_CONFIG"""


@contextmanager
def calling(failed: int = FAILED) -> Iterator[Api]:
    """A service to call; whatever a person can mend ends the command in one line that says how.

    With `failed` as its exit code, if the service refuses or doesn't answer.
    """
    with refusing_in_one_line(failed), closing(Api(ClientSettings.read(os.environ))) as api:
        yield api


@contextmanager
def refusing_in_one_line(failed: int = FAILED) -> Iterator[None]:
    try:
        yield
    except (BadSetting, BadFile) as reason:
        leave(reason, BAD_USAGE)
    except (NotAnswered, Refused) as reason:
        leave(reason, failed)


def leave(reason: Exception, status: int) -> NoReturn:
    click.echo(f"letterbox: {' '.join(str(reason).split())}", err=True)
    sys.exit(status)
