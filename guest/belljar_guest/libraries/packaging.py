"""packaging: the version of something absent is taken for a very new one, as in any comparison with it."""

from types import ModuleType
from typing import Any

from ..stand_in import ledger
from ..stand_in.value import origin_of

#: Newer than what any code compares with.
_NEWEST = "9999"


def adapt(module: ModuleType) -> None:
    """Have `Version` accept a stand-in, or text made of one."""
    original = module.Version.__init__

    def initialise(self: Any, version: Any) -> None:
        origin = origin_of(version)
        if origin is not None:
            ledger.current().guess(origin, "version")
            version = _NEWEST
        original(self, version)

    module.Version.__init__ = initialise
