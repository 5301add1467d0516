//! Rewrites a template to use the operators, literals and filters of [`super::bounded`] in place of the engine's own,
//! which allocate without limit.
//!
//! Templates come from a repository that nobody vouches for, and `minijinja` limits instructions, but not memory: to
//! repeat a text a thousand million times (`"x" * 10 ** 9`) is one instruction. Limits on time would depend on the machine. So every operation that can enlarge a
//! value becomes a call that checks the size of its result first. The engine's own parser reads the template, so that
//! no meaning is lost, and its tree is written out as text again. Line numbers are kept.

use minijinja::{
    Error,
    machinery::{
        Token,
        ast::{BinOpKind, Call, CallArg, CompareOpKind, Expr, Filter, ForLoop, Macro, Stmt, UnaryOpKind},
        parse, tokenize,
    },
    syntax::SyntaxConfig,
};

use super::error::error;

/// The maximum number of tokens of one tag: an expression is as deep as its number of operators, and is freed
/// recursively.
const MOST_TOKENS: usize = 20_000;

/// The maximum number of tags of one template: each `elif` is nested in the one before.
const MOST_TAGS: usize = 20_000;

/// The maximum nesting of expressions and statements.
const DEEPEST: usize = 300;

/// The same template, with limits on the values that it creates.
pub(super) fn bounded(text: &str, name: &str) -> Result<String, Error> {
    let (mut tags, mut tokens) = (0, 0);
    for token in tokenize(text, false, SyntaxConfig::default()) {
        // The parser reports invalid tokens.
        let Ok((token, _)) = token else { break };
        tokens += 1;
        if matches!(token, Token::BlockStart | Token::VariableStart) {
            (tags, tokens) = (tags + 1, 0);
        }
        if tags > MOST_TAGS || tokens > MOST_TOKENS {
            return Err(error(format!(
                "it has more than {MOST_TAGS} tags, or more than {MOST_TOKENS} tokens in one"
            )));
        }
    }
    let tree = parse(text, name, SyntaxConfig::default())?;
    let mut writer = Writer { out: String::with_capacity(text.len() * 2), line: 1, depth: 0 };
    writer.statement(&tree)?;
    Ok(writer.out)
}

struct Writer {
    out: String,
    /// The line that is being written.
    line: u32,
    depth: usize,
}

type Done = Result<(), Error>;

impl Writer {
    fn put(&mut self, text: &str) {
        self.out.push_str(text);
    }

    /// Opens a tag, on the line where it is in the template.
    fn open(&mut self, tag: &str, line: u32) {
        self.put(tag);
        while self.line < line {
            self.out.push('\n');
            self.line += 1;
        }
    }

