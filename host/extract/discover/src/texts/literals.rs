//! The texts of expressions, as far as the module states them.

use std::collections::BTreeMap;

use ruff_python_ast::{
    Expr, ExprCall, FStringPart, InterpolatedStringElement, Operator, Stmt, statement_visitor,
};

use super::sql::COMPUTED;
use crate::{
    StaticIndex, Tablename,
    index::{dotted, last},
};

/// What the names of a module stand for, wherever they are assigned; `None` if they are assigned different texts.
#[derive(Default)]
pub(super) struct Literals<'a> {
    texts: BTreeMap<String, Option<String>>,
    /// The first text among the arguments of a call, and the second: `Table("name", …)`, `ReplaceableObject("name", "SELECT …")`.
    calls: BTreeMap<String, (String, Option<String>)>,
    /// The tables of classes, of this module first.
    classes: BTreeMap<&'a str, Option<&'a str>>,
}

impl<'a> Literals<'a> {
    pub(super) fn new(body: &'a [Stmt], path: &str, index: &'a StaticIndex) -> Self {
        let mut literals = Self::default();
        literals.add_classes(path, index);
        let mut assignments = Assignments(Vec::new());
        statement_visitor::StatementVisitor::visit_body(&mut assignments, body);
        for (name, value) in assignments.0 {
            match value {
                Expr::Call(call) => literals.add_call(name, call),
                value => {
                    let text = literals.text(value).filter(|text| !text.contains(COMPUTED));
                    let known = literals.texts.entry(name.to_owned()).or_insert_with(|| text.clone());
                    if *known != text {
                        *known = None;
                    }
                }
            }
        }
        literals
    }

    fn add_classes(&mut self, path: &str, index: &'a StaticIndex) {
        let of = |wanted: bool| index.classes().iter().filter(move |class| (class.path == path) == wanted);
        for class in of(false).chain(of(true)) {
            let Tablename::Literal(name) = &class.tablename else { continue };
            let key = last(&class.qualname);
            let known = self.classes.entry(key).or_insert(Some(name));
            if class.path == path {
                *known = Some(name);
            } else if *known != Some(name) {
                *known = None;
            }
        }
    }

    fn add_call(&mut self, name: &str, call: &ExprCall) {
        let mut texts = call.arguments.args.iter().filter_map(|value| self.text(value));
        if let Some(first) = texts.next() {
            let second = texts.next();
            self.calls.insert(name.to_owned(), (first, second));
        }
    }

    /// The name and the query of an object that a name stands for.
    pub(super) fn object(&self, expr: &Expr) -> Option<&(String, Option<String>)> {
        self.calls.get(last(&dotted(expr)?))
    }

    /// The text of an expression, with [`COMPUTED`] for its unknown parts; `None` if it is no text.
    pub(super) fn text(&self, expr: &Expr) -> Option<String> {
        match expr {
            Expr::StringLiteral(literal) => Some(literal.value.to_str().to_owned()),
            Expr::FString(literal) => Some(literal.value.iter().map(|part| self.part(part)).collect()),
            Expr::BinOp(sum) if sum.op == Operator::Add => {
                let (left, right) = (self.text(&sum.left), self.text(&sum.right));
                (left.is_some() || right.is_some())
                    .then(|| [left, right].map(|text| text.unwrap_or_else(computed)).concat())
            }
            Expr::BinOp(filled) if filled.op == Operator::Mod => {
                let pattern = self.text(&filled.left)?;
                let values = match &*filled.right {
                    Expr::Tuple(tuple) => tuple.elts.iter().map(|value| self.value(value)).collect(),
                    value => vec![self.value(value)],
                };
                Some(fill(&pattern, "%s", &values))
            }
            Expr::Call(call) => self.formatted(call),
            Expr::Name(_) | Expr::Attribute(_) => self.named(expr),
            _ => None,
        }
    }

    fn value(&self, expr: &Expr) -> String {
        self.text(expr).unwrap_or_else(computed)
    }

    fn part(&self, part: &FStringPart) -> String {
        match part {
            FStringPart::Literal(literal) => literal.value.to_string(),
            FStringPart::FString(literal) => literal
                .elements
                .iter()
                .map(|element| match element {
                    InterpolatedStringElement::Literal(literal) => literal.value.to_string(),
                    InterpolatedStringElement::Interpolation(inside) => self.value(&inside.expression),
                })
                .collect(),
        }
    }

    /// The text of `"…".format(…)`, and of methods that only change the white space.
    fn formatted(&self, call: &ExprCall) -> Option<String> {
        let method = call.func.as_attribute_expr()?;
        let text = self.text(&method.value)?;
        match method.attr.as_str() {
            "strip" | "lstrip" | "rstrip" => Some(text.trim().to_owned()),
            "format" => {
                let values: Vec<String> = call.arguments.args.iter().map(|value| self.value(value)).collect();
                let mut text = fill(&text, "{}", &values);
                for (position, value) in values.iter().enumerate() {
                    text = text.replace(&format!("{{{position}}}"), value);
                }
                for keyword in &call.arguments.keywords {
                    let name = keyword.arg.as_ref()?;
                    text = text.replace(&format!("{{{name}}}"), &self.value(&keyword.value));
                }
                Some(text)
            }
            _ => None,
        }
    }

    /// The text that a name is assigned, or the name of the table of a class: `Order.__tablename__`,
    /// `Order.__table__.name`.
    fn named(&self, expr: &Expr) -> Option<String> {
        let name = dotted(expr)?;
        let class = [".__tablename__", ".__table__.name", ".__table__.fullname", ".__table__"]
            .iter()
            .find_map(|ending| name.strip_suffix(ending));
        match class {
            Some(class) => (*self.classes.get(last(class))?).map(str::to_owned),
            None => self.texts.get(last(&name)).cloned().flatten(),
        }
    }
}

fn computed() -> String {
    COMPUTED.to_string()
}

/// Puts values in the place of marks.
fn fill(pattern: &str, mark: &str, values: &[String]) -> String {
    let mut values = values.iter();
    let mut parts = pattern.split(mark);
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        text.push_str(&values.next().cloned().unwrap_or_else(computed));
        text.push_str(part);
    }
    text
}

/// The assignments of a module, of its classes and its functions.
struct Assignments<'a>(Vec<(&'a str, &'a Expr)>);

impl<'a> statement_visitor::StatementVisitor<'a> for Assignments<'a> {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        match stmt {
            Stmt::Assign(assign) => {
                for name in assign.targets.iter().filter_map(Expr::as_name_expr) {
                    self.0.push((name.id.as_str(), &assign.value));
                }
            }
            Stmt::AnnAssign(assign) => {
                if let (Some(name), Some(value)) = (assign.target.as_name_expr(), &assign.value) {
                    self.0.push((name.id.as_str(), value));
                }
            }
            _ => statement_visitor::walk_stmt(self, stmt),
        }
    }
}
