"""JSON bodies are read as everyone reads them, or refused with the reason."""

from __future__ import annotations

import contextlib
import gc
import json
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from letterbox.facts import json_text
from letterbox.facts.json_text import parsed
from letterbox.facts.parsed import Unparsable

WHOLE = st.integers(-(2**63), 2**64 - 1)
SCALARS = st.none() | st.booleans() | WHOLE | st.floats(allow_nan=False, allow_infinity=False) | st.text()
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=10)
NAMES = st.sampled_from(["a", "b", '"', "\\", '\\"', ":", '":', "a\\", " ", "\n"])


def reason(body: bytes) -> str:
    with pytest.raises(Unparsable) as refused:
        parsed(body)
    return str(refused.value)


def nodes_in(value: Any) -> int:
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return 1 + sum(map(nodes_in, parts))


@given(VALUES, st.sampled_from([None, 2, "\t"]), st.booleans())
def test_any_json_is_read_however_it_is_spaced(value: Any, indent: int | str | None, ascii_only: bool) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=ascii_only)
    assert parsed(text.encode()).value == orjson.loads(orjson.dumps(value))


@given(VALUES)
def test_its_values_are_counted(value: Any) -> None:
    assert parsed(json.dumps(value).encode()).nodes == nodes_in(value)


@given(st.lists(NAMES, unique=True), st.sampled_from([(",", ":"), (", ", " : "), ("\n,", "\t:")]))
def test_names_of_every_kind_are_fine_once(names: list[str], separators: tuple[str, str]) -> None:
    body = json.dumps([dict.fromkeys(names, ":"), dict.fromkeys(names, '":"')], separators=separators)
    assert parsed(body.encode()).nodes == 3 + 2 * len(names)


@given(NAMES, st.lists(NAMES, unique=True), st.sampled_from([":", " :", "\n:", ": "]))
def test_a_name_that_comes_twice_is_refused(name: str, others: list[str], colon: str) -> None:
    members = [*(other for other in others if other != name), name, name]
    body = "[{" + ",".join(f"{json.dumps(member)}{colon}1" for member in members) + "}]"
    assert "the same member name twice" in reason(body.encode())


ESCAPED_COLONS = st.sampled_from([":", "\\u003a", "\\u003A", "\\u003b", "\\\\u003a", '\\":', "x"])


@given(st.lists(ESCAPED_COLONS), st.lists(ESCAPED_COLONS), st.sampled_from([":", " :", ": ", "\n: "]), st.booleans())
def test_colons_in_texts_however_written_hide_no_name_that_comes_twice(
    name: list[str], value: list[str], colon: str, twice: bool
) -> None:
    written, text = "".join(name), "".join(value)
    names = [f"a{written}", f"a{written}" if twice else f"b{written}"]
    body = "{" + ",".join(f'"{each}"{colon}"{text}"' for each in names) + "}"
    if twice:
        assert "the same member name twice" in reason(body.encode())
    else:
        assert parsed(body.encode()).value == json.loads(body)


@pytest.mark.parametrize(
    "body", [b'{"a":1,"a":"\\u003a"}', b'{"a":"\\u003a","a":1}', b'{"a":1,"b":"\\u003A","\\u0061":2}']
)
def test_an_escaped_colon_does_not_make_up_for_a_name_that_comes_twice(body: bytes) -> None:
    assert "the same member name twice" in reason(body)


@pytest.mark.parametrize("number", ["-0", "1.0", "1E2", "1e20", "100000000000000000000.5", "0.10"])
@pytest.mark.parametrize("body", ["{}", '{{"a":{}}}'])
def test_a_number_may_be_written_in_any_way(body: str, number: str) -> None:
    assert parsed(body.format(number).encode()).value == json.loads(body.format(number))


def test_a_name_may_come_again_in_another_object() -> None:
    assert parsed(b'[{"a":1},{"a":{"a":2}}]').value == [{"a": 1}, {"a": {"a": 2}}]


@pytest.mark.parametrize("number", [2**64 - 1, -(2**63), 2**63])
def test_an_integer_of_64_bits_keeps_its_value(number: int) -> None:
    assert parsed(f"[{number}]".encode()).value == [number]


@pytest.mark.parametrize("number", [2**64, -(2**63) - 1, 10**100], ids=str)
@pytest.mark.parametrize("body", ["{}", "[1,{}]", '{{"a":{}}}', '{{"a": {} }}'])
def test_an_integer_beyond_64_bits_is_refused(body: str, number: int) -> None:
    assert "beyond 64 bits" in reason(body.format(number).encode())


@pytest.mark.parametrize(
    "body", ['"12345678901234567890123"', '["x: -12345678901234567890123,"]', "[0.12345678901234567890123]"]
)
def test_long_digits_that_are_no_integer_are_fine(body: str) -> None:
    assert parsed(body.encode()).value == json.loads(body)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"NaN",
        b"[Infinity]",
        b"1e400",
        b"9" * 5000,
        b'"\\ud800"',
        b'"\xff"',
        b"[1,]",
        b"01",
        b"{'a':1}",
        b'{"a":1}x',
        b"\x00",
    ],
    ids=lambda body: repr(body[:12]),
)
def test_what_is_not_json_is_refused(body: bytes) -> None:
    assert reason(body)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"])
def test_other_encodings_are_named_as_the_reason(encoding: str) -> None:
    assert reason('{"a": 1}'.encode(encoding)) == "The body is not UTF-8, which JSON has to be."


def test_a_byte_order_mark_is_skipped() -> None:
    assert parsed('\ufeff{"a":1}'.encode()).value == {"a": 1}


def test_64_levels_are_read() -> None:
    assert parsed(b"[" * 64 + b"]" * 64).nodes == 64


@pytest.mark.parametrize(("opening", "closing"), [(b"[", b"]"), (b'{"a":', b"}")])
@pytest.mark.parametrize("depth", [65, 900, 1024, 100_000])
def test_more_levels_are_refused(opening: bytes, closing: bytes, depth: int) -> None:
    assert reason(opening * depth + b"1" + closing * depth)


def test_brackets_in_texts_are_no_levels() -> None:
    assert parsed(b'["' + b"[{" * 1000 + b'"]').nodes == 2


@given(st.binary(max_size=40) | st.text(max_size=40).map(str.encode))
def test_no_bytes_do_more_than_be_unparsable(body: bytes) -> None:
    with contextlib.suppress(Unparsable):
        parsed(body)


def test_what_was_sent_is_not_repeated() -> None:
    assert "secret" not in reason(b'{"secret": secret, "secret": 1}')


def test_the_garbage_collector_runs_again_afterwards() -> None:
    parsed(b'"' + b"a" * json_text.MANY_BYTES + b'"')
    assert gc.isenabled()
