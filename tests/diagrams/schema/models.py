# ruff: noqa: D101, INP001, RUF012 what a project has
"""Tables with names that mean something in a language of diagrams, in Markdown, HTML or a shell."""

from sqlalchemy import Column, ForeignKey, ForeignKeyConstraint, Integer, Numeric, String, Table, text
from sqlalchemy.orm import declarative_base

Base = declarative_base()

NAMES = [
    "plain", "snake_case", 'a"b', "a'b", "a`b", "a\\", "\\N", "a;b", "a{b}", "a<b", "x y", "a,b", "a:b", "a.b", "a->b",
    '%%{init: {"theme":"dark"}}%%', "%", "%% a", "<script>alert(1)</script>", "<img:http://h.example/x.png>",
    "<b>bold</b>", "[[http://h.example x]]", "!include /etc/passwd", "%getenv(HOME)", "${HOME}", "$x", "#quot;", "&lt;",
    "&#60;", "*", "**a**", "__u__", "_", "__proto__", "constructor", "toString", "~~~", "```", "--", "---", "''", "'''",
    '"""', "|x|", "/*", "//", "#", "@enduml", "@startuml", "end", "style", "label", "shape", "note", "near", "width",
    "class", "classDef", "constraint", "direction", "null", "title", "table", "ref", "graph", "digraph", "subgraph",
    "node", "edge", "strict", "erDiagram", "one", "only", "u", "id", "1", "1a", "layers", "steps", "scenarios", "vars",
    "数据", "größe", "🎉", "a" * 120, "acc_title", "accTitle", "hide", "remove", "as", "package",
]  # fmt: skip

for i, name in enumerate(NAMES):
    Table(
        name,
        Base.metadata,
        Column("key of it", Integer, primary_key=True),
        Column(name, Numeric(10, 2), comment=name, server_default=text("'`'")),
        Column("to " + name, ForeignKey("plain.key of it"), nullable=i % 2 == 0, unique=i % 3 == 0),
        comment=name,
    )


class Parent(Base):
    __tablename__ = "parent"
    __table_args__ = {"schema": "shop"}
    a = Column(Integer, primary_key=True)
    b = Column(String(20), primary_key=True)


class Child(Base):
    __tablename__ = "child"
    __table_args__ = (
        ForeignKeyConstraint(["x", "y"], ["shop.parent.a", "shop.parent.b"], ondelete="CASCADE"),
        {"schema": 'other "x"'},
    )
    x = Column(Integer, primary_key=True)
    y = Column(String(20), primary_key=True)
    z = Column(Integer, ForeignKey("nowhere.id"))


# The same table in another `MetaData`.
Table("plain", declarative_base().metadata, Column("id", Integer, primary_key=True))
