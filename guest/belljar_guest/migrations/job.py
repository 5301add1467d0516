"""A run of kind `migrations`: the version files of one environment, and the schema at their head."""

import ast
import contextlib
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import sqlalchemy as sa
from alembic.runtime.migration import MigrationContext

from .. import frames
from ..channel import Recorder
from ..extract.sql import safe_text
from ..load.repository import Repository, RepositoryLoader, decode
from ..stand_in import ledger
from ..stand_in.value import StandIn
from . import inspector, operations, questions, running, sessions
from .batches import Batches
from .building import build
from .chain import Chain, Version, version_of
from .connection import Connection
from .environment import Environment, Pass, configuration, dialect, dialect_of, script_directory
from .items import Item
from .operations import RecordingOperations
from .questions import Effect, Files
from .recorder import Recording, RecordingImpl
from .report import Report
from .round_trip import RoundTrips
from .running import Failure, Runner
from .state import TableState, add_constraint, detached, reason
from .steps import Step


@dataclass(frozen=True, slots=True)
class MigrationPlan:
    """The plan of the run.

    `name` identifies the environment. All paths are below the tree's base: the folder that `alembic` is called in, the
    folder of scripts, the configuration with its section and its options, and the version files, of which those in
    `judged` are recorded statement by statement; with `tested`, each version also runs down and up again. `dialect` is
    the one that the versions run for; without it `env.py` decides, and otherwise `default`.
    """

    name: str
    folder: str
    script: str
    config: str | None
    section: str
    options: dict[str, str]
    versions: tuple[str, ...]
    dialect: str | None
    default: str
    judged: frozenset[str] = frozenset()
    tested: bool = False

    @staticmethod
    def parse(value: dict[str, Any]) -> "MigrationPlan":
        """Parse the host's JSON."""
        return MigrationPlan(
            name=value["name"],
            folder=value.get("folder", ""),
            script=value["script"],
            config=value.get("config"),
            section=value.get("section", "alembic"),
            options=dict(value.get("options", {})),
            versions=tuple(value["versions"]),
            dialect=value.get("dialect"),
            default=value.get("default", "postgresql"),
            judged=frozenset(value.get("judged", ())),
            tested=bool(value.get("tested")),
        )


