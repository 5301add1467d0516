//! What a statement does, as far as its text shows it.
//!
//! Most of it is read from the words of the statement, so that it is found in what the parser does not know too. A
//! statement on data and `ALTER TABLE` are parsed.

use sqlparser::{
    ast::{
        AlterColumnOperation, AlterTableOperation, AssignmentTarget, BinaryOperator, ColumnOption, Expr,
        FromTable, ObjectName, Statement, TableConstraint, TableFactor, TableWithJoins, Update,
        UpdateTableFromKind,
    },
    dialect::{Dialect, MySqlDialect, PostgreSqlDialect, SQLiteDialect},
    parser::Parser,
    tokenizer::{Token, Tokenizer},
};

use super::fill;
use crate::Database;

/// The longest statement that is parsed.
const LONGEST: usize = 20_000;

/// The deepest nesting that is parsed.
const DEEPEST: usize = 40;

/// A part of a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    /// A word without quotes, in capitals, and as it is written.
    Word(String, String),
    /// A name in quotes.
    Name(String),
    /// A literal.
    Text(String),
    /// Anything else.
    Other(String),
}

/// The words of a statement.
#[derive(Debug, Clone)]
pub(crate) struct Words(Vec<Part>);

/// Which rows a statement on data is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rows {
    /// All of them, or all without a value.
    All,
    /// Some.
    Some,
}

/// A statement on the rows of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Data {
    /// `UPDATE`, `DELETE`, `TRUNCATE` or `INSERT`.
    pub(crate) verb: &'static str,
    pub(crate) table: String,
    pub(crate) rows: Rows,
    /// Whether it has no condition at all.
    pub(crate) is_unconditional: bool,
    /// The columns that it sets, also in rows without a value in them; `None` if that is not known.
    pub(crate) filled: Option<Vec<String>>,
    /// Whether it changes no more than a number of rows.
    pub(crate) is_limited: bool,
}

fn dialect(database: Database) -> &'static dyn Dialect {
    match database {
        Database::Mysql | Database::Mariadb => &MySqlDialect {},
        Database::Sqlite => &SQLiteDialect {},
        _ => &PostgreSqlDialect {},
    }
}

/// The words of a statement; none of one that can't be read.
pub(crate) fn words(text: &str, database: Database) -> Words {
    if text.len() > LONGEST {
        return Words(Vec::new());
    }
    let tokens = Tokenizer::new(dialect(database), text).tokenize().unwrap_or_default();
    let part = |token: Token| match token {
        Token::Whitespace(_) | Token::EOF => None,
        Token::Word(word) if word.quote_style.is_none() => {
            Some(Part::Word(word.value.to_uppercase(), word.value))
        }
        Token::Word(word) => Some(Part::Name(word.value)),
        Token::SingleQuotedString(text) | Token::EscapedStringLiteral(text) => Some(Part::Text(text)),
        other => Some(Part::Other(other.to_string())),
    };
    Words(tokens.into_iter().filter_map(part).collect())
}

impl Words {
    /// Whether it begins with these words.
    pub(crate) fn begins(&self, words: &str) -> bool {
        self.after(0, words).is_some()
    }

    /// Whether these words stand in it, one after the other.
    pub(crate) fn has(&self, words: &str) -> bool {
        self.find(words).is_some()
    }

    /// The position behind these words, wherever they stand.
    fn find(&self, words: &str) -> Option<usize> {
        (0..self.0.len()).find_map(|start| self.after(start, words))
    }

    /// The position behind these words, if they stand at a position.
    fn after(&self, start: usize, words: &str) -> Option<usize> {
        let mut at = start;
        for word in words.split(' ') {
            match self.0.get(at)? {
                Part::Word(found, _) if found == word => at += 1,
                Part::Other(found) if found == word => at += 1,
                _ => return None,
            }
        }
        Some(at)
    }

    /// The position behind words that may be left out.
    fn skip(&self, mut at: usize, optional: &[&str]) -> usize {
        for words in optional {
            at = self.after(at, words).unwrap_or(at);
        }
        at
    }

