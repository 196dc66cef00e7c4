"""Files: read as JSON data, written so that they are read back the same, or refused in one line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as some

from letterbox.client import documents
from letterbox.client.documents import BadFile, parsed, read, written

TEXTS = some.text(some.characters(exclude_categories=["Cs"])) | some.sampled_from(
    [
        "on",
        "No",
        "~",
        "",
        "1e3",
        "0123",
        "089",
        "0x1f",
        "0o17",
        "1_000",
        "12:30:45",
        "2027-01-01",
        ".inf",
        "<<",
        "=",
        "- a",
    ]
)
VALUES = some.recursive(
    some.none()
    | some.booleans()
    | some.integers(-(2**63), 2**64 - 1)
    | some.floats(allow_nan=False, allow_infinity=False)
    | TEXTS,
    lambda inner: some.lists(inner) | some.dictionaries(TEXTS, inner),
)


@settings(derandomize=True, deadline=None, max_examples=50)
@given(VALUES)
def test_what_is_written_is_read_back(value: Any) -> None:
    assert repr(parsed(written(value).encode(), "it")) == repr(value)


@settings(derandomize=True, deadline=None)
@given(TEXTS)
def test_a_text_that_is_written_is_a_text_to_other_readers_of_yaml(text: str) -> None:
    assert yaml.safe_load(written({"a": text})) == {"a": text}


@pytest.mark.parametrize("text", ["on", "no", "y", "2027-01-01", "12:30:45", "0x1f", "1_000", ".inf", "NaN"])
def test_what_json_does_not_have_is_a_text(text: str) -> None:
    assert parsed(f"a: {text}".encode(), "it") == {"a": text}


@pytest.mark.parametrize(
    ("text", "value"), [("1e3", 1000.0), ("0123", 123), ("~", None), ("TRUE", True), ("-.5", -0.5)]
)
def test_what_json_has_is_read_as_such(text: str, value: Any) -> None:
    assert repr(parsed(f"a: {text}".encode(), "it")) == repr({"a": value})


def test_keys_are_texts() -> None:
    assert parsed(b"200: {on: a}\nnull: b", "it") == {"200": {"on": "a"}, "null": "b"}


def test_an_anchor_is_used_again_and_merged() -> None:
    assert parsed(b"a: &a {x: 1, y: 2}\nb: {<<: *a, y: 3}", "it")["b"] == {"x": 1, "y": 3}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a: 1\nb: 2\na: 3", "the key 'a' is given twice at line 3, column 1"),
        ("a: [", "at line 2, column 1"),
        ("? [a]\n: 1", "a key must be a text"),
        ("a: !!python/object:os.system x", "could not determine a constructor"),
        ("a: !!binary aGk=", "could not determine a constructor"),
        ("a: !!int x", "neither YAML nor JSON"),
        ("a: 1e999", "this number is too large"),
        ("a: 99999999999999999999999", "an integer beyond 64 bits"),
        (f"a: {'1' * 5000}", "neither YAML nor JSON"),
        ("a: &a [*a]", "nested more than 128 levels deep"),
        ("[" * 500 + "]" * 500, "nested more than 128 levels deep"),
        ("[" * 100_000 + "]" * 100_000, "nested more than 128 levels deep"),
        ("\x00", "this is no text"),
    ],
)
def test_what_is_no_json_data_is_refused_in_one_line(text: str, says: str) -> None:
    with pytest.raises(BadFile) as refusal:
        parsed(text.encode(), "endpoints.yaml")
    assert says in str(refusal.value)
    assert str(refusal.value).startswith("endpoints.yaml: ")
    assert "\n" not in str(refusal.value)


@settings(derandomize=True, deadline=None)
@given(some.binary() | some.text(alphabet="a:-[]{}&*!#|>'\"%@ \n\t", max_size=60).map(str.encode))
def test_whatever_is_in_a_file_it_is_data_or_refused(raw: bytes) -> None:
    try:
        written(parsed(raw, "it"))
    except BadFile as refusal:
        assert "\n" not in str(refusal)  # noqa: PT017 # most files are refused, but not all


def test_anchors_that_multiply_are_refused_before_they_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "MOST_NODES", 10_000)
    lines = ["a0: &a0 [x]", *(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30))]
    with pytest.raises(BadFile, match="it holds more than 10,000 values"):
        parsed("\n".join(lines).encode(), "it")


@pytest.mark.parametrize("name", ["absent.yaml", "."])
def test_a_file_that_cannot_be_read_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="cannot be read"):
        read(tmp_path / name)
