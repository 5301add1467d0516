"""The record of what was stood in for, and of what was guessed because of it."""

import itertools
import os
import weakref
from typing import Any, NamedTuple

from .. import frames
from ..channel import Channel
from ..places import Places

#: After so many looks at one place a stand-in is taken for false, so that `while thing:` comes to an end.
PATIENCE = 1000

#: After so many calls of stand-ins at one place the loop around them is taken for one that nothing else ends.
MOST_CALLS = 20_000

#: After so many waits for the same thing at one place the loop around them is taken for endless: for a file that is not
#: there, for time to pass, and for somebody who answers.
MOST_WAITS, MOST_ATTEMPTS = 5000, 1000

#: No stand-in's origin grows beyond this, so that a chain of attributes in a loop stays small.
LONGEST_ORIGIN = 200


class Unfinished(NamedTuple):
    """A statement that failed: where, how, what it names, and where that is looked up.

    `changes`: it works on tables that have no name. `counting`: the names that make a function one that changes tables.
    """

    path: str
    line: int
    text: str
    words: set[str]
    namespace: dict[str, Any]
    changes: bool
    counting: set[str]


class Ledger:
    """One per run: counts, remembers and reports."""

    def __init__(self, channel: Channel, places: Places) -> None:
        """Take where to report to, and whose places count."""
        self._channel = channel
        self.places = places
        self._serial = itertools.count(1)
        self._looks: dict[tuple[str, int], int] = {}
        self._calls: dict[tuple[Any, int], int] = {}
        self._waits: dict[tuple[str, int, str], int] = {}
        self._modules: dict[str, str] = {}
        self._tables = 0
        self._told: set[tuple[str, frames.Place | None]] = set()
        self._new: list[weakref.ref[Any]] = []
        self._metadata: list[weakref.ref[Any]] = []
        self.guesses: dict[tuple[str, int], frames.Guess] = {}
        #: By path the modules that a file imports if they are there, as far as a look at its text tells.
        self.attempts: dict[str, list[str]] = {}
        #: The origins of absent functions that begin to make tables for models.
        self.begun: list[str] = []
        #: The statements that failed.
        self.unfinished: list[Unfinished] = []
        #: By place what was taken there that is another in every run.
        self.moments: dict[tuple[str, int], str] = {}
        #: The path of somebody's home, before the repository can set another; whether it was taken.
        self.home = os.environ._data.get(b"HOME", b"").decode()  # type: ignore[attr-defined]
        self.took_home = False
        self._handed: dict[int, tuple[weakref.ref[Any], str, frames.Place | None]] = {}

    def serial(self) -> int:
        """A number that is the same in every run of the same code, for hashes."""
        return next(self._serial)

    def table(self, table: Any) -> int:
        """Number a table that is being made."""
        self._tables += 1
        self._new.append(weakref.ref(table))
        return self._tables

    def new_tables(self) -> list[Any]:
        """The tables made since this was last asked, in the order they were made."""
        found = [table for reference in self._new if (table := reference()) is not None]
        self._new.clear()
        return found

    def metadata(self, item: Any) -> None:
        """Note a `MetaData` that is being made."""
        self._metadata.append(weakref.ref(item))

    def new_metadata(self) -> list[Any]:
        """Each `MetaData` made since this was last asked."""
        found = [item for reference in self._metadata if (item := reference()) is not None]
        self._metadata.clear()
        return found

    def hand_over(self, item: Any, origin: str) -> None:
        """Note that an absent function gets a table or a `MetaData`, here; the first time is told."""
        known = self._handed.get(id(item))
        if known is None or known[0]() is not item:  # another one had that number, and is gone
            self._handed[id(item)] = (weakref.ref(item), origin, self.places.caller())

    def handed(self) -> list[tuple[Any, str, frames.Place | None]]:
        """What absent functions got that is still there: the item, the function's origin, and where."""
        return [
            (item, origin, place)
            for reference, origin, place in self._handed.values()
            if (item := reference()) is not None
        ]

    def module(self, name: str, kind: str) -> None:
        """Report that a module is stood in for, and what kind of absence that is."""
        if name not in self._modules:
            self._modules[name] = kind
            self._channel.send(frames.StandIn(name, kind, self.places.caller()))

    def kind(self, name: str) -> str | None:
        """The kind of absence of a module, if it was reported."""
        return self._modules.get(name)

    def unresolved(self, name: str, reason: frames.Reason, place: frames.Place | None = None) -> None:
        """Report something declared that can't be known, here or at a place; once for each place."""
        place = place or self.places.caller()
        if place is not None and (name, place) not in self._told:
            self._told.add((name, place))
            self._channel.send(frames.Unresolved(name, place, reason))

    def skipped(self, module: str, place: frames.Place, error: str, message: str) -> None:
        """Report a line that failed when no statement at the top of a module ran."""
        line = place.line
        self._channel.send(frames.StatementSkipped(module, place.path, line, line, [], error, message))

    def remark(self, code: str, message: str) -> None:
        """Report something that is worth knowing, here; once for each place."""
        place = self.places.caller()
        if (code, place) not in self._told:
            self._told.add((code, place))
            self._channel.send(frames.Remark(code, message, place))

    def guess(self, origin: str, kind: str, *, is_quiet: bool = False, patience: int = PATIENCE) -> bool:
        """Report that a stand-in is taken for an ordinary value; false when this place asked too often.

        A quiet guess is only told by what depends on it.
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

    def called(self, code: Any, line: int) -> bool:
        """Count a call of a stand-in at a line; false when there were too many."""
        key = (code, line)
        self._calls[key] = self._calls.get(key, 0) + 1
        return self._calls[key] <= MOST_CALLS

    def waited(self, what: str, most: int) -> bool:
        """Count a wait for something that does not come, here; false when there were too many."""
        place = self.places.caller()
        if place is None:
            return True
        key = (place.path, place.line, what)
        self._waits[key] = self._waits.get(key, 0) + 1
        return self._waits[key] <= most

    def moment(self, origin: str) -> None:
        """Note that a value is taken here that is another in every run."""
        for place in self.places.stack():
            self.moments.setdefault((place.path, place.line), origin)


_current: Ledger | None = None


def is_running() -> bool:
    """Whether a run is under way."""
    return _current is not None


def install(ledger: Ledger) -> None:
    """Make this the ledger of the run."""
    global _current  # noqa: PLW0603  # one run, one ledger; stand-ins are made where none can be handed on
    _current = ledger


def stack() -> list[frames.Place]:
    """Where the repository is now, innermost first; nowhere while the snapshot is made."""
    return _current.places.stack() if _current is not None else []


def note_table(table: Any) -> int:
    """Number a table of the run; 0 while the snapshot is made."""
    return _current.table(table) if _current is not None else 0


def note_metadata(item: Any) -> None:
    """Note a `MetaData` of the run."""
    if _current is not None:
        _current.metadata(item)


def current() -> Ledger:
    """The ledger of the run."""
    if _current is None:
        raise RuntimeError("no run is under way")
    return _current
