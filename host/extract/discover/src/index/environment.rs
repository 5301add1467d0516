//! Code that depends on its environment: a table that it decides about may differ elsewhere.
//!
//! A run can hide its sandbox from some code, but not from all. So if the text reads properties of the interpreter, the
//! machine or the process, and a table depends on the result, that is reported, whatever the result was.

use std::collections::BTreeMap;

use ruff_python_ast::{
    Expr, ExprCall, Keyword, Stmt, StmtFunctionDef, StmtIf, UnaryOp,
    visitor::{self, Visitor},
};
use ruff_text_size::{Ranged, TextRange};
use serde::{Deserialize, Serialize};

use super::{
    expr::{dotted, head_of_text, last, literal},
    module_ref::ModuleRef,
    names::Names,
    questions,
};

/// Lines of a file whose effect depends on the environment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chosen {
    /// The first line, counted from 1.
    pub line: u32,
    /// The last line, inclusive.
    pub end_line: u32,
    /// The property that is read: `sys.modules`.
    pub what: String,
    /// Whether it is within a function, so that only objects created there depend on it.
    pub in_function: bool,
}

/// Reads the whole module.
pub(super) fn chosen(body: &[Stmt], names: &Names, module: ModuleRef<'_>) -> Vec<Chosen> {
    if !questions::MAY_ASK.iter().any(|word| module.text.contains(word)) {
        return Vec::new();
    }
    let mut reader = Reader {
        names,
        module,
        asking: BTreeMap::new(),
        flags: BTreeMap::new(),
        found: Vec::new(),
        functions: 0,
        gathers: true,
    };
    // The meaning of a name may depend on another name.
    for _ in 0..3 {
        reader.visit_body(body);
    }
    reader.gathers = false;
    reader.visit_body(body);
    reader.found
}

struct Reader<'a> {
    names: &'a Names,
    module: ModuleRef<'a>,
    /// Names whose value depends on the interpreter, with the property that is read.
    asking: BTreeMap<String, String>,
    /// Names with a Boolean value that depends on another property.
    flags: BTreeMap<String, String>,
    found: Vec<Chosen>,
    functions: usize,
    /// Whether names are being collected, without recording anything yet.
    gathers: bool,
}

impl<'a> Visitor<'a> for Reader<'a> {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        match stmt {
            Stmt::If(branches) => self.branches(branches),
            Stmt::While(lasting) => {
                if let Some(what) = self.condition(&lasting.test) {
                    self.note(stmt.range(), what);
                }
                visitor::walk_stmt(self, stmt);
            }
            Stmt::Match(choice) => {
                if let Some(what) = self.condition(&choice.subject) {
                    self.note(stmt.range(), what);
                }
                visitor::walk_stmt(self, stmt);
            }
            Stmt::FunctionDef(function) => self.function(function),
            Stmt::Assign(assign) => {
                let asked = self.asks(&assign.value);
                let decided = self.decided(&assign.value);
                for target in assign.targets.iter().filter_map(Expr::as_name_expr) {
                    self.note_name(&target.id, asked.as_ref());
                    self.flag(&target.id, decided.as_ref());
                }
                visitor::walk_stmt(self, stmt);
            }
            Stmt::AnnAssign(assign) => {
                let asked = assign.value.as_ref().and_then(|value| self.asks(value));
                if let Some(name) = assign.target.as_name_expr() {
                    self.note_name(&name.id, asked.as_ref());
                }
                visitor::walk_stmt(self, stmt);
            }
            other => visitor::walk_stmt(self, other),
        }
    }

    fn visit_keyword(&mut self, keyword: &'a Keyword) {
        let is_flag = keyword.arg.as_ref().is_some_and(|name| questions::FLAGS.contains(&name.as_str()));
        let name = keyword.value.as_name_expr().filter(|_| is_flag);
        if let Some(what) = name.and_then(|name| self.flags.get(name.id.as_str())) {
            self.note(keyword.range(), what.clone());
        }
        visitor::walk_keyword(self, keyword);
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        match self.asked(expr).or_else(|| self.decided(expr)) {
            Some(what) => self.note(expr.range(), what),
            None if is_plain(expr) => {}
            None => visitor::walk_expr(self, expr),
        }
    }
}

