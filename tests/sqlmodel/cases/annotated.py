from datetime import datetime
from typing import Annotated, Optional

from annotated_types import Ge, MaxLen
from pydantic import AfterValidator, BeforeValidator, PlainSerializer
from pydantic import Field as PydanticField
from sqlmodel import Field, SQLModel

Name = Annotated[str, Field(max_length=30, index=True)]
Key = Annotated[Optional[int], Field(primary_key=True)]
Lower = Annotated[str, AfterValidator(str.lower)]


class Row(SQLModel, table=True):
    id: Key = None
    name: Name
    other: Name = "x"
    lower: Lower
    upper: Annotated[str, BeforeValidator(str.upper), PlainSerializer(str)] = Field(max_length=5)
    number: Annotated[int, Ge(3)]
    text: Annotated[str, MaxLen(12)]
    plain: Annotated[str, PydanticField(max_length=9)]
    maybe: Annotated[str | None, Field(max_length=7)] = None
    team: Annotated[int, Field(foreign_key="row.id")]
    when: Annotated[datetime, "note"]
