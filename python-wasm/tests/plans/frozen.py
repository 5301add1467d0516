"""Emits what is frozen into the snapshot, or set before a run: the check compares it with what it must be."""

import gc
import importlib.metadata
import linecache
import os
import random
import sys

say = emit  # noqa: F821
say(f"path {sys.path} {list(sys.path_importer_cache)} {linecache.cache}")
say(f"finders {[getattr(finder, '__name__', type(finder).__name__) for finder in sys.meta_path]}")
say(f"argv {sys.argv} bytecode {not sys.dont_write_bytecode}")
say(f"environment {dict(os.environ)}")
say(f"encoding {sys.getfilesystemencoding()} {sys.stdout.encoding}")
say(f"none in sys.modules {[name for name, module in sys.modules.items() if module is None]}")
say(f"random {random.random()}")
say(f"collectable {len(gc.get_objects()) < 100} frozen {gc.get_freeze_count() > 10_000}")
say(f"app hidden {'app' not in sys.modules}")
say(
    f"traces {[name for name, module in sys.modules.items() if '/tmp' in str(getattr(module, '__file__', ''))]}"
)
say(f"metadata {importlib.metadata.version('SQLAlchemy') == sys.modules['sqlalchemy'].__version__}")
say(f"reload {importlib.import_module('mailbox').__file__} {importlib.import_module('json').__file__}")
