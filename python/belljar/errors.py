"""What can go wrong, one class for each exit code of the program; all of them are a `BelljarError`.

All can be sent to another process and come back whole.
"""

from __future__ import annotations

import re
import signal
from typing import Any, Dict, Optional, Tuple, Type

__all__ = [
    "BelljarError",
    "CouldNotRunError",
    "CrashError",
    "DocumentError",
    "FindingsError",
    "FormatError",
    "InternalError",
    "OutputTooLargeError",
    "ProgramNotFoundError",
    "RunCancelledError",
    "RunError",
    "RunTimeoutError",
]

# Controls but for tab and newline, what changes the direction of a text, what has no width, and lone surrogates.
_UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]"
)


def visible(text: str) -> str:
    """A text in which nothing acts on a terminal or hides: such characters are written as escapes."""
    return _UNSAFE.sub(lambda found: ascii(found[0])[1:-1], text)


def _made_again(cls: Type[BelljarError], arguments: Tuple[Any, ...], state: Dict[str, Any]) -> BelljarError:
    error = cls.__new__(cls)
    error.args = arguments
    error.__dict__.update(state)
    return error


class BelljarError(Exception):
    """Something went wrong."""

    def __reduce__(self) -> Tuple[Any, ...]:
        return _made_again, (type(self), self.args, dict(self.__dict__))


class ProgramNotFoundError(BelljarError, FileNotFoundError):
    """There is no program `belljar`, or the one that was named can't be started."""

    def __str__(self) -> str:
        return str(self.args[0])


class DocumentError(BelljarError, ValueError):
    """What the program wrote is no document that this package reads."""

    def __init__(self, message: str, path: Tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.path = path
        """The members on the way to what is wrong."""

    def within(self, step: str) -> DocumentError:
        """The same error, seen from one member further out."""
        return type(self)(self.message, (step, *self.path))

    def __str__(self) -> str:
        where = "".join(step if step.startswith("[") else f".{step}" for step in self.path).lstrip(".")
        return visible(f"`{where}`: {self.message}" if where else self.message)


class FormatError(DocumentError):
    """A document has another major version of its format than this package reads."""


class RunError(BelljarError):
    """The program ended with another exit code than 0, or was ended."""

    def __init__(
        self,
        command: Tuple[str, ...],
        exit_code: Optional[int],
        stderr: str,
        *,
        message: str = "",
        document: Optional[object] = None,
    ) -> None:
        super().__init__(message or stderr)
        self.command = command
        """The program and its arguments."""
        self.exit_code = exit_code
        """Its exit code, the negative number of a signal, or nothing where it was ended by this package."""
        self.stderr = stderr
        """What it wrote to standard error; of much the beginning and the end."""
        self.message = message
        """What to show instead of that."""
        self.document: Any = document
        """What it gave all the same: a `Schema`, a `Diff` and so on."""

    def __str__(self) -> str:
        text = visible((self.message or self.stderr).strip())
        return text or f"`belljar` ended with exit code {self.exit_code} and said nothing"


class FindingsError(RunError):
    """Exit code 1: it is done, and found what was not to be. `document` has all of it."""


class CouldNotRunError(RunError):
    """Exit code 2: an argument is wrong, or something can't be read."""


class InternalError(RunError):
    """Exit code 101: a bug of Belljar's, or a job whose own process crashed or went beyond what it may do."""


class CrashError(RunError):
    """The program was killed, or ended with an exit code that it does not have."""

    def __str__(self) -> str:
        said = visible((self.message or self.stderr).strip())
        return self._how() + (f":\n{said}" if said else "")

    def _how(self) -> str:
        if self.exit_code is None or self.exit_code >= 0:
            return f"`belljar` ended with the exit code {self.exit_code}, which means nothing"
        try:
            return f"`belljar` was ended by {signal.Signals(-self.exit_code).name}"
        except ValueError:
            return f"`belljar` was ended by the signal {-self.exit_code}"


class OutputTooLargeError(RunError):
    """The program wrote more than it may, and was ended."""


class RunTimeoutError(RunError, TimeoutError):
    """The program took longer than `timeout`, and was ended."""


class RunCancelledError(RunError):
    """`cancel` was set while the program ran, and it was ended."""
