"""Servers that are none, or want what they should not get: `python hostile_servers.py`.

The limits of time and bytes are the host's, and tested there (`host/extract/connect`); here they end a stream with an error.
"""

import struct
import unittest
from collections.abc import Iterator
from typing import Any

import streams
from belljar_guest import frames

PASSWORD = "s3cr3t"


def message(code: bytes, body: bytes) -> bytes:
    """A message of PostgreSQL's protocol."""
    return code + struct.pack("!i", len(body) + 4) + body


def packet(body: bytes, number: int = 0) -> bytes:
    """A packet of MySQL's protocol."""
    return len(body).to_bytes(3, "little") + bytes([number]) + body


def greeting(plugin: bytes) -> bytes:
    """What a MySQL server begins with, and asks for."""
    flags = 0x00FFF7FF & ~0x800
    low, high = flags & 0xFFFF, flags >> 16
    body = b"\x0a8.0.36\x00" + struct.pack("<I", 7) + b"12345678\x00" + struct.pack("<HBHH", low, 45, 2, high)
    return packet(body + bytes([21]) + bytes(10) + b"123456789012\x00" + plugin + b"\x00")


class Scripted:
    """A stream that gives these bytes, then an error, and keeps what is sent."""

    def __init__(self, data: Iterator[bytes] | list[bytes], *, ends: bool = False) -> None:
        self._ends = ends
        self._data = iter(data)
        self._left = b""
        self.sent = b""
        self._is_over = False
        self.is_closed = False

    def read(self, most: int) -> bytes:
        """Read once."""
        if not self._left:
            self._left = next(self._data, b"")
        if not self._left:
            self._is_over = True
            msg = "the server sent more than 1000 bytes"
            raise OSError(msg)
        found, self._left = self._left[:most], self._left[most:]
        self._is_over = self._ends and not self._left
        return found

    def write(self, data: bytes) -> None:
        """Keep it."""
        if self._is_over:
            msg = "the connection broke"
            raise OSError(msg)
        self.sent += data

    def start_tls(self, name: str) -> None:
        """Fail."""
        msg = f"no TLS to {name}"
        raise OSError(msg)

    def close(self) -> None:
        """Remember it."""
        self.is_closed = True


class TestHostileServers(unittest.TestCase):
    """Every one of them ends in a remark without the password."""

    def inspect(self, dialect: str, stream: Any, **more: Any) -> str:
        """The only remark."""
        job = {"dialect": dialect, "user": "u", "password": PASSWORD, "database": "d", **more}
        (remark,) = streams.inspected(job, stream)
        assert isinstance(remark, frames.Remark)
        self.assertEqual(remark.code, "cannot-inspect")
        self.assertNotIn(PASSWORD, remark.message)
        self.assertLess(len(remark.message), 1200)
        self.assertTrue(stream.is_closed)
        return remark.message

    def test_plain_passwords(self) -> None:
        ask = message(b"R", struct.pack("!i", 3))
        stream = Scripted([ask])
        self.assertIn("without encryption", self.inspect("postgresql", stream))
        self.assertNotIn(PASSWORD.encode(), stream.sent)
        # A server that nobody listens to may have it.
        stream = Scripted([ask])
        self.inspect("postgresql", stream, is_private=True)
        self.assertIn(PASSWORD.encode(), stream.sent)
        for plugin in (b"mysql_clear_password", b"dialog"):
            stream = Scripted([greeting(b"mysql_native_password"), packet(b"\xfe" + plugin + b"\x00", 2)])
            self.assertIn("without encryption", self.inspect("mysql", stream))
            self.assertNotIn(PASSWORD.encode(), stream.sent)

    def test_files_of_the_client(self) -> None:
        stream = Scripted(
            [
                greeting(b"mysql_native_password"),
                packet(b"\x00\x00\x00\x02\x00\x00\x00", 2),
                packet(b"\xfb/etc/passwd", 1),
            ]
        )
        self.inspect("mysql", stream)
        self.assertNotIn(b"root:", stream.sent)

    def test_no_tls(self) -> None:
        stream = Scripted([greeting(b"mysql_native_password")])
        self.inspect("mysql", stream, tls="must", server="db.example.com")
        self.assertNotIn(b"mysql_native_password", stream.sent)

    def test_messages_of_servers(self) -> None:
        text = (
            b"SFATAL\x00VFATAL\x00C28P01\x00Mno \x1b[31m entry for "
            + PASSWORD.encode()
            + b"x" * 5000
            + b"\x00\x00"
        )
        found = self.inspect("postgresql", Scripted([message(b"E", text)], ends=True))
        self.assertIn("***", found)
        body = b"\xff" + struct.pack("<H", 1045) + b"#28000denied " + PASSWORD.encode()
        self.assertIn("denied ***", self.inspect("mysql", Scripted([packet(body)])))

    def test_other_protocols_and_early_ends(self) -> None:
        for data in (
            b"HTTP/1.1 400 Bad Request\r\n\r\n",
            b"SSH-2.0-OpenSSH_9.6\r\n",
            bytes(100),
            b"\xff" * 1000,
            b"",
        ):
            for dialect in ("postgresql", "mysql"):
                with self.subTest(data=data[:10], dialect=dialect):
                    self.inspect(dialect, Scripted([data]))

    def test_without_end(self) -> None:
        notice = message(b"N", b"SNOTICE\x00Mx\x00\x00")
        found = self.inspect("postgresql", Scripted(notice for _ in range(1000)))
        self.assertIn("more than 1000 bytes", found)


if __name__ == "__main__":
    unittest.main()
