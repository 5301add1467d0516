use super::*;

/// Enough statements that a body is worth postponing.
const LONG: &str =
    "total = first(alpha=1, beta=2) + second(gamma=3, delta=4) + third(epsilon=5, zeta=6) + fourth(eta=7)";

/// The names of the postponed functions of a text, with what stands around each.
fn found(text: &str) -> Vec<(String, Vec<Option<String>>)> {
    let result = String::from_utf8(postponed(text.as_bytes())).unwrap();
    let Some(table) = result.split('\n').nth(1).filter(|table| !table.is_empty()) else { return Vec::new() };
    let table: serde_json::Value = serde_json::from_str(table).unwrap();
    let around = |value: &serde_json::Value| -> Vec<Option<String>> {
        value.as_array().unwrap().iter().map(|around| around[2].as_str().map(str::to_owned)).collect()
    };
    let functions = table["functions"].as_array().unwrap();
    functions
        .iter()
        .map(|function| (function[2].as_str().unwrap().to_owned(), around(&function[3])))
        .collect()
}

/// The text without bodies.
fn rest(text: &str) -> String {
    rest_of(text.as_bytes())
}

fn rest_of(bytes: &[u8]) -> String {
    let result = String::from_utf8(postponed(bytes)).unwrap();
    result.splitn(3, '\n').nth(2).unwrap().to_owned()
}

/// A function with these lines in its body, after enough others.
fn function(lines: &str) -> String {
    let body = lines.replace('\n', "\n    ");
    format!("def f(a, b):\n    {LONG}\n    {body}\n    return total\n")
}

/// What Python refuses in a function, most of it only when it compiles a tree.
const REFUSED: &[&str] = &[
    "nonlocal x",
    "nonlocal total\ntotal = 1",
    "global total",
    "global a",
    "class A:\n    return 1",
    "class A:\n    x = yield 1",
    "break",
    "continue",
    "if a:\n    break",
    "for x in a:\n    pass\nelse:\n    break",
    "for x in a:\n    class A:\n        break",
    "for x in a:\n    def g():\n        continue",
    "await a",
    "async with a:\n    pass",
    "async for x in a:\n    pass",
    "x = [y async for y in a]",
    "lambda: await_(await a)",
    "x = [(yield y) for y in a]",
    "x: (yield) = 1",
    "x: (y := 1) = 1",
    "x = [y := 1 for y in a]",
    "x = [1 for y in (z := a)]",
    "class A:\n    x = [y for y in (z := a)]",
    "async def g():\n    yield 1\n    return 2",
    "async def g():\n    yield from a",
    "from a import *",
    "from __future__ import annotations",
    "from __future__ import nonsense",
    "*a, *b = 1",
    "*a = 1",
    "x = *a",
    "print(*a for a in b)",
    "f(x=1, x=2)",
    "f(x=1, 2)",
    "class A(x=1, x=2):\n    pass",
    "def g(x, x): pass",
    "lambda x, x: 1",
    "__debug__ = 1",
    "a.__debug__ = 1",
    "f(__debug__=1)",
    "def g(__debug__): pass",
    "f() = 1",
    "del f()",
    "x + 1 = 2",
    "try:\n    pass\nexcept:\n    pass\nexcept ValueError:\n    pass",
    "try:\n    pass\nexcept* ValueError:\n    return 1",
    "match a:\n    case x:\n        pass\n    case 1:\n        pass",
    "match a:\n    case x, x:\n        pass",
    "type X = int",
    "def g[T, T](): pass",
    "class A[T, T]: pass",
    "x = '\\x4'",
    "x = '\\N{NO SUCH NAME}'",
    "x = '\\u12'",
    "x = '\\U00110000'",
    "x = b'\\x4'",
    "x = b'é'",
    "x = f'{}'",
    "x = f'{a!z}'",
    "x = 'a' b'b'",
    "x = 0777",
    "x = 1__0",
    "print 'a'",
    "exec 'a'",
    "x = `a`",
    "x = a <> b",
    "raise A, 'b'",
    "lazy import x",
    "import a as __debug__",
    "import __debug__.a",
    "from a import __debug__",
    "from a import b as __debug__",
    "def __debug__(): pass",
    "class __debug__: pass",
    "try:\n    pass\nexcept A as __debug__:\n    pass",
    // These are names of the class around a method.
    "import a as __class__",
    "class super: pass",
    "x: __class__ = 1",
    "def g(x: super): pass",
    // The frame of the caller is meant.
    "warnings.warn('x', stacklevel=2)",
];

#[test]
fn what_python_refuses_is_not_postponed() {
    for refused in REFUSED {
        assert_eq!(found(&function(refused)), [], "{refused}");
    }
    let digits = "9".repeat(5_000);
    let nested = format!("x = {}a{}", "f(".repeat(150), ")".repeat(150));
    let loops: Vec<String> = (0..25).map(|level| format!("{}for x in a:", " ".repeat(level))).collect();
    let loops = format!("{}\n{}pass", loops.join("\n"), " ".repeat(25));
    for refused in [format!("x = {digits}"), nested, loops, "if a:\n\tx = 1\n        y = 2".to_owned()] {
        assert_eq!(found(&function(&refused)), [], "{refused}");
    }
}

