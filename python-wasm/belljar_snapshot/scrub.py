"""Removes traces of the build from the interpreter before it is frozen, and makes every run start in the same state."""

import gc
import importlib
import linecache
import os
import random
import re
import sys
import warnings
from typing import Any

# The environment of a run; the host provides none.
ENVIRONMENT = {"HOME": "/tmp", "LANG": "C.UTF-8", "PATH": "/usr/bin:/bin", "TZ": "UTC", "USER": "belljar"}


def scrub() -> None:
    """Forget paths, caches and warnings of the build."""
    for name in [name for name, module in sys.modules.items() if module is None]:
        del sys.modules[name]
    for module in list(sys.modules.values()):
        vars(module).pop("__warningregistry__", None)
    warnings.resetwarnings()
    _default_warning_filters()
    sys.path[:] = []
    sys.path_importer_cache.clear()
    importlib.invalidate_caches()
    sys.orig_argv[:] = ["belljar"]
    sys.dont_write_bytecode = True
    linecache.clearcache()
    re.purge()


def begin() -> None:
    """Set what componentize-py empties or draws again when an instance is first called."""
    sys.argv[:] = ["belljar"]
    os.environ.clear()
    os.environ.update(ENVIRONMENT)
    random.seed(0)


def settle() -> None:
    """Free what can be freed, and exclude the rest from garbage collection.

    This halves the private memory of a run, and leaves only the run's own objects in ``gc.get_objects()``.
    """
    gc.collect()
    _clear_free_memory()
    gc.freeze()


#: More than any free part of the heap, in bytes.
BEYOND = 1 << 21

#: Sizes in bytes of what is asked of malloc, and of CPython's own allocator for small objects, the largest first.
LARGE = tuple(1 << power for power in range(20, 8, -1))
SMALL = tuple(range(488, 0, -8))


def _clear_free_memory() -> None:
    """Overwrite freed memory with zeros: what the build left there would be packed with the snapshot (0.7 of 26 MB).

    Free memory can only be reached by allocating it. Zeroed blocks are allocated until one is beyond the end of the
    heap, which is where the heap had to grow.
    """
    end = id(bytes(BEYOND))
    kept: tuple[Any, bytes] | None = None
    for size in (*LARGE, *SMALL):
        while id(block := bytes(size)) < end:
            kept = (kept, block)
    while kept is not None:  # one at a time: freeing the chain at once would recurse
        kept = kept[0]


def _default_warning_filters() -> None:
    """Restore the filters CPython starts with."""
    for category in (DeprecationWarning, PendingDeprecationWarning, ImportWarning, ResourceWarning):
        warnings.simplefilter("ignore", category, append=True)
    warnings.filterwarnings("default", category=DeprecationWarning, module="__main__")
