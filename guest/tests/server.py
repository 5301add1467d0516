"""A warmed-up interpreter: `server.py SITE PYTHON_WASM GUEST` reads lines `PLAN OUTPUT`, and forks for each.

It has the state of the snapshot under wasm: the standard library and SQLAlchemy imported, the guest prepared, and a
fresh copy of that for every run. The frames go to the output file, each preceded by its length. Nothing imports this
module, so that none of our modules hides one of a repository.
"""

import contextlib
import importlib
import marshal
import os
import sys
from importlib.machinery import BuiltinImporter, ExtensionFileLoader, ModuleSpec, PathFinder
from types import CodeType, ModuleType
from typing import Any


def main() -> None:
    """Warm up, then serve."""
    site, snapshot, guest = sys.argv[1:]
    sys.path[:0] = [site, snapshot, guest]
    warm_up(site)
    entry = importlib.import_module("belljar_guest.entry")
    scrub = importlib.import_module("belljar_snapshot.scrub")
    entry.prepare()
    scrub.scrub()
    scrub.settle()
    for line in sys.stdin:
        plan, output = line.rstrip("\n").split("\t")
        child = os.fork()
        if child == 0:
            serve(entry, scrub, plan, output)
        sys.stdout.write(f"{os.waitpid(child, 0)[1]}\n")
        sys.stdout.flush()


def serve(entry: Any, scrub: Any, plan: str, output: str) -> None:
    """Run a plan, and exit."""
    status = 1
    with contextlib.suppress(BaseException):
        nothing = os.open(os.devnull, os.O_RDWR)
        os.dup2(nothing, 0)
        os.dup2(nothing, 1)
        out = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        leave = os._exit
        with open(plan, "rb") as file:
            data = file.read()
        scrub.begin()
        try:
            entry.run(data, lambda frame: os.write(out, len(frame).to_bytes(4, "little") + frame))
            status = 0
        except BaseException:
            import traceback

            traceback.print_exc()
        sys.stderr.flush()
        leave(status)
    os._exit(2)


def warm_up(site: str) -> None:
    """Import what the snapshot imports, and serve the rest of the standard library from its sources."""
    _absent[:] = [importlib.import_module("belljar_snapshot.absent").is_absent]
    from belljar_snapshot import warmup

    standard = os.path.dirname(os.__file__)
    modules = dict(warmup.modules_under(site, namespaces=True))
    for name in warmup.STANDARD:
        with contextlib.suppress(ModuleNotFoundError):  # of a later Python
            importlib.import_module(name)
    for name in warmup.expand(warmup.SQLALCHEMY, modules):
        warmup.import_if_possible(name, modules)
    importlib.import_module(warmup.GUEST)
    every = {**dict(warmup.modules_under(standard)), **modules}
    finder = compiling(site)(
        {name: module for name, module in every.items() if not _is_absent(name)},
        tuple(warmup.distributions_under(site)),
        warmup.libraries_in(modules),
    )
    extensions = Extensions([path for path in sys.path if path.endswith("lib-dynload")])
    sys.meta_path[sys.meta_path.index(PathFinder) : 0] = [finder, extensions]
    sys.meta_path[sys.meta_path.index(BuiltinImporter)] = Builtin
    # Up to Python 3.13, `typing.io` and `typing.re` are classes that pose as modules.
    for name in [
        name for name, module in sys.modules.items() if _is_absent(name) or not isinstance(module, ModuleType)
    ]:
        del sys.modules[name]


def compiling(site: str) -> Any:
    """Make the finder's class, which caches the compiled modules of the site, as a snapshot does."""
    from belljar_snapshot.warmup import SourceFinder

    class Compiling(SourceFinder):
        def get_code(self, name: str) -> CodeType:
            """Compile the source of a module, or return the cached code."""
            kept = f"{self.get_filename(name)}.{sys.implementation.cache_tag}"
            code: CodeType
            with contextlib.suppress(OSError, ValueError, EOFError):
                with open(kept, "rb") as file:
                    code = marshal.loads(file.read())
                return code
            code = super().get_code(name)
            if kept.startswith(site):
                partial = f"{kept}.{os.getpid()}"
                with open(partial, "wb") as file:
                    file.write(marshal.dumps(code))
                os.replace(partial, kept)
            return code

    return Compiling


def _is_absent(name: str) -> bool:
    """Whether a snapshot lacks a module; the guest's own are hidden during a run."""
    return bool(_absent[0](name))


_absent: list[Any] = []


class Builtin(BuiltinImporter):
    """Built-in modules, except those that a snapshot does not have."""

    @classmethod
    def find_spec(
        cls, fullname: str, path: Any = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Find a module that is not absent."""
        return None if _is_absent(fullname) else super().find_spec(fullname, path, target)


class Extensions:
    """Compiled modules of the standard library, which are built into a snapshot."""

    def __init__(self, folders: list[str]) -> None:
        files = [(folder, file) for folder in folders for file in sorted(os.listdir(folder))]
        self._paths = {
            file.partition(".")[0]: f"{folder}/{file}" for folder, file in files if file.endswith(".so")
        }

    def find_spec(self, name: str, path: Any = None, target: ModuleType | None = None) -> ModuleSpec | None:
        """Find a module that is not absent."""
        if name not in self._paths or _is_absent(name):
            return None
        return ModuleSpec(name, ExtensionFileLoader(name, self._paths[name]), origin=self._paths[name])


if __name__ == "__main__":
    main()
