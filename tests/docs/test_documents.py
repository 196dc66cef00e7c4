"""What the documents list is what there is, and their links lead somewhere."""

from __future__ import annotations

import io
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from letterbox import config, welcome
from letterbox.config import Settings
from letterbox.service import Service
from tests.docs.documents import DOCUMENTS, TOP, anchors_of, blocks_of, links_of, rows_of
from tests.docs.reader import matches

README = TOP / "README.md"
LINKS = [(document, link) for document in DOCUMENTS for link in links_of(document)]


def test_the_readme_lists_every_setting_as_it_is() -> None:
    assert rows_of(README, "LETTERBOX_") == [*config.described()]


def test_the_first_start_prints_what_the_readme_shows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    printed, service = io.StringIO(), Service(Settings())
    service.open()
    welcome.greet(service, printed)
    service.close()
    start = next(block for block in blocks_of(README) if "make run" in block.text)
    assert matches(start.text.partition("about a minute)\n")[2], printed.getvalue())


@pytest.mark.parametrize(("document", "link"), LINKS, ids=lambda part: getattr(part, "name", part))
def test_a_link_leads_somewhere(document: Path, link: str) -> None:
    parts = urlsplit(link)
    if parts.scheme:
        assert parts.scheme == "https"
        assert parts.netloc
        return
    target = (document.parent / parts.path).resolve() if parts.path else document
    assert target.is_relative_to(TOP)
    assert target.exists()
    assert not parts.fragment or parts.fragment in anchors_of(target)