class Job:
    """The run."""

    def __init__(self, plan: MigrationPlan, channel: Recorder, repository: Repository) -> None:
        """Take the plan, the channel, and the modules of the tree."""
        self._plan = plan
        self._channel = channel
        self._repository = repository
        self._base = repository.plan.base.rstrip("/")
        self._sources: dict[str, str] = {}
        self._files = Files(self._source)
        self._recording = Recording(dialect(plan.dialect or plan.default))
        self._batches = Batches(self._files, _stack, self._ask_at)
        self._connection = Connection(self._recording, self._ask, self._batches)
        self._effects: list[tuple[Effect, str]] = []
        self._environment = self._make_environment()
        self._is_testing = False
        #: What a tested function raises instead of running.
        self._refusal: str | None = None

    def _make_environment(self) -> Environment:
        plan = self._plan
        file = f"{self._base}/{plan.config}" if plan.config else None
        config = configuration(file, plan.section, plan.options)
        return Environment(config, script_directory(f"{self._base}/{plan.script}", []))

    def run(self) -> None:
        """Run the environment, then its versions for each of its databases, and send the results."""
        self._install()
        with contextlib.suppress(OSError):
            os.chdir(f"{self._base}/{self._plan.folder}")
        passes = self._run_environment()
        with self._as_context(self._recording, Pass()):
            chain = Chain(self._load_versions())
        report = Report(self._channel, self._repository, frozenset(self._plan.versions))
        report.chain(chain)
        for number, one in enumerate(passes):
            name = self._plan.name if number == 0 else f"{self._plan.name}#{number + 1}"
            recording = self._run_pass(chain, one)
            report.versions(name, chain)
            report.operations(recording)
            report.steps(name, recording.steps.found)
            report.head(name, recording, self._head(name, chain, one, recording))
            if self._plan.tested:  # what ends the run here takes nothing from what was sent
                report.steps(name, self._test_pass(chain, one))
        report.done()

    def _install(self) -> None:
        operations.install(lambda: self._recording)
        inspector.install(lambda: self._connection)
        sessions.install(lambda: self._connection)
        self._environment.install()

    # The environment

    def _run_environment(self) -> list[Pass]:
        """Run `env.py`; a second time, with a connection, if it configures nothing without one."""
        path = f"{self._plan.script}/env.py" if self._plan.script else "env.py"
        environment = self._environment
        module = None
        if os.path.isfile(f"{self._base}/{path}"):
            for offline in (True, False):
                environment.offline = offline
                module = self._load(path, "env_py")
                if environment.has_configured:
                    break
        environment.offline = False
        if not environment.passes:
            options = {**_conventional(module), **environment.options}
            if not environment.has_configured and "target_metadata" not in options:
                text = "`env.py` configures nothing here, so the options of the environment are not known"
                self._channel.send(frames.Remark("migration-environment", text, frames.Place(path, 0)))
            return [Pass(options)]
        passes = _distinct(environment.passes)
        if len(passes) > _MOST_PASSES:
            left = len(passes) - _MOST_PASSES
            text = f"`env.py` runs the versions for {len(passes)} databases; the last {left} are not compared"
            self._channel.send(frames.Remark("migration-environment", text, frames.Place(path, 0)))
        return passes[:_MOST_PASSES]

    def _load(self, path: str, name: str) -> ModuleType | None:
        """Run a file as a module with recovery; `None` if nothing of it could run."""
        filename = f"{self._base}/{path}"
        loader = RepositoryLoader(name, filename)
        loader.owner = self._repository
        module = ModuleType(name)
        module.__dict__.update(__file__=filename, __loader__=loader, __package__="")
        try:
            loader.exec_module(module)
        except BaseException as error:
            self._repository.failed(name, path, error)
            return None
        return module

    # The versions

    def _source(self, path: str) -> str:
        if path not in self._sources:
            self._sources[path] = decode(self._repository.places.read_file(path))
        return self._sources[path]

    def _load_versions(self) -> Iterator[Version]:
        for path in self._plan.versions:
            name = "".join(character if character.isalnum() else "_" for character in path.rpartition("/")[2])
            version = version_of(path, self._load(path, name.removesuffix("_py")), self._source(path))
            if version is not None:
                yield version

    @contextlib.contextmanager
    def _as_context(self, recording: Recording, one: Pass) -> Iterator[Any]:
        """Make `alembic.op` and `alembic.context` those of a recording."""
        self._recording = recording
        self._connection = Connection(recording, self._ask, self._batches)
        target = one.options.get("target_metadata")
        options = {"target_metadata": target} if isinstance(target, sa.MetaData) else {}
        context: Any = MigrationContext.configure(
            dialect=recording.dialect, opts={"as_sql": True, **options}, environment_context=self._environment
        )
        context.as_sql = False
        context.connection = self._connection
        context.impl = RecordingImpl(recording, self._connection, context.opts)
        context.autocommit_block = recording.steps.outside_of_transaction
        context.begin_transaction = lambda *_args, **_kwargs: contextlib.nullcontext()
        proxied = RecordingOperations(context, recording)
        self._environment.present = context
        proxied._install_proxy()
        try:
            yield context
        finally:
            proxied._remove_proxy()
            self._environment.present = None

    def _run_pass(self, chain: Chain, one: Pass) -> Recording:
        recording = Recording(dialect(dialect_of(self._plan.dialect, one.options, self._plan.default)))
        creators: dict[int, str] = {}
        recording.state.unknown |= {None} if chain.missing else set()
        recording.state.put(_version_table(one))
        for version in chain.order:
            with self._as_context(recording, one):  # anew for each, as a version may change it
                self._run_version(version, recording, one)
            for table in recording.state.tables.values():
                creators.setdefault(id(table), version.revision)
        self._doubt_missing(chain, recording, creators)
        return recording

    def _test_pass(self, chain: Chain, one: Pass) -> list[Step]:
        """Run each version up, down and up again, on a recording of its own; the next begins where `upgrade` ended."""
        recording = Recording(dialect(dialect_of(self._plan.dialect, one.options, self._plan.default)))
        recording.state.put(_version_table(one))
        trips = RoundTrips(recording)
        self._is_testing = True
        for version in chain.order:
            known = version.reasons, version.outcome
            before = recording.state.copy()
            self._test_function(version, recording, one, "upgrade")
            after = recording.state.copy()
            error = self._test_function(version, recording, one, "downgrade")
            trips.compare("test-downgrade", before, version.reasons, error)
            if error is None:
                error = self._test_function(version, recording, one, "upgrade")
                trips.compare("test-upgrade", after, version.reasons, error)
            recording.state = after
            version.reasons, version.outcome = known
        self._is_testing = False
        return trips.found

    def _test_function(self, version: Version, recording: Recording, one: Pass, name: str) -> str | None:
        """Run a function of a version; what it raises, if it refuses to run."""
        self._refusal = None
        with self._as_context(recording, one):
            self._run_version(version, recording, one, name)
        return self._refusal

    def _run_version(self, version: Version, recording: Recording, one: Pass, name: str = "upgrade") -> None:
        """Run a function of a version, and determine what it leaves in doubt."""
        is_judged = version.path in self._plan.judged and not self._is_testing
        recording.begin(version.revision, version.path, is_judged=is_judged)
        recording.steps.is_committed = one.options.get("transactional_ddl") is False
        version.reasons, version.outcome = [], "run"
        self._effects = []
        self._batches.begin()
        if version.path in self._repository.plan.left_out:
            self._leave_out(version, recording)
            return
        function = vars(version.module).get(name) if version.module is not None else None
        if version.module is None or not callable(function) or isinstance(function, StandIn):
            text = f"`{version.path}` has no function `{name}` that can be run"
            self._doubt_version(version, recording, reason("migration-not-run", text))
            return
        # A name of its own: the module itself was loaded before, and the host looks for what did not come to its end.
        tested = " tested" if self._is_testing else ""
        running = f"{version.module.__name__}.{name} {sorted(one.arguments)}{tested}"
        self._channel.send(frames.ModuleStarted(running, version.path))
        filename = str(version.module.__file__)
        runner = Runner(version.module, filename, version.path, self._source(version.path))
        runner.run(function, **one.arguments)
        self._batches.end()
        for failure in runner.failures:
            self._note_failure(version, recording, failure)
        self._note_guesses(version)
        for effect, text in self._effects:
            self._apply_effect(version, recording, effect, text)
        self._channel.send(frames.ModuleLoaded(running, version.path))

    def _leave_out(self, version: Version, recording: Recording) -> None:
        text = f"`{version.path}` ended an earlier attempt, and is left out"
        self._doubt_version(version, recording, reason("migration-not-run", text))

    def _doubt_version(self, version: Version, recording: Recording, why: frames.Reason) -> None:
        """Doubt what a version that did not run names, and the schema as a whole."""
        version.outcome = "not-run"
        version.reasons.append(why)
        for table in recording.state.named(self._source(version.path)):
            table.doubt(why)
        recording.state.doubt(why)

    def _note_failure(self, version: Version, recording: Recording, failure: Failure) -> None:
        """Doubt the tables that a failed statement names, or else those that the version touches."""
        module = version.module.__name__ if version.module is not None else ""
        if self._is_testing:
            if failure.error in _REFUSALS and self._refusal is None:
                self._refusal = f"line {failure.first} raises {failure.error}: {failure.message}"
        else:
            self._channel.send(
                frames.StatementSkipped(
                    module, failure.path, failure.first, failure.last, [], failure.error, failure.message
                )
            )
        error = f"{failure.error}: {failure.message}"
        where = f"line {failure.first}" if failure.first else "the function `upgrade`"
        why = reason("migration-failed", f"{where} of `{failure.path}` failed: {error}")
        version.outcome = "partial"
        version.reasons.append(why)
        source = self._source(failure.path)
        lines = source.split("\n")[failure.first - 1 : failure.last] if failure.first else [source]
        text = "\n".join(lines)
        if failure.statement is not None and running.bound(failure.statement):
            self._doubt_what_follows(failure.path, failure.first, f"line {failure.first} failed: {error}")
        if failure.statement is not None and not _may_change(text):
            return
        named = list(recording.state.named(text))
        if not named or questions.blocks(failure.statement or ast.Pass()):  # the names may be elsewhere
            named += [*recording.touched.values(), *recording.state.named(self._source(version.path))]
        for table in named:
            table.doubt(why)
        if not named or "create_table" in text or "create_all" in text:
            recording.state.doubt(why)

    def _note_guesses(self, version: Version) -> None:
        """Follow the guesses in a version file, and in the helpers that it calls, as if the database were asked."""
        guesses = sorted(ledger.current().guesses.items())
        origins = {guess.origin for (path, _), guess in guesses if path == version.path}
        for (path, line), guess in guesses:
            is_helper = path not in self._plan.versions and guess.origin in origins
            if path == version.path or is_helper:
                text = f"line {line} of `{path}` depends on the {guess.kind} of `{guess.origin}`, which is absent"
                self._doubt_what_follows(path, line, text)

    def _doubt_what_follows(self, path: str, line: int, text: str) -> None:
        """Note the operations that a value at a line decides about."""
        effects = self._files.effects([frames.Place(path, line)], is_guess=True)
        self._effects += [(effect, text) for effect in effects]

    def _ask(self, question: str) -> None:
        """Follow a question that can't be answered to the operations that it decides about."""
        self._ask_at(question, ledger.current().places.stack())

    def _ask_at(self, question: str, stack: list[frames.Place]) -> None:
        where = f"line {stack[0].line} of `{stack[0].path}`" if stack else "a version"
        text = f"{where} asks the database, and the answer can't be known: {question}"
        self._effects += [(effect, text) for effect in self._files.effects(stack)]
        own = next((place for place in stack if place.path == self._recording.path), None)
        self._recording.steps.asked(question, own)

    def _apply_effect(self, version: Version, recording: Recording, effect: Effect, text: str) -> None:
        why = reason(
            "migration-condition", f"lines {effect.first} to {effect.last} of `{effect.path}`: {text}"
        )
        # Several questions may decide about the same lines.
        begin = f"lines {effect.first} to {effect.last} of `{effect.path}`:"
        if any(known.message.startswith(begin) for known in version.reasons):
            return
        version.reasons.append(why)
        version.outcome = "partial"
        named = {id(table): table for it in effect.texts for table in recording.state.named(it)}
        absent = effect.creates - {table.name for table in named.values()}
        recording.state.unknown |= absent
        if not named or absent:
            recording.state.doubt(why)
        if not named:  # a helper, which has the names from the version
            every = [*recording.touched.values(), *recording.state.named(self._source(version.path))]
            named = {id(table): table for table in every}
        for table in named.values():
            table.doubt(why)

    def _doubt_missing(self, chain: Chain, recording: Recording, creators: dict[int, str]) -> None:
        """Doubt the tables that a version may have changed that is not there."""
        lost = {name: f"the revision `{name}` is named and not there" for name in chain.missing}
        for name, text in lost.items():
            after = chain.descendants(chain.missing[name])
            why = reason("migration-missing", f"{text}: what it changes is not recorded")
            for table in recording.state.tables.values():
                if creators.get(id(table)) not in after:
                    table.doubt(why)
            recording.state.doubt(why)
        for version in chain.by_revision.values():
            if version.number == 0 and version.outcome == "not-run":
                text = f"the revision `{version.revision}` is in or behind a circle and does not run"
                self._doubt_version(version, recording, reason("migration-circle", text))

    # The head

    def _head(self, name: str, chain: Chain, one: Pass, recording: Recording) -> frames.RecordedHead:
        target = one.options.get("target_metadata")
        known = (
            [target]
            if isinstance(target, sa.MetaData)
            else list(target)
            if isinstance(target, (list, tuple))
            else []
        )
        targets = {
            table.key: table
            for item in known
            if isinstance(item, sa.MetaData)
            for table in item.tables.values()
        }
        script = self._plan.script
        return frames.RecordedHead(
            metadata=name,
            environment=script,
            dialect=recording.dialect.name,
            heads=list(chain.heads),
            reasons=[],
            ignored=list(dict.fromkeys(safe_text(key) for key in self._ignored(one, recording, targets))),
            targets=sorted(safe_text(key) for key in targets),
            has_targets=bool(targets) and all(isinstance(item, sa.MetaData) for item in known),
            place=frames.Place(self._plan.config or f"{script}/env.py", 0),
        )

    def _ignored(self, one: Pass, recording: Recording, targets: dict[str, Any]) -> Iterator[str]:
        """The tables that the environment leaves out of comparisons, and its own."""
        yield _version_table(one).key
        filters = [one.options.get(name) for name in ("include_object", "include_name")]
        if not any(callable(item) and not isinstance(item, StandIn) for item in filters):
            return
        scratch: Any = sa.MetaData()
        for state in recording.state.tables.values():
            try:
                reflected = build(state, scratch)
            except Exception:
                continue
            if self._excludes(filters, reflected, reflected=True, other=targets.get(state.key)):
                yield state.key
        for key, table in targets.items():
            if self._excludes([filters[0]], table, reflected=False, other=None):
                yield key

    def _excludes(self, filters: list[Any], table: Any, *, reflected: bool, other: Any) -> bool:
        """Whether a filter of the environment leaves out a table; one that fails or guesses leaves out none."""
        guesses = len(ledger.current().guesses)
        include_object, include_name = (*filters, None)[:2]
        try:
            if callable(include_object) and not isinstance(include_object, StandIn):
                kept = include_object(table, table.name, "table", reflected, other)
                if not kept and not isinstance(kept, StandIn):
                    return len(ledger.current().guesses) == guesses
            if callable(include_name) and not isinstance(include_name, StandIn):
                parents = {"schema_name": table.schema, "schema_qualified_table_name": table.key}
                kept = include_name(table.name, "table", parents)
                return not kept and not isinstance(kept, StandIn) and len(ledger.current().guesses) == guesses
        except Exception:
            return False
        return False


