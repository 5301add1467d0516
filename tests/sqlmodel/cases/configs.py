from pydantic import ConfigDict
from sqlmodel import Field, SQLModel
from sqlmodel.main import SQLModelConfig


class Base(SQLModel):
    class Config:
        arbitrary_types_allowed = True
        use_enum_values = True
        orm_mode = True


class A(Base, table=True):
    model_config = {"validate_assignment": True, "extra": "allow"}
    id: int | None = Field(default=None, primary_key=True)


class B(SQLModel, table=True):
    model_config = SQLModelConfig(populate_by_name=True, from_attributes=True)
    id: int | None = Field(default=None, primary_key=True, alias="key")


class C(SQLModel):
    model_config = ConfigDict(table=True)
    id: int | None = Field(default=None, primary_key=True)


class Custom:
    pass


class D(Base, table=True):
    id: int | None = Field(default=None, primary_key=True)
    value: Custom = Field(sa_type=__import__("sqlalchemy").JSON)
