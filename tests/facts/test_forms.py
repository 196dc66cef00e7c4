"""Forms become objects: fields as texts, files as what is known of them."""

from __future__ import annotations

import contextlib
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from requests import Request

from letterbox.facts.bodies import parsed
from letterbox.facts.forms import MOST_FIELDS
from letterbox.facts.parsed import Unparsable

URLENCODED = "application/x-www-form-urlencoded"
TEXTS = st.text(st.characters(exclude_categories=["Cs"]))


def reason(body: bytes, content_type: str) -> str:
    with pytest.raises(Unparsable) as refused:
        parsed(body, content_type)
    return str(refused.value)


def multipart(fields: list[tuple[str, str]], files: list[tuple[str, tuple[str, bytes, str]]]) -> tuple[bytes, str]:
    """Written by a library that many senders use."""
    prepared = Request("POST", "http://localhost", data=fields, files=files or [("none", ("", b"", ""))]).prepare()
    assert isinstance(prepared.body, bytes)
    return prepared.body, prepared.headers["Content-Type"]


def part(disposition: str, content: str = "1") -> bytes:
    return f"--B\r\nContent-Disposition: {disposition}\r\n\r\n{content}\r\n--B--\r\n".encode()


@given(st.dictionaries(TEXTS, TEXTS, min_size=1))
def test_any_urlencoded_form_is_read(form: dict[str, str]) -> None:
    assert parsed(urlencode(form).encode(), URLENCODED).value == form


def test_a_field_that_comes_again_is_a_list() -> None:
    assert parsed(b"a=1&b=&a=2&c", URLENCODED).value == {"a": ["1", "2"], "b": "", "c": ""}


@pytest.mark.parametrize("body", [b"a=%ff", b"a=\xff", "a=é".encode()])
def test_an_urlencoded_form_that_is_no_utf_8_is_refused(body: bytes) -> None:
    assert "percent-encoded UTF-8" in reason(body, URLENCODED)


@pytest.mark.parametrize(
    ("body", "content_type"),
    [(b"a=1&" * MOST_FIELDS + b"a=1", URLENCODED), (b"--B\r\n" * 1002, "multipart/form-data; boundary=B")],
)
def test_a_form_of_too_many_fields_is_refused(body: bytes, content_type: str) -> None:
    assert "more than 1000" in reason(body, content_type)


def test_a_multipart_form_has_its_fields_and_what_is_known_of_its_files() -> None:
    body, content_type = multipart([("a", "1"), ("b", "é")], [("picture", ("ä.png", b"\xff" * 10, "image/PNG"))])
    assert parsed(body, content_type).value == {
        "a": "1",
        "b": "é",
        "picture": {"name": "ä.png", "media_type": "image/png", "size": 10},
    }


def test_several_files_of_a_name_are_a_list() -> None:
    body, content_type = multipart([], [("f", ("a", b"", "text/plain")), ("f", ("b", b"x", "text/plain"))])
    assert [file["size"] for file in parsed(body, content_type).value["f"]] == [0, 1]


@given(st.binary(max_size=200))
def test_a_files_size_is_that_of_its_bytes(content: bytes) -> None:
    body, content_type = multipart([], [("f", ("name", content, "application/pdf"))])
    assert parsed(body, content_type).value["f"]["size"] == len(content)


@pytest.mark.parametrize(
    ("body", "content_type", "says"),
    [
        (part('form-data; name="a"'), "multipart/form-data", "names no boundary"),
        (part('form-data; name="a"'), "multipart/form-data; boundary=", "names no boundary"),
        (part('form-data; name="a"'), "multipart/form-data; boundary=C", "not made of parts"),
        (part('form-data; name="a"'), f"multipart/form-data; boundary={'B' * 300}", "not made of parts"),
        (part('form-data; name="a"')[:-4], "multipart/form-data; boundary=B", "ends before its last boundary"),
        (part("form-data"), "multipart/form-data; boundary=B", "no name"),
        (part('attachment; name="a"'), "multipart/form-data; boundary=B", "no name"),
        (b"", "multipart/form-data; boundary=B", ""),
        (b"nothing", "multipart/form-data; boundary=B", "not made of parts"),
        (b"--B\r\nA: 1\r\nA: 2\r\n\r\n\r\n--B--\r\n", "multipart/form-data; boundary=B", "same header twice"),
        (
            b"--B\r\nA: " + b"1" * 5000 + b"\r\n\r\n\r\n--B--\r\n",
            "multipart/form-data; boundary=B",
            "not made of parts",
        ),
        (part('form-data; name="a"').replace(b"1", b"\xff"), "multipart/form-data; boundary=B", "not UTF-8"),
    ],
)
def test_a_broken_multipart_form_is_refused(body: bytes, content_type: str, says: str) -> None:
    if body:
        assert says in reason(body, content_type)
    else:
        assert parsed(body, content_type).value is None


@given(st.binary(max_size=100), st.binary(max_size=20))
def test_no_bytes_do_more_than_be_unparsable(body: bytes, boundary: bytes) -> None:
    content_type = f"multipart/form-data; boundary={boundary.decode('latin-1')}"
    with contextlib.suppress(Unparsable):
        parsed(b"--" + boundary + b"\r\n" + body, content_type)