impl<'a> Reader<'a> {
    /// All branches of an `if` depend on it, and so do their assignments.
    fn branches(&mut self, branches: &'a StmtIf) {
        let tests = std::iter::once(&*branches.test);
        let mut tests =
            tests.chain(branches.elif_else_clauses.iter().filter_map(|clause| clause.test.as_ref()));
        if let Some(what) = tests.find_map(|test| self.condition(test)) {
            let interpreter = is_of_interpreter(&what);
            self.note(branches.range(), what.clone());
            let bodies = branches.elif_else_clauses.iter().map(|clause| &clause.body).chain([&branches.body]);
            for stmt in bodies.flatten().filter(|_| interpreter) {
                match stmt {
                    Stmt::Assign(assign) => {
                        for target in assign.targets.iter().filter_map(Expr::as_name_expr) {
                            self.note_name(&target.id, Some(&what));
                        }
                    }
                    Stmt::FunctionDef(function) => self.note_name(&function.name, Some(&what)),
                    _ => {}
                }
            }
        }
        for stmt in
            branches.body.iter().chain(branches.elif_else_clauses.iter().flat_map(|clause| &clause.body))
        {
            self.visit_stmt(stmt);
        }
    }

    /// The result of a function that reads the environment depends on it; a function for an attribute is part of its
    /// class.
    fn function(&mut self, function: &'a StmtFunctionDef) {
        let is_attribute = function.decorator_list.iter().any(|decorator| {
            let text = self.module.source(decorator.expression.range());
            head_of_text(&text).split('.').any(|part| matches!(part, "declared_attr" | "declarative_attr"))
        }) || matches!(function.name.as_str(), "__table_args__" | "__tablename__");
        let mut asks = Asks { reader: self, found: None };
        asks.visit_body(&function.body);
        if let Some(what) = asks.found {
            self.note_name(&function.name, Some(&what));
        }
        self.functions += usize::from(!is_attribute);
        self.visit_body(&function.body);
        self.functions -= usize::from(!is_attribute);
    }

    fn note_name(&mut self, name: &str, what: Option<&String>) {
        // Local names of a function have no meaning outside.
        if let Some(what) = what.filter(|_| self.gathers && self.functions == 0) {
            self.asking.entry(name.to_owned()).or_insert_with(|| what.clone());
        }
    }

    fn flag(&mut self, name: &str, what: Option<&String>) {
        if let Some(what) = what.filter(|_| self.gathers && self.functions == 0) {
            self.flags.entry(name.to_owned()).or_insert_with(|| what.clone());
        }
    }

    fn note(&mut self, range: TextRange, what: String) {
        if !self.gathers {
            let (line, end_line) = (self.module.line(range.start()), self.module.line(range.end()));
            self.found.push(Chosen { line, end_line, what, in_function: self.functions > 0 });
        }
    }

    /// The property that a condition reads.
    fn condition(&self, test: &Expr) -> Option<String> {
        self.asks(test).or_else(|| {
            let mut around = Surroundings { reader: self, found: None };
            around.visit_expr(test);
            around.found
        })
    }

    /// The property that a Boolean expression reads. If the value of a variable itself is used, its default in the code
    /// counts.
    fn decided(&self, expr: &Expr) -> Option<String> {
        match expr {
            Expr::Compare(_) => self.condition(expr),
            Expr::UnaryOp(unary) if unary.op == UnaryOp::Not => self.condition(&unary.operand),
            Expr::If(choice) => self.condition(&choice.test),
            Expr::Call(call)
                if dotted(&call.func)
                    .is_some_and(|name| matches!(name.as_str(), "bool" | "len" | "hash")) =>
            {
                call.arguments.args.iter().find_map(|argument| self.condition(argument))
            }
            _ => None,
        }
    }

    /// The property of the interpreter that an expression reads, in any of its parts.
    fn asks(&self, value: &Expr) -> Option<String> {
        let mut asks = Asks { reader: self, found: None };
        asks.visit_expr(value);
        asks.found
    }

    /// The property of the interpreter that a name refers to.
    fn asked(&self, expr: &Expr) -> Option<String> {
        let local = dotted(expr);
        let of_name =
            local.as_ref().and_then(|name| self.asking.get(name.split('.').next().unwrap_or_default()));
        if let Some(what) = of_name {
            return Some(what.clone());
        }
        if let Some(attribute) = questions::attribute(expr) {
            return Some(attribute.to_owned());
        }
        self.full(expr).filter(|name| questions::is_of_interpreter(name))
    }