    /// The name at a position, with its schema.
    fn name_at(&self, at: usize) -> Option<String> {
        let mut name = self.word_at(at)?;
        let mut at = at + 1;
        while matches!(self.0.get(at), Some(Part::Other(dot)) if dot == ".") {
            name = format!("{name}.{}", self.word_at(at + 1)?);
            at += 2;
        }
        Some(name)
    }

    fn word_at(&self, at: usize) -> Option<String> {
        match self.0.get(at)? {
            Part::Word(_, written) => Some(written.to_lowercase()),
            Part::Name(name) => Some(name.clone()),
            _ => None,
        }
    }

    /// The name behind some words, and words that may follow these.
    fn name_after(&self, words: &str, optional: &[&str]) -> Option<String> {
        self.name_at(self.skip(self.find(words)?, optional))
    }

    /// The table that `ALTER TABLE` names.
    pub(crate) fn altered_table(&self) -> Option<String> {
        let at = self.after(0, "ALTER TABLE")?;
        self.name_at(self.skip(at, &["IF EXISTS", "ONLY"]))
    }

    /// The table of an index that is created.
    pub(crate) fn indexed_table(&self) -> Option<String> {
        self.is_index_created().then(|| self.name_after("ON", &["ONLY"])).flatten()
    }

    pub(crate) fn is_index_created(&self) -> bool {
        self.begins("CREATE INDEX") || self.begins("CREATE UNIQUE INDEX")
    }

    /// The name of the constraint that is added or validated.
    pub(crate) fn constraint(&self, verb: &str) -> Option<String> {
        self.name_after(&format!("{verb} CONSTRAINT"), &[])
    }

    /// The type and the value that `ALTER TYPE … ADD VALUE` adds.
    pub(crate) fn enum_value(&self) -> Option<(String, String)> {
        let name = self.name_at(self.after(0, "ALTER TYPE")?)?;
        let at = self.skip(self.find("ADD VALUE")?, &["IF NOT EXISTS"]);
        match self.0.get(at)? {
            Part::Text(value) => Some((name, value.clone())),
            _ => None,
        }
    }

    /// Whether a literal stands in it.
    pub(crate) fn has_literal(&self, text: &str) -> bool {
        self.0.iter().any(|part| matches!(part, Part::Text(own) if own == text))
    }

    /// The first words, for a message.
    pub(crate) fn shown(&self, count: usize) -> String {
        let words = self.0.iter().take(count).filter_map(|part| match part {
            Part::Word(word, _) => Some(word.as_str()),
            _ => None,
        });
        words.collect::<Vec<_>>().join(" ")
    }
}

