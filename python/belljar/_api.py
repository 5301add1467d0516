"""The commands of the program as functions."""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
import threading
from pathlib import Path
from typing import Callable, Iterator, List, Mapping, Optional, Sequence, Tuple, TypeVar, Union

from belljar._options import Downstream, Options, many
from belljar._run import COULD_NOT_RUN, FINDINGS, Finished, PathArgument, Settings, run
from belljar.documents import Diagnostic, Diff, Impact, Lineage, Schema, Verdict
from belljar.errors import DocumentError, ProgramNotFoundError

Side = Union[str, "os.PathLike[str]", Schema]
"""A side of a comparison: a text as the program takes it (a revision, `rev:NAME`, `path:NAME`, `main...HEAD`), a path,
or a `Schema`."""

T = TypeVar("T")
_QUIET = "--quiet"
_JSON = "--format=json"
_NO_OPTIONS = Options()
_NOTHING_DOWNSTREAM = Downstream()
_NO_RENAMES: Mapping[str, str] = {}


def parse_json(data: Union[str, bytes]) -> object:
    """Plain JSON, as strict as the standard is; `DocumentError` where it is none."""

    def refuse(name: str) -> object:
        raise ValueError(f"`{name}` is no JSON")

    try:
        return json.loads(data, parse_constant=refuse)
    except (ValueError, RecursionError) as error:
        raise DocumentError(f"it is no JSON: {error}") from None


def _read(finished: Finished, decode: Callable[[object], T]) -> T:
    """The document that the program wrote."""
    try:
        return decode(parse_json(finished.stdout))
    except DocumentError as error:
        program = finished.command[0]
        raise type(error)(f"{error.message} (in what `{program}` wrote)", error.path) from None


def _document(
    finished: Finished,
    decode: Callable[[object], T],
    *,
    findings: bool,
    headline: Callable[[T], str] = lambda _: "",
) -> T:
    """The document, where the exit code says that there is one; else the exception for it.

    `findings` says whether exit code 1 gives the document too; `headline` begins the text of an exception that has one.
    """
    if finished.exit_code == 0 or (finished.exit_code == FINDINGS and findings):
        return _read(finished, decode)
    if finished.exit_code not in {FINDINGS, COULD_NOT_RUN} or not finished.stdout:
        raise finished.error()
    try:
        document = _read(finished, decode)
    except DocumentError:
        if finished.stderr:
            raise finished.error() from None
        raise
    said = finished.stderr.strip() or _diagnostics(document)
    raise finished.error("\n".join(part for part in (headline(document), said) if part), document)


def _diagnostics(document: object) -> str:
    """What a document says of itself, in a few lines."""
    name = "problems" if isinstance(document, Verdict) else "diagnostics"
    items: Sequence[Diagnostic] = getattr(document, name, ())
    lines = []
    for item in items[:_MOST_LINES]:
        where = "" if item.place is None else f"{item.place.path}:{item.place.line}: "
        lines.append(
            f"{where}{item.severity}: {item.message}" + (f"\n  hint: {item.hint}" if item.hint else "")
        )
    if len(items) > _MOST_LINES:
        lines.append(f"… and {len(items) - _MOST_LINES} more")
    return "\n".join(lines)


_MOST_LINES = 20


def extract(
    path: PathArgument = ".",
    *,
    rev: Optional[str] = None,
    strict: bool = False,
    allow_incomplete: bool = False,
    options: Options = _NO_OPTIONS,
    program: Optional[PathArgument] = None,
    cwd: Optional[PathArgument] = None,
    timeout: Optional[float] = None,
    cancel: Optional[threading.Event] = None,
) -> Schema:
    """The schema of a directory, a git repository or an archive.

    Where a part was lost to an error, or with `strict` where anything is partial or unresolved, `FindingsError` is
    raised, with what there is as its `document`; `allow_incomplete` gives that instead.
    """
    arguments = ["extract", _JSON, _QUIET, *options.arguments()]
    if rev is not None:
        arguments.append(f"--rev={rev}")
    if strict:
        arguments.append("--strict")
    finished = run([*arguments, "--", os.fsdecode(path)], Settings(program, cwd, timeout, cancel))
    return _document(finished, Schema.from_json, findings=allow_incomplete, headline=_incomplete)


