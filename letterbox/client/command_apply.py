"""`letterbox apply`: endpoints, contracts and replies as a file."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from letterbox.client.api import Api, NotAnswered, at, listed
from letterbox.client.applying import Applying, Outcome
from letterbox.client.calling import BAD_USAGE, FAILED, SETTINGS, calling, leave
from letterbox.client.checking import Promise
from letterbox.client.declared import Declared, read_file
from letterbox.client.documents import BadFile, written
from letterbox.client.plan import Defaults, Remove, Replace, Step, There, look, names_there, project_defaults, step_for
from letterbox.client.routes import blocked

DIFFERENT = 3
EXITS = f"""\b
Exit codes: 0 done, or nothing to do; {FAILED} something was not done,
or by --dry-run could not be; {BAD_USAGE} the file or a setting is wrong,
and nothing was done; {DIFFERENT} --dry-run has found differences."""


@click.command(epilog=f"{SETTINGS}\n\n{EXITS}")
@click.argument("file", type=click.Path(path_type=Path), required=False)
@click.option("--dry-run", is_flag=True, help="Change nothing; print what would be, as a unified diff.")
@click.option("--prune", is_flag=True, help="Also remove the endpoints that FILE does not have.")
@click.option("--delete-requests", is_flag=True, help="With --prune: also those that keep requests, with them.")
@click.option("--yes", is_flag=True, help="Do not ask before removing.")
@click.option("--print", "prints", is_flag=True, help="Write such a file from what is there, and stop.")
def apply(file: Path | None, *, dry_run: bool, prune: bool, delete_requests: bool, yes: bool, prints: bool) -> None:
    """Make the endpoints of a service what FILE says, with their contracts."""
    if prints == (file is not None):
        raise click.UsageError("Give a FILE, or --print.")
    if delete_requests and not prune:
        raise click.UsageError("--delete-requests is of use only with --prune.")
    with calling() as api:
        if file is None:
            print_all(api)
            return
        steps, defaults = plan(api, read_file(file, os.environ), prune=prune)
        if dry_run:
            sys.exit(show(steps, file.name, defaults, faults_of(api, steps)))
        if not yes:
            confirm([step.name for step in steps if isinstance(step, Remove)])
        sys.exit(carry_out(Applying(api, delete_requests=delete_requests), steps))


def print_all(api: Api) -> None:
    defaults = project_defaults(api)
    found = looked(api, names_there(api), "Reading")
    click.echo(written({"endpoints": [there.written(defaults) for there in found if there]}), nl=False)


def plan(api: Api, wanted: list[Declared], *, prune: bool) -> tuple[list[Step], Defaults]:
    """The steps in the order of the file, and then the removals."""
    defaults, names = project_defaults(api), [one.name for one in wanted]
    found = looked(api, names, "Comparing")
    steps: list[Step] = [step_for(one, there, defaults) for one, there in zip(wanted, found, strict=True)]
    if prune:
        others = [name for name in names_there(api) if name not in names]
        steps += [Remove(there) for there in looked(api, others, "Looking further") if there]
    return steps, defaults


def looked(api: Api, names: Sequence[str], label: str) -> list[There | None]:
    """The endpoints of these names, with a bar if somebody looks on."""
    if not sys.stderr.isatty():
        return [look(api, name) for name in names]
    with click.progressbar(names, label=label, file=sys.stderr) as watched:
        return [look(api, name) for name in watched]


def faults_of(api: Api, steps: Sequence[Step]) -> dict[str, str]:
    """Why endpoints could not be applied, by name, as far as that can be told without changing anything."""
    promise = Promise.read(api)
    moves = [step for step in steps if not isinstance(step, Remove)]
    refused = {step.name: listed(faults) for step in moves if (faults := promise.faults_of(step))}
    sound = [step for step in steps if step.name not in refused]
    return refused | dict(blocked(sound, list(api.items(at("endpoints")))))


def show(steps: Sequence[Step], file: str, defaults: Defaults, faults: Mapping[str, str]) -> int:
    """Print what would change, and what would fail; the exit code says whether anything would."""
    needed = [step for step in steps if step.is_needed]
    for step in needed:
        click.echo(step.difference(file, defaults))
    click.echo(f"{len(needed)} of {len(steps)} would change." if needed else "Nothing would change.", err=True)
    if unseen := [step.name for step in steps if isinstance(step, Replace) and step.is_sent and not step.is_needed]:
        click.echo(f"Only the service can tell whether the secrets are the same: {', '.join(unseen)}.", err=True)
    for name, reason in faults.items():
        click.echo(f"{name} would fail: {reason}", err=True)
    return FAILED if faults else DIFFERENT if needed else 0


def confirm(names: Sequence[str]) -> None:
    """Ask before removing; raises BadFile where nobody can be asked."""
    if not names:
        return
    if not is_asked():
        raise BadFile(f"this would remove {', '.join(names)}; say --yes if it may")
    click.confirm(f"Remove {', '.join(names)}?", abort=True, err=True)


def is_asked() -> bool:
    """Whether somebody is there to answer."""
    return sys.stdin.isatty()


def carry_out(applying: Applying, steps: Sequence[Step]) -> int:
    """Do it, and print a line for each endpoint as it is done; the exit code says whether all went well."""
    width, done = max((len(step.name) for step in steps), default=0), list[Outcome]()
    try:
        for outcome in applying.outcomes(steps):
            done.append(outcome)
            click.echo(f"{outcome.name:{width}}  {outcome.word:9}  {outcome.says}".rstrip())
    except NotAnswered as reason:
        settled = {outcome.name for outcome in done}
        for name in [step.name for step in steps if step.name not in settled]:
            click.echo(f"{name:{width}}  {'unclear' if name == applying.tried else 'not done'}")
        leave(reason, FAILED)
    click.echo(summary(done))
    return FAILED if any(outcome.failed for outcome in done) else 0


def summary(done: Sequence[Outcome]) -> str:
    counts = dict.fromkeys(outcome.word for outcome in done)
    words = [f"{sum(outcome.word == word for outcome in done)} {word}" for word in counts]
    return f"{', '.join(words)}." if words else "There is nothing to do."
