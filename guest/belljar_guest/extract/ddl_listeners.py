"""Python functions that listen for the creation of tables: each is called with an empty database.

What it executes there is what it declares. This happens after all tables have been sent, because such a function may
have other effects.
"""

from types import CodeType
from typing import Any

from sqlalchemy import MetaData
from sqlalchemy.schema import DDLElement

from .. import frames
from ..places import Places
from ..stand_in import declared_ddl
from ..stand_in.sqlalchemy_patches import Notes
from ..stand_in.value import StandIn
from .ddl_statements import MadeObject
from .declarations import (
    Declaration,
    NamedMetaData,
    creation,
    error_text,
    function_name,
    listener_targets,
    live_listeners,
    metadata_of,
)
from .recording_connection import Recorder
from .sql import DIALECTS, plain_dialect, statement_text


def listening_functions(found: NamedMetaData, places: Places) -> list[Declaration]:
    """The declarations of functions that listen for the creation of something."""
    every = []
    for listener in live_listeners():
        if not isinstance(listener.function, (DDLElement, StandIn)):
            for target in listener_targets(listener, found):
                every += _ListenerRun(listener, target, found, places).declarations()
    return every


class _ListenerRun:
    """The calls of one function for one target, on each dialect."""

    def __init__(
        self, listener: declared_ddl.Listener, target: Any, found: NamedMetaData, places: Places
    ) -> None:
        self._listener, self._target, self._found = listener, target, found
        self._name = function_name(listener.function)
        self._notes, self._span = _find_place(listener, places)
        self._statements: dict[str, tuple[Any, list[str]]] = {}
        self._errors: dict[str, str] = {}
        self._has_asked = False

    def declarations(self) -> list[Declaration]:
        """What the function declares; a placeholder if that can't be determined."""
        for name in DIALECTS:
            self._run(name)
        reasons = []
        if self._has_asked:
            message = (
                f"`{self._name}` queries the database before it creates this; the database here is empty"
            )
            reasons.append(frames.Reason("needs-database", message, None))
        made = [
            self._declaration(statement, executed_on, reasons)
            for statement, executed_on in self._statements.values()
        ]
        if len(self._errors) == len(DIALECTS):
            error = self._errors[DIALECTS[0]]
            message = f"`{self._name}` can't be run without a database: `{error}`"
            reasons = [frames.Reason("needs-database", message, None)]
            made.append(self._unknown_result(reasons))
        elif not made and self._has_asked:
            made.append(self._unknown_result(reasons))
        return made

    def _run(self, name: str) -> None:
        recorder = Recorder(plain_dialect(name))
        try:
            self._call(recorder)
        except BaseException as error:
            self._errors[name] = error_text(error)
        self._has_asked |= recorder.has_asked
        for statement in recorder.executed():
            if _is_of_a_table(statement):
                continue
            try:
                key = _neutral_text(statement, name)
            except BaseException as error:
                self._errors[name] = error_text(error)
            else:
                self._statements.setdefault(key, (statement, []))[1].append(name)

    def _call(self, recorder: Recorder) -> None:
        """Call the function as `create_all` would."""
        more: dict[str, Any] = {"checkfirst": False, "_ddl_runner": None}
        if isinstance(self._target, MetaData):
            more["tables"] = list(self._target.tables.values())
        else:
            more["_is_metadata_operation"] = True
        if self._listener.is_named:
            self._listener.function(target=self._target, connection=recorder, **more)
        else:
            self._listener.function(self._target, recorder, **more)

    def _declaration(
        self, statement: Any, executed_on: list[str], reasons: list[frames.Reason]
    ) -> Declaration:
        dialects = [] if len(set(executed_on)) == len(DIALECTS) else list(dict.fromkeys(executed_on))
        made = creation(self._listener, self._target, self._found, dialects)
        metadata = metadata_of(self._target)
        item = Declaration(statement, made, metadata, self._notes, [], [], list(reasons), self._span)
        return item.render()

    def _unknown_result(self, reasons: list[frames.Reason]) -> Declaration:
        made = creation(self._listener, self._target, self._found, [])
        name = MadeObject("listener", None, self._name, "")
        return Declaration(
            None, made, metadata_of(self._target), self._notes, [name], [], reasons, self._span
        )


def _neutral_text(statement: Any, name: str) -> str:
    """The neutral text of a statement; that of the dialect if there is none."""
    try:
        return statement_text(statement, None)
    except BaseException:
        return statement_text(statement, name)


def _is_of_a_table(statement: Any) -> bool:
    """Whether a statement creates a table or an index, which are found without it."""
    is_own = type(statement).__module__.startswith("sqlalchemy.")
    return (
        is_own
        and isinstance(statement, DDLElement)
        and hasattr(getattr(statement, "element", None), "dispatch")
    )


def _find_place(listener: declared_ddl.Listener, places: Places) -> tuple[Notes, tuple[str, int, int] | None]:
    """The place and lines of a function, or where it was registered if it belongs to a library."""
    code = _code(listener.function)
    path = places.relative(code.co_filename) if code is not None else None
    if code is None or path is None:
        return listener.notes, None
    first = code.co_firstlineno
    last = max((line for _, _, line in code.co_lines() if line), default=first)
    return Notes([frames.Place(path, first), *listener.notes.stack]), (path, first, last)


def _code(function: Any) -> CodeType | None:
    """The code of a function, without its wrappers."""
    for _ in range(10):
        if hasattr(function, "func"):  # `functools.partial`
            function = function.func
        elif hasattr(function, "__wrapped__"):
            function = function.__wrapped__
        elif not hasattr(function, "__code__") and not isinstance(function, type):
            function = type(function).__dict__.get("__call__")
        else:
            break
    code = getattr(function, "__code__", None)
    return code if isinstance(code, CodeType) else None