    /// A name in its own module; `None` for names that no import binds.
    fn full(&self, expr: &Expr) -> Option<String> {
        let name = match expr {
            Expr::Name(name) if questions::is_of_module(&name.id) => Some(name.id.to_string()),
            Expr::Attribute(attribute) => match &*attribute.value {
                Expr::Call(call) => Some(format!("{}.{}", imported(call)?, attribute.attr)),
                _ => self.names.target(&dotted(expr)?).or_else(|| questions::own_file(expr)),
            },
            Expr::Call(call) => imported(call),
            other => self.names.target(&dotted(other)?),
        }?;
        Some(questions::without_detour(&name).to_owned())
    }
}

/// The module of `__import__("sys")`.
fn imported(call: &ExprCall) -> Option<String> {
    let name = dotted(&call.func)?;
    matches!(last(&name), "__import__" | "import_module")
        .then(|| literal(call.arguments.args.first()?))
        .flatten()
}

/// Whether an expression is a name, or attributes of one: its parts read nothing.
fn is_plain(expr: &Expr) -> bool {
    dotted(expr).is_some()
}

fn is_of_interpreter(what: &str) -> bool {
    !questions::is_of_surroundings(what)
}

struct Asks<'r, 'a> {
    reader: &'r Reader<'a>,
    found: Option<String>,
}

impl<'b> Visitor<'b> for Asks<'_, '_> {
    fn visit_expr(&mut self, expr: &'b Expr) {
        self.found = self.found.take().or_else(|| self.reader.asked(expr));
        if self.found.is_none() && !is_plain(expr) {
            visitor::walk_expr(self, expr);
        }
    }
}

struct Surroundings<'r, 'a> {
    reader: &'r Reader<'a>,
    found: Option<String>,
}

impl<'b> Visitor<'b> for Surroundings<'_, '_> {
    fn visit_expr(&mut self, expr: &'b Expr) {
        let flag = expr.as_name_expr().and_then(|name| self.reader.flags.get(name.id.as_str())).cloned();
        let attribute = || questions::attribute_of_surroundings(expr).map(str::to_owned);
        let name = || self.reader.full(expr).filter(|name| questions::is_of_surroundings(name));
        self.found = self.found.take().or(flag).or_else(attribute).or_else(name);
        if self.found.is_none() && !is_plain(expr) {
            visitor::walk_expr(self, expr);
        }
    }
}

#[cfg(test)]
mod question_tests;

#[cfg(test)]
mod tests {
    use belljar_tree::Tree;

    use crate::{Options, discover};

    pub(super) const COLUMN: &str = "    x = Column(Integer)";

    /// The property that the class in a text depends on; `column` is the line of its only column.
    pub(super) fn asked(above: &str, column: &str) -> Option<String> {
        let class: String = [
            "class A(Base):",
            "    __tablename__ = 'a'",
            "    id = Column(Integer, primary_key=True)",
            column,
        ]
        .join("\n");
        let head = "from sqlalchemy import Column, Integer, String, Index, Table\nfrom base import Base\n";
        let text = format!("{head}{}", above.replace("CLASS", &class.replace('\n', "\n    ")));
        let text = if above.contains("CLASS") { text } else { format!("{text}\n{class}\n") };
        let index = discover(&Tree::in_memory([("m.py", text.as_str())]), &Options::default()).index;
        let class = index.class_at("m.py", "A").unwrap();
        index.chosen_at("m.py", class.line).map(|chosen| chosen.what.clone())
    }

