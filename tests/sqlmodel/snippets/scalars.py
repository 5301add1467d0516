from decimal import Decimal
from enum import Enum, IntEnum
from fractions import Fraction
from typing import Annotated, Any, Literal, Optional
from uuid import UUID

from pydantic import (
    UUID4, ByteSize, Field, FiniteFloat, NegativeInt, NonNegativeInt, PositiveInt, StrictBool, StrictInt, StrictStr,
    StringConstraints, TypeAdapter, condecimal, confloat, conint, constr,
)


class Color(Enum):
    RED = "red"
    BLUE = "blue"


class Size(IntEnum):
    S = 1
    L = 2


class Name(str, Enum):
    A = "a"


INPUTS = [
    0, 1, 2, -1, 1.0, 1.5, "1", "1.0", " 7 ", "1_000", "x", "", True, False, None, b"1", b"x", "true", "off", "YES",
    Decimal("3"), Decimal("3.5"), Color.RED, Size.L, Name.A, "red", "a", [1], {"a": 1}, 10**15, "1e3", float("inf"),
    "12345678-1234-4234-8234-123456789abc", UUID("12345678-1234-4234-8234-123456789abc"), object, 3 + 4j, "3+4j",
]
TYPES = [
    int, float, bool, str, bytes, Decimal, Fraction, complex, UUID, UUID4, Any, None, Color, Name, Optional[int],
    PositiveInt, NonNegativeInt, NegativeInt, StrictInt, StrictStr, StrictBool, FiniteFloat, Literal[1, "a"],
    Literal[Color.RED], conint(gt=1, le=5), confloat(multiple_of=0.5), constr(min_length=2, max_length=3), ByteSize,
    condecimal(max_digits=3, decimal_places=1), Annotated[str, StringConstraints(strip_whitespace=True, to_upper=True)],
    constr(pattern="^[a-z]+$"), Annotated[int, Field(ge=1, lt=3)], type, type[int],
]
for kind in TYPES:
    adapter = TypeAdapter(kind)
    for value in INPUTS:
        show(lambda: adapter.validate_python(value))
        show(lambda: adapter.validate_python(value, strict=True))
    for value in ["1", '"a"', "1.5", "null", "true", '"red"', "[1]", "nope", '"12345678-1234-4234-8234-123456789abc"']:
        show(lambda: adapter.validate_json(value))
for value in [1, "1", "2", 3, "x", Size.L, True, 1.0, None]:
    show(lambda: TypeAdapter(Size).validate_python(value))
