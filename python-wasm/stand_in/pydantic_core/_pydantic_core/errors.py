"""Errors: `Invalid` on the way up through the validators, `ValidationError` for who called."""

import json
from typing import Any, Self

from .messages import MESSAGES

#: An input's text in a message is cut to this length.
_LONGEST_INPUT = 50


class PydanticCustomError(ValueError):
    """Raised by a validator that brings its own kind of error."""

    def __init__(
        self, error_type: str, message_template: str, context: dict[str, Any] | None = None, /
    ) -> None:
        """Take a kind, a message with `{name}` in it, and what these stand for."""
        super().__init__(error_type, message_template, context)
        self.type = error_type
        self.message_template = message_template
        self.context = context

    def message(self) -> str:
        """Fill in the message."""
        return _filled(self.message_template, self.context or {})

    def __str__(self) -> str:
        return self.message()

    def __repr__(self) -> str:
        return f"{self.message()} [type={self.type}, context={self.context}]"


class PydanticKnownError(ValueError):
    """Raised by a validator that reports one of the known kinds of error."""

    def __init__(self, error_type: str, context: dict[str, Any] | None = None, /) -> None:
        """Take a kind and the context of its message."""
        super().__init__(error_type, context)
        if error_type not in MESSAGES:
            raise KeyError(f"Invalid error type: '{error_type}'")
        self.type = error_type
        self.message_template = MESSAGES[error_type]
        self.context = context

    message = PydanticCustomError.message
    __str__ = PydanticCustomError.__str__
    __repr__ = PydanticCustomError.__repr__


class SchemaError(Exception):
    """A schema that is none."""

    def error_count(self) -> int:
        """Count the errors."""
        return 1

    def errors(self) -> list[Any]:
        """Give no details."""
        return []


class PydanticSerializationError(ValueError):
    """A value can't be serialized."""

    def __repr__(self) -> str:
        return f"PydanticSerializationError({self})"


class PydanticSerializationUnexpectedValue(ValueError):
    """A value is not what its schema says."""

    def __repr__(self) -> str:
        return f"PydanticSerializationUnexpectedValue({self})"


class LineError:
    """One thing that is wrong, and where."""

    __slots__ = ("context", "input", "kind", "loc", "template")

    def __init__(
        self,
        kind: str,
        value: Any,
        context: dict[str, Any] | None = None,
        loc: tuple[int | str, ...] = (),
        template: str | None = None,
    ) -> None:
        """Take the kind of error, the input, the context of the message, and a message of its own."""
        self.kind = kind
        self.input = value
        self.context = context
        self.loc = loc
        self.template = template

    def message(self) -> str:
        """Fill in the message."""
        template = MESSAGES[self.kind] if self.template is None else self.template
        return _filled(template, self.context or {})

    def details(self) -> dict[str, Any]:
        """Give what `ValidationError.errors` lists."""
        found = {"type": self.kind, "loc": self.loc, "msg": self.message(), "input": self.input}
        if self.context:
            found["ctx"] = {key: value for key, value in self.context.items() if key != "expected_plural"}
        return found


class Invalid(Exception):
    """Thrown from validator to validator; gathers where it went wrong on the way up."""

    def __init__(self, errors: list[LineError]) -> None:
        """Take everything that is wrong."""
        super().__init__()
        self.errors = errors

    def under(self, *loc: int | str) -> list[LineError]:
        """Put a place in front of every error's own."""
        for error in self.errors:
            error.loc = (*loc, *error.loc)
        return self.errors


def invalid(kind: str, value: Any, **context: Any) -> Invalid:
    """Make an error of one of the known kinds."""
    return Invalid([LineError(kind, value, context or None)])


def from_exception(error: Exception, value: Any) -> Invalid:
    """Make an error of what a validator function raised."""
    if isinstance(error, ValidationError):
        return Invalid([_copied(line) for line in error._lines])
    if isinstance(error, (PydanticCustomError, PydanticKnownError)):
        return Invalid([LineError(error.type, value, error.context, template=error.message_template)])
    kind = "assertion_error" if isinstance(error, AssertionError) else "value_error"
    return Invalid([LineError(kind, value, {"error": error})])


class ValidationError(ValueError):
    """Input that does not fit."""

    _title: str
    _lines: list[LineError]
    _hide: bool

    def __new__(cls, title: str, line_errors: list[Any], *, hide_input: bool = False) -> Self:
        """Take the name of what was validated, and what is wrong."""
        made = super().__new__(cls)
        made._title = title
        made._lines = [line if isinstance(line, LineError) else _line(line) for line in line_errors]
        made._hide = hide_input
        return made

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Do nothing more."""
        super().__init__()

    @classmethod
    def from_exception_data(
        cls,
        title: str,
        line_errors: list[Any],
        input_type: str = "python",
        hide_input: bool = False,  # noqa: FBT001, FBT002  # pydantic's own signature
    ) -> Self:
        """Make an error of its details."""
        return cls(title, line_errors, hide_input=hide_input)

    @property
    def title(self) -> str:
        """The name of what was validated."""
        return self._title

    def error_count(self) -> int:
        """Count what is wrong."""
        return len(self._lines)

    def errors(
        self, *, include_url: bool = True, include_context: bool = True, include_input: bool = True
    ) -> list[dict[str, Any]]:
        """List what is wrong."""
        left_out = {name for name, keep in (("ctx", include_context), ("input", include_input)) if not keep}
        found = [line.details() for line in self._lines]
        return [{key: value for key, value in line.items() if key not in left_out} for line in found]

    def json(self, *, indent: int | None = None, **kwargs: bool) -> str:
        """List what is wrong, as JSON."""
        return json.dumps(self.errors(**kwargs), indent=indent, default=str)

    def __str__(self) -> str:
        count = len(self._lines)
        head = f"{count} validation error{'' if count == 1 else 's'} for {self._title}"
        return "\n".join([head, *(line for error in self._lines for line in self._rendered(error))])

    __repr__ = __str__

    def _rendered(self, error: LineError) -> list[str]:
        words = [f"type={error.kind}"]
        if not self._hide:
            words += [f"input_value={_cut(repr(error.input))}", f"input_type={type(error.input).__name__}"]
        place = [".".join(map(str, error.loc))] if error.loc else []
        return [*place, f"  {error.message()} [{', '.join(words)}]"]


def _line(given: dict[str, Any]) -> LineError:
    """Read one error of `from_exception_data`."""
    kind, loc, value = given["type"], tuple(given.get("loc", ())), given.get("input")
    if isinstance(kind, (PydanticCustomError, PydanticKnownError)):
        return LineError(kind.type, value, kind.context, loc, kind.message_template)
    return LineError(kind, value, given.get("ctx"), loc)


def _copied(line: LineError) -> LineError:
    return LineError(line.kind, line.input, line.context, line.loc, line.template)


def _filled(template: str, context: dict[str, Any]) -> str:
    if "{expected_plural}" in template:
        limit = next((context[key] for key in context if key.startswith(("m", "decimal", "whole"))), 0)
        template = template.replace("{expected_plural}", "" if limit == 1 else "s")
    for key, value in context.items():
        template = template.replace(f"{{{key}}}", str(value))
    return template


def _cut(text: str) -> str:
    """Cut a text in its middle."""
    if len(text) <= _LONGEST_INPUT:
        return text
    half = _LONGEST_INPUT // 2
    return f"{text[:half]}...{text[1 - half :]}"
