"""The channel for frames from the guest to the host."""

from collections.abc import Callable
from typing import NamedTuple

from . import frames


class Channel:
    """Encodes frames and sends them to the host immediately."""

    def __init__(self, emit: Callable[[bytes], None]) -> None:
        """Take the host's function for sending bytes."""
        self._emit = emit
        self._sent = 0

    def send(self, frame: frames.Frame) -> None:
        """Send one frame."""
        self.send_encoded(frames.encode(frame))

    def send_encoded(self, data: bytes) -> None:
        """Send one frame that is encoded already."""
        self._emit(data)
        self._sent += 1

    def done(self, tables: list[int]) -> None:
        """Report that the run is complete, and which tables exist."""
        self.send(frames.Done(self._sent, tables))


class Skip(NamedTuple):
    """A statement that was skipped: its lines, the error, and the names with stand-ins."""

    first: int
    last: int
    text: str
    names: frozenset[str]


class Recorder(Channel):
    """A channel that remembers skipped statements, for the doubts."""

    def __init__(self, emit: Callable[[bytes], None]) -> None:
        """Take the host's function for sending bytes."""
        super().__init__(emit)
        self.skipped: dict[str, list[Skip]] = {}

    def send(self, frame: frames.Frame) -> None:
        """Send one frame, and remember skipped statements."""
        if isinstance(frame, frames.StatementSkipped):
            text = f"{frame.error}: {frame.message}"
            self.skipped.setdefault(frame.path, []).append(
                Skip(frame.line, frame.end_line, text, frozenset(frame.names))
            )
        super().send(frame)
