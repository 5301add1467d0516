from typing import Annotated, Optional

from pydantic import (
    Base64Bytes, Base64Str, ByteSize, DirectoryPath, EmailStr, FilePath, FiniteFloat, NegativeInt, NonNegativeInt,
    PositiveFloat, PositiveInt, StrictBool, StrictInt, StrictStr, StringConstraints,
)
from sqlmodel import Field, SQLModel


class Row(SQLModel, table=True):
    id: PositiveInt = Field(primary_key=True)
    email: EmailStr = Field(unique=True, index=True)
    maybe: Optional[EmailStr] = None
    sized: EmailStr = Field(max_length=255)
    a: NonNegativeInt = 0
    b: NegativeInt | None = None
    c: PositiveFloat
    d: FiniteFloat
    e: StrictStr
    f: StrictInt
    g: StrictBool
    h: FilePath
    i: DirectoryPath | None = None
    j: ByteSize
    k: Annotated[str, StringConstraints(max_length=9, strip_whitespace=True)]
    l: Base64Str
    m: Base64Bytes
