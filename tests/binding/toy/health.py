"""The open operation."""

import contextvars
import threading

mood = contextvars.ContextVar("mood", default="none")


def live() -> dict[str, str]:
    return {"status": "live", "mood": mood.get(), "thread": threading.current_thread().name}
