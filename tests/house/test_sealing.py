"""Sealing: what was changed, cut or passed off as something else does not open; and a secret key can be changed."""

from __future__ import annotations

import base64
import sqlite3
from collections.abc import Callable
from contextlib import closing

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from letterbox.config import Settings
from letterbox.first_start import SEAL_MARKER, seal_of
from letterbox.sealing import Seal, WrongSecretKey
from letterbox.service import Service
from tests.house.command import Command

OLD, NEW, OTHER = (bytes([number]) * 32 for number in range(3))
ONE, TWO = (base64.b64encode(bytes([number]) * 32).decode() for number in (1, 2))
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


@pytest.fixture
def marker_of(command: Command) -> Callable[[], bytes]:
    """What the store of the command holds of its data key."""

    def read() -> bytes:
        with closing(sqlite3.connect(command.folder / "letterbox.db")) as connection:
            (value,) = connection.execute("SELECT value FROM marker WHERE name = 'seal'").fetchone()
        return bytes(value)

    return read


def test_what_a_service_seals_is_under_a_key_that_is_not_the_secret_one(command: Command) -> None:
    seal = served(command, ONE).seal
    sealed = seal.close(b"a secret", "letter")
    with pytest.raises(WrongSecretKey):
        Seal([key(ONE)]).open(sealed, "letter")


def test_a_store_keeps_its_data_key_from_start_to_start(command: Command) -> None:
    sealed = served(command, ONE).seal.close(b"a secret", "letter")
    assert served(command, ONE).seal.open(sealed, "letter") == b"a secret"


def test_each_store_has_a_data_key_of_its_own(command: Command) -> None:
    sealed = served(command, ONE).seal.close(b"a secret", "letter")
    command("serve", secret_key=ONE, database_url=f"sqlite:///{command.folder / 'other.db'}")
    with pytest.raises(WrongSecretKey):
        command.served[-1].seal.open(sealed, "letter")


def test_after_one_start_with_both_the_older_secret_key_can_be_left_out(command: Command) -> None:
    sealed = served(command, ONE).seal.close(b"a secret", "letter")
    served(command, f"{TWO},{ONE}")
    assert served(command, TWO).seal.open(sealed, "letter") == b"a secret"
    assert "does not open this store" in command.refusal("serve", secret_key=ONE)


def test_a_secret_key_that_was_never_put_first_opens_nothing(command: Command) -> None:
    served(command, f"{ONE},{TWO}")
    assert "does not open this store" in command.refusal("serve", secret_key=TWO)


def test_each_start_seals_the_data_key_anew(command: Command, marker_of: Callable[[], bytes]) -> None:
    served(command, ONE)
    first = marker_of()
    served(command, ONE)
    second = marker_of()
    assert first != second
    assert len({Seal([key(ONE)]).open(marker, SEAL_MARKER) for marker in (first, second)}) == 1


def test_the_data_key_does_not_lie_open(command: Command, marker_of: Callable[[], bytes]) -> None:
    served(command, ONE)
    data_key = Seal([key(ONE)]).open(marker_of(), SEAL_MARKER)
    assert data_key not in (command.folder / "letterbox.db").read_bytes()


def test_what_is_approved_is_opened_by_the_same_seal(command: Command, marker_of: Callable[[], bytes]) -> None:
    sealed = served(command, ONE).seal.close(b"a secret", "letter")
    approved = seal_of(Settings(secret_key=(key(ONE),)), marker_of())
    assert approved.open(sealed, "letter") == b"a secret"


def served(command: Command, secret_key: str) -> Service:
    assert command("serve", secret_key=secret_key).status == 0
    return command.served[-1]


def key(text: str) -> bytes:
    return base64.b64decode(text)