/// The rows that a statement is about, if it is one on data.
pub(crate) fn data(text: &str, words: &Words, database: Database) -> Option<Data> {
    if words.begins("TRUNCATE") {
        let table = words.name_at(words.skip(1, &["TABLE", "ONLY"]))?;
        return Some(Data {
            verb: "TRUNCATE",
            table,
            rows: Rows::All,
            is_unconditional: true,
            filled: Some(Vec::new()),
            is_limited: false,
        });
    }
    if words.begins("INSERT") {
        let table = words.name_after("INTO", &[])?;
        let rows = if words.has("SELECT") { Rows::All } else { Rows::Some };
        let filled = Some(Vec::new());
        let (is_unconditional, is_limited) = (false, false);
        return Some(Data { verb: "INSERT", table, rows, is_unconditional, filled, is_limited });
    }
    // The parser takes `ONLY` for a table. Which rows it leaves out, those of tables that inherit, is not known.
    if words.begins("UPDATE ONLY") || words.begins("DELETE FROM ONLY") {
        return unparsed_data(words);
    }
    match parsed(text, database) {
        Some(Statement::Update(update)) => {
            let set = update.assignments.iter().filter(|one| fill::is_value(&one.value));
            let columns = set.flat_map(|one| match &one.target {
                AssignmentTarget::ColumnName(name) => last(name).into_iter().collect::<Vec<_>>(),
                AssignmentTarget::Tuple(names) => names.iter().filter_map(last).collect(),
            });
            let reached = |column: &String| {
                update.selection.as_ref().is_none_or(|condition| fill::reaches(condition, column))
            };
            let filled = Some(columns.filter(reached).collect());
            let rows = rows(update.selection.as_ref(), update.limit.is_some());
            let is_unconditional =
                update.selection.is_none() && update.limit.is_none() && update.from.is_none();
            let table = table_of(&update.table)?;
            let is_limited = update.limit.is_some() || has_limit(&update);
            Some(Data { verb: "UPDATE", table, rows, is_unconditional, filled, is_limited })
        }
        Some(Statement::Delete(delete)) => {
            let from = match &delete.from {
                FromTable::WithFromKeyword(tables) | FromTable::WithoutKeyword(tables) => tables,
            };
            let rows = rows(delete.selection.as_ref(), delete.limit.is_some());
            let is_unconditional =
                delete.selection.is_none() && delete.limit.is_none() && delete.using.is_none();
            let table = table_of(from.first()?)?;
            let (filled, is_limited) = (Some(Vec::new()), delete.limit.is_some());
            Some(Data { verb: "DELETE", table, rows, is_unconditional, filled, is_limited })
        }
        _ => unparsed_data(words),
    }
}

/// The same of a statement that can't be parsed.
fn unparsed_data(words: &Words) -> Option<Data> {
    let is_update = words.begins("UPDATE");
    let table = if is_update {
        words.name_at(words.skip(1, &["ONLY"]))?
    } else if words.begins("DELETE FROM") {
        words.name_at(words.skip(2, &["ONLY"]))?
    } else {
        return None;
    };
    let has_condition = words.has("WHERE") || words.has("LIMIT");
    let rows = if has_condition { Rows::Some } else { Rows::All };
    let verb = if is_update { "UPDATE" } else { "DELETE" };
    let is_limited = words.has("LIMIT");
    Some(Data { verb, table, rows, is_unconditional: !has_condition, filled: None, is_limited })
}

/// Whether a query that chooses the rows of an `UPDATE` has a limit.
fn has_limit(update: &Update) -> bool {
    let tables: &[TableWithJoins] = match &update.from {
        Some(UpdateTableFromKind::BeforeSet(tables) | UpdateTableFromKind::AfterSet(tables)) => tables,
        None => &[],
    };
    let condition = update.selection.iter().map(ToString::to_string);
    let text: String = condition.chain(tables.iter().map(ToString::to_string)).collect();
    let text = text.to_uppercase();
    text.contains(" LIMIT ") || text.contains(" FETCH ")
}

fn parsed(text: &str, database: Database) -> Option<Statement> {
    if text.len() > LONGEST {
        return None;
    }
    let parser = Parser::new(dialect(database)).with_recursion_limit(DEEPEST);
    let mut found = parser.try_with_sql(text).ok()?.parse_statements().ok()?;
    if found.len() == 1 { found.pop() } else { None }
}

fn last(name: &ObjectName) -> Option<String> {
    name.0.last().and_then(|part| part.as_ident()).map(|ident| ident.value.clone())
}

fn full(name: &ObjectName) -> String {
    let parts = name.0.iter().filter_map(|part| part.as_ident()).map(|ident| match ident.quote_style {
        None => ident.value.to_lowercase(),
        Some(_) => ident.value.clone(),
    });
    parts.collect::<Vec<_>>().join(".")
}

fn table_of(table: &TableWithJoins) -> Option<String> {
    match &table.relation {
        TableFactor::Table { name, .. } => Some(full(name)),
        _ => None,
    }
}

/// A condition that only joins, or asks for a missing value, excludes few rows.
fn rows(condition: Option<&Expr>, is_limited: bool) -> Rows {
    let excludes_few = condition.is_none_or(joins_or_asks_for_null);
    if is_limited || !excludes_few { Rows::Some } else { Rows::All }
}

