"""What systemd is told, and what the README says of all this, is so."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from configparser import RawConfigParser
from dataclasses import fields
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from letterbox.config import PREFIX, Settings
from letterbox.delivery.rounds import DRAIN_SECONDS
from letterbox.serving.worker import START_SECONDS
from letterbox.store.postgres import Postgres
from tests.docs.documents import anchors_of, links_of, rows_of
from tests.faults.server import TOP

DEPLOY = TOP / "deploy"
README = DEPLOY / "README.md"
UNITS = ("letterbox.service", "letterbox.socket", "letterbox-worker.service")
SETTINGS = {f"{PREFIX}{one.name.upper()}" for one in fields(Settings)}
CONFINING = re.compile("Protect|Private|Restrict(?!art)|NoNew|Capability|Lock|SystemCall|Dynamic|UMask")
TEXTS = [path for path in sorted(DEPLOY.iterdir()) if path.is_file()]


def read(unit: str) -> RawConfigParser:
    parser = RawConfigParser(strict=False)
    parser.optionxform = str  # type: ignore[assignment,method-assign] # names keep their case
    parser.read(DEPLOY / unit)
    return parser


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.name)
def test_each_setting_that_is_named_is_one(path: Path) -> None:
    named = set(re.findall(r"LETTERBOX_[A-Z_]*[A-Z]", path.read_text()))
    assert {name.removesuffix("_FILE") for name in named} <= SETTINGS


def test_systemd_finds_nothing_wrong_with_the_units(tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None and os.environ.get("CI") != "true":
        pytest.skip("systemd is not installed")
    for unit in (*UNITS, "letterbox-several.conf"):
        folder = tmp_path / "letterbox.service.d" if unit.endswith(".conf") else tmp_path
        folder.mkdir(exist_ok=True)
        installed = re.sub(r"(?m)^(ExecStart=)/opt/.*$", r"\1/bin/true", (DEPLOY / unit).read_text())
        (folder / unit).write_text(installed)
    command = ("systemd-analyze", "verify", "--man=no", *(str(tmp_path / unit) for unit in UNITS))
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (found.returncode, found.stdout, found.stderr) == (0, "", "")


def test_a_worker_is_confined_as_the_service_is() -> None:
    sections = [dict(read(unit)["Service"]) for unit in ("letterbox.service", "letterbox-worker.service")]
    confining = [{name: value for name, value in each.items() if CONFINING.match(name)} for each in sections]
    assert len(confining[0]) > 15
    assert confining[0] == confining[1]


def test_systemd_waits_until_a_worker_has_given_back_what_it_had() -> None:
    assert int(read("letterbox-worker.service")["Service"]["TimeoutStopSec"]) > DRAIN_SECONDS + 5


def test_the_socket_is_where_nginx_sends_to() -> None:
    address = read("letterbox.socket")["Socket"]["ListenStream"]
    assert f"server {address};" in (DEPLOY / "nginx.conf").read_text()


def test_systemd_waits_as_long_as_a_stop_may_take() -> None:
    longest = START_SECONDS + Settings().shutdown_seconds + 5
    assert int(read("letterbox.service")["Service"]["TimeoutStopSec"]) > longest


def test_the_readme_knows_how_many_connections_a_process_opens() -> None:
    threads = Settings().threads
    database = Postgres("postgresql://nobody@127.0.0.1/none", readers=threads)
    pools = [engine.pool.size() for engine in (database.reading, database.writing)]  # type: ignore[attr-defined] # is one
    database.close()
    listening = 1
    each = sum(pools) + listening
    assert each == threads + 11
    said = README.read_text()
    assert f"By default that is {each}." in said
    assert f"that is {2 * 4 * each + 3} for four processes" in said


def test_the_readme_names_the_directives_as_they_are() -> None:
    shown = [row for name in ("large", "client", "proxy", "keepalive", "error") for row in rows_of(README, name)]
    configuration = (DEPLOY / "nginx.conf").read_text()
    assert len(shown) == 12
    for directive, value, _ in shown:
        assert re.search(rf"\b{directive} [^;]*\b{re.escape(value)};", configuration), directive


def test_the_readme_names_each_file_and_no_other() -> None:
    rows = [row for row in README.read_text().splitlines() if re.match(r"\| `[a-z-]+\.", row)]
    named = {name for row in rows for name in re.findall(r"`([\w.-]+)`", row.split("|")[1])}
    assert named == {path.name for path in TEXTS} - {"README.md"}


@pytest.mark.parametrize("link", links_of(README))
def test_a_link_of_the_readme_leads_somewhere(link: str) -> None:
    parts = urlsplit(link)
    target = (DEPLOY / parts.path).resolve()
    assert target.exists()
    assert not parts.fragment or parts.fragment in anchors_of(target)
