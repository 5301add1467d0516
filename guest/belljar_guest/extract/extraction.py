"""Sends what the imports left behind: tables as soon as they are made, and everything at the end."""

import sys
from collections.abc import Callable
from functools import partial
from typing import Any

from sqlalchemy import Column

from .. import frames
from ..channel import Recorder
from ..load.repository import Repository
from ..load.wheelhouse import Wheelhouse
from ..plan import Plan
from ..stand_in import ledger, reflection
from ..stand_in.sqlalchemy_patches import NOTES
from ..stand_in.value import lost_bases
from . import (
    classes,
    columns,
    database_objects,
    ddl,
    ddl_listeners,
    declarations,
    mapper_configuration,
    metadata,
    named_types,
    table_checks,
    tables,
    views,
)
from .declarations import Declaration, MetaDatas
from .doubts import Doubts
from .source_spans import Spans
from .sql import safe_text
from .syntax_trees import Trees
from .taint import Cause, Taint


class Extraction:
    """The extraction of one run."""

    def __init__(self, plan: Plan, channel: Recorder, repository: Repository, wheelhouse: Wheelhouse) -> None:
        """Take what is asked for, whom to tell, and what was loaded."""
        self._plan = plan
        self._channel = channel
        self._repository = repository
        self._wheelhouse = wheelhouse
        self._trees = Trees(repository.places.read)
        self._doubts = Doubts(ledger.current(), channel.skipped, Spans(self._trees))
        self._sent: dict[int, bytes] = {}

    def early(self) -> None:
        """Send the tables made since the last call, as far as they are known: a trap would lose them."""
        columns.forget_types()
        for table in ledger.current().new_tables():
            if table_checks.why_not(table) is None and _is_held(table) and tables.is_ours(table):
                self._table("", table, None)

    def final(self) -> list[int]:
        """Send everything there is; returns the serials of the tables."""
        self._map()
        columns.forget_types()
        mappers = classes.all_mappers()
        found = metadata.all_metadata(self._repository.loaded, self._wheelhouse.loaded)
        owners = {id(mapper.local_table): mapper.class_ for mapper in reversed(mappers) if not mapper.single}
        declared = declarations.declarations(found)
        self._unsound(found)
        every = [table for _, item in found.every for table in tables.tables_of(item)]
        modules = {**self._wheelhouse.loaded, **self._repository.loaded}
        taint = Taint(modules, self._trees, self._look, self._locate)
        self._doubt_packages(taint)
        self._doubts.follow(taint, [*every, *declared])
        self._views = views.Views(found, self._doubts, owners)
        self._views.claim(declared)
        self._tables(found, owners)
        names = {id(item): name for name, item in found.every}
        own = frozenset(self._repository.loaded)
        for mapper in mappers:
            self._attempt(mapper, partial(classes.class_frame, mapper, names, own))
        self._plain_classes()
        self._part("what is no table", lambda: self._declared(found, declared))
        for wanted in self._plan.ddl:
            self._part(f"the DDL for {wanted}", partial(self._ddl, found, declared, wanted))
        kept = [table for table in every if id(table) not in self._views.tables]
        return [table.__dict__[NOTES].serial for table in kept]

    def _doubt_packages(self, taint: Taint) -> None:
        """Doubt the packages that were taken from one of several places of the tree, and say so."""
        for name, places in sorted(self._plan.doubtful.items()):
            path = self._repository.loaded.get(name)
            # What the code itself put on the path is meant.
            if path is None or not path.startswith((f"{places[0]}.", f"{places[0]}/")):
                continue
            others = " and ".join(f"`{place}`" for place in places[1:])
            text = f"`{name}`: it is `{places[0]}` here and may be {others}, as no dependency says which"
            taint.doubtful(name, Cause("two-places", text, None))
            remark = f"`{name}` is in `{places[0]}` and in {others}, and no dependency says which; the first is taken"
            self._channel.send(frames.Remark("two-places", remark, frames.Place(path, 0)))

    def _unsound(self, found: MetaDatas) -> None:
        """Name the tables that can't be read."""
        for _, item in found.every:
            for key, table in item.tables.items():
                why = table_checks.why_not(table)
                if why is not None:
                    self._channel.send(frames.Remark("not-extracted", f"{safe_text(key)}: {why}", None))

    def _part(self, what: str, send: Callable[[], None]) -> None:
        """Send a part of the schema; where it fails the other parts are there."""
        try:
            send()
        except Exception as error:
            text = f"{what}: {type(error).__name__}: {safe_text(error)}"
            self._channel.send(frames.Remark("not-extracted", text, None))

    def _ddl(self, found: MetaDatas, declared: list[Declaration], wanted: str) -> None:
        for frame in ddl.ddl_frames(found, declared, self._views, wanted):
            self._channel.send(frame)

    def _map(self) -> None:
        """Have all mappers configured, as far as they can be."""
        waiting = reflection.settle(metadata.every_table())
        for failed in [*waiting, *mapper_configuration.configure()]:
            self._channel.send(
                frames.Remark("mappers", f"{type(failed).__name__}: {safe_text(failed)}", None)
            )

    def _declared(self, found: MetaDatas, known: list[Declaration]) -> None:
        """Send views and all else that is no table; last what only running the repository's functions tells."""
        for name, item in found.every:
            for sequence in sorted(item._sequences.values(), key=lambda it: (it.schema or "", it.name)):
                self._attempt(
                    sequence, partial(database_objects.sequence_frame, name, sequence, self._doubts)
                )
        for frame in named_types.named_types(found, self._views.tables, self._doubts):
            self._channel.send(frame)
        self._objects(found, known)
        late = ddl_listeners.listening_functions(found, self._repository.places)
        self._views.claim(late)
        self._objects(found, late)
        for view in self._views.undefined():
            self._channel.send(view)

    def _objects(self, found: MetaDatas, items: list[Declaration]) -> None:
        for item in items:
            for view in self._views.declared(item):
                self._channel.send(view)
            for frame in database_objects.object_frames(item, found, self._doubts):
                self._channel.send(frame)

    def _locate(self, filename: str) -> str | None:
        places = self._repository.places
        return places.relative(filename) or places.library(filename)

    def _look(self, module: str, name: str) -> Any:
        return vars(sys.modules[module]).get(name) if module in sys.modules else None

    def _tables(self, found: MetaDatas, owners: dict[int, type]) -> None:
        for name, item in found.every:
            for table in tables.tables_of(item):
                if id(table) not in self._views.tables:
                    self._table(name, table, owners.get(id(table)))

    def _table(self, name: str, table: Any, owner: type | None) -> None:
        """Send a table, unless just this has been sent of it before."""

        def make() -> frames.Table | None:
            frame = tables.table_frame(name, table, owner, self._doubts)
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
                frames.Remark(
                    "not-extracted", f"{safe_text(item)}: {type(error).__name__}: {safe_text(error)}", None
                )
            )
        else:
            if frame is not None:
                self._channel.send(frame)

    def _plain_classes(self) -> None:
        """Name the classes that are not mapped: what looks like a model among them is a mixin or a base."""
        targets = {target.name for target in self._plan.targets}
        for name in self._repository.loaded:
            for value in list(vars(sys.modules[name]).values() if name in sys.modules else ()):
                if not issubclass(type(value), type) or "__mapper__" in value.__dict__:
                    continue
                own = _declared_in(value, name)
                if own is not None and (name in targets or _may_be_model(own)):
                    self._channel.send(frames.PlainClass(classes.reference(own), lost_bases(value)))


def _is_held(table: Any) -> bool:
    """Whether its `MetaData` has a table under its name."""
    try:
        return bool(table.metadata.tables.get(table.key) is table)
    except Exception:  # an attribute of another kind
        return False


def _may_be_model(cls: type) -> bool:
    """Whether a class has what the declaration of a table has."""
    return "__tablename__" in cls.__dict__ or any(
        issubclass(type(value), Column) or type(value).__name__ == "MappedColumn"
        for value in cls.__dict__.values()
    )


def _declared_in(cls: type, module: str) -> type | None:
    """The class that a module declares: this one, or the one that SQLAlchemy made it of (`@as_declarative()`)."""
    if cls.__module__ == module:
        return cls
    return next(
        (base for base in cls.__bases__ if (base.__module__, base.__name__) == (module, cls.__name__)), None
    )