#[test]
fn ordinary_bodies_are_postponed() {
    for allowed in [
        "",
        "for x in a:\n    if x:\n        break\n    continue",
        "while a:\n    for x in b:\n        pass\n    else:\n        break",
        "def g(*args, **kwargs):\n    nothing = [x for x in args if x]\n    return nothing",
        "async def g():\n    async with a as b:\n        return await b",
        "class A(B, metaclass=C):\n    x = 1\n    def g(self):\n        return self.x",
        "with a as b, c as d:\n    raise ValueError('x') from None",
        "try:\n    pass\nexcept (ValueError, TypeError) as error:\n    return str(error)\nexcept:\n    pass\nfinally:\n    pass",
        "x, *y = a\nz = [*a, *b]\nf(*a, *b, **c, **d)\nreturn *a, 1",
        "x = lambda y, *z: (y, z)\nw = {k: v for k, v in a.items()}",
        "if (n := len(a)) > 1:\n    return n",
        "x: int = 1\ny: list[str] = []",
        "x = f'{a!r:>{b}} {a=}'\ny = r'\\d' '\\x41\\u0041\\n'",
        "import os.path as p, sys\nfrom . import x as y",
        "del a, b\nassert a, b\nx = 1_000 + 0x10 + 1j",
        "x = yield 1\nyield from a",
        "x @= a\nreturn not a is b",
    ] {
        assert_eq!(found(&function(allowed)), [("f".to_owned(), vec![])], "{allowed}");
    }
}

#[test]
fn where_functions_are_found() {
    let body = |indentation: usize| format!("{}{LONG}\n", " ".repeat(indentation));
    for (text, expected) in [
        (format!("def f():\n{}", body(4)), vec![("f", vec![])]),
        (format!("async def f():\n{}", body(4)), vec![("f", vec![])]),
        (format!("if a:\n  def f():\n{}", body(4)), vec![("f", vec![None])]),
        (format!("if a:\n  pass\nelse:\n  def f():\n{}", body(4)), vec![("f", vec![None])]),
        (
            format!("try:\n  def f():\n{}except E:\n  def g():\n{}", body(4), body(4)),
            vec![("f", vec![None]), ("g", vec![None])],
        ),
        (format!("class A:\n  def f(self):\n{}", body(4)), vec![("f", vec![Some("A")])]),
        (
            format!("@d\nclass A(\n  B,\n):\n  class C:\n    @property\n    def f(self):\n{}", body(6)),
            vec![("f", vec![Some("A"), Some("C")])],
        ),
        (format!("class A:\n  def f(self):\n    super().f()\n{}", body(4)), vec![("f", vec![Some("A")])]),
        // A scope of its own, names that a class changes, or another function around it.
        (format!("def f[T]():\n{}", body(4)), vec![]),
        (format!("class A[T]:\n  def f(self):\n{}", body(4)), vec![]),
        (format!("class A:\n  global f\n  def f(self):\n{}", body(4)), vec![]),
        (format!("class A:\n  def f(self, __a):\n{}", body(4)), vec![]),
        (format!("def f(__a):\n{}", body(4)), vec![("f", vec![])]),
        (format!("class A:\n  def f(self):\n    class B:\n      x = __class__\n{}", body(4)), vec![]),
        (format!("class A:\n  def f(self, super):\n    super()\n{}", body(4)), vec![("f", vec![Some("A")])]),
        // It is not on lines of its own.
        (format!("def f(): {LONG}\n"), vec![]),
        (format!("if a: x = 1; y = 2\n\\\ndef f():\n{}", body(4)), vec![]),
        (format!("class A:\n\tdef f(self):\n\t\t{LONG}\n"), vec![]),
        // It is too short, or looks at its callers.
        ("def f():\n    return None\n".to_owned(), vec![]),
        (format!("def f():\n    sys._getframe(1)\n{}", body(4)), vec![]),
        (format!("def f():\n    inspect.stack()\n{}", body(4)), vec![]),
        // The module calls it.
        (format!("def f():\n{}f()\n", body(4)), vec![]),
        (format!("def f():\n{}@f\ndef g():\n{}", body(4), body(4)), vec![("g", vec![])]),
        (format!("def f():\n{}def g():\n  f()\n{}x = g()\n", body(4), body(2)), vec![]),
        (format!("def f():\n{}x = [f]\n", body(4)), vec![("f", vec![])]),
        (format!("class A:\n  def __init__(self):\n{}", body(4)), vec![("__init__", vec![Some("A")])]),
        (format!("class A:\n  def __init__(self):\n{}A()\n", body(4)), vec![]),
        (format!("class A:\n  def __init_subclass__(cls):\n{}", body(4)), vec![]),
        (format!("class A:\n  @declared_attr\n  def f(cls):\n{}", body(4)), vec![]),
    ] {
        let expected: Vec<(String, Vec<Option<String>>)> = expected
            .into_iter()
            .map(|(name, around)| {
                (name.to_owned(), around.into_iter().map(|name| name.map(str::to_owned)).collect())
            })
            .collect();
        assert_eq!(found(&text), expected, "{text}");
    }
}

