"""The record of stand-ins, and of the guesses made because of them."""

import itertools
import os
import weakref
from typing import Any, NamedTuple

from .. import frames
from ..channel import Channel
from ..places import Places

#: After so many checks at one place a stand-in is false, so that `while thing:` ends.
PATIENCE = 1000

#: After so many calls of stand-ins at one place, the loop around them is considered endless.
MOST_CALLS = 20_000

#: After so many waits for the same thing at one place, the loop around them is considered endless. Waits are for a file
#: that does not exist, for time to pass, and for an answer.
MOST_WAITS, MOST_ATTEMPTS = 5000, 1000

#: The maximum length of an origin, which a chain of attributes in a loop would otherwise grow without bound.
LONGEST_ORIGIN = 200


class FailedStatement(NamedTuple):
    """A statement that failed: where, how, the names in it, and the namespace that they are looked up in.

    `changes_unnamed` says that it changes tables that have no name. `changing_names` are the names by which a function
    counts as one that changes tables.
    """

    path: str
    line: int
    text: str
    names: set[str]
    namespace: dict[str, Any]
    changes_unnamed: bool
    changing_names: set[str]


class Ledger:
    """Counts, remembers and reports; there is one per run."""

    def __init__(self, channel: Channel, places: Places) -> None:
        """Take the channel to report to, and the places that belong to the repository."""
        self._channel = channel
        self.places = places
        self._serial = itertools.count(1)
        self._looks: dict[tuple[str, int], int] = {}
        self._calls: dict[tuple[Any, int], int] = {}
        self._waits: dict[tuple[str, int, str], int] = {}
        self._modules: dict[str, str] = {}
        self._tables = 0
        self._reported: set[tuple[str, frames.Place | None]] = set()
        self._new: list[weakref.ref[Any]] = []
        self._metadata: list[weakref.ref[Any]] = []
        self.guesses: dict[tuple[str, int], frames.Guess] = {}
        #: By path, the modules that a file imports in a `try`, as a search of its text finds them.
        self.attempts: dict[str, list[str]] = {}
        #: The origins of absent functions that set up further tables for models.
        self.table_makers: list[str] = []
        #: The statements that failed.
        self.failed_statements: list[FailedStatement] = []
        #: By place, the source of a value that differs in every run.
        self.varying_values: dict[tuple[str, int], str] = {}
        #: The path of the home directory, before the repository can change it, and whether it was used.
        self.home = os.environ._data.get(b"HOME", b"").decode()  # type: ignore[attr-defined]
        self.took_home = False
        self._escapes: dict[int, tuple[weakref.ref[Any], str, frames.Place | None]] = {}

    def next_serial(self) -> int:
        """A number that is the same in every run of the same code, for hashes."""
        return next(self._serial)

    def number_table(self, table: Any) -> int:
        """Number a table that is being created."""
        self._tables += 1
        self._new.append(weakref.ref(table))
        return self._tables

    def new_tables(self) -> list[Any]:
        """The tables created since the last call, in order."""
        found = [table for reference in self._new if (table := reference()) is not None]
        self._new.clear()
        return found

    def add_metadata(self, item: Any) -> None:
        """Note a `MetaData` that is being created."""
        self._metadata.append(weakref.ref(item))

    def new_metadata(self) -> list[Any]:
        """Each `MetaData` created since the last call."""
        found = [item for reference in self._metadata if (item := reference()) is not None]
        self._metadata.clear()
        return found

    def note_escape(self, item: Any, origin: str) -> None:
        """Note that a table or a `MetaData` is passed to an absent function; only the first time counts."""
        known = self._escapes.get(id(item))
        if known is None or known[0]() is not item:  # the `id` belonged to a collected object
            self._escapes[id(item)] = (weakref.ref(item), origin, self.places.caller())

    def escapes(self) -> list[tuple[Any, str, frames.Place | None]]:
        """The objects passed to absent functions that still exist: the object, the function's origin, and the place."""
        return [
            (item, origin, place)
            for reference, origin, place in self._escapes.values()
            if (item := reference()) is not None
        ]

    def report_module(self, name: str, kind: str) -> None:
        """Report that a module is stood in for, with the kind of its absence."""
        if name not in self._modules:
            self._modules[name] = kind
            self._channel.send(frames.StandIn(name, kind, self.places.caller()))

    def absence_of(self, name: str) -> str | None:
        """The kind of absence of a module, if it was reported."""
        return self._modules.get(name)

    def report_unresolved(self, name: str, reason: frames.Reason, place: frames.Place | None = None) -> None:
        """Report a declaration that can't be resolved, at a place or the current one; once for each place."""
        place = place or self.places.caller()
        if place is not None and (name, place) not in self._reported:
            self._reported.add((name, place))
            self._channel.send(frames.Unresolved(name, place, reason))

    def report_skipped(self, module: str, place: frames.Place, error: str, message: str) -> None:
        """Report a failed line outside of any top-level statement, such as in a listener."""
        line = place.line
        self._channel.send(frames.StatementSkipped(module, place.path, line, line, [], error, message))

    def report_remark(self, code: str, message: str) -> None:
        """Report a remark at the current place; once for each place."""
        place = self.places.caller()
        if (code, place) not in self._reported:
            self._reported.add((code, place))
            self._channel.send(frames.Remark(code, message, place))

    def note_guess(self, origin: str, kind: str, *, is_quiet: bool = False, patience: int = PATIENCE) -> bool:
        """Report that a stand-in is used as an ordinary value; false if this place did so too often.

        A quiet guess is reported only through what depends on it.
        """
        stack = self.places.stack()
        for place in stack:
            key = (place.path, place.line)
            if key not in self.guesses:
                self.guesses[key] = frames.Guess(origin, kind, place)
                if place is stack[0] and not is_quiet:
                    self._channel.send(self.guesses[key])
        if not stack:
            return True
        key = (stack[0].path, stack[0].line)
        self._looks[key] = self._looks.get(key, 0) + 1
        return self._looks[key] <= patience

    def count_call(self, code: Any, line: int) -> bool:
        """Count a call of a stand-in at a line; false after too many."""
        key = (code, line)
        self._calls[key] = self._calls.get(key, 0) + 1
        return self._calls[key] <= MOST_CALLS

    def count_wait(self, what: str, most: int) -> bool:
        """Count a wait for something that does not come, at the current place; false after too many."""
        place = self.places.caller()
        if place is None:
            return True
        key = (place.path, place.line, what)
        self._waits[key] = self._waits.get(key, 0) + 1
        return self._waits[key] <= most

    def note_varying_value(self, origin: str) -> None:
        """Note that a value is used at the current place that differs in every run."""
        for place in self.places.stack():
            self.varying_values.setdefault((place.path, place.line), origin)


_current: Ledger | None = None


def is_running() -> bool:
    """Whether a run is in progress."""
    return _current is not None


def install(ledger: Ledger) -> None:
    """Make this the ledger of the run."""
    global _current  # noqa: PLW0603  # one run, one ledger; stand-ins are made where none can be handed on
    _current = ledger


def stack() -> list[frames.Place]:
    """The current places in the repository, innermost first; none while the snapshot is made."""
    return _current.places.stack() if _current is not None else []


def is_in_repository() -> bool:
    """Whether code of the repository is running; not while the snapshot is made."""
    return _current is not None and _current.places.caller() is not None


def note_table(table: Any) -> int:
    """Number a table of the run; 0 while the snapshot is made."""
    return _current.number_table(table) if _current is not None else 0


def note_metadata(item: Any) -> None:
    """Note a `MetaData` of the run."""
    if _current is not None:
        _current.add_metadata(item)


def current() -> Ledger:
    """The ledger of the run."""
    if _current is None:
        raise RuntimeError("no run is in progress")
    return _current
