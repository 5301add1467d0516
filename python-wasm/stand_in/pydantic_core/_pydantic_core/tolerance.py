"""What to do about input that is not known here.

Nothing by default: the core is then as strict as the compiled one. Who runs models without their surroundings
puts a `Tolerance` in place.
"""

from typing import Any, Protocol


class Tolerance(Protocol):
    """Answers for values that are missing or not known."""

    def unknown(self, value: Any) -> bool:
        """Tell whether a value stands for one that is not known."""

    def missing(self, owner: type | None, field: str) -> Any:
        """Give the value of a required field that was not given; raises `LookupError` to have it refused."""

    def forgives(self, owner: type | None, values: Any) -> bool:
        """Tell whether values that were refused are taken all the same, as they are."""


_current: Tolerance | None = None


def install(tolerance: Tolerance | None) -> None:
    """Put a tolerance in place."""
    global _current  # noqa: PLW0603  # validators have no other way to hear of it
    _current = tolerance


def unknown(value: Any) -> bool:
    """Tell whether a value stands for one that is not known."""
    return _current is not None and _current.unknown(value)


def missing(owner: type | None, field: str) -> Any:
    """Give the value of a required field that was not given."""
    if _current is None:
        raise LookupError(field)
    return _current.missing(owner, field)


def forgives(owner: type | None, values: Any) -> bool:
    """Tell whether values that were refused are taken all the same."""
    return _current is not None and _current.forgives(owner, values)
