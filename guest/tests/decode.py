"""Decodes the postcard bytes that `belljar_guest.frames` writes, driven by the same dataclasses."""

import types
from dataclasses import fields
from typing import Any, get_args, get_origin

from belljar_guest import frames

#: The variants by their tag, in the order of the union.
VARIANTS: tuple[Any, ...] = get_args(frames.Frame)


class Reader:
    """A position in a byte string."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    def varint(self) -> int:
        """Read an unsigned integer."""
        value = shift = 0
        while True:
            byte = self.data[self.at]
            self.at += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    def value(self, kind: Any) -> Any:
        """Read a value of a field's type."""
        if isinstance(kind, types.UnionType):
            (inner,) = (item for item in get_args(kind) if item is not type(None))
            self.at += 1
            if not self.data[self.at - 1]:
                return None
            # Only optional numbers are signed; encoding every frame again verifies that.
            return self.signed() if inner is int else self.value(inner)
        if get_origin(kind) is list:
            (inner,) = get_args(kind)
            return [self.value(inner) for _ in range(self.varint())]
        if kind is bool:
            self.at += 1
            return self.data[self.at - 1] == 1
        if kind is int:
            return self.varint()
        if kind is str:
            length = self.varint()
            self.at += length
            return self.data[self.at - length : self.at].decode()
        return kind(*(self.value(field.type) for field in fields(kind)))

    def signed(self) -> int:
        """Read a signed integer in zigzag encoding."""
        value = self.varint()
        return (value >> 1) ^ -(value & 1)


def decode(data: bytes) -> frames.Frame:
    """Decode a frame; fails unless encoding it again gives the same bytes."""
    reader = Reader(data)
    frame: frames.Frame = reader.value(VARIANTS[reader.varint()])
    if frames.encode(frame) != data:
        raise ValueError(f"not what the encoder writes: {frame}")
    return frame


def decode_all(data: bytes) -> list[frames.Frame]:
    """Decode frames, each preceded by its length in four bytes, little-endian."""
    found, at = [], 0
    while at < len(data):
        end = at + 4 + int.from_bytes(data[at : at + 4], "little")
        found.append(decode(data[at + 4 : end]))
        at = end
    return found
