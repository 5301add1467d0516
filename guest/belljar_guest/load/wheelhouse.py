"""The packages of the operator's wheelhouse, which are real.

They follow the repository and the snapshot on the path, and run as libraries do: a failing module is replaced as a
whole by a stand-in. Absent modules that they import are stood in for too, unless the import is guarded: then it fails,
as the library expects.
"""

import os
import re
import sys
from collections.abc import Iterator
from importlib.abc import Loader
from importlib.machinery import FileFinder, ModuleSpec, SourceFileLoader
from types import CodeType, FrameType, ModuleType
from typing import Any

from .. import frames
from ..channel import Channel
from ..places import Places
from ..plan import Plan
from ..stand_in import ledger
from ..stand_in.finder import StandInModule, replace_module
from .guarded_imports import GuardedImports
from .recovery import text_of

_INFO = re.compile(r"(.+?)-([^-]+)\.dist-info")

_GUEST = __name__.partition(".")[0]


class Wheelhouse:
    """The packages of a run."""

    def __init__(self, plan: Plan, channel: Channel, places: Places) -> None:
        """Take the plan and the channel."""
        self.channel, self.places = channel, places
        self.folders = plan.wheelhouse
        #: Paths of the imported modules, by name.
        self.loaded: dict[str, str] = {}
        self.guards = GuardedImports(places.read_file)
        #: Names of the repository's modules and their packages, which a package does not replace.
        self.repository_names = frozenset(
            name for target in plan.targets for name in _with_parents(target.name)
        )
        self.reserved: frozenset[str] = frozenset()
        self._noted: set[tuple[str, str]] = set()

    def install(self) -> None:
        """Put the folders on the path, after the repository's."""
        if not self.folders:
            return
        self.reserved = frozenset(_snapshot_names())
        sys.path += self.folders
        sys.path_hooks.insert(0, self._hook)
        for name, version, used in _superseded_packages(self.folders):
            message = f"`{name}` {version} of the wheelhouse is not used: this run has its own {used}"
            self.channel.send(frames.Remark("snapshot-package", message, None))

    def _hook(self, folder: str) -> "LibraryFinder":
        if not any(folder == ours or folder.startswith(ours.rstrip("/") + "/") for ours in self.folders):
            raise ImportError("not of the wheelhouse", path=folder)
        wheelhouse = self

        class Source(LibraryLoader):
            owner = wheelhouse

        class Extension(ExtensionLoader):
            owner = wheelhouse

        finder = LibraryFinder(folder, (Source, [".py"]), (Extension, [".so"]))
        finder.owner = self
        return finder

    def refuses(self, name: str) -> bool:
        """Whether the import of an absent module fails: a package only checks for it, or guards the import."""
        frame, only_checks = _importing_frame()
        path = self._path(frame)
        if frame is None or path is None:
            return False
        if not only_checks and not self.guards.is_guarded(path, frame.f_lineno):
            return False
        self._report_once("optional-import", path, name, f"works without `{name}`, which is absent")
        return True

    def expects_failure(self) -> bool:
        """Whether the current import is a guarded one of a package."""
        frame, _ = _importing_frame()
        path = self._path(frame)
        return frame is not None and path is not None and self.guards.is_guarded(path, frame.f_lineno)

    def note_missing_extension(self, name: str) -> None:
        """Report that a package works without a compiled extension."""
        text = f"works without `{name}`, which is a compiled extension"
        self._report_once("optional-import", self._path(_importing_frame()[0]) or "", name, text)

    def report_stand_in(
        self, name: str, kind: str, code: str, message: str, place: frames.Place | None
    ) -> None:
        """Report that a module of the wheelhouse is stood in for."""
        ledger.current().report_module(name, kind)
        self.channel.send(frames.Remark(code, message, place))

    def _path(self, frame: FrameType | None) -> str | None:
        return None if frame is None else self.places.library(frame.f_code.co_filename)

    def _report_once(self, code: str, path: str, name: str, text: str) -> None:
        if (path, name) not in self._noted:
            self._noted.add((path, name))
            place = self.places.caller()
            self.channel.send(frames.Remark(code, f"`{path}` {text}", place))


class LibraryFinder(FileFinder):
    """Finds the modules of one folder."""

    owner: Wheelhouse

    def find_spec(self, fullname: str, target: ModuleType | None = None) -> ModuleSpec | None:
        """Find a module, unless the snapshot or the repository has one of its name."""
        if fullname.partition(".")[0] in self.owner.reserved:
            return None
        spec = super().find_spec(fullname, target)
        if spec is not None and spec.loader is not None and fullname in self.owner.repository_names:
            return None
        return spec