fn joins_or_asks_for_null(condition: &Expr) -> bool {
    let is_column = |part: &Expr| matches!(part, Expr::Identifier(_) | Expr::CompoundIdentifier(_));
    match condition {
        Expr::Nested(inner) => joins_or_asks_for_null(inner),
        Expr::IsNull(_) | Expr::IsNotNull(_) => true,
        Expr::BinaryOp { left, op: BinaryOperator::Eq, right }
            if matches!((&**left, &**right), (Expr::Value(_), Expr::Value(_))) =>
        {
            left == right
        }
        Expr::BinaryOp { left, op: BinaryOperator::And, right } => {
            joins_or_asks_for_null(left) && joins_or_asks_for_null(right)
        }
        Expr::BinaryOp { left, op: BinaryOperator::Eq, right } => is_column(left) && is_column(right),
        _ => false,
    }
}

/// An action of a statement that was not applied to the recorded schema: the rule about it, and what it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Action {
    pub(crate) code: &'static str,
    pub(crate) part: Option<String>,
    pub(crate) message: String,
}

/// The dangerous actions of an `ALTER TABLE` on a table with rows.
pub(crate) fn actions(text: &str, database: Database) -> Vec<Action> {
    let Some(Statement::AlterTable(altered)) = parsed(text, database) else { return Vec::new() };
    let table = full(&altered.name);
    altered.operations.iter().filter_map(|operation| action(&table, operation)).collect()
}

fn action(table: &str, operation: &AlterTableOperation) -> Option<Action> {
    use AlterTableOperation as Op;
    let of = |code, part: Option<String>, message: String| Some(Action { code, part, message });
    match operation {
        Op::AddColumn { column_def, .. } => {
            let name = column_def.name.value.clone();
            let has = |is: fn(&ColumnOption) -> bool| column_def.options.iter().any(|one| is(&one.option));
            let is_filled =
                has(|one| matches!(one, ColumnOption::Default(_) | ColumnOption::Generated { .. }));
            let is_serial = column_def.data_type.to_string().to_uppercase().contains("SERIAL");
            (has(|one| matches!(one, ColumnOption::NotNull)) && !is_filled && !is_serial).then(|| Action {
                code: "BJ203",
                message: format!("required column `{table}.{name}` is added without a server default"),
                part: Some(name),
            })
        }
        Op::AlterColumn { column_name, op } => {
            let name = column_name.value.clone();
            match op {
                AlterColumnOperation::SetNotNull => of(
                    "BJ204",
                    Some(name.clone()),
                    format!("column `{table}.{name}` becomes required, which fails on rows with NULL"),
                ),
                AlterColumnOperation::SetDataType { data_type, .. } => of(
                    "BJ404",
                    Some(name.clone()),
                    format!("column `{table}.{name}` becomes `{data_type}`, which may rewrite the table"),
                ),
                _ => None,
            }
        }
        Op::AddConstraint { constraint, not_valid: false } => constraint_action(table, constraint),
        Op::DropColumn { column_names, .. } => {
            let name = column_names.first()?.value.clone();
            of("BJ102", Some(name.clone()), format!("column `{table}.{name}` is dropped with its values"))
        }
        Op::RenameColumn { old_column_name: old, new_column_name: new } => of(
            "BJ303",
            Some(old.value.clone()),
            format!("column `{table}.{}` is renamed to `{}`", old.value, new.value),
        ),
        Op::RenameTable { table_name } => {
            of("BJ301", None, format!("table `{table}` is renamed (`{table_name}`)"))
        }
        _ => None,
    }
}

