"""Logs: one JSON object a line, or a readable line on a terminal; without bodies, headers, queries and secrets."""

from __future__ import annotations

import logging
import sys
from datetime import UTC, datetime

from pythonjsonlogger.json import JsonFormatter

FIELDS = ("levelname", "name", "message")
NAMES = {"levelname": "level", "name": "logger", "exc_info": "traceback"}
STANDARD = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "color_message", "taskName"}


UNSHOWN = STANDARD | {"method", "path", "status", "key"}


def configure(style: str, level: str) -> None:
    """Send all logs to standard error: `json`, `text`, or by `auto` text on a terminal and else JSON."""
    readable = style == "text" or (style == "auto" and sys.stderr.isatty())
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(ReadableFormatter() if readable else _json_formatter())
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    for chatty in ("alembic", "uvicorn.error"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


class ReadableFormatter(logging.Formatter):
    """Time, level, message, and what else the record carries as name=value, unless the message says it."""

    def format(self, record: logging.LogRecord) -> str:
        moment = datetime.fromtimestamp(record.created, UTC)
        extras = "".join(f" {name}={value}" for name, value in vars(record).items() if name not in UNSHOWN)
        line = f"{moment:%H:%M:%S}.{int(record.msecs):03d} {record.levelname.lower():7} {record.getMessage()}{extras}"
        line = line.replace("\r", "\\r").replace("\n", "\\n")
        return line + "\n" + self.formatException(record.exc_info) if record.exc_info else line


def _json_formatter() -> logging.Formatter:
    return JsonFormatter(FIELDS, rename_fields=NAMES, timestamp="time", reserved_attrs=[*STANDARD])
