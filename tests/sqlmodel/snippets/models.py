import enum
from typing import Any, ClassVar, Generic, List, Optional, TypeVar, Union

from pydantic import (
    AliasChoices, AliasPath, BaseModel, ConfigDict, Field, PrivateAttr, RootModel, ValidationError, computed_field,
    create_model, field_serializer, field_validator, model_serializer, model_validator, root_validator, validator,
)

T = TypeVar("T")


class Level(enum.Enum):
    LOW = 1


class Item(BaseModel):
    name: str
    price: float = 1.0
    tags: list[str] = []
    level: Level = Level.LOW
    extra: Optional[dict[str, Any]] = Field(default_factory=dict)
    kind: ClassVar[str] = "item"
    _secret: int = PrivateAttr(default=3)


item = Item(name="a", price="2.5")
show(item, item.model_dump(), item.model_dump_json(), item.model_fields_set, item.dict(), item.json(), item.copy())
show(lambda: Item(), lambda: Item(name=1), lambda: Item(name="x", tags="a"), lambda: Item.parse_obj({"name": "q"}))
show(item._secret, item == Item(name="a", price=2.5), Item.model_construct(name=5), Item.construct(name="x").price)
show(item.model_copy(update={"name": "z"}), Item.model_validate_json('{"name": "j", "level": 1}'), Item.kind)
show(Item(name="x").tags is Item(name="x").tags, list(Item.model_fields), item.model_dump(exclude={"tags"}, mode="json"))
show(item.model_dump(include={"name"}), item.model_dump(exclude_unset=True), item.model_dump(exclude_defaults=True))
show(Item.model_json_schema(), repr(Item.model_fields["price"]), Item.schema()["title"], Item.__fields__.keys())


class Aliased(BaseModel):
    model_config = ConfigDict(populate_by_name=True, extra="allow", str_strip_whitespace=True)
    a: int = Field(alias="A")
    b: str = Field("x", validation_alias=AliasChoices("B", "bee", AliasPath("deep", 0)), serialization_alias="beta")


show(Aliased(A=1, bee="y "), Aliased(a=2), Aliased(A=1, deep=["p"]), Aliased(A=1, more=3).model_dump(by_alias=True))
show(lambda: Aliased(), Aliased(A=1, more=3).model_extra, lambda: Aliased(A="q", B=1))


class Closed(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, validate_assignment=True)
    a: int


show(lambda: Closed(a=1, b=2), lambda: setattr(Closed(a=1), "a", 2), hash(Closed(a=1)) == hash(Closed(a=1)))


class Checked(BaseModel):
    class Config:
        validate_assignment = True
        use_enum_values = True

    a: int = 1
    b: str = "b"
    level: Level = Level.LOW
    c: Optional[int] = None

    @field_validator("a", mode="before")
    @classmethod
    def double(cls, value):
        return int(value) * 2

    @field_validator("b")
    @classmethod
    def shout(cls, value, info):
        if value == "bad":
            raise ValueError("no")
        return value.upper() + str(sorted(info.data))

    @validator("c", pre=True, always=True)
    def older(cls, value, values):
        return values.get("a") if value is None else value

    @model_validator(mode="before")
    @classmethod
    def before(cls, data):
        return {**data, "b": data.get("b", "dflt")} if isinstance(data, dict) else data

    @model_validator(mode="after")
    def after(self):
        self.__dict__["seen"] = True
        return self

    @root_validator(pre=True)
    def oldest(cls, values):
        return values


checked = Checked(a="4", level=Level.LOW)
show(checked, lambda: Checked(b="bad"), lambda: setattr(checked, "a", "x"), checked.level)
checked.a = "5"
show(checked.a, checked.model_fields_set)


class Shown(BaseModel):
    x: int
    when: Level = Level.LOW

    @computed_field
    @property
    def double(self) -> int:
        return self.x * 2

    @field_serializer("x")
    def write(self, value, info):
        return f"{value}{info.mode}"


show(Shown(x=2).model_dump(), Shown(x=2).model_dump_json(), Shown(x=2))


class Whole(BaseModel):
    x: int

    @model_serializer(mode="wrap")
    def write(self, handler):
        return {"inner": handler(self)}


class Holder(BaseModel):
    whole: Whole
    many: List[Whole] = []
    either: Union[int, Whole, None] = None


show(Holder(whole={"x": 1}, many=[Whole(x=2), {"x": "3"}], either={"x": 4}).model_dump())
show(lambda: Holder(whole=3), lambda: Holder(whole={"x": "q"}, many=[{}]), Holder(whole=Whole(x=1)).whole)


class Box(BaseModel, Generic[T]):
    content: T
    others: list[T] = []


class Names(RootModel[list[str]]):
    pass


class Tree(BaseModel):
    value: int
    children: list["Tree"] = []


show(Box[int](content="3"), Box(content="x"), Box[list[str]](content=["a"]), lambda: Box[int](content="x"))
show(Names(["a"]), Names.model_validate(["b"]).model_dump(), lambda: Names([1]), Names(["a"]).model_dump_json())
show(Tree(value=1, children=[{"value": "2", "children": [{"value": 3}]}]), lambda: Tree(value=1, children=[{"value": "x"}]))
Made = create_model("Made", a=(int, 1), b=(str, ...), __base__=Item)
show(Made(name="n", b="q"), lambda: Made(name="n"))


class Attributed(BaseModel):
    model_config = {"from_attributes": True}
    name: str


show(Attributed.model_validate(item), lambda: Attributed.model_validate(3), Attributed.model_validate({"name": "q"}))


class Posted(BaseModel):
    a: int = 0
    _b: int

    def model_post_init(self, context):
        self._b = self.a + 1


class Sub(Posted):
    c: int = 5


show(Posted(a=1)._b, Sub(a=2)._b, Sub(), Sub.model_fields.keys(), Posted.model_validate(Sub(a=3)))
show(lambda: Item.model_validate(item, strict=True), lambda: Item.model_validate({"name": "a", "price": "1"}, strict=True))
show(ValidationError.from_exception_data("T", [{"type": "missing", "loc": ("a",), "input": 1}]))
try:
    Item(name=1, price="x")
except ValidationError as error:
    show(error.title, error.error_count(), error.errors(include_url=False), isinstance(error, ValueError))
