from typing import Any

from pydantic import field_serializer, field_validator, model_validator, root_validator, validator
from sqlmodel import Field, SQLModel


class Row(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    name: str
    email: str = "x"

    @field_validator("name", mode="before")
    @classmethod
    def strip(cls, value: Any) -> Any:
        return value.strip()

    @field_validator("*")
    def everything(cls, value):
        return value

    @validator("email")
    def old(cls, value):
        return value

    @model_validator(mode="after")
    def check(self):
        return self

    @root_validator(pre=True)
    def oldest(cls, values):
        return values

    @field_serializer("email")
    def write(self, value: str) -> str:
        return value
