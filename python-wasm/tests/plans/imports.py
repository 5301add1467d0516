"""Emits every module of the standard library and of SQLAlchemy that cannot be imported and is not absent.

Schema libraries need others that no snapshot has, and only a run stands in for those: the guest's tests, which run in
snapshots too, import every one of them.
"""

import importlib
import io
import sys
import warnings

from belljar_snapshot.absent import is_absent
from belljar_snapshot.stored import StoredFinder

# Two jokes with side effects; parts of SQLAlchemy's own test suite and mypy plugin that need pytest and mypy.
SKIPPED = ("antigravity", "this", "sqlalchemy.testing", "sqlalchemy.ext.mypy")

warnings.simplefilter("ignore")
sys.stderr = io.StringIO()
(finder,) = (finder for finder in sys.meta_path if isinstance(finder, StoredFinder))
names = set(sys.stdlib_module_names) | set(finder.modules) | set(sys.modules)
tried = 0
for name in sorted(names):
    if is_absent(name) or name.startswith(SKIPPED) or name.partition(".")[0] in finder.libraries:
        continue
    tried += 1
    try:
        importlib.import_module(name)
    except BaseException as error:
        emit(f"{name}: {type(error).__name__}: {error}")  # noqa: F821
emit(f"tried {'enough' if tried > 600 else tried}")  # noqa: F821
