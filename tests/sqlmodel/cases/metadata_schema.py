from sqlmodel import Field, SQLModel

SQLModel.metadata.schema = "tenant"


class Row(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    other: int | None = Field(default=None, foreign_key="tenant.row.id")
