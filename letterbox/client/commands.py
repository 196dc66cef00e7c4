"""The words of the command `letterbox` that are clients of a running service."""

from __future__ import annotations

from collections.abc import Sequence

import click

from letterbox.client.command_apply import apply
from letterbox.client.command_import import import_

COMMANDS: Sequence[click.Command] = (import_, apply)
