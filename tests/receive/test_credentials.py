"""Credentials: shown by a mask that gives nothing away, and given back exactly."""

from __future__ import annotations

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from letterbox.receive.credentials import MASK, PLAIN, Carriers, Headers, carried_by, carriers_of, masked, unmasked

tried = settings(derandomize=True, deadline=None)
CARRIERS = Carriers(PLAIN.headers | {b"x-key"}, frozenset({b"key", b"a b"}))
NAMES = (b"authorization", b"proxy-authorization", b"x-key", b"x-other", b"accept")
SHOWN = {b"x-other": b"seen", b"accept": b"*/*"}

# Letters of their own, so that a piece of a secret is found wherever it is left.
secrets = some.text("QZ#~\xff", min_size=4, max_size=30).map(lambda text: text.encode("latin-1"))
words = some.sampled_from([b"", b"Basic ", b"bearer ", b"QZQZQZ ", b"Digest  "])
values = some.builds(lambda word, secret: word + secret, words, secrets)
header_names = some.sampled_from(NAMES)
headers_sent = some.lists(
    header_names.flatmap(
        lambda name: some.tuples(some.just(name), values if name not in SHOWN else some.just(SHOWN[name]))
    )
)
pairs = some.builds(
    lambda name, value: f"{name}{value}",
    some.sampled_from(["key", "k%65y", "a+b", "a%20b"]),
    some.just("") | some.builds(lambda text: f"={text.decode('latin-1')}", secrets),
) | some.sampled_from(["", "b", "b=1", "keys=2", "=", "x=%00", "KEY=3"])
queries = some.lists(pairs).map("&".join)


@tried
@given(headers_sent, queries)
def test_what_was_masked_is_given_back_exactly(headers: Headers, query: str) -> None:
    shown = masked(headers, query, CARRIERS)
    assert unmasked(shown.headers, shown.query, shown.credential) == (headers, query)


@tried
@given(headers_sent, queries)
def test_what_carried_it_is_known_from_what_was_taken(headers: Headers, query: str) -> None:
    shown = masked(headers, query, CARRIERS)
    assert masked(headers, query, carried_by(shown.query, shown.credential)) == shown


@tried
@given(headers_sent, queries)
def test_no_piece_of_a_credential_is_left(headers: Headers, query: str) -> None:
    shown = masked(headers, query, CARRIERS)
    text = b"\n".join(value for _, value in shown.headers) + shown.query.encode("latin-1")
    assert not {*b"QZ#~\xff"} & {*text}


@tried
@given(headers_sent, queries)
def test_names_and_their_order_and_what_is_no_credential_stay(headers: Headers, query: str) -> None:
    shown = masked(headers, query, CARRIERS)
    assert [name for name, _ in shown.headers] == [name for name, _ in headers]
    assert [pair for pair in shown.headers if pair[0] in SHOWN] == [pair for pair in headers if pair[0] in SHOWN]
    before, after = (each.split("&") for each in (query, shown.query))
    assert [pair.partition("=")[0] for pair in before] == [pair.partition("=")[0] for pair in after]
    assert [pair for pair in before if "b=" in pair[:2]] == [pair for pair in after if "b=" in pair[:2]]


@tried
@given(some.lists(some.tuples(header_names, some.binary())), some.text(some.characters(max_codepoint=255)))
def test_whatever_bytes_come_they_are_given_back(headers: Headers, query: str) -> None:
    shown = masked(headers, query, CARRIERS)
    assert unmasked(shown.headers, shown.query, shown.credential) == (headers, query)


@pytest.mark.parametrize(
    ("value", "mask"),
    [
        (b"Bearer abc", b"Bearer ***"),
        (b"bAsIc abc", b"bAsIc ***"),
        (b"Bearer a b", b"Bearer ***"),
        (b"my secret", b"***"),
        (b"Bearer", b"***"),
        (b"Bearer ", b"***"),
        (b"", b"***"),
        (b"x" * 5000, b"***"),
    ],
)
def test_a_mask_says_the_scheme_and_nothing_else(value: bytes, mask: bytes) -> None:
    assert masked([(b"authorization", value)], "", PLAIN).headers == [(b"authorization", mask)]


def test_where_nothing_carries_a_credential_all_stays_the_same() -> None:
    headers = [(b"accept", b"*/*"), (b"x-key", b"seen")]
    assert masked(headers, "key=seen", PLAIN) == (headers, "key=seen", None)
    assert masked(headers, "key=seen", PLAIN).headers is headers


def test_a_parameter_is_masked_however_its_name_is_spelt() -> None:
    assert (
        masked([], "k%65y=1&a+b=2&a%20b=3&key&key=&c=4", CARRIERS).query
        == f"k%65y={MASK}&a+b={MASK}&a%20b={MASK}&key&key=&c=4"
    )


def test_what_is_sealed_is_json() -> None:
    credential = masked([(b"x-key", b"\xff1")], "b=2&key=3", CARRIERS).credential
    assert credential is not None
    assert orjson.loads(credential) == {"names": ["x-key"], "values": ["ÿ1"], "query": "b=2&key=3"}


@pytest.mark.parametrize(
    ("verification", "carriers"),
    [
        ({"scheme": "none"}, PLAIN),
        ({"scheme": "bearer"}, PLAIN),
        ({"scheme": "api-key", "in": "header", "name": "X-Key"}, Carriers(headers=PLAIN.headers | {b"x-key"})),
        ({"scheme": "api-key", "in": "query", "name": "Key"}, Carriers(parameters=frozenset({b"Key"}))),
    ],
)
def test_an_api_key_is_carried_where_it_is_declared(verification: dict[str, str], carriers: Carriers) -> None:
    assert carriers_of(verification) == carriers
