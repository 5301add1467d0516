"""The byte stream to a server, and what drivers need to take it for a socket."""

import io
from typing import Any, Protocol


class ByteStream(Protocol):
    """A connection that the host opened; it ends itself at a deadline or a limit of bytes."""

    def read(self, most: int) -> bytes:
        """Between one and `most` bytes; none at the end."""

    def write(self, data: bytes) -> None:
        """Send all bytes."""

    def start_tls(self, name: str) -> None:
        """Continue with TLS to a server of this name; the host decides whether its certificate is valid."""

    def close(self) -> None:
        """Close the connection."""


class _Raw(io.RawIOBase):
    """The file below a socket's buffers."""

    def __init__(self, stream: ByteStream) -> None:
        self._stream = stream

    def readable(self) -> bool:
        return True

    def writable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._stream.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def write(self, data: Any) -> int:
        self._stream.write(bytes(data))
        return len(data)


#: Bytes that are read from a stream at once. A call of the host costs more than a copy.
_BUFFER = 64 * 1024


class StreamSocket:
    """As much of a socket as pg8000 and PyMySQL use."""

    def __init__(self, stream: ByteStream) -> None:
        """Take the stream."""
        self.stream = stream

    def makefile(self, mode: str = "rb", *_args: Any, **_kwargs: Any) -> Any:
        """A buffered file: to read, or to read and write."""
        raw = _Raw(self.stream)
        if "w" in mode:
            return io.BufferedRWPair(raw, raw, _BUFFER)
        return io.BufferedReader(raw, _BUFFER)

    def recv(self, most: int, *_flags: int) -> bytes:
        """Read once."""
        return self.stream.read(most)

    def sendall(self, data: bytes) -> None:
        """Send all bytes."""
        self.stream.write(bytes(data))

    def settimeout(self, _seconds: float | None) -> None:
        """Do nothing: the host has the deadline."""

    def setsockopt(self, *_options: Any) -> None:
        """Do nothing: the host has the socket."""

    def close(self) -> None:
        """Close the stream."""
        self.stream.close()


class HostTls:
    """The context with which PyMySQL switches to TLS within its handshake."""

    def __init__(self, name: str) -> None:
        """Take the name of the server."""
        self._name = name

    def wrap_socket(self, sock: StreamSocket, **_options: Any) -> StreamSocket:
        """Have the host start TLS."""
        sock.stream.start_tls(self._name)
        return sock