def _incomplete(schema: Schema) -> str:
    counts = schema.summary
    partial = f"{counts.tables_partial} tables are partial, {counts.unresolved} unresolved"
    return f"the schema is incomplete: {partial}; `document` has what there is"


@contextlib.contextmanager
def _sides(base: Side, head: Optional[Side]) -> Iterator[List[str]]:
    """Both sides as arguments; a schema is a file meanwhile."""
    with tempfile.TemporaryDirectory(prefix="belljar-") as folder:
        given = [base] if head is None else [base, head]
        yield ["--", *(_side(side, Path(folder) / f"{number}.json") for number, side in enumerate(given))]


def _side(side: Side, file: Path) -> str:
    if isinstance(side, Schema):
        file.write_text(json.dumps(side.to_json()), encoding="utf-8")
        return f"path:{file}"
    return side if isinstance(side, str) else f"path:{os.fsdecode(side)}"


def _comparison(
    command: str, repo: Optional[PathArgument], renames: Mapping[str, str], options: Options
) -> List[str]:
    """The arguments that all comparisons take."""
    out = [command, _JSON, _QUIET, *options.arguments()]
    if repo is not None:
        out.append(f"--repo={os.fsdecode(repo)}")
    return [*out, *(f"--rename={old}={new}" for old, new in renames.items())]


def diff(
    base: Side,
    head: Optional[Side] = None,
    *,
    repo: Optional[PathArgument] = None,
    renames: Mapping[str, str] = _NO_RENAMES,
    allow_incomplete: bool = False,
    options: Options = _NO_OPTIONS,
    program: Optional[PathArgument] = None,
    cwd: Optional[PathArgument] = None,
    timeout: Optional[float] = None,
    cancel: Optional[threading.Event] = None,
) -> Diff:
    """What differs between two sides; without `head`, the files of `repo` as they lie on the disk.

    Where a part of a side was lost to an error, `FindingsError` is raised, with the diff as its `document`;
    `allow_incomplete` gives that instead.
    """
    arguments = _comparison("diff", repo, renames, options)
    with _sides(base, head) as sides:
        finished = run([*arguments, *sides], Settings(program, cwd, timeout, cancel))
    return _document(finished, Diff.from_json, findings=allow_incomplete, headline=lambda _: _LOST)


_LOST = "a part of a side was lost, so the diff may be incomplete; `document` has it"


def check(
    base: Side,
    head: Optional[Side] = None,
    *,
    repo: Optional[PathArgument] = None,
    renames: Mapping[str, str] = _NO_RENAMES,
    fail_on: Optional[str] = None,
    config: Optional[PathArgument] = None,
    no_config: bool = False,
    config_from: Optional[str] = None,
    contracts: Sequence[PathArgument] = (),
    downstream: Downstream = _NOTHING_DOWNSTREAM,
    raise_on_findings: bool = False,
    options: Options = _NO_OPTIONS,
    program: Optional[PathArgument] = None,
    cwd: Optional[PathArgument] = None,
    timeout: Optional[float] = None,
    cancel: Optional[threading.Event] = None,
) -> Verdict:
    """What is dangerous about what differs; `passed` says whether it may pass.

    `raise_on_findings` raises `FindingsError` where it may not, with the program's report as its text.
    """
    arguments = _comparison("check", repo, renames, options)
    arguments += downstream.arguments()
    arguments += many("config", [] if config is None else [config]) + many("contract", contracts)
    arguments += [f"--fail-on={fail_on}"] if fail_on is not None else []
    arguments += [f"--config-from={config_from}"] if config_from is not None else []
    arguments += ["--no-config"] if no_config else []
    with tempfile.TemporaryDirectory(prefix="belljar-") as folder, _sides(base, head) as sides:
        report = Path(folder) / "report.txt"
        if raise_on_findings:
            arguments.append(f"--report=concise={report}")
        finished = run([*arguments, *sides], Settings(program, cwd, timeout, cancel))
        said = report.read_text(encoding="utf-8", errors="replace") if report.is_file() else ""
    if finished.exit_code == FINDINGS and raise_on_findings:
        raise finished.error(said or finished.stderr, _read(finished, Verdict.from_json))
    return _document(finished, Verdict.from_json, findings=True)