fn constraint_action(table: &str, constraint: &TableConstraint) -> Option<Action> {
    let named = |name: &Option<sqlparser::ast::Ident>| name.as_ref().map(|name| name.value.clone());
    match constraint {
        TableConstraint::ForeignKey(key) => Some(Action {
            code: "BJ408",
            part: named(&key.name),
            message: format!(
                "writes to `{table}` and `{}` are blocked while every row is looked up",
                full(&key.foreign_table)
            ),
        }),
        TableConstraint::Check(check) => Some(Action {
            code: "BJ407",
            part: named(&check.name),
            message: format!("table `{table}` is locked while every row is checked"),
        }),
        TableConstraint::Unique(unique) => Some(Action {
            code: "BJ403",
            part: named(&unique.name),
            message: format!("table `{table}` is locked while the index of a unique constraint is built"),
        }),
        _ => None,
    }
}

/// Whether MySQL is asked to copy or lock a table.
pub(crate) fn blocking_option(words: &Words) -> Option<&'static str> {
    let set = |name: &str, value: &str| {
        words.has(&format!("{name} = {value}")) || words.has(&format!("{name} {value}"))
    };
    [("ALGORITHM", "COPY"), ("LOCK", "SHARED"), ("LOCK", "EXCLUSIVE")]
        .into_iter()
        .find(|(name, value)| set(name, value))
        .map(|(name, _)| if name == "LOCK" { "LOCK" } else { "ALGORITHM=COPY" })
}

/// A command that blocks reads or writes until it is done.
pub(crate) fn blocking_command(words: &Words) -> Option<String> {
    let is_slow = |beginning: &str| words.begins(beginning) && !words.has("CONCURRENTLY");
    let found = if words.begins("VACUUM FULL") || words.begins("VACUUM ( FULL") {
        "VACUUM FULL".to_owned()
    } else if words.begins("CLUSTER") {
        "CLUSTER".to_owned()
    } else if is_slow("REINDEX") {
        "REINDEX".to_owned()
    } else if is_slow("REFRESH MATERIALIZED VIEW") {
        "REFRESH MATERIALIZED VIEW".to_owned()
    } else if words.begins("LOCK") {
        "LOCK TABLE".to_owned()
    } else if is_slow("ALTER TABLE") && words.has("DETACH PARTITION") {
        "DETACH PARTITION".to_owned()
    } else {
        return None;
    };
    Some(found)
}

/// What is dropped along with what a statement names.
pub(crate) fn cascade(words: &Words) -> bool {
    let drops = words.begins("DROP")
        || (words.begins("ALTER TABLE") && (words.has("DROP COLUMN") || words.has("DROP CONSTRAINT")));
    drops && words.has("CASCADE") && !words.begins("DROP OWNED")
}

/// Whether it changes more than a database's own objects.
pub(crate) fn of_server(words: &Words) -> Option<String> {
    ["DROP DATABASE", "ALTER SYSTEM", "ALTER DATABASE", "ALTER ROLE", "ALTER USER"]
        .into_iter()
        .find(|beginning| words.begins(beginning))
        .map(str::to_owned)
}

/// Whether it lets rows in that triggers or foreign keys would not.
pub(crate) fn disables_checks(words: &Words) -> Option<&'static str> {
    if words.begins("ALTER TABLE") && words.has("DISABLE TRIGGER") {
        return Some("DISABLE TRIGGER");
    }
    if words.begins("SET")
        && words.has("SESSION_REPLICATION_ROLE")
        && !words.has("DEFAULT")
        && !words.has("ORIGIN")
    {
        return Some("session_replication_role");
    }
    (words.begins("SET") && words.has("FOREIGN_KEY_CHECKS = 0")).then_some("FOREIGN_KEY_CHECKS = 0")
}

/// The word with which a transaction begins or ends.
pub(crate) fn transaction(words: &Words) -> Option<&'static str> {
    ["BEGIN", "START TRANSACTION", "COMMIT", "ROLLBACK", "END"]
        .into_iter()
        .find(|word| words.begins(word) && !words.begins("ROLLBACK TO"))
}

/// Whether it sets a timeout for locks.
pub(crate) fn sets_timeout(words: &Words) -> bool {
    words.begins("SET") && (words.has("LOCK_TIMEOUT") || words.has("STATEMENT_TIMEOUT"))
}
