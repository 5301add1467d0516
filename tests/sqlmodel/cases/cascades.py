from sqlmodel import Field, Relationship, SQLModel


class Parent(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    children: list["Child"] = Relationship(
        back_populates="parent", cascade_delete=True, passive_deletes=True,
        sa_relationship_kwargs={"foreign_keys": "[Child.parent_id]"},
    )
    first: "Child" = Relationship(
        sa_relationship_kwargs={
            "uselist": False, "lazy": "selectin", "viewonly": True, "foreign_keys": "[Child.third_id]"
        }
    )


class Child(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    parent_id: int = Field(foreign_key="parent.id", ondelete="CASCADE")
    other_id: int | None = Field(default=None, foreign_key="parent.id", ondelete="SET NULL")
    third_id: int = Field(foreign_key="parent.id", ondelete="RESTRICT", index=True)
    parent: Parent = Relationship(
        back_populates="children", sa_relationship_kwargs={"foreign_keys": "[Child.parent_id]"}
    )


Parent.__mapper__.relationships  # noqa: B018
