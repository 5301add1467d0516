"""packaging: the version of something absent counts as the newest, as in other comparisons."""

from types import ModuleType
from typing import Any

from ..stand_in import ledger
from ..stand_in.value import origin_of

#: Newer than any version that code compares with.
_NEWEST = "9999"


def adapt(module: ModuleType) -> None:
    """Let `Version` accept a stand-in, or a text with its mark."""
    original = module.Version.__init__

    def initialise(self: Any, version: Any) -> None:
        origin = origin_of(version)
        if origin is not None:
            ledger.current().note_guess(origin, "version")
            version = _NEWEST
        original(self, version)

    module.Version.__init__ = initialise