#[test]
fn everything_else_stays_where_it_was() {
    let text = format!(
        "import os\n@d(\n  1)\ndef f(a, /, b: int = 2, *c, d=3, **e) -> int:  # why\n    'doc'\n    # more\n    \
         {LONG}\n    return (\n        'é'\n    )\n\n\nclass A:\n    async def g(self):\n        {LONG}  # end\n    x = 1\n    \
         def h(self):\n        {LONG}; super().h()\n        yield 1\n"
    );
    let rest = rest(&text);
    let (before, after): (Vec<&str>, Vec<&str>) = (text.split('\n').collect(), rest.split('\n').collect());
    assert_eq!(before.len(), after.len());
    let changed: Vec<(usize, &str)> = after
        .iter()
        .zip(&before)
        .enumerate()
        .filter(|(_, (after, before))| after != before)
        .map(|(line, (after, _))| (line + 1, after.trim()))
        .collect();
    assert_eq!(
        changed,
        [
            (7, "return _belljar_body_()(a, b, *c, d=d, **e"),
            (8, ""),
            (9, ""),
            (15, &format!("return await _belljar_body_()(self{})  # end", " ".repeat(LONG.len() - 35))[..]),
            (18, "return (yield from _belljar_body_(lambda: __class__)(self"),
            (19, "))"),
        ]
    );
    for (line, _) in changed {
        let [before, after] =
            [&before, &after].map(|lines| lines[line - 1].split("  #").next().unwrap().len());
        assert!(
            line == 7 || line == 8 || line == 9 || line == 18 || before == after,
            "the ends of line {line}"
        );
    }
}

#[test]
fn a_file_that_python_may_refuse_is_left_as_it_is() {
    let good = function("");
    for text in [
        format!("{good}class A(:\n    pass\n"),
        format!("{good}x = 1 +\n"),
        format!("{good}\u{c}x = 1\n"),
        format!("{good}x = '\0'\n"),
        format!("# coding: nonsense\n{good}"),
        format!("{good}_belljar_body_ = 1\n"),
    ] {
        assert_eq!(found(&text), [], "{text}");
    }
    assert_eq!(postponed(&[good.as_bytes(), b"x = '\xff'\n"].concat()), b"");
    let large = format!("{good}{}", "# a comment\n".repeat(400_000));
    assert_eq!(postponed(large.as_bytes()), b"");
    let deep = format!("{good}x = {}1\n", "-".repeat(100_000));
    assert_eq!(postponed(deep.as_bytes()), b"");
}

#[test]
fn lines_end_as_python_reads_them() {
    let text = function("x = 1");
    for other in [text.replace('\n', "\r\n"), text.replace('\n', "\r"), format!("\u{feff}{text}")] {
        assert_eq!(rest(&other), rest(&text));
    }
}

/// Of other encodings than UTF-8 only the ASCII characters are decoded as Python does, so their text must not be used.
#[test]
fn the_text_of_other_encodings_is_left_to_python() {
    for (encoding, is_used) in [
        ("utf-8", true),
        ("utf_8", true),
        ("latin-1", false),
        ("cp1251", false),
        ("windows-1252", false),
        ("iso-8859-15", false),
        ("ascii", false),
        ("gbk", false),
    ] {
        let text = |last: &[u8]| {
            [format!("# coding: {encoding}\n{}x = '", function("x = 1")).as_bytes(), last, b"'\n"].concat()
        };
        let mut letter = [0; 4];
        let other = if is_used { 'é'.encode_utf8(&mut letter).as_bytes() } else { b"\xe9" };
        let of_other = postponed(&text(other));
        assert_eq!(of_other.windows(CALL.len()).any(|part| part == CALL.as_bytes()), is_used, "{encoding}");
        assert!(rest_of(&text(b"e")).contains(CALL), "{encoding}: all characters are ASCII");
    }
    let latin = postponed(b"# coding: latin-1\nclass A:\n    at: time\n    time = '\xe9'\n");
    assert_eq!(latin, b"{\"shadowed\":true,\"prelude\":0}\n");
}

#[test]
fn the_result_is_at_most_twice_as_large() {
    let one = "def f():\n    a(b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t)\n";
    for text in [one.repeat(1_000), format!("class A:\n    {}", one.replace('\n', "\n    ").repeat(1_000))] {
        assert!(postponed(text.as_bytes()).len() <= 2 * text.len());
    }
}
