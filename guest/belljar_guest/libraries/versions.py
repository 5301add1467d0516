"""Which release of a library the project asks for, where the pinned one would give other columns."""

from collections.abc import Mapping

_asked: dict[str, tuple[int, ...]] = {}


def install(asked: Mapping[str, str]) -> None:
    """Take the releases of the plan."""
    _asked.clear()
    _asked.update((name, tuple(int(part) for part in text.split("."))) for name, text in asked.items())


def before(library: str, *release: int) -> bool:
    """Tell whether the project asks for something older than a release."""
    asked = _asked.get(library)
    return asked is not None and asked < release
