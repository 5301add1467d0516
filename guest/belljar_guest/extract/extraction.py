"""Sends what the imports left behind: tables as soon as they are made, and everything at the end."""

import sys
from collections.abc import Callable
from functools import partial
from typing import Any

import sqlalchemy.orm

from .. import frames
from ..channel import Recorder
from ..load.repository import Repository
from ..plan import Plan
from ..stand_in import ledger
from ..stand_in.base import lost_bases
from ..stand_in.seams import NOTES
from . import classes, ddl, metadata, tables
from .columns import sequence_frame
from .doubts import Doubts
from .spans import Spans
from .taint import Taint


class Extraction:
    """The extraction of one run."""

    def __init__(self, plan: Plan, channel: Recorder, repository: Repository) -> None:
        """Take what is asked for, whom to tell, and what was loaded."""
        self._plan = plan
        self._channel = channel
        self._repository = repository
        self._doubts = Doubts(ledger.current(), channel.skipped)
        self._spans = Spans(plan.base)
        self._sent: dict[int, bytes] = {}

    def early(self) -> None:
        """Send the tables made since the last call, as far as they are known: a trap would lose them."""
        for table in ledger.current().new_tables():
            if table.metadata.tables.get(table.key) is table and tables.is_ours(table):
                self._table("", table, None)

    def final(self) -> list[int]:
        """Send everything there is; returns the serials of the tables."""
        try:
            sqlalchemy.orm.configure_mappers()
        except BaseException as error:
            self._channel.send(frames.Remark("mappers", f"{type(error).__name__}: {error}", None))
        mappers = classes.all_mappers()
        found = metadata.all_metadata(self._repository.loaded)
        every = [table for _, item in found for table in tables.tables_of(item)]
        self._doubts.follow(Taint(self._repository.loaded, self._read, self._look), every)
        serials = self._tables(found, mappers)
        names = {id(item): name for name, item in found}
        own = frozenset(self._repository.loaded)
        for mapper in mappers:
            self._attempt(mapper, partial(classes.class_frame, mapper, names, own))
        self._plain_classes()
        for wanted in self._plan.ddl:
            for name, item in found:
                self._channel.send(ddl.ddl_frame(name, item, wanted))
        return serials

    def _read(self, path: str) -> bytes:
        try:
            with open(f"{self._plan.base.rstrip('/')}/{path}", "rb") as file:
                return file.read()
        except OSError:
            return b""

    def _look(self, module: str, name: str) -> Any:
        return vars(sys.modules[module]).get(name) if module in sys.modules else None

    def _tables(self, found: list[tuple[str, Any]], mappers: list[Any]) -> list[int]:
        owners = {id(mapper.local_table): mapper.class_ for mapper in reversed(mappers) if not mapper.single}
        serials = []
        for name, item in found:
            for table in tables.tables_of(item):
                serials.append(table.__dict__[NOTES].serial)
                self._table(name, table, owners.get(id(table)))
            for sequence in sorted(
                item._sequences.values(), key=lambda found: (found.schema or "", found.name)
            ):
                self._channel.send(sequence_frame(sequence))
        return serials

    def _table(self, name: str, table: Any, owner: type | None) -> None:
        """Send a table, unless just this has been sent of it before."""

        def make() -> frames.Table | None:
            frame = tables.table_frame(name, table, owner, self._doubts, self._spans.of(table))
            data = frames.encode(frame)
            if self._sent.get(frame.serial) == data:
                return None
            self._sent[frame.serial] = data
            return frame

        self._attempt(table, make)

    def _attempt(self, item: Any, make: Callable[[], frames.Frame | None]) -> None:
        """Send what `make` gives; one item that fails never costs the others."""
        try:
            frame = make()
        except BaseException as error:
            self._channel.send(
                frames.Remark("not-extracted", f"{item}: {type(error).__name__}: {error}", None)
            )
        else:
            if frame is not None:
                self._channel.send(frame)

    def _plain_classes(self) -> None:
        """Name the classes that are not mapped: what looks like a model among them is a mixin or a base."""
        targets = {target.name for target in self._plan.targets}
        for name in self._repository.loaded:
            for value in list(vars(sys.modules[name]).values() if name in sys.modules else ()):
                if (
                    not issubclass(type(value), type)
                    or value.__module__ != name
                    or "__mapper__" in value.__dict__
                ):
                    continue
                if name in targets or "__tablename__" in value.__dict__:
                    self._channel.send(frames.PlainClass(classes.reference(value), lost_bases(value)))
