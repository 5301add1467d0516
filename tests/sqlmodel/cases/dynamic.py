from typing import Optional

from pydantic import create_model
from sqlmodel import Field, SQLModel

Made = create_model(
    "Made", __base__=SQLModel, __cls_kwargs__={"table": True}, id=(Optional[int], Field(default=None, primary_key=True))
)


def table(name: str):
    class Row(SQLModel, table=True):
        __tablename__ = name
        id: int | None = Field(default=None, primary_key=True)

    return Row


First, Second = table("first"), table("second")
Third = type("Third", (SQLModel,), {"__annotations__": {"id": int}, "id": Field(primary_key=True), "__module__": __name__}, table=True)