    #[test]
    fn what_decides_about_a_class() {
        for (above, column, wanted) in [
            ("import sys", "    x = Column(Integer, nullable='a' in sys.modules)", "sys.modules"),
            ("import os", "    x = Column(Integer, nullable='a' not in os.environ)", "os.environ"),
            ("import os", "    x = Column(Integer, nullable=not os.getenv('a'))", "os.getenv"),
            ("import os", "    x = Column(Integer, nullable=bool(os.getenv('a')))", "os.getenv"),
            ("import os", "    x = Column(String(5 if os.environ.get('a') else 9))", "os.environ.get"),
            ("import time", "    x = Column(Integer, nullable=time.time() < 9)", "time.time"),
            ("import struct", "    x = Column(String(struct.calcsize('P')))", "struct.calcsize"),
            ("import sys", "    x = Column(Integer, nullable=sys.maxsize > 2**32)", "sys.maxsize"),
            (
                "import sys as s",
                "    x = Column(Integer, nullable=bool(s.flags.optimize))",
                "sys.flags.optimize",
            ),
            (
                "from sys import modules as m",
                "    x = Column(Integer if 'a' in m else String)",
                "sys.modules",
            ),
            ("import sys", "    if sys.platform == 'linux':\n        x = Column(Integer)", "sys.platform"),
            (
                "import platform",
                "    x = Column(Integer, nullable=platform.system() == 'x')",
                "platform.system",
            ),
            ("", "    x = Column(Integer, nullable=__debug__)", "__debug__"),
            ("import sys", "    x = Column(Integer, nullable=hasattr(sys, 'x'))", "sys"),
            ("", "    x = Column(Integer, nullable=__import__('sys').platform == 'x')", "sys.platform"),
            (
                "import sys\nSEEN = 'a' in sys.modules",
                "    x = Column(Integer, nullable=SEEN)",
                "sys.modules",
            ),
            (
                "import sys\nSEEN = 'a' in sys.modules\nNO = not SEEN",
                "    x = Column(Integer, nullable=NO)",
                "sys.modules",
            ),
            (
                "import sys\nNO = False\nif 'a' in sys.modules:\n    NO = True",
                "    x = Column(Integer, nullable=NO)",
                "sys.modules",
            ),
            (
                "import sys\ndef no(): return sys.gettrace() is None",
                "    x = Column(Integer, nullable=no())",
                "sys.gettrace",
            ),
            ("import os\nif os.environ.get('A'):\n    CLASS", COLUMN, "os.environ.get"),
            ("import os\nif not os.getenv('A'):\n    pass\nelse:\n    CLASS", COLUMN, "os.getenv"),
            ("import time\nif time.time() > 0:\n    CLASS", COLUMN, "time.time"),
            ("import sys\nwhile not sys.argv:\n    CLASS\n    break", COLUMN, "sys.argv"),
        ] {
            assert_eq!(asked(above, column).as_deref(), Some(wanted), "{above}\n{column}");
        }
    }

    #[test]
    fn what_decides_about_nothing() {
        for (above, column) in [
            ("", COLUMN),
            ("import sys\nif sys.version_info > (3, 8):\n    CLASS", COLUMN),
            ("import sys\nthis = sys.modules[__name__]", COLUMN),
            ("import sys\nif sys.platform == 'win32':\n    import winreg", COLUMN),
            ("import os\nURL = os.environ.get('A', 'b')", "    x = Column(Integer, default=URL)"),
            ("import os", "    x = Column(String, default=os.environ.get('A', 'b'))"),
            ("import time", "    x = Column(Integer)\n    def f(self):\n        return time.time() < 9"),
            (
                "import time, socket",
                "    x = Column(Integer, default=time.time)\n    y = Column(String, default=socket.gethostname)",
            ),
            (
                "",
                "    platform = Column(String)\n    time = Column(Integer)\n    __table_args__ = (Index('i', platform, time),)",
            ),
            (
                "import sys",
                "    x = Column(Integer)\n    def f(self):\n        if sys.platform == 'x':\n            return sys.modules",
            ),
            ("import sys\ndef f():\n    NO = sys.flags\nNO = 1", "    x = Column(Integer, nullable=NO)"),
        ] {
            assert_eq!(asked(above, column), None, "{above}\n{column}");
        }
    }

    #[test]
    fn what_decides_about_a_call() {
        let text = "import sys\nfrom sqlalchemy import *\nm = MetaData()\na = Table('a', m, Column('x', Integer, nullable='b' in sys.modules))\nb = Table('b', m, Column('x', Integer))\ndef f():\n    if sys.flags.debug:\n        return Table('c', m, Column('x', Integer))\n";
        let index = discover(&Tree::in_memory([("m.py", text)]), &Options::default()).index;
        let asked: Vec<bool> =
            [4, 5, 8].iter().map(|line| index.chosen_at("m.py", *line).is_some()).collect();
        assert_eq!(asked, [true, false, true]);
    }
}
