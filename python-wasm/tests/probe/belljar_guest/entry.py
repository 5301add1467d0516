"""Runs the plan as Python source with ``emit`` at hand, and sends a traceback if it fails."""

import traceback
from collections.abc import Callable


def prepare() -> None:
    """Nothing to prepare: the snapshot is to be seen as it is."""


def run(plan: bytes, emit: Callable[[bytes], None], _stream: object) -> None:
    """Execute the plan; ``emit`` takes text or bytes there. There is no database for it to read."""

    def say(frame: bytes | str) -> None:
        emit(frame.encode() if isinstance(frame, str) else frame)

    try:
        exec(compile(plan, "<plan>", "exec"), {"__name__": "__plan__", "emit": say})
    except BaseException:
        say(traceback.format_exc())
