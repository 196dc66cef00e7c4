"""Form bodies as objects: urlencoded ones as texts, multipart ones with each file as its name, media type and size.

A name that occurs more than once has the list of its values.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qsl

from letterbox.facts.parsed import Parsed, Unparsable

MOST_FIELDS = 1_000


def urlencoded(body: bytes) -> Parsed:
    """An object of strings, or of lists of strings. Raises Unparsable."""
    try:
        pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS)
    except UnicodeDecodeError:
        raise Unparsable("The form is not ASCII with percent-encoded UTF-8.") from None
    except ValueError:
        raise Unparsable(f"The form has more than {MOST_FIELDS} fields.") from None
    return gathered(pairs, len(body))


def gathered(pairs: Iterable[tuple[str, Any]], text_bytes: int) -> Parsed:
    """The fields as one object, repeated names as lists."""
    found: dict[str, list[Any]] = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    form = {name: values if len(values) > 1 else values[0] for name, values in found.items()}
    values = [value for several in found.values() for value in several]
    files = sum(isinstance(value, dict) for value in values)
    return Parsed(form, 1 + len(values) + len(found) + 3 * files, text_bytes)
