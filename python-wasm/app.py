"""The application that componentize-py freezes into the snapshot, and that the host calls: ``run`` below.

Copied into the snapshot as ``belljar_app``: a module named ``app`` would hide a repository's own.
"""

import sys

sys.dont_write_bytecode = True  # The tool would otherwise write into the folder it is given.

import contextlib  # noqa: E402
import os  # noqa: E402

import wit_world  # noqa: E402
from belljar_snapshot import scrub, warmup  # noqa: E402

# The standard library is where the encodings are; the site folder is where this file is.
warmup.warm_up(os.path.dirname(sys.modules["encodings"].__path__[0]), os.path.dirname(__file__))

from belljar_guest import entry  # noqa: E402
from componentize_py_types import Err  # noqa: E402
from wit_world.imports import channel, connection  # noqa: E402


class HostStream:
    """The connection of a run that reads a database, as its drivers use it."""

    def read(self, most: int) -> bytes:
        """Between one and `most` bytes; none at the end."""
        try:
            data: bytes = connection.read(most)
        except Err as error:
            raise OSError(str(error.value)) from None
        return data

    def write(self, data: bytes) -> None:
        """Send all bytes."""
        try:
            connection.write(data)
        except Err as error:
            raise OSError(str(error.value)) from None

    def start_tls(self, _name: str) -> None:
        """Continue with TLS to the server that the host connected to."""
        try:
            connection.start_tls()
        except Err as error:
            raise OSError(str(error.value)) from None

    def close(self) -> None:
        """Do nothing: the host closes it with the run."""


class WitWorld(wit_world.WitWorld):
    """The component's exports."""

    def run(self, plan: bytes) -> None:
        """Run one plan.

        An exception that crossed this function would abort the instance, so none does, ``SystemExit`` included.
        Everything worth reporting has been sent through the channel by then.
        """
        try:
            scrub.begin()
            entry.run(plan, channel.emit, HostStream())
        except BaseException as error:
            _complain(error)


def _complain(error: BaseException) -> None:
    """Write to standard error why a run ended: the guest lets no exception through, so this is an internal error."""
    with contextlib.suppress(BaseException):
        print(f"belljar: {type(error).__name__} left the guest: {error}", file=sys.stderr)  # noqa: T201


entry.prepare()
scrub.scrub()
scrub.settle()
