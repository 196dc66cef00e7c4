"""The functions besides those of CEL, against what they are made of; and CEL's own, each of which is there."""

from __future__ import annotations

import base64
import hashlib
import hmac
import logging
from typing import Any

import pytest

from letterbox.expressions import BadExpression, Failed, compiled
from letterbox.expressions.functions import MOST_BYTES
from letterbox.expressions.names import ALGORITHMS, CEL_FUNCTIONS, FUNCTIONS, METHODS
from tests.expressions.asked import asked


def value_of(source: str, body: Any = None, **given: Any) -> Any:
    return compiled(source).value(asked(body), **given)


def failure_of(source: str, body: Any = None, **given: Any) -> str:
    with pytest.raises(Failed) as failure:
        value_of(source, body, **given)
    return str(failure.value)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@pytest.mark.parametrize("message", ["", "é", "a\x00b"])
def test_hmac_is_the_standard_one(algorithm: str, message: str) -> None:
    found = value_of(
        f"hex(hmac('{algorithm}', request.body.key, request.body.message))", {"key": "k", "message": message}
    )
    assert found == hmac.new(b"k", message.encode(), algorithm).hexdigest()


def test_a_published_vector_of_github_comes_out() -> None:
    source = 'hex(hmac("sha256", "It\'s a Secret to Everybody", "Hello, World!"))'
    assert value_of(source) == "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"


def test_sign_hands_the_message_to_whoever_knows_the_secret() -> None:
    signed = value_of("hex(sign('sha256', b'\\x00é'))", sign=lambda *given: repr(given).encode())
    assert bytes.fromhex(signed).decode() == repr(("sha256", b"\x00\xc3\xa9"))


def test_without_a_secret_nothing_is_signed() -> None:
    says = "`sign` needs an endpoint whose verification has a secret"
    assert failure_of("sign('sha256', 'a')") == says

    def without(_algorithm: str, _message: bytes) -> bytes:
        raise ValueError

    assert failure_of("sign('sha256', 'a')", sign=without) == says


@pytest.mark.parametrize("algorithm", ["'md' + '5'", "string(b'md5')", "true ? '' : 'sha1'", "null", "['sha256']"])
@pytest.mark.parametrize("call", ["hmac({}, 'key', 'a')", "sign({}, 'a')"])
def test_an_unknown_algorithm_that_is_computed_is_a_failure(call: str, algorithm: str) -> None:
    assert "knows the algorithms sha1, sha256, sha512" in failure_of(call.format(algorithm))


@pytest.mark.parametrize("algorithm", ["'md5'", "'SHA256'", "''", "1"])
@pytest.mark.parametrize("call", ["hmac({}, 'key', 'a')", "sign({}, 'a')"])
def test_an_unknown_algorithm_that_is_written_out_is_refused_when_it_is_saved(call: str, algorithm: str) -> None:
    with pytest.raises(BadExpression, match="the algorithms are"):
        compiled(call.format(algorithm))


ENCODED = [
    ("base64('é')", base64.b64encode("é".encode()).decode()),
    ("base64(b'\\x00\\xff')", "AP8="),
    ("string(base64_decode('w6k='))", "é"),
    ("base64_decode('AP8=') == b'\\x00\\xff'", True),
    ("hex('é')", "c3a9"),
    ("hex(b'\\x00\\xff')", "00ff"),
    ("hex(sha256(''))", hashlib.sha256().hexdigest()),
    ("hex(sha256(b'a')) == hex(sha256('a'))", True),
    ("lower('SHA256=ÀB')", "sha256=àb"),
    ("size(sha256('a'))", 32),
]


@pytest.mark.parametrize(("source", "value"), ENCODED)
def test_an_encoding_is_the_usual_one(source: str, value: Any) -> None:
    assert value_of(source) == value


@pytest.mark.parametrize("text", ["a", "AP8", "AP8=é", "AP8=!!", "A P8=", "-_8="])
def test_what_is_no_base64_is_not_decoded(text: str) -> None:
    assert failure_of("base64_decode(request.body.text)", {"text": text})


@pytest.mark.parametrize("function", ["base64", "base64_decode", "hex", "sha256", "lower"])
@pytest.mark.parametrize("given", ["1", "null", "[b'a']", "{'a': 1}", "request.received_at"])
def test_only_strings_and_bytes_are_taken(function: str, given: str) -> None:
    assert failure_of(f"{function}({given})") == f"`{function}` takes a string or bytes"


def test_bytes_that_are_no_text_have_no_lower_case() -> None:
    assert failure_of("lower(b'\\xff')") == "`lower` takes UTF-8"


def test_a_function_takes_so_much_and_no_more() -> None:
    assert value_of("size(hex(request.body.text))", {"text": "a" * MOST_BYTES}) == 2 * MOST_BYTES
    assert failure_of("hex(request.body.text)", {"text": "a" * (MOST_BYTES + 1)}) == "`hex` takes at most 65536 bytes"


def test_encodings_in_encodings_end_at_the_bound() -> None:
    assert "takes at most" in failure_of("hex(" * 30 + "'a'" + ")" * 30)


def test_a_function_that_fails_is_in_no_log(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    with caplog.at_level(logging.DEBUG):
        failure_of("base64_decode(request.body.text)", {"text": "a secret of the sender"})
    assert (caplog.text, *capfd.readouterr()) == ("", "", "")


GIVEN = ["'1'", "1", "[1]", "{'a': 1}", "request.body.text", "timestamp('2020-01-01T00:00:00Z')"]
WITH = ["", "'1'", "item, true", "item, true, item"]


def known(sources: list[str]) -> bool:
    """Whether one of these has a value: the package knows what each calls."""
    for source in sources:
        try:
            compiled(source).value(asked({"text": "1s"}), lambda _algorithm, message: message)
        except (Failed, ValueError):
            continue
        return True
    return False


@pytest.mark.parametrize("name", sorted(FUNCTIONS.keys() - {"hmac", "sign"}))
def test_every_function_that_is_let_through_is_there(name: str) -> None:
    assert known([f"{name}({given})" for given in (*GIVEN, "'2020-01-01T00:00:00Z'", "'YQ=='")])


@pytest.mark.parametrize("name", sorted(METHODS))
def test_every_method_that_is_let_through_is_there(name: str) -> None:
    assert known([f"{value}.{name}({given})" for value in GIVEN for given in WITH])


def test_a_function_of_cel_that_takes_something_else_says_so() -> None:
    assert "string" in CEL_FUNCTIONS
    assert failure_of("string(true)") == "`string` does not take what it is given"
