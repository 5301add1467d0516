"""Options that several commands take, as values."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import List, Optional, Sequence, Union

PathArgument = Union[str, "os.PathLike[str]"]


def many(name: str, values: Sequence[PathArgument]) -> List[str]:
    """An option once for each value. One text is one value, not one for each of its letters."""
    listed = [values] if isinstance(values, (str, os.PathLike)) else values
    return [f"--{name}={os.fsdecode(value)}" for value in listed]


@dataclass(frozen=True)
class Options:
    """How a source is read and run; `belljar extract --help` tells of each. What is not set is left to the program."""

    only: Sequence[str] = ()
    exclude: Sequence[str] = ()
    include: Sequence[str] = ()
    sqlalchemy: Optional[str] = None
    wheelhouse: Sequence[PathArgument] = ()
    venv: bool = False
    fuel: Optional[int] = None
    run_timeout: Optional[str] = None
    """`--timeout`: the wall clock of one run in the sandbox, such as `"90s"`."""
    memory: Optional[str] = None
    max_output: Optional[str] = None
    max_files: Optional[int] = None
    max_file_size: Optional[str] = None
    job_timeout: Optional[str] = None
    max_result: Optional[str] = None
    limits: Optional[PathArgument] = None
    tenant: Optional[str] = None
    safe_directory: Sequence[PathArgument] = ()
    isolate: Optional[str] = None
    cache_dir: Optional[PathArgument] = None

    def arguments(self) -> List[str]:
        """The arguments of the program. Each has its value behind `=`: none can become an option of its own."""
        out: List[str] = []
        for name in ("only", "exclude", "include", "wheelhouse", "safe_directory"):
            out += many(name.replace("_", "-"), getattr(self, name))
        for name in _SINGLE:
            value = getattr(self, name)
            if value is not None:
                flag = "timeout" if name == "run_timeout" else name.replace("_", "-")
                out.append(
                    f"--{flag}={os.fsdecode(value) if isinstance(value, (str, os.PathLike)) else value}"
                )
        return [*out, "--venv"] if self.venv else out


_SINGLE = (
    "sqlalchemy",
    "fuel",
    "run_timeout",
    "memory",
    "max_output",
    "max_files",
    "max_file_size",
    "job_timeout",
    "max_result",
    "limits",
    "tenant",
    "isolate",
    "cache_dir",
)


@dataclass(frozen=True)
class Downstream:
    """The artefacts of what reads the schema."""

    dbt: Sequence[PathArgument] = ()
    dataform: Sequence[PathArgument] = ()
    lookml: Sequence[PathArgument] = ()
    tableau: Sequence[PathArgument] = ()

    def arguments(self) -> List[str]:
        """The arguments of the program."""
        return [
            *many("dbt", self.dbt),
            *many("dataform", self.dataform),
            *many("lookml", self.lookml),
            *many("tableau", self.tableau),
        ]
