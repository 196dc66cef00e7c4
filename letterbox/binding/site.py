"""What is served beside the API: the page, the documentation, and the specification, as fixed bytes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import swagger_ui_bundle
import yaml

from letterbox.binding.answers import END
from letterbox.binding.assets import Asset
from letterbox.binding.operations import Document

MEDIA_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
}
SWAGGER_UI = ("swagger-ui.css", "swagger-ui-bundle.js")

DOCS_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
# The page never makes markup of text, so it can do without the places where a browser would. Swagger UI can't.
POLICY = DOCS_POLICY.replace(" data:", "") + "; require-trusted-types-for 'script'; trusted-types 'none'"

NO_SNIFFING = {"x-content-type-options": "nosniff", "referrer-policy": "no-referrer"}


def site(document: Document, web: Path) -> dict[str, Asset]:
    """Every fixed address with what it answers."""
    return {
        **dict(_specification(document)),
        **{f"/page/{name}": _file(web / name, POLICY) for name in _page_files(web)},
        **{f"/docs/{name}": _file(_swagger_ui() / name, DOCS_POLICY) for name in SWAGGER_UI},
        **{f"/docs/5/{name}": _file(_swagger_ui_5() / name, DOCS_POLICY) for name in SWAGGER_UI},
        **{f"/docs/{file.name}": _file(file, DOCS_POLICY) for file in (web / "docs").iterdir()},
        "/": _file(web / "index.html", POLICY),
        "/docs": _file(web / "docs" / "index.html", DOCS_POLICY),
        "/docs/": _file(web / "docs" / "index.html", DOCS_POLICY),
    }


def _page_files(web: Path) -> Iterator[str]:
    """The page's files below `web`; those of the documentation have addresses and a policy of their own."""
    for file in web.rglob("*"):
        path = file.relative_to(web)
        if file.suffix in MEDIA_TYPES and path.parts[0] != "docs":
            yield path.as_posix()


def _specification(document: Document) -> Iterator[tuple[str, Asset]]:
    # Anyone may read the specification from a page of their own, such as another Swagger UI.
    headers = {**NO_SNIFFING, "access-control-allow-origin": "*"}
    as_yaml = yaml.dump(
        json.loads(json.dumps(document)), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120
    )
    as_json = json.dumps(document, ensure_ascii=False).encode() + END
    yield "/openapi.json", Asset(as_json, "application/json", headers)
    yield "/openapi.yaml", Asset(as_yaml.encode(), "application/yaml", headers)


# The one in C starts a process half a second sooner, but is not in every build of PyYAML.
class _Dumper(getattr(yaml, "CSafeDumper", yaml.SafeDumper)):  # type: ignore[misc] # which one is known at run time
    def ignore_aliases(self, _data: Any) -> bool:
        return True  # anchors in a published document help nobody


def _file(path: Path, policy: str) -> Asset:
    headers = {**NO_SNIFFING, "content-security-policy": policy}
    return Asset(path.read_bytes(), MEDIA_TYPES[path.suffix], headers)


def _swagger_ui() -> Path:
    return Path(swagger_ui_bundle.swagger_ui_path)


def _swagger_ui_5() -> Path:
    """That of flask-swagger-ui, which can show OpenAPI 3.1; only its files are used."""
    return Path(str(files("flask_swagger_ui"))) / "dist"