def _stack() -> list[frames.Place]:
    """The places of the repository that are running, innermost first."""
    return ledger.current().places.stack()


def _conventional(module: ModuleType | None) -> dict[str, Any]:
    """The options that the names of an `env.py` have by convention."""
    names = vars(module) if module is not None else {}
    found = {name: names[name] for name in ("include_object", "include_name") if callable(names.get(name))}
    target = names.get("target_metadata")
    every = target if isinstance(target, (list, tuple)) else [target]
    if every and all(isinstance(item, sa.MetaData) for item in every):
        found["target_metadata"] = target
    return found


def _version_table(one: Pass) -> TableState:
    """Alembic's own table, which is there before the first version runs."""
    schema_name = one.options.get("version_table_schema")
    name = one.options.get("version_table")
    made = TableState(
        schema_name if isinstance(schema_name, str) else None,
        name if isinstance(name, str) else _VERSION_TABLE,
        None,
    )
    made.columns["version_num"] = detached(sa.Column("version_num", sa.String(32), nullable=False), None)
    key = Item("primary", f"{made.name}_pkc", ["version_num"])
    add_constraint(made, key, None)
    return made


#: What a function raises that is not meant to be run.
_REFUSALS = frozenset({"NotImplementedError", "IrreversibleMigration", "SystemExit"})

