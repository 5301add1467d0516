"""Values that are neither input nor output: marks, wrappers and the exceptions that steer validation."""

from datetime import datetime, timedelta, timezone, tzinfo
from typing import Any, Self


class PydanticUndefinedType:
    """The type of the one mark for "no value was given"."""

    _instance: "PydanticUndefinedType | None" = None

    def __new__(cls) -> Self:
        """Give the one instance there is."""
        if cls._instance is None:
            cls._instance = super().__new__(cls)
        return cls._instance  # type: ignore[return-value]

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: Any) -> Self:
        return self

    def __reduce__(self) -> str:
        return "PydanticUndefined"

    def __repr__(self) -> str:
        return "PydanticUndefined"


PydanticUndefined = PydanticUndefinedType()


class Some:
    """A value that is there, where `None` would say that there is none."""

    __match_args__ = ("value",)

    def __init__(self, value: Any) -> None:
        """Wrap a value."""
        self.value = value

    def __repr__(self) -> str:
        return f"Some({self.value!r})"

    @classmethod
    def __class_getitem__(cls, item: Any, /) -> type[Self]:
        """Take every subscript."""
        return cls


class ArgsKwargs:
    """Arguments of a call."""

    def __init__(self, args: tuple[Any, ...], kwargs: dict[str, Any] | None = None) -> None:
        """Take positional and keyword arguments."""
        self.args = args
        self.kwargs = kwargs or None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ArgsKwargs) and (self.args, self.kwargs) == (other.args, other.kwargs)

    def __hash__(self) -> int:
        return hash(self.args)

    def __repr__(self) -> str:
        return f"ArgsKwargs({self.args!r}, {self.kwargs!r})" if self.kwargs else f"ArgsKwargs({self.args!r})"


class PydanticOmit(Exception):
    """Raised by a validator: leave this item out."""


class PydanticUseDefault(Exception):
    """Raised by a validator: use the default instead."""


class TzInfo(tzinfo):
    """A fixed offset, as parsed dates have it."""

    def __init__(self, seconds: float = 0.0) -> None:
        """Take the offset from UTC."""
        self._offset = timedelta(seconds=int(seconds))

    def __reduce__(self) -> Any:
        return TzInfo, (self._offset.total_seconds(),)

    def utcoffset(self, dt: datetime | None) -> timedelta:
        """Give the offset."""
        return self._offset

    def dst(self, dt: datetime | None) -> None:
        """Tell nothing of daylight saving."""

    def tzname(self, dt: datetime | None) -> str:
        """Name the offset."""
        return str(self)

    def fromutc(self, dt: datetime) -> datetime:
        """Convert from UTC."""
        return (dt + self._offset).replace(tzinfo=self)

    def __deepcopy__(self, memo: dict[Any, Any]) -> "TzInfo":
        return self

    def __eq__(self, other: object) -> bool:
        if isinstance(other, (TzInfo, timezone)):
            return self._offset == other.utcoffset(None)
        return NotImplemented

    def __hash__(self) -> int:
        return hash(self._offset)

    def __str__(self) -> str:
        total = int(self._offset.total_seconds())
        if not total:
            return "UTC"
        hours, minutes = divmod(abs(total) // 60, 60)
        return f"{'-' if total < 0 else '+'}{hours:02}:{minutes:02}"

    def __repr__(self) -> str:
        return f"TzInfo({int(self._offset.total_seconds())})"
