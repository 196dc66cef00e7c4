"""Fault 13: one poisonous row in a batch of 64. No request can be made into one over the wire, so it is put in here."""

from __future__ import annotations

import tempfile
from itertools import product
from pathlib import Path

from letterbox.config import Settings
from letterbox.store import database
from letterbox.store.database import Database
from tests.faults.outcome import Outcome
from tests.faults.stores import opened
from tests.store.poison import POISON
from tests.store.rows import a_row, furnish, journal, kept
from tests.store.writers import Office, look

TITLE = "a poisonous row"
BATCH, PLACES = 64, (0, 31, 63)


def run(store: str) -> Outcome:
    """Put each poison at the beginning, in the middle and at the end of a batch, on an open store of the service."""
    with tempfile.TemporaryDirectory(prefix="letterbox-faults-") as folder, opened(store, Path(folder)) as place:
        house = database.opened(Settings(database_url=place.settings["database_url"]))
        try:
            furnish(house)
            wrong = [word for name, at in product(POISON, PLACES) for word in delivered(house, name, at)]
            stored, noted = look(house.writing, kept), len(look(house.writing, journal))
        finally:
            house.close()
    batches = len(POISON) * len(PLACES)
    wrong += [] if stored == noted == batches * (BATCH - 1) else [f"{stored} are kept, and {noted} in the journal"]
    figures = {"batches": f"{batches}x{BATCH}", "acknowledged": stored, "errors": batches * BATCH - stored}
    return Outcome(figures, wrong)


def delivered(house: Database, poison: str, place: int) -> list[str]:
    """What is wrong with the outcome of one batch."""
    rows = [a_row(**(POISON[poison] if number == place else {})) for number in range(BATCH)]
    office = Office(house)
    failed = [number for number, failure in enumerate(office.deliver(rows)) if failure is not None]
    wrong = [] if failed == [place] else [f"{poison} at {place}: {len(failed)} failed, such as {failed[:3]}"]
    return wrong + ([] if len(office.keeping.batches[0]) == BATCH else [f"{poison} at {place}: not one batch"])
