"""The frames of a recorded head."""

import sys
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from .. import frames
from ..channel import Recorder
from ..extract.declarations import NamedMetaData
from ..extract.doubts import Doubts
from ..extract.named_types import named_types
from ..extract.source_spans import Spans
from ..extract.sql import safe_text
from ..extract.syntax_trees import Trees
from ..extract.tables import table_frame
from ..extract.taint import Cause, Taint
from ..load.repository import Repository
from ..stand_in import ledger
from ..stand_in.sqlalchemy_patches import NOTES, notes_of
from .building import build
from .chain import Chain
from .recorder import Recording
from .state import TableState, reason
from .steps import Step


class Report:
    """Sends what was recorded."""

    def __init__(self, channel: Recorder, repository: Repository, versions: frozenset[str]) -> None:
        """Take the channel, the modules that were loaded, and the paths of the version files."""
        self._channel = channel
        self._repository = repository
        self._versions = versions
        self._trees = Trees(repository.places.read_file)
        self._doubts = Doubts(ledger.current(), channel.skipped, Spans(self._trees))
        self._serials: list[int] = []

    def chain(self, chain: Chain) -> None:
        """Send the problems of a chain."""
        for problem in chain.problems:
            place = frames.Place(problem.path, problem.line)
            self._channel.send(frames.Remark(problem.code, problem.message, place))

    def versions(self, name: str, chain: Chain) -> None:
        """Send the versions in their order; those that did not run come last."""
        for version in sorted(
            chain.by_revision.values(), key=lambda it: (it.number == 0, it.number, it.path)
        ):
            self._channel.send(
                frames.Migration(
                    metadata=name,
                    revision=version.revision,
                    down=list(version.down),
                    depends_on=list(version.depends_on),
                    labels=list(version.labels),
                    message=version.message,
                    number=version.number,
                    is_head=version.revision in chain.heads,
                    is_reversible=version.is_reversible,
                    outcome=version.outcome,
                    reasons=self._doubts.distinct(version.reasons),
                    place=frames.Place(version.path, version.line),
                )
            )

    def operations(self, recording: Recording) -> None:
        """Send the operations in the order in which they happened."""
        for operation in recording.operations:
            self._channel.send(operation)

    def steps(self, name: str, found: list[Step]) -> None:
        """Send steps, such as the statements of the versions that are judged, after the tables that they are about."""
        sent: set[str] = set()
        for step in found:
            for snapshot in (*step.before, *step.after):
                label = f"{name}: {snapshot.label}"
                if label not in sent:
                    sent.add(label)
                    self._send_table(label, snapshot.table)
                    self._send_types(label, snapshot.metadata)
            self._channel.send(
                frames.Step(
                    metadata=name,
                    revision=step.revision,
                    kind=step.kind,
                    table=step.table,
                    name=step.name,
                    text=step.text,
                    flags=sorted(step.flags),
                    before=[f"{name}: {snapshot.label}" for snapshot in step.before],
                    after=[f"{name}: {snapshot.label}" for snapshot in step.after],
                    place=step.place,
                )
            )

    def head(self, name: str, recording: Recording, frame: frames.RecordedHead) -> None:
        """Send the tables of a head, and then what is known about it as a whole."""
        metadata: Any = sa.MetaData()
        own = set(frame.ignored[:1])
        every = [state for state in recording.state.tables.values() if state.key not in own]
        built = [self._build(state, metadata, recording) for state in every]
        tables = [table for table in built if table is not None]
        self._follow_guesses(tables)
        for table in tables:
            self._send_table(name, table)
        self._send_types(name, metadata, frozenset(recording.state.enums))
        self._channel.send(
            frames.RecordedHead(
                metadata=frame.metadata,
                environment=frame.environment,
                dialect=frame.dialect,
                heads=frame.heads,
                reasons=self._doubts.distinct([*frame.reasons, *recording.state.reasons]),
                ignored=frame.ignored,
                targets=frame.targets,
                has_targets=frame.has_targets,
                place=frame.place,
            )
        )

    def _follow_guesses(self, every: list[Any]) -> None:
        """Doubt the tables whose versions use what a guess in another module decides.

        Guesses in the versions themselves are followed statement by statement.
        """
        places = self._repository.places

        def locate(filename: str) -> str | None:
            return places.relative(filename) or places.library(filename)

        def find_name(module: str, name: str) -> Any:
            return vars(sys.modules[module]).get(name) if module in sys.modules else None

        taint = Taint(dict(self._repository.loaded), self._trees, find_name, locate)
        for (path, line), guess in sorted(ledger.current().guesses.items()):
            if path not in self._versions:
                text = f"line {line} of `{path}`, which uses the {guess.kind} of `{guess.origin}`, which is absent"
                taint.add_guess(path, line, Cause("guess", text, guess.origin))
        taint.spread(every)
        self._doubts.set_taint(taint)

    def _build(self, state: TableState, metadata: Any, recording: Recording) -> Any:
        try:
            table = build(state, metadata)
        except Exception as error:
            text = f"the recorded table can't be built: {type(error).__name__}: {safe_text(error)}"
            place = state.place or frames.Place("", 0)
            self._channel.send(frames.Unresolved(state.key, place, reason("not-extracted", text)))
            recording.state.doubt(reason("not-extracted", f"`{state.key}`: {text}"))
            return None
        notes = notes_of(table)
        notes.stack = [state.place] if state.place else []
        notes.reasons = list(state.reasons)
        return table

    def _send_table(self, name: str, table: Any) -> None:
        try:
            frame = table_frame(name, table, None, self._doubts)
        except BaseException as error:
            text = f"{safe_text(table)}: {type(error).__name__}: {safe_text(error)}"
            self._channel.send(frames.Remark("not-extracted", text, None))
            return
        self._channel.send(frame)
        self._serials.append(table.__dict__[NOTES].serial)

    def _send_types(
        self, name: str, metadata: Any, created: frozenset[tuple[str | None, str]] = frozenset()
    ) -> None:
        """Send the types of a `MetaData`; some have been created by statements."""
        found = NamedMetaData([(name, metadata)], {id(metadata): name})
        try:
            for one in named_types(found, set(), self._doubts):
                is_created = one.created or (one.schema, one.name) in created
                self._channel.send(replace(one, created=is_created))
        except Exception as error:
            self._channel.send(frames.Remark("not-extracted", f"named types: {safe_text(error)}", None))

    def done(self) -> None:
        """Send the last frame."""
        self._channel.done(self._serials)