class LibraryLoader(SourceFileLoader):
    """Runs a module of a package as a whole."""

    owner: Wheelhouse

    def get_code(self, fullname: str) -> CodeType | None:
        """Compile the source; no compiled file is read or written."""
        path = self.get_filename(fullname)
        return self.source_to_code(self.get_data(path), path)

    def set_data(self, path: str, data: Any, *, _mode: int = 0o666) -> None:
        """Do not write a compiled file."""

    def exec_module(self, module: ModuleType) -> None:
        """Run the module; if it fails, a stand-in replaces it, or the import fails if it is guarded."""
        owner, name = self.owner, module.__name__
        path = owner.places.library(str(self.path)) or str(self.path)
        owner.loaded[name] = path
        owner.channel.send(frames.ModuleStarted(name, path))
        try:
            super().exec_module(module)
        except BaseException as error:
            del owner.loaded[name]
            if owner.expects_failure():
                if isinstance(error, ImportError):
                    raise
                raise ImportError(text_of(error), name=name) from error
            self._replace(module, error)
        owner.channel.send(frames.ModuleLoaded(name, path))

    def _replace(self, module: ModuleType, error: BaseException) -> None:
        """Replace a failed module by a stand-in, and report it."""
        name = module.__name__
        replace_module(module)
        reason = f"{type(error).__name__}: {text_of(error)}".rstrip(": ")
        message = f"`{name}` of the wheelhouse could not be imported; a stand-in replaces it: `{reason}`"
        place = _innermost(error, self.owner.places)
        self.owner.report_stand_in(name, "failed", "wheelhouse-failed", message, place)


class ExtensionLoader(Loader):
    """Stands in for a compiled extension, which can't be loaded."""

    owner: Wheelhouse

    def __init__(self, name: str, path: str) -> None:
        """Take the module's name and the path, which is not used."""

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """Create a stand-in; raises ImportError if the package guards the import."""
        if self.owner.expects_failure():
            self.owner.note_missing_extension(spec.name)
            raise ImportError(f"`{spec.name}` is a compiled extension", name=spec.name)
        return StandInModule(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Report the extension; there is nothing to run."""
        message = f"`{module.__name__}` is a compiled extension; a stand-in replaces it"
        owner = self.owner
        owner.report_stand_in(
            module.__name__, "extension", "compiled-extension", message, owner.places.caller()
        )


def _with_parents(name: str) -> Iterator[str]:
    while name:
        yield name
        name = name.rpartition(".")[0]


def _snapshot_names() -> Iterator[str]:
    """The top-level names of the standard library, even if unavailable here, and of the snapshot's packages."""
    yield from sys.stdlib_module_names
    yield from (name.partition(".")[0] for name in sys.modules)
    for finder in sys.meta_path:
        yield from (name.partition(".")[0] for name in getattr(finder, "modules", ()))


def _superseded_packages(folders: tuple[str, ...]) -> Iterator[tuple[str, str, str]]:
    """Packages that the snapshot has in another version: the name, the wheelhouse's version, the snapshot's."""
    here: dict[str, tuple[str, str]] = {}
    for folder in folders:
        for entry in sorted(os.listdir(folder)):
            found = _INFO.fullmatch(entry)
            if found:
                here.setdefault(_normal(found.group(1)), (found.group(1), found.group(2)))
    for finder in sys.meta_path:
        for distribution in getattr(finder, "distributions", ()):
            text = distribution.read_text("METADATA") or ""
            name, version = (
                found.group(1) if (found := re.search(rf"^{key}: *(\S+)", text, re.MULTILINE)) else ""
                for key in ("Name", "Version")
            )
            if _normal(name) in here and here[_normal(name)][1] != version:
                yield name, here[_normal(name)][1], version


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _innermost(error: BaseException, places: Places) -> frames.Place | None:
    """The innermost place of the wheelhouse in a traceback."""
    found, traceback = None, error.__traceback__
    while traceback is not None:
        path = places.library(traceback.tb_frame.f_code.co_filename)
        if path is not None:
            found = frames.Place(path, traceback.tb_lineno or 0)
        traceback = traceback.tb_next
    return found


def _importing_frame() -> tuple[FrameType | None, bool]:
    """The frame that imports the module being searched, and whether it only checks that the module exists."""
    frame: FrameType | None = sys._getframe(1)
    only_checks = False
    while frame is not None:
        name = str(frame.f_globals.get("__name__"))
        machinery = name.partition(".")[0] in ("importlib", "_frozen_importlib", "_frozen_importlib_external")
        if not machinery and name.partition(".")[0] not in (_GUEST, "belljar_snapshot"):
            return frame, only_checks
        only_checks = only_checks or (name == "importlib.util" and frame.f_code.co_name == "find_spec")
        frame = frame.f_back
    return None, only_checks
