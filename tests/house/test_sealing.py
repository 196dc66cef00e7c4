"""Sealing: what was changed, cut or passed off as something else does not open."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from letterbox.sealing import Seal, WrongSecretKey

OLD, NEW, OTHER = (bytes([number]) * 32 for number in range(3))
SEALED = Seal([NEW]).close(b"a secret", "letter")
tried = settings(derandomize=True, deadline=None)


@tried
@given(some.binary(max_size=300), some.text(some.characters(exclude_categories=["Cs"])))
def test_what_is_sealed_opens_as_it_was(content: bytes, about: str) -> None:
    seal = Seal([NEW])
    assert seal.open(seal.close(content, about), about) == content


@pytest.mark.parametrize("place", range(len(SEALED)))
def test_whichever_byte_is_flipped_it_does_not_open(place: int) -> None:
    for bit in range(8):
        flipped = bytearray(SEALED)
        flipped[place] ^= 1 << bit
        with pytest.raises(WrongSecretKey):
            Seal([NEW]).open(bytes(flipped), "letter")


@pytest.mark.parametrize("length", range(len(SEALED)))
def test_however_much_is_cut_off_it_does_not_open(length: int) -> None:
    with pytest.raises(WrongSecretKey):
        Seal([NEW]).open(SEALED[:length], "letter")


def test_one_sealed_thing_is_not_passed_off_as_another() -> None:
    with pytest.raises(WrongSecretKey):
        Seal([NEW]).open(SEALED, "lettuce")


def test_the_same_thing_is_never_sealed_alike() -> None:
    assert len({Seal([NEW]).close(b"a secret", "letter") for _ in range(100)}) == 100


def test_the_content_does_not_lie_open() -> None:
    assert b"a secret" not in SEALED


def test_after_a_new_key_was_put_first_what_was_sealed_by_the_old_one_opens() -> None:
    sealed = Seal([OLD]).close(b"old", "letter")
    assert Seal([NEW, OLD]).open(sealed, "letter") == b"old"


def test_the_first_key_is_the_one_that_seals() -> None:
    sealed = Seal([NEW, OLD]).close(b"new", "letter")
    assert Seal([NEW]).open(sealed, "letter") == b"new"
    with pytest.raises(WrongSecretKey):
        Seal([OLD]).open(sealed, "letter")


def test_without_its_key_nothing_opens() -> None:
    with pytest.raises(WrongSecretKey):
        Seal([OTHER, OLD]).open(SEALED, "letter")
