use ruff_python_ast::{Expr, Stmt, StmtClassDef, StmtFunctionDef};
use ruff_text_size::{Ranged, TextSize};

use super::{
    Attribute, ClassDecl, Tablename,
    calls::{self, Resolver},
    expr::{head_of_text, is_true, last, literal},
    facts, items,
    module_ref::ModuleRef,
    table,
};
use crate::Reason;

/// Reads the class statement itself; [`statement`] reads its body.
pub(super) fn declare(
    class: &StmtClassDef,
    module: ModuleRef<'_>,
    qualname: String,
    in_function: bool,
) -> ClassDecl {
    let table_true = class.keywords().iter().any(|keyword| {
        keyword.arg.as_ref().is_some_and(|name| name.as_str() == "table") && is_true(&keyword.value)
    });
    let text = |node: &dyn Ranged| module.source(node.range());
    ClassDecl {
        module: module.name.to_owned(),
        qualname,
        path: module.path.to_owned(),
        line: module.line(class.name.range().start()),
        end_line: module.line(class.range().end()),
        bases: class.bases().iter().map(|base| text(base)).collect(),
        tablename: Tablename::None,
        may_refer: false,
        items: Vec::new(),
        computes_items: false,
        has_table: false,
        abstract_: false,
        table_true,
        attributes: Vec::new(),
        in_function,
        declarative: false,
        decorators: class.decorator_list.iter().map(|decorator| text(&decorator.expression)).collect(),
    }
}

/// The information of the class statement alone: decorators, metaclass and keywords.
pub(super) fn reason(class: &StmtClassDef, decl: &ClassDecl) -> Option<Reason> {
    if decl.table_true {
        return Some(Reason::DeclaredClass);
    }
    let metaclass = class
        .keywords()
        .iter()
        .find(|keyword| keyword.arg.as_ref().is_some_and(|name| name.as_str() == "metaclass"));
    let is_meta =
        |expr: &Expr| super::expr::dotted(expr).is_some_and(|name| last(&name) == "DeclarativeMeta");
    if metaclass.is_some_and(|keyword| is_meta(&keyword.value)) {
        return Some(Reason::DeclarativeBase);
    }
    decl.decorators.iter().find_map(|decorator| {
        let name = head_of_text(decorator);
        match last(name) {
            _ if calls::is_base_call(name) => Some(Reason::DeclarativeBase),
            "mapped" | "mapped_as_dataclass" if name.contains('.') => Some(Reason::DeclaredClass),
            _ => None,
        }
    })
}

/// Reads one statement of a class body; returns the reason to import the module that it adds.
pub(super) fn statement(
    stmt: &Stmt,
    class: &mut ClassDecl,
    module: ModuleRef<'_>,
    resolver: Resolver<'_>,
) -> Option<Reason> {
    match stmt {
        Stmt::Assign(assign) => assign
            .targets
            .iter()
            .filter_map(|target| {
                let Expr::Name(name) = target else { return None };
                let field = Field { name: &name.id, start: name.start(), annotation: None };
                field.add(Some(&assign.value), class, module, resolver)
            })
            .min(),
        Stmt::AnnAssign(assign) => {
            let Expr::Name(name) = &*assign.target else { return None };
            let field = Field { name: &name.id, start: name.start(), annotation: Some(&assign.annotation) };
            field.add(assign.value.as_deref(), class, module, resolver)
        }
        Stmt::FunctionDef(function) => declared_attr(function, class, module, resolver),
        Stmt::Expr(statement) => {
            class.items.extend(items::within(&statement.value, resolver));
            None
        }
        _ => None,
    }
}

/// One assignment in a class body.
struct Field<'a> {
    name: &'a str,
    start: TextSize,
    annotation: Option<&'a Expr>,
}

impl Field<'_> {
    fn add(
        &self,
        value: Option<&Expr>,
        class: &mut ClassDecl,
        module: ModuleRef<'_>,
        resolver: Resolver<'_>,
    ) -> Option<Reason> {
        let line = module.line(self.start);
        class.items.extend(value.into_iter().flat_map(|value| items::within(value, resolver)));
        let reason = special(self.name, value, line, class);
        if let ("__table_args__", Some(value)) = (self.name, value) {
            class.may_refer = match value {
                Expr::Tuple(items) => items.elts.iter().any(|item| table::may_refer(item, resolver)),
                other => table::may_refer(other, resolver),
            };
            class.computes_items |= items::computes(value);
        }
        let is_mapped = self.annotation.is_some_and(|annotation| resolver.is_mapped(annotation));
        let is_relationship =
            value.is_some_and(|value| resolver.is_property(value) && !resolver.is_column(value));
        let is_column = value.is_some_and(|value| resolver.is_column(value));
        let is_field = class.table_true && self.annotation.is_some() && !is_relationship;
        class.attributes.push(Attribute {
            name: self.name.to_owned(),
            line,
            column_name: value.and_then(calls::column_name).filter(|_| is_column || is_mapped || is_field),
            looks_like_column: is_column || (is_mapped && !is_relationship) || is_field,
            facts: (is_column || (is_mapped && !is_relationship))
                .then(|| facts::facts(value, self.annotation, resolver))
                .flatten()
                .map(Box::new),
        });
        let is_property = is_mapped || is_column || is_relationship;
        reason.or_else(|| is_property.then_some(Reason::Columns))
    }
}

/// The attributes by which a class declares its table.
fn special(name: &str, value: Option<&Expr>, line: u32, class: &mut ClassDecl) -> Option<Reason> {
    let value = value?;
    match name {
        "__tablename__" if matches!(value, Expr::NoneLiteral(_)) => None,
        "__tablename__" => {
            class.tablename = literal(value).map_or(Tablename::Computed(line), Tablename::Literal);
            Some(Reason::DeclaredClass)
        }
        "__table__" => {
            class.has_table = true;
            Some(Reason::DeclaredClass)
        }
        "__abstract__" => {
            class.abstract_ = is_true(value);
            None
        }
        "__table_args__" | "__mapper_args__" => Some(Reason::Columns),
        _ => None,
    }
}

/// A method for an attribute: `@declared_attr def created(cls): …`.
fn declared_attr(
    function: &StmtFunctionDef,
    class: &mut ClassDecl,
    module: ModuleRef<'_>,
    resolver: Resolver<'_>,
) -> Option<Reason> {
    let is_declared = function.decorator_list.iter().any(|decorator| {
        let text = module.source(decorator.expression.range());
        head_of_text(&text).split('.').any(|part| matches!(part, "declared_attr" | "declarative_attr"))
    });
    let name = function.name.as_str();
    let is_special = matches!(name, "__tablename__" | "__table_args__" | "__mapper_args__" | "__table__");
    if !is_declared && !is_special {
        return None;
    }
    let line = module.line(function.name.range().start());
    if name == "__table_args__" {
        class.may_refer = true;
        class.computes_items = true;
    }
    class.items.extend(items::within_body(&function.body, resolver));
    if name == "__tablename__" {
        class.tablename = Tablename::Computed(line);
    }
    let looks_like_column = is_declared && !is_special;
    class.attributes.push(Attribute {
        name: name.to_owned(),
        line,
        column_name: None,
        looks_like_column,
        facts: None,
    });
    Some(Reason::Columns)
}
