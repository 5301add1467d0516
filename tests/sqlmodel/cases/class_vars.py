from typing import Any, ClassVar

from pydantic import ConfigDict, PrivateAttr
from sqlmodel import Field, SQLModel


class Row(SQLModel, table=True):
    __tablename__: str = "typed_name"
    model_config = ConfigDict(arbitrary_types_allowed=True)
    CONSTANT: ClassVar[int] = 3
    other: ClassVar = "x"
    id: int | None = Field(default=None, primary_key=True)
    _private: int = PrivateAttr(default=1)
    _loose: str = "y"

    def method(self) -> int:
        return self.CONSTANT
