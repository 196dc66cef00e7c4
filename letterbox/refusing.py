"""How the command ends when something stands in its way that an operator can mend: in one line that says what."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click

from letterbox.config import BadSetting
from letterbox.errors import Refusal
from letterbox.store.database import UnsafeStore
from letterbox.store.drafts import NotCopied
from letterbox.store.lock import StoreInUse

BAD_USAGE, FAILED = 2, 1


@contextmanager
def refusing_in_one_line(*bad_usage: type[Exception]) -> Iterator[None]:
    """End the command with a line and no traceback for what an operator can mend; `bad_usage` are more such classes."""
    mistakes: tuple[type[Exception], ...] = (BadSetting, *bad_usage)
    try:
        yield
    except mistakes as reason:
        leave(reason, BAD_USAGE)
    except (StoreInUse, UnsafeStore, NotCopied, Refusal) as reason:
        leave(reason, FAILED)
    except OSError as reason:
        leave(f"{reason.filename}: {reason.strerror}" if reason.filename else reason, FAILED)


def leave(reason: object, status: int) -> None:
    click.echo(f"letterbox: {reason}", err=True)
    sys.exit(status)
