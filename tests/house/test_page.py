"""The page's files: nothing is built, so what a browser is sent is what stands in `web/`."""

from __future__ import annotations

import re
from hashlib import sha256
from pathlib import Path

import httpx

from tests.faults.server import Server

WEB = Path(__file__).parents[2] / "web"
VENDORED = WEB / "vendor"
IMPORT = re.compile(r"""^(?:import|export)\b[^"';]*from\s?["']([^"']+)["']""", re.MULTILINE)


def sums(folder: Path) -> dict[str, str]:
    files = [file for file in folder.rglob("*") if file.is_file() and file.parent != folder]
    return {file.relative_to(folder).as_posix(): sha256(file.read_bytes()).hexdigest() for file in files}


def test_what_is_vendored_is_what_its_readme_says() -> None:
    lines = re.findall(r"^\| `([0-9a-f]{64})` \| `([^`]+)` \|$", (VENDORED / "README.md").read_text(), re.MULTILINE)
    assert {name: checksum for checksum, name in lines} == sums(VENDORED)


def test_every_import_of_the_page_names_a_file_of_it() -> None:
    for module in WEB.rglob("*.js"):
        for name in IMPORT.findall(module.read_text()):
            named = WEB / name.removeprefix("/page/") if name.startswith("/page/") else module.parent / name
            assert named.is_file(), f"{module}: {name}"


def test_the_page_s_folders_are_served_under_its_policy(service: Server) -> None:
    policy = httpx.get(f"{service.url}/").headers["content-security-policy"]
    for name, media_type in {"main.js": "text/javascript", "vendor/preact/LICENSE.txt": "text/plain"}.items():
        answer = httpx.get(f"{service.url}/page/{name}")
        assert answer.content == (WEB / name).read_bytes()
        assert answer.headers["content-type"].startswith(media_type)
        assert answer.headers["content-security-policy"] == policy
    assert httpx.get(f"{service.url}/page/docs/docs.js").status_code == 404
