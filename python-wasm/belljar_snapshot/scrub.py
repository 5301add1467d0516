"""Removes traces of the build from the interpreter before it is frozen, and makes every run start in the same state."""

import gc
import importlib
import linecache
import os
import random
import re
import sys
import warnings

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
    gc.freeze()


def _default_warning_filters() -> None:
    """Restore the filters CPython starts with."""
    for category in (DeprecationWarning, PendingDeprecationWarning, ImportWarning, ResourceWarning):
        warnings.simplefilter("ignore", category, append=True)
    warnings.filterwarnings("default", category=DeprecationWarning, module="__main__")
