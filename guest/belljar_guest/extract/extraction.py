"""Sends the results of the imports: tables as soon as they are made, and everything at the end."""

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
from ..stand_in import created_objects, ledger, reflection
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
from .declarations import Declaration, NamedMetaData
from .doubts import Doubts
from .source_spans import Spans
from .sql import safe_text
from .syntax_trees import Trees
from .taint import Cause, Taint


class Extraction:
    """The extraction of one run."""

    def __init__(self, plan: Plan, channel: Recorder, repository: Repository, wheelhouse: Wheelhouse) -> None:
        """Take the plan, the channel, and the loaded modules."""
        self._plan = plan
        self._channel = channel
        self._repository = repository
        self._wheelhouse = wheelhouse
        self._trees = Trees(repository.places.read_file)
        self._doubts = Doubts(ledger.current(), channel.skipped, Spans(self._trees))
        self._sent: dict[int, bytes] = {}

    def early(self) -> None:
        """Send the tables made since the last call, as they are now: a trap of the sandbox would lose them."""
        columns.forget_types()
        for table in ledger.current().new_tables():
            if table_checks.find_problem(table) is None and _is_held(table) and tables.is_ours(table):
                self._send_table("", table, None)

    def final(self) -> list[int]:
        """Send everything; returns the serial numbers of the tables."""
        created_objects.forget_classes(classes.is_gone)
        self._configure_mappers()
        columns.forget_types()
        mappers = classes.all_mappers()
        found = metadata.all_metadata(self._repository.loaded, self._wheelhouse.loaded)
        owners = {id(mapper.local_table): mapper.class_ for mapper in reversed(mappers) if not mapper.single}
        declared = declarations.declarations(found)
        self._report_malformed(found)
        every = [table for _, item in found.every for table in tables.tables_of(item)]
        modules = {**self._wheelhouse.loaded, **self._repository.loaded}
        taint = Taint(modules, self._trees, self._find_name, self._locate)
        self._doubt_packages(taint)
        self._doubts.follow(taint, [*every, *declared])
        self._views = views.Views(found, self._doubts, owners)
        self._views.claim_tables(declared)
        self._views.claim_texts(self._plan.relations)
        self._send_tables(found, owners)
        names = {id(item): name for name, item in found.every}
        own = frozenset(self._repository.loaded)
        for mapper in mappers:
            self._send_one(mapper, partial(classes.class_frame, mapper, names, own))
        self._send_plain_classes()
        self._send_part("objects other than tables", lambda: self._send_declarations(found, declared))
        for wanted in self._plan.ddl:
            self._send_part(f"the DDL for {wanted}", partial(self._send_ddl, found, declared, wanted))
        kept = [table for table in every if id(table) not in self._views.tables]
        return [table.__dict__[NOTES].serial for table in kept]

    def _doubt_packages(self, taint: Taint) -> None:
        """Doubt packages that exist in several places of the tree, and report them."""
        for name, places in sorted(self._plan.doubtful.items()):
            path = self._repository.loaded.get(name)
            # A place that the code itself put on the path is the one that it means.
            if path is None or not path.startswith((f"{places[0]}.", f"{places[0]}/")):
                continue
            others = " and ".join(f"`{place}`" for place in places[1:])
            text = f"`{name}`: it is `{places[0]}` here and may be {others}, as no dependency says which"
            taint.add_doubtful_package(name, Cause("two-places", text, None))
            remark = f"`{name}` is in `{places[0]}` and in {others}, and no dependency says which; the first is taken"
            self._channel.send(frames.Remark("two-places", remark, frames.Place(path, 0)))

    def _report_malformed(self, found: NamedMetaData) -> None:
        """Report the tables that can't be read."""
        for _, item in found.every:
            for key, table in item.tables.items():
                why = table_checks.find_problem(table)
                if why is not None:
                    self._channel.send(frames.Remark("not-extracted", f"{safe_text(key)}: {why}", None))

    def _send_part(self, what: str, send: Callable[[], None]) -> None:
        """Send a part of the schema; its failure does not affect other parts."""
        try:
            send()
        except Exception as error:
            text = f"{what}: {type(error).__name__}: {safe_text(error)}"
            self._channel.send(frames.Remark("not-extracted", text, None))

    def _send_ddl(self, found: NamedMetaData, declared: list[Declaration], wanted: str) -> None:
        for frame in ddl.ddl_frames(found, declared, self._views, wanted):
            self._channel.send(frame)

    def _configure_mappers(self) -> None:
        """Configure all mappers, as far as possible."""
        waiting = reflection.map_deferred_classes(metadata.every_table())
        for failed in [*waiting, *mapper_configuration.configure()]:
            self._channel.send(
                frames.Remark("mappers", f"{type(failed).__name__}: {safe_text(failed)}", None)
            )

    def _send_declarations(self, found: NamedMetaData, known: list[Declaration]) -> None:
        """Send everything besides tables; last what only calling the repository's functions reveals."""
        for name, item in found.every:
            for sequence in sorted(item._sequences.values(), key=lambda it: (it.schema or "", it.name)):
                self._send_one(
                    sequence, partial(database_objects.sequence_frame, name, sequence, self._doubts)
                )
        for frame in named_types.named_types(found, self._views.tables, self._doubts):
            self._channel.send(frame)
        self._send_objects(found, known)
        from_listeners = ddl_listeners.listening_functions(found, self._repository.places)
        self._views.claim_tables(from_listeners)
        self._send_objects(found, from_listeners)
        for view in self._views.undefined_views():
            self._channel.send(view)

    def _send_objects(self, found: NamedMetaData, items: list[Declaration]) -> None:
        for item in items:
            for view in self._views.views_of(item):
                self._channel.send(view)
            for frame in database_objects.object_frames(item, found, self._doubts):
                self._channel.send(frame)

    def _locate(self, filename: str) -> str | None:
        places = self._repository.places
        return places.relative(filename) or places.library(filename)

    def _find_name(self, module: str, name: str) -> Any:
        return vars(sys.modules[module]).get(name) if module in sys.modules else None

    def _send_tables(self, found: NamedMetaData, owners: dict[int, type]) -> None:
        for name, item in found.every:
            for table in tables.tables_of(item):
                if id(table) not in self._views.tables:
                    self._send_table(name, table, owners.get(id(table)))

    def _send_table(self, name: str, table: Any, owner: type | None) -> None:
        """Send a table, unless an identical frame has been sent."""

        def make() -> bytes | None:
            frame = tables.table_frame(name, table, owner, self._doubts)
            data = frames.encode(frame)
            if self._sent.get(frame.serial) == data:
                return None
            self._sent[frame.serial] = data
            return data

        self._send_one(table, make)

    def _send_one(self, item: Any, make: Callable[[], frames.Frame | bytes | None]) -> None:
        """Send the frame that `make` returns, encoded or not; its failure does not affect others."""
        try:
            frame = make()
        except BaseException as error:
            self._channel.send(
                frames.Remark(
                    "not-extracted", f"{safe_text(item)}: {type(error).__name__}: {safe_text(error)}", None
                )
            )
        else:
            if isinstance(frame, bytes):
                self._channel.send_encoded(frame)
            elif frame is not None:
                self._channel.send(frame)

    def _send_plain_classes(self) -> None:
        """Send the classes that are not mapped: one that looks like a model is a mixin or a base."""
        targets = {target.name for target in self._plan.targets}
        for name in self._repository.loaded:
            for value in list(vars(sys.modules[name]).values() if name in sys.modules else ()):
                if not issubclass(type(value), type) or "__mapper__" in value.__dict__:
                    continue
                own = _declared_in(value, name)
                if own is not None and (name in targets or _may_be_model(own)):
                    self._channel.send(frames.PlainClass(classes.reference(own), lost_bases(value)))


def _is_held(table: Any) -> bool:
    """Whether its `MetaData` still has the table under its name."""
    try:
        return bool(table.metadata.tables.get(table.key) is table)
    except Exception:  # an attribute of an unexpected class
        return False


def _may_be_model(cls: type) -> bool:
    """Whether a class has attributes of a table declaration."""
    return "__tablename__" in cls.__dict__ or any(
        issubclass(type(value), Column) or type(value).__name__ == "MappedColumn"
        for value in cls.__dict__.values()
    )


def _declared_in(cls: type, module: str) -> type | None:
    """The class that a module declares: this one, or the one that `@as_declarative()` made it from."""
    if cls.__module__ == module:
        return cls
    return next(
        (base for base in cls.__bases__ if (base.__module__, base.__name__) == (module, cls.__name__)), None
    )
