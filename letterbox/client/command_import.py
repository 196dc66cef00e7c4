"""`letterbox import`: an endpoint for each operation of an OpenAPI document, a mock that remembers."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from letterbox.client.addresses import Unsuitable, address_of
from letterbox.client.api import Api, NotAnswered
from letterbox.client.calling import BAD_USAGE, FAILED, SETTINGS, calling, leave, refusing_in_one_line
from letterbox.client.documents import BadFile
from letterbox.client.importing import Made, curl_of, make, planned, remarks, table
from letterbox.client.operations import LeftOut, Mock, mocks_of
from letterbox.client.plan import names_there
from letterbox.client.specification import BadReference, Specification

Found = list[Mock | LeftOut]
EXITS = f"""\b
Exit codes: 0 all was made; {FAILED} something was not, and its line says why;
{BAD_USAGE} the file or a setting is wrong, and nothing was made.
With --dry-run likewise, of what would be."""


@click.command("import", epilog=f"{SETTINGS}\n\n{EXITS}")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--path-prefix", default="", help="Put this in front of every path, such as /shop.")
@click.option("--dry-run", is_flag=True, help="Make nothing, and call nothing; print what would be made.")
def import_(file: Path, *, path_prefix: str, dry_run: bool) -> None:
    """Make an endpoint of each operation in FILE, an OpenAPI document of 3.0 or 3.1 in YAML or JSON.

    Each has the operation's path and method, a contract made of its parameters and its body, and a reply made of its
    first success: a mock that remembers. The path of the document's server, such as /v1, stands in front.
    """
    if dry_run:
        with refusing_in_one_line():
            found = read(file, path_prefix, set())
            sys.exit(report([planned(mock) for mock in found if isinstance(mock, Mock)], found))
    with calling() as api:
        found = read(file, path_prefix, set(names_there(api)))
        sys.exit(report(declare(api, [mock for mock in found if isinstance(mock, Mock)]), found))


def read(file: Path, prefix: str, taken: set[str]) -> Found:
    """What is to be made, or can't be; raises BadFile."""
    try:
        if prefix:
            address_of(prefix)
        found = list(mocks_of(Specification.read(file), prefix, taken))
    except Unsuitable as reason:
        raise BadFile(f"--path-prefix: {reason}") from None
    except BadReference as reason:
        raise BadFile(f"{file}: {reason}") from None
    if not found:
        raise BadFile(f"{file}: this document has no operations, so there is nothing to answer")
    return found


def declare(api: Api, mocks: Sequence[Mock]) -> list[Made]:
    """Make them, with a bar if somebody looks on. If the service stops answering, say what is made and leave."""
    made: list[Made] = []
    try:
        with click.progressbar(mocks, label="Declaring", file=sys.stderr, hidden=not sys.stderr.isatty()) as watched:
            made.extend(make(api, mock) for mock in watched)
    except NotAnswered as reason:
        report(made, [])
        leave(reason, FAILED)
    return made


def report(made: Sequence[Made], found: Found) -> int:
    """Print what was made and what was not; the exit code says whether all was."""
    for line in table(made) if made else ["Nothing can be made of this document."]:
        click.echo(line)
    left_out = [each for each in found if isinstance(each, LeftOut)]
    for line in (*remarks(made), *(f"{each.title}: left out, since {each.reason}" for each in left_out)):
        click.echo(f"  {line}")
    if (curl := curl_of(made)) is not None:
        click.echo(f"\nTry  {curl}")
    return FAILED if any(each.failure for each in made) or not all(each.is_fine for each in left_out) else 0