    fn deeper(&mut self, write: impl FnOnce(&mut Self) -> Done) -> Done {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(error(format!("its template is nested more than {DEEPEST} deep")));
        }
        let done = write(self);
        self.depth -= 1;
        done
    }

    fn body(&mut self, all: &[Stmt<'_>]) -> Done {
        self.deeper(|writer| all.iter().try_for_each(|one| writer.statement(one)))
    }

    fn text(&mut self, text: &str) -> Done {
        let literal = serde_json::to_string(text).map_err(|wrong| error(wrong.to_string()))?;
        self.put(&literal);
        Ok(())
    }

    fn statement(&mut self, statement: &Stmt<'_>) -> Done {
        match statement {
            Stmt::Template(one) => return self.body(&one.children),
            // Text is a value like any other, so that the output of a loop is counted.
            Stmt::EmitRaw(one) if one.raw.is_empty() => return Ok(()),
            Stmt::EmitRaw(one) => {
                self.open("{{", 0);
                self.text(one.raw)?;
                self.put("}}");
            }
            Stmt::EmitExpr(one) => {
                self.open("{{ ", one.span().start_line.into());
                self.expression(&one.expr)?;
                self.put(" }}");
            }
            Stmt::ForLoop(one) => self.for_loop(one, one.span().start_line.into())?,
            Stmt::IfCond(_) => self.branches(statement)?,
            Stmt::WithBlock(_)
            | Stmt::SetBlock(_)
            | Stmt::FilterBlock(_)
            | Stmt::Macro(_)
            | Stmt::CallBlock(_) => {
                self.block(statement)?;
            }
            Stmt::Set(one) => {
                self.open("{% set ", one.span().start_line.into());
                self.target(&one.target)?;
                self.put(" = ");
                match &one.target {
                    Expr::Var(_) => self.expression(&one.expr)?,
                    // The attribute of a namespace, or several targets.
                    _ => {
                        self.operand(&one.expr)?;
                        self.put("|__member");
                    }
                }
                self.put(" %}");
            }
            Stmt::Do(one) => {
                self.open("{% do ", one.span().start_line.into());
                self.call(&one.call)?;
                self.put(" %}");
            }
            Stmt::Continue(_) => self.put("{% continue %}"),
            Stmt::Break(_) => self.put("{% break %}"),
            Stmt::AutoEscape(_) | Stmt::Block(_) => {
                return Err(error("template inheritance is not supported"));
            }
            Stmt::Import(_) | Stmt::FromImport(_) | Stmt::Extends(_) | Stmt::Include(_) => {
                return Err(error("it includes another template, which a manifest does not contain"));
            }
        }
        Ok(())
    }

    /// A statement with an end tag.
    fn block(&mut self, statement: &Stmt<'_>) -> Done {
        match statement {
            Stmt::WithBlock(one) => {
                self.open("{% with ", one.span().start_line.into());
                for (at, (target, value)) in one.assignments.iter().enumerate() {
                    self.put(if at > 0 { ", " } else { "" });
                    self.target(target)?;
                    self.put(" = ");
                    self.expression(value)?;
                }
                self.put(" %}");
                self.body(&one.body)?;
                self.put("{% endwith %}");
            }
            Stmt::SetBlock(one) => {
                self.open("{% set ", one.span().start_line.into());
                self.target(&one.target)?;
                if let Some(Expr::Filter(filter)) = &one.filter {
                    self.put("|");
                    self.filters(filter)?;
                }
                self.put(" %}");
                self.body(&one.body)?;
                self.put("{% endset %}");
            }
            Stmt::FilterBlock(one) => {
                let Expr::Filter(filter) = &one.filter else {
                    return Err(error("a filter block without one"));
                };
                self.open("{% filter ", one.span().start_line.into());
                self.filters(filter)?;
                self.put(" %}");
                self.body(&one.body)?;
                self.put("{% endfilter %}");
            }
            Stmt::Macro(one) => {
                self.open("{% macro ", one.span().start_line.into());
                self.put(one.name);
                self.parameters(one)?;
                self.put(" %}");
                self.body(&one.body)?;
                self.put("{% endmacro %}");
            }
            Stmt::CallBlock(one) => {
                self.open("{% call", one.span().start_line.into());
                self.parameters(&one.macro_decl)?;
                self.put(" ");
                self.call(&one.call)?;
                self.put(" %}");
                self.body(&one.macro_decl.body)?;
                self.put("{% endcall %}");
            }
            _ => {}
        }
        Ok(())
    }

    fn for_loop(&mut self, one: &ForLoop<'_>, line: u32) -> Done {
        self.open("{% for ", line);
        self.target(&one.target)?;
        self.put(" in ");
        self.weighed(&one.iter)?;
        if let Some(filter) = &one.filter_expr {
            self.put(" if ");
            self.operand(filter)?;
        }
        self.put(if one.recursive { " recursive %}" } else { " %}" });
        // Each iteration is charged, whatever it does.
        self.put("{{ \"\"|__turn }}");
        self.body(&one.body)?;
        if !one.else_body.is_empty() {
            self.put("{% else %}");
            self.body(&one.else_body)?;
        }
        self.put("{% endfor %}");
        Ok(())
    }

    /// `if` with all its `elif`, which are nested in the tree.
    fn branches(&mut self, statement: &Stmt<'_>) -> Done {
        let mut next = statement;
        let mut tag = "{% if ";
        while let Stmt::IfCond(one) = next {
            self.open(tag, one.span().start_line.into());
            self.operand(&one.expr)?;
            self.put(" %}");
            self.body(&one.true_body)?;
            match one.false_body.as_slice() {
                [] => break,
                [inner @ Stmt::IfCond(_)] => (next, tag) = (inner, "{% elif "),
                several => {
                    self.put("{% else %}");
                    self.body(several)?;
                    break;
                }
            }
        }
        self.put("{% endif %}");
        Ok(())
    }

    /// The target of an assignment.
    fn target(&mut self, target: &Expr<'_>) -> Done {
        let several = match target {
            Expr::List(list) => &list.items,
            Expr::Tuple(tuple) => &tuple.items,
            Expr::GetAttr(member) => {
                self.target(&member.expr)?;
                self.put(".");
                self.put(member.name);
                return Ok(());
            }
            Expr::Var(name) => {
                self.put(name.id);
                return Ok(());
            }
            _ => return Err(error("the target of an assignment is not a name")),
        };
        self.put("(");
        for (at, one) in several.iter().enumerate() {
            self.put(if at > 0 { ", " } else { "" });
            self.deeper(|writer| writer.target(one))?;
        }
        self.put(if several.len() == 1 { ",)" } else { ")" });
        Ok(())
    }

    fn parameters(&mut self, of: &Macro<'_>) -> Done {
        let without = of.args.len().saturating_sub(of.defaults.len());
        self.put("(");
        for (at, parameter) in of.args.iter().enumerate() {
            self.put(if at > 0 { ", " } else { "" });
            self.target(parameter)?;
            if let Some(default) = at.checked_sub(without).and_then(|at| of.defaults.get(at)) {
                self.put("=");
                self.expression(default)?;
            }
        }
        self.put(")");
        Ok(())
    }

    /// An expression that may be the operand of an operator.
    fn operand(&mut self, expr: &Expr<'_>) -> Done {
        let is_closed = matches!(
            expr,
            Expr::Var(_)
                | Expr::Const(_)
                | Expr::Slice(_)
                | Expr::Filter(_)
                | Expr::GetAttr(_)
                | Expr::GetItem(_)
                | Expr::Call(_)
                | Expr::List(_)
                | Expr::Map(_)
        );
        if is_closed {
            return self.expression(expr);
        }
        self.put("(");
        self.expression(expr)?;
        self.put(")");
        Ok(())
    }

    /// An expression whose value is an operand of the engine's own operators.
    fn weighed(&mut self, expr: &Expr<'_>) -> Done {
        self.operand(expr)?;
        if !matches!(expr, Expr::Const(_)) {
            self.put("|__weighed");
        }
        Ok(())
    }

    fn expression(&mut self, expr: &Expr<'_>) -> Done {
        self.deeper(|writer| writer.inner(expr))
    }

    fn inner(&mut self, expr: &Expr<'_>) -> Done {
        match expr {
            Expr::Var(name) => self.put(name.id),
            Expr::Const(one) => match one.value.as_str() {
                Some(text) => self.text(text)?,
                None => self.put(&one.value.to_string()),
            },
            Expr::UnaryOp(one) => {
                self.put(match one.op {
                    UnaryOpKind::Not => "not ",
                    UnaryOpKind::Neg => "-",
                });
                self.operand(&one.expr)?;
            }
            Expr::BinOp(_) => self.operator(expr)?,
            Expr::Compare(one) => {
                self.weighed(&one.expr)?;
                for next in &one.ops {
                    self.put(comparison(next.op));
                    self.weighed(&next.expr)?;
                }
            }
            Expr::IfExpr(one) => {
                self.operand(&one.true_expr)?;
                self.put(" if ");
                self.operand(&one.test_expr)?;
                if let Some(other) = &one.false_expr {
                    self.put(" else ");
                    self.operand(other)?;
                }
            }
            Expr::Filter(one) => self.filters(one)?,
            Expr::Test(one) => {
                self.operand(&one.expr)?;
                self.put("|");
                self.applied("__test", one.name, &one.args)?;
            }
            Expr::GetAttr(one) => {
                self.operand(&one.expr)?;
                self.put(".");
                self.put(one.name);
            }
            Expr::GetItem(_) | Expr::Slice(_) => self.part(expr)?,
            Expr::Call(one) => self.call(one)?,
            Expr::List(one) => self.made_of("__list(", one.items.iter())?,
            Expr::Map(one) => {
                let pairs = one.keys.iter().zip(&one.values).flat_map(|(key, value)| [key, value]);
                self.made_of("__dict(", pairs)?;
            }
            Expr::Tuple(one) => {
                self.made_of("(", one.items.iter())?;
                // The comma makes it a tuple of one.
                self.out.pop();
                self.put(if one.items.len() == 1 { ",)|__made" } else { ")|__made" });
            }
        }
        Ok(())
    }

    /// An element or a slice.
    fn part(&mut self, expr: &Expr<'_>) -> Done {
        match expr {
            Expr::GetItem(one) => {
                self.put("(");
                self.operand(&one.expr)?;
                self.put("|__indexed)[");
                self.expression(&one.subscript_expr)?;
                self.put("]");
            }
            Expr::Slice(one) => {
                self.put("(");
                self.weighed(&one.expr)?;
                self.put(")[");
                for (at, part) in [&one.start, &one.stop, &one.step].into_iter().enumerate() {
                    self.put(if at > 0 { ":" } else { "" });
                    part.iter().try_for_each(|part| self.expression(part))?;
                }
                self.put("]|__made");
            }
            _ => {}
        }
        Ok(())
    }

    fn made_of<'e>(&mut self, open: &str, parts: impl Iterator<Item = &'e Expr<'e>>) -> Done {
        self.put(open);
        for (at, part) in parts.enumerate() {
            self.put(if at > 0 { ", " } else { "" });
            self.expression(part)?;
        }
        self.put(")");
        Ok(())
    }

    /// `a ~ b ~ c`, which is nested in the tree, becomes one call. Only operators on numbers are left.
    fn operator(&mut self, expr: &Expr<'_>) -> Done {
        let Expr::BinOp(last) = expr else { return Ok(()) };
        let mut operands = vec![&last.right];
        let mut left = &last.left;
        while let Expr::BinOp(one) = left
            && one.op as u8 == last.op as u8
            && !matches!(last.op, BinOpKind::Pow)
        {
            operands.push(&one.right);
            left = &one.left;
        }
        operands.push(left);
        operands.reverse();
        let filter = match last.op {
            BinOpKind::Concat => "|__concat(",
            BinOpKind::Add => "|__add(",
            BinOpKind::Mul => "|__multiply(",
            op => {
                let sign = sign(op);
                for (at, operand) in operands.into_iter().enumerate() {
                    self.put(if at > 0 { sign } else { "" });
                    match op {
                        BinOpKind::ScAnd | BinOpKind::ScOr => self.operand(operand)?,
                        _ => self.weighed(operand)?,
                    }
                }
                return Ok(());
            }
        };
        for (at, operand) in operands.into_iter().enumerate() {
            match at {
                0 => {
                    self.operand(operand)?;
                    self.put(filter);
                }
                _ => {
                    self.put(if at > 1 { ", " } else { "" });
                    self.expression(operand)?;
                }
            }
        }
        self.put(")");
        Ok(())
    }

    /// `a|b|c`, or without a value before the first.
    fn filters(&mut self, last: &Filter<'_>) -> Done {
        let mut all = vec![last];
        let mut first = None;
        let mut next = last.expr.as_ref();
        while let Some(value) = next {
            match value {
                Expr::Filter(one) => {
                    all.push(one);
                    next = one.expr.as_ref();
                }
                value => {
                    first = Some(value);
                    next = None;
                }
            }
        }
        if let Some(value) = first {
            self.operand(value)?;
        }
        for (at, one) in all.into_iter().rev().enumerate() {
            self.put(if at > 0 || first.is_some() { "|" } else { "" });
            self.applied("__filter", one.name, &one.args)?;
        }
        Ok(())
    }

    fn applied(&mut self, by: &str, name: &str, args: &[CallArg<'_>]) -> Done {
        self.put(by);
        self.put("(");
        let name: String = name.split_whitespace().collect();
        self.text(&name)?;
        self.put(if args.is_empty() { "" } else { ", " });
        self.arguments(args)?;
        self.put(")");
        Ok(())
    }

    fn call(&mut self, call: &Call<'_>) -> Done {
        self.operand(&call.expr)?;
        self.put("(");
        self.arguments(&call.args)?;
        self.put(")");
        Ok(())
    }

    fn arguments(&mut self, args: &[CallArg<'_>]) -> Done {
        for (at, argument) in args.iter().enumerate() {
            self.put(if at > 0 { ", " } else { "" });
            match argument {
                CallArg::Pos(value) => self.expression(value)?,
                CallArg::Kwarg(name, value) => {
                    self.put(name);
                    self.put("=");
                    self.expression(value)?;
                }
                CallArg::PosSplat(value) => {
                    self.put("*");
                    self.weighed(value)?;
                }
                CallArg::KwargSplat(value) => {
                    self.put("**");
                    self.weighed(value)?;
                }
            }
        }
        Ok(())
    }
}

const fn comparison(op: CompareOpKind) -> &'static str {
    match op {
        CompareOpKind::Eq => " == ",
        CompareOpKind::Ne => " != ",
        CompareOpKind::Lt => " < ",
        CompareOpKind::Lte => " <= ",
        CompareOpKind::Gt => " > ",
        CompareOpKind::Gte => " >= ",
        CompareOpKind::In => " in ",
        CompareOpKind::NotIn => " not in ",
    }
}

const fn sign(op: BinOpKind) -> &'static str {
    match op {
        BinOpKind::Eq => " == ",
        BinOpKind::Ne => " != ",
        BinOpKind::Lt => " < ",
        BinOpKind::Lte => " <= ",
        BinOpKind::Gt => " > ",
        BinOpKind::Gte => " >= ",
        BinOpKind::ScAnd => " and ",
        BinOpKind::ScOr => " or ",
        BinOpKind::Add => " + ",
        BinOpKind::Sub => " - ",
        BinOpKind::Mul => " * ",
        BinOpKind::Div => " / ",
        BinOpKind::FloorDiv => " // ",
        BinOpKind::Rem => " % ",
        BinOpKind::Pow => " ** ",
        BinOpKind::Concat => " ~ ",
        BinOpKind::In => " in ",
    }
}
