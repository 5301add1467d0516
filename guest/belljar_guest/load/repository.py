"""Finds and loads the modules of the repository."""

import importlib
import re
import sys
from functools import partial
from importlib.machinery import FileFinder, PathFinder, SourceFileLoader
from importlib.util import decode_source
from types import CodeType, ModuleType
from typing import Any

from .. import bodies, frames
from ..channel import Channel
from ..places import Places
from ..plan import Plan, Target
from ..stand_in import ledger, nondeterminism
from ..stand_in.value import child_of
from . import environment, older_python, recovery, settings_files, star_imports, written_files
from .integrity import Integrity
from .stdlib_shadows import Shadows

#: The first import in a `try`: code after it may depend on whether the module exists.
_ATTEMPT = re.compile(
    r"^[ \t]*try:[^\n]*\n(?:[ \t]*(?:#[^\n]*)?\n)*[ \t]+(?:from|import)[ \t]+([\w.]+)", re.MULTILINE
)


class Repository:
    """The modules of a run."""

    def __init__(self, plan: Plan, channel: Channel, places: Places) -> None:
        """Take the plan and the channel."""
        self.channel = channel
        self.places = places
        self.plan = plan
        self.loaded: dict[str, str] = {}
        self.integrity: Integrity | None = None
        self.shadows = Shadows()

    def set_integrity(self, integrity: Integrity) -> None:
        """Check what every module replaces, from now on."""
        self.integrity = integrity

    def install(self) -> None:
        """Put the import roots on the path; nothing else of the file system is searched."""
        base = self.plan.base.rstrip("/")
        sys.path[:] = [f"{base}/{root}" if root else base for root in self.plan.roots]
        repository = self

        class Loader(RepositoryLoader):
            owner = repository

        sys.path_hooks[:] = [FileFinder.path_hook((Loader, [".py"]))]
        sys.path_importer_cache.clear()
        bodies.start(self.plan.bodies)
        environment.install([*sys.path, base])
        older_python.install(base, self.plan.roots[0] if self.plan.roots else "")
        settings_files.install()
        written_files.install()
        if PathFinder not in sys.meta_path:
            sys.meta_path.append(PathFinder)
        for name, what in self.shadows.install(sys.path[0] if sys.path else base, self._names()):
            self.channel.send(frames.Remark("shadowed", f"`{name}` of the repository {what}", None))

    def _names(self) -> list[str]:
        return [target.name for target in self.plan.targets]

    def load(self, target: Target) -> None:
        """Import a module; its failure does not affect others."""
        try:
            with self.shadows.with_own_names(target.name):
                importlib.import_module(target.name)
                found = getattr(sys.modules.get(target.name), "__file__", None)
        except BaseException as error:
            self.failed(target.name, target.path, error)
        else:
            if found is None or self.places.relative(found) != target.path:
                self._load_from(target)

    def _load_from(self, target: Target) -> None:
        """Load a file whose module name is taken by another file."""
        filename = f"{self.plan.base.rstrip('/')}/{target.path}"
        loader = RepositoryLoader(target.name, filename)
        loader.owner = self
        module = ModuleType(target.name)
        module.__dict__.update(
            __file__=filename, __loader__=loader, __package__=target.name.rpartition(".")[0]
        )
        self.channel.send(
            frames.Remark(
                "name-taken", f"`{target.name}` names several modules", frames.Place(target.path, 0)
            )
        )
        try:
            loader.exec_module(module)
        except BaseException as error:
            self.failed(target.name, target.path, error)

    def failed(self, name: str, path: str, error: BaseException) -> None:
        """Report that a module failed completely."""
        line = error.lineno or 0 if isinstance(error, SyntaxError) else 0
        self.channel.send(
            frames.ModuleFailed(name, path, line, type(error).__name__, recovery.text_of(error))
        )


class RepositoryLoader(SourceFileLoader):
    """Runs a module of the repository with recovery."""

    owner: Repository

    def get_code(self, fullname: str) -> CodeType | None:
        """Compile the source; no compiled file is read or written."""
        path = self.get_filename(fullname)
        return self.source_to_code(self.get_data(path), path)

    def exec_module(self, module: ModuleType) -> None:
        """Run the module to its end, whatever fails on the way."""
        owner, name, filename = self.owner, module.__name__, str(self.path)
        path = owner.places.relative(filename) or filename
        owner.loaded[name] = path
        if path in owner.plan.left_out:  # the file ended an earlier attempt: all its names are stand-ins
            vars(module)["__getattr__"] = partial(_left_out_name, name)
            return
        owner.channel.send(frames.ModuleStarted(name, path))
        source = decode(self.get_data(filename))
        attempts = _ATTEMPT.findall(source) if "ImportError" in source or "NotFound" in source else []
        if attempts:
            ledger.current().attempts[path] = attempts
        bodies.prepare_module(source)
        star_imports.prepare_module(source, module)
        older_python.prepare_module(source, vars(module))
        for builtin in nondeterminism.BUILTINS:
            if f"{builtin}(" in source:
                vars(module)[builtin] = nondeterminism.watch_builtin(builtin)
        if owner.integrity is not None:
            owner.integrity.begin(path, vars(module))
        try:
            recovery.run(source, filename, module, owner.channel, path)
            owner.channel.send(frames.ModuleLoaded(name, path))
        finally:
            if owner.integrity is not None:
                owner.integrity.end(path, vars(module))

    def set_data(self, path: str, data: Any, *, _mode: int = 0o666) -> None:
        """Do not write a compiled file."""


def _left_out_name(module: str, name: str) -> Any:
    """The stand-in for a name of a module that is left out."""
    if name.startswith("__"):
        raise AttributeError(name)
    return child_of(module, name)


def decode(data: bytes) -> str:
    """The text of a source file; undecodable bytes become replacement characters."""
    try:
        return decode_source(data)
    except (SyntaxError, UnicodeDecodeError):
        return data.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n")
