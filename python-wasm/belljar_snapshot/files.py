"""Files besides a library's modules: the snapshot keeps them in memory, as no file system has them."""

import builtins
import io
import os
from collections.abc import Mapping
from typing import Any


def serve(files: Mapping[str, bytes]) -> None:
    """Let these files be opened for reading by their paths."""
    original = builtins.open

    def opened(file: Any, mode: str = "r", *args: Any, **kwargs: Any) -> Any:
        try:
            return original(file, mode, *args, **kwargs)
        except FileNotFoundError:
            content = None if isinstance(file, int) else files.get(os.path.normpath(os.fsdecode(file)))
            if content is None or set(mode) & set("wax+"):
                raise
            return io.BytesIO(content) if "b" in mode else io.StringIO(content.decode())

    builtins.open = io.open = opened
