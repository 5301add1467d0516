"""Where the program is."""

from __future__ import annotations

import os
import shutil
import sysconfig
from pathlib import Path
from typing import Iterator, Optional, Union

from belljar.errors import ProgramNotFoundError

NAME = "belljar"
VARIABLE = "BELLJAR_PROGRAM"


def find(given: Optional[Union[str, os.PathLike[str]]] = None) -> str:
    """The absolute path of the program: `given`, `BELLJAR_PROGRAM`, beside this interpreter, or on the PATH."""
    for name, source in ((given, "the argument `program`"), (os.environ.get(VARIABLE), f"`{VARIABLE}`")):
        if not name:
            continue
        path = os.path.abspath(os.fspath(name))  # noqa: PTH100 no link is followed
        if not _runs(path):
            raise ProgramNotFoundError(f"{source} names `{path}`, which is no program that can be started")
        return path
    for folder in _folders():
        path = os.path.join(folder, NAME)  # noqa: PTH118 `folder` is a text
        if _runs(path):
            return path
    # A relative folder of the PATH would be one of the repository that is looked at.
    absolute = (folder for folder in os.environ.get("PATH", "").split(os.pathsep) if os.path.isabs(folder))  # noqa: PTH117
    found = shutil.which(NAME, path=os.pathsep.join(absolute))
    if found is None:
        raise ProgramNotFoundError(
            f"there is no program `{NAME}`: install it with `pip install {NAME}`, or set `{VARIABLE}` to its path"
        )
    return found


def _folders() -> Iterator[str]:
    """Where installers put programs: of this environment, of the user, and of `pip install --target`."""
    yield sysconfig.get_path("scripts")
    user = "nt_user" if os.name == "nt" else "posix_user"
    if user in sysconfig.get_scheme_names():
        yield sysconfig.get_path("scripts", user)
    yield str(Path(__file__).absolute().parent.parent / "bin")


def _runs(path: str) -> bool:
    return os.path.isfile(path) and os.access(path, os.X_OK)  # noqa: PTH113 `path` is a text
