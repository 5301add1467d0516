"""The way out."""

from collections.abc import Callable
from typing import NamedTuple

from . import frames


class Channel:
    """Encodes frames and hands them to the host at once."""

    def __init__(self, emit: Callable[[bytes], None]) -> None:
        """Take the function that the host gave."""
        self._emit = emit
        self._sent = 0

    def send(self, frame: frames.Frame) -> None:
        """Send one frame."""
        self._emit(frames.encode(frame))
        self._sent += 1

    def done(self, tables: list[int]) -> None:
        """Say that the run came to its end, and which tables exist then."""
        self.send(frames.Done(self._sent, tables))


class Skip(NamedTuple):
    """A statement that was skipped: its lines, why, and the names that are stood in for."""

    first: int
    last: int
    text: str
    names: frozenset[str]


class Recorder(Channel):
    """A channel that remembers which statements were skipped, for the doubts."""

    def __init__(self, emit: Callable[[bytes], None]) -> None:
        """Take the function that the host gave."""
        super().__init__(emit)
        self.skipped: dict[str, list[Skip]] = {}

    def send(self, frame: frames.Frame) -> None:
        """Send one frame."""
        if isinstance(frame, frames.StatementSkipped):
            text = f"{frame.error}: {frame.message}"
            self.skipped.setdefault(frame.path, []).append(
                Skip(frame.line, frame.end_line, text, frozenset(frame.names))
            )
        super().send(frame)
