"""Verification under attack: whatever was changed is refused, and nothing but a refusal comes of it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from tests.receive.senders import NOW, SENDERS, SHOWING, SIGNING, Headers, Sender, Sent

tried = settings(derandomize=True, deadline=None, max_examples=60)
BODY = b'{"id": 12, "who": "\xc3\xa9"}'
CHANGES = (0x01, 0x20, 0x80, 0xFF)  # a neighbour, the other case, another plane, each bit
every = pytest.mark.parametrize("sender", SENDERS.values(), ids=SENDERS)
signing = pytest.mark.parametrize("sender", SIGNING.values(), ids=SIGNING)

AWKWARD = [
    *(b"\xff", b"\x00", "é".encode(), b" ", b",", b"=", b"v1", b"v1,", b"v1a,", b"v1a,=", b"v1a," + b"A" * 88),
    *(b",,,", b"t=", b"t=,v1=", b"t=1,v1", b"t=-1,v1=a", b"t=1e9,v1=a", b"t=\xb2,v1=a", b"v1=a", b"v1,a " * 10_000),
    *(b"9" * 4301, b"-1", b"+1", b"1_0", b" 1", "١".encode(), b"nan", b"inf", b"1.5", b"0x10"),
    *(b"sha256=", b"sha256=" + b"g" * 64, b"Basic", b"Basic ", b"Basic =", b"Bearer", b"Bearer  ", b"basic \xff"),
]


def flipped(text: bytes) -> Iterator[tuple[int, bytes]]:
    """Each byte changed in each way, with its place."""
    for place, byte in enumerate(text):
        for change in CHANGES:
            yield place, text[:place] + bytes([byte ^ change]) + text[place + 1 :]


def with_header(sent: Sent, index: int, value: bytes) -> Sent:
    headers: Headers = [*sent.headers]
    headers[index] = (headers[index][0], value)
    return sent._replace(headers=headers)


@every
def test_whichever_byte_of_a_header_is_flipped_it_is_refused(sender: Sender) -> None:
    sent = sender.send(BODY, NOW)
    for index, (name, value) in enumerate(sent.headers):
        word = value.find(b" ") if name == b"authorization" else 0  # the scheme's name is in any case (RFC 9110, 11.1)
        for place, other in flipped(value):
            if place >= word or other.lower() != value.lower():
                assert not sender.is_let_in(with_header(sent, index, other)), (name, place, other)


@signing
def test_whichever_byte_of_the_body_is_flipped_it_is_refused(sender: Sender) -> None:
    sent = sender.send(BODY, NOW)
    for place, other in flipped(BODY):
        assert not sender.is_let_in(sent._replace(body=other)), place


@signing
def test_however_a_body_is_cut_or_made_longer_it_is_refused(sender: Sender) -> None:
    sent = sender.send(BODY, NOW)
    others = [*(BODY[:length] for length in range(len(BODY))), BODY[1:], BODY + b"\n", b" " + BODY, BODY * 2]
    assert [other for other in others if sender.is_let_in(sent._replace(body=other))] == []


@every
def test_however_a_header_is_cut_or_made_longer_it_is_refused(sender: Sender) -> None:
    sent = sender.send(BODY, NOW)
    for index, (name, value) in enumerate(sent.headers):
        more = [value + b"\x00", value + b"=", value + b"\xff", b"\t" + value, b"1" + value]
        for other in [*(value[:length] for length in range(len(value))), value[1:], *more]:
            assert not sender.is_let_in(with_header(sent, index, other)), (name, other)


def test_whichever_byte_of_a_key_in_the_query_is_flipped_it_is_refused() -> None:
    sender = SHOWING["api-key, query"]
    sent = sender.send(BODY, NOW)
    query = sent.query.encode()
    for place, other in flipped(query):
        spelt_alike = query[place - 2 : place + 1] == b"%20" or query[place : place + 1] == b"+"
        assert spelt_alike or not sender.is_let_in(sent._replace(query=other.decode("latin-1"))), other


@every
def test_what_one_sender_signs_is_refused_for_another(sender: Sender) -> None:
    declared = (sender.verification, sender.secret)
    others = [other for other in SENDERS.values() if (other.verification, other.secret) != declared]
    assert [other for other in others if sender.is_let_in(other.send(BODY, NOW))] == []


@every
@pytest.mark.parametrize("value", AWKWARD, ids=lambda value: repr(value[:20]))
def test_an_awkward_header_is_refused_and_nothing_else_comes_of_it(sender: Sender, value: bytes) -> None:
    sent = sender.send(BODY, NOW)
    for index in range(len(sent.headers)):
        assert not sender.is_let_in(with_header(sent, index, value))
    assert not sender.is_let_in(sent._replace(headers=[(name, value) for name, _ in sent.headers], query=""))


@pytest.mark.parametrize("name", SENDERS)
@tried
@given(some.data())
def test_whatever_is_sent_nothing_but_a_refusal_comes_of_it(name: str, data: some.DataObject) -> None:
    sender, (sent, now) = SENDERS[name], data.draw(_near_to(name))
    if sender.is_let_in(sent, now):
        assert sender in SHOWING.values()


@cache
def _near_to(name: str) -> some.SearchStrategy[tuple[Sent, float]]:
    """What has something of what is right, and when it comes. Made once: that takes as long as many examples of it."""
    sent = SENDERS[name].send(BODY, NOW)
    known = [*sent.headers, (b"x-other", b"1")]
    values = some.one_of(some.binary(max_size=80), *(_near(value) for _, value in known))
    headers = some.lists(some.tuples(some.sampled_from([name for name, _ in known]), values), max_size=5)
    query = some.text(max_size=30) | some.just(sent.query)
    return some.tuples(some.builds(Sent, headers, some.binary(max_size=30), query), some.floats(0, 10**12))


def _near(value: bytes) -> some.SearchStrategy[bytes]:
    """Pieces of what is right, with something between them."""
    cuts = some.integers(0, len(value))
    return some.builds(
        lambda cut, between, tail: value[:cut] + between + value[tail:], cuts, some.binary(max_size=4), cuts
    )