#: The name of Alembic's own table, unless `env.py` gives another.
_VERSION_TABLE = "alembic_version"


def _may_change(text: str) -> bool:
    """Whether the text of a statement may change the schema: it calls an operation, or a function of the file."""
    return any(
        word in text
        for word in ("op.", "create", "drop", "alter", "add_", "rename", "ALTER", "CREATE", "DROP", "execute")
    ) or ("=" not in text.partition("(")[0] and "(" in text and "import" not in text.partition("(")[0])


def _distinct(passes: list[Pass]) -> list[Pass]:
    """The passes, without those that would run the same again."""
    kept: list[Pass] = []
    for one in passes:
        if not any(one.arguments == other.arguments and _same(one, other) for other in kept):
            kept.append(one)
    return kept


def _same(one: Pass, other: Pass) -> bool:
    return one.options.get("target_metadata") is other.options.get("target_metadata") and _url(one) == _url(
        other
    )


def _url(one: Pass) -> str:
    return safe_text(one.options.get("url"))


#: The most databases of one environment.
_MOST_PASSES = 8


def record(value: dict[str, Any], channel: Recorder, repository: Repository) -> None:
    """Run from the host's plan to the last frame."""
    sys.modules.pop("alembic.env", None)
    Job(MigrationPlan.parse(value), channel, repository).run()
