"""A real socket behind the byte stream that the guest's drivers use, and the guest's reading of a database."""

import socket
import sys
from pathlib import Path
from typing import Any

_GUEST = Path(__file__).resolve().parents[2] / "guest"
sys.path[:0] = [str(_GUEST), str(_GUEST / "tests")]

from belljar_guest import frames  # noqa: E402
from belljar_guest.channel import Channel  # noqa: E402
from belljar_guest.database import job  # noqa: E402
from decode import decode  # noqa: E402


class SocketStream:
    """A Unix socket, with its calls counted."""

    def __init__(self, path: str) -> None:
        """Connect."""
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.connect(path)
        self.written = self.read_bytes = 0

    def read(self, most: int) -> bytes:
        """Read once."""
        data = self._socket.recv(most)
        self.read_bytes += len(data)
        return data

    def write(self, data: bytes) -> None:
        """Send all bytes."""
        self.written += 1
        self._socket.sendall(data)

    def start_tls(self, name: str) -> None:
        """There is no TLS on a Unix socket."""
        raise OSError(f"no TLS to {name}")

    def close(self) -> None:
        """Close the socket."""
        self._socket.close()


def sent(given: dict[str, Any], stream: Any) -> list[bytes]:
    """The bytes of the frames of a database."""
    found: list[bytes] = []
    job.inspect(given, stream, Channel(lambda data: found.append(bytes(data))))
    return found


def inspected(given: dict[str, Any], stream: Any) -> list[frames.Frame]:
    """The frames of a database, decoded from their bytes."""
    return [decode(data) for data in sent(given, stream)]