def impact(
    base: Side,
    head: Optional[Side] = None,
    *,
    downstream: Downstream = _NOTHING_DOWNSTREAM,
    repo: Optional[PathArgument] = None,
    renames: Mapping[str, str] = _NO_RENAMES,
    config: Optional[PathArgument] = None,
    config_from: Optional[str] = None,
    options: Options = _NO_OPTIONS,
    program: Optional[PathArgument] = None,
    cwd: Optional[PathArgument] = None,
    timeout: Optional[float] = None,
    cancel: Optional[threading.Event] = None,
) -> Impact:
    """Who downstream feels what differs, and how. That something breaks is a part of the document, and no exception."""
    arguments = _comparison("impact", repo, renames, options) + downstream.arguments()
    arguments += many("config", [] if config is None else [config])
    arguments += [f"--config-from={config_from}"] if config_from is not None else []
    with _sides(base, head) as sides:
        finished = run([*arguments, *sides], Settings(program, cwd, timeout, cancel))
    return _document(finished, Impact.from_json, findings=True)


def lineage(
    source: PathArgument = ".",
    *,
    rev: Optional[str] = None,
    downstream: Downstream = _NOTHING_DOWNSTREAM,
    config: Optional[PathArgument] = None,
    options: Options = _NO_OPTIONS,
    program: Optional[PathArgument] = None,
    cwd: Optional[PathArgument] = None,
    timeout: Optional[float] = None,
    cancel: Optional[threading.Event] = None,
) -> Lineage:
    """What is made from which, from the tables of the application to what reads them."""
    arguments = ["lineage", _JSON, _QUIET, f"--source={os.fsdecode(source)}", *options.arguments()]
    arguments += downstream.arguments() + many("config", [] if config is None else [config])
    arguments += [f"--rev={rev}"] if rev is not None else []
    return _document(
        run(arguments, Settings(program, cwd, timeout, cancel)), Lineage.from_json, findings=False
    )


def explain(
    name: str,
    path: PathArgument = ".",
    *,
    rev: Optional[str] = None,
    options: Options = _NO_OPTIONS,
    program: Optional[PathArgument] = None,
    cwd: Optional[PathArgument] = None,
    timeout: Optional[float] = None,
    cancel: Optional[threading.Event] = None,
) -> str:
    """Where a table or a column comes from and how sure that is, or what a rule looks for, as a text for people."""
    arguments = ["explain", _QUIET, *options.arguments(), *([f"--rev={rev}"] if rev is not None else [])]
    finished = run([*arguments, "--", name, os.fsdecode(path)], Settings(program, cwd, timeout, cancel))
    if finished.exit_code != 0:
        raise finished.error()
    return finished.stdout.decode("utf-8", "replace")


def program_version(program: Optional[PathArgument] = None) -> Tuple[str, str]:
    """The version of the program, and its path."""
    finished = run(["--version"], Settings(program, timeout=60))
    name, _, found = finished.stdout.decode("utf-8", "replace").strip().partition(" ")
    if finished.exit_code != 0:
        raise finished.error()
    if name != "belljar" or not found:
        raise ProgramNotFoundError(
            f"`{finished.command[0]}` is another program: `--version` does not say `belljar`"
        )
    return found, finished.command[0]
