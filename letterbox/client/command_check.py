"""`letterbox check`: what the door would say of a file."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import click

from letterbox.client.api import Api, NotAnswered, Refused, at
from letterbox.client.calling import BAD_USAGE, SETTINGS, calling, leave
from letterbox.client.payload import STDIN, Payload, guessed, placed, pointer_of, read
from letterbox.client.places import said_in

NOT_ACCEPTED = 1
ACCEPTED = "accepted"
EXITS = f"""\b
Exit codes: 0 all are accepted; {NOT_ACCEPTED} one is not; {BAD_USAGE} a file, an option or a
setting is wrong, or the service refuses or does not answer."""

Header = tuple[str, str]


class Checked(NamedTuple):
    """A file, and what the service says of it."""

    payload: Payload
    answer: dict[str, Any]


def headers(_context: click.Context, _option: click.Parameter, values: tuple[str, ...]) -> list[Header]:
    found = []
    for value in values:
        name, colon, rest = value.partition(":")
        if not colon or not name.strip():
            raise click.BadParameter(f"{value[:200]!r} is no header such as 'x-event: push'")
        found.append((name.strip().lower(), rest.strip()))
    return found


def capitals(_context: click.Context, _option: click.Parameter, value: str | None) -> str | None:
    return None if value is None else value.upper()


@click.command(epilog=f"{SETTINGS}\n\n{EXITS}")
@click.argument("files", metavar="FILE...", type=click.Path(path_type=Path), nargs=-1, required=True)
@click.option("--endpoint", required=True, help="Its name or id.")
@click.option("--content-type", metavar="TYPE", help="By default as the file's name says; JSON for -.")
@click.option(
    "--header", "headers", metavar="'NAME: VALUE'", multiple=True, callback=headers, help="One more; repeatable."
)
@click.option("--method", callback=capitals, help="By default the endpoint's first one.")
@click.option("--path", help="Below /in/PROJECT; by default the endpoint's.")
@click.option("--query", help="Without the question mark.")
@click.option("--unverified", is_flag=True, help="Look at the signature or credentials, too, instead of trusting them.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON object for each file.")
def check(files: tuple[Path, ...], endpoint: str, *, as_json: bool, **options: Any) -> None:
    """Say what an endpoint would make of each FILE, without keeping anything. - is what is piped in.

    Prints the verdict, and a line for each violation of the contract: its place in a file of JSON, as line and column,
    its JSON Pointer, the keyword that is broken, and what is wrong.
    """
    if files.count(STDIN) > 1:
        raise click.UsageError("- can be given once.")
    with calling(failed=BAD_USAGE) as api:
        checked = judged(api, endpoint, files, options, as_json=as_json)
    sys.exit(0 if all(each.answer["verdict"] == ACCEPTED for each in checked) else NOT_ACCEPTED)


def judged(api: Api, endpoint: str, files: Sequence[Path], options: dict[str, Any], *, as_json: bool) -> list[Checked]:
    """Ask about each, with a bar if somebody looks on, and print the answers, also if the service stops answering."""
    found: list[Checked] = []
    is_watched = len(files) > 1 and sys.stderr.isatty()
    try:
        with click.progressbar(files, label="Checking", file=sys.stderr, hidden=not is_watched) as watched:
            found.extend(ask(api, endpoint, file, options) for file in watched)
    except (NotAnswered, Refused) as reason:
        report(found, as_json=as_json)
        leave(reason, BAD_USAGE)
    report(found, as_json=as_json)
    return found


def ask(api: Api, endpoint: str, file: Path, options: dict[str, Any]) -> Checked:
    """Raises BadFile, NotAnswered, Refused."""
    given = dict(options["headers"]).get("content-type")
    payload = read(file, options["content_type"] or given)
    content_type = [] if given else [("content-type", options["content_type"] or guessed(file))]
    body = {
        **{name: options[name] for name in ("method", "path", "query") if options[name] is not None},
        "headers": [*content_type, *options["headers"]],
        "verified": not options["unverified"],
        **payload.sent,
    }
    return Checked(payload, api.send("POST", at("endpoints", endpoint, "check"), body).value)


def report(checked: Sequence[Checked], *, as_json: bool) -> None:
    for each in checked:
        if as_json:
            click.echo(json.dumps(described(each)))
        else:
            click.echo("\n".join(lines_of(each)))


def described(checked: Checked) -> dict[str, Any]:
    """The answer with the places in the file."""
    violations = [
        {**violation, "line": place and place.line, "column": place and place.column}
        for violation, place in placed(checked.answer["violations"], checked.payload)
    ]
    return {"file": checked.payload.name, **checked.answer, "violations": violations}


def lines_of(checked: Checked) -> Iterator[str]:
    """The verdict, and each violation as compilers write it."""
    name, answer = checked.payload.name, checked.answer
    causes = f" ({', '.join(answer['causes'])})" if answer["causes"] else ""
    version = answer["contract_version"]
    contract = "no contract" if version is None else f"contract version {version}"
    kind = f", event type {answer['event_type']}" if answer["event_type"] else ""
    yield f"{name}: {answer['verdict']}{causes}, {contract}{kind}, answered {answer['reply_status']}"
    for violation, place in placed(answer["violations"], checked.payload):
        where = f"{name}:{place.line}:{place.column}" if place else name
        message, _ = said_in(violation["message"])  # whose place stands at the beginning
        yield f"{where}: {pointer_of(violation)}: {violation['keyword']}: {message}"
