use belljar_diff::{Action, Certainty, Change, Diff, Subject};
use belljar_schema::{Column, Document, Place, Status, Table};
use belljar_text::did_you_mean;

use crate::{Breach, Contract, Contracts, Family, PromisedColumn, PromisedTable};

/// Finds a table by `[schema.]name`; by its name alone if only one has it.
pub(crate) fn find_table<'a>(document: &'a Document, name: &str) -> Option<&'a Table> {
    let full = document.tables.iter().find(|table| table.full_name() == name);
    full.or_else(|| {
        let mut named = document.tables.iter().filter(|table| table.name == name);
        let first = named.next();
        if named.next().is_some() { None } else { first }
    })
}

/// Whether the values of a column are unique.
pub(crate) fn is_unique(table: &Table, column: &str) -> bool {
    let alone = |columns: &[String]| columns.len() == 1 && columns.first().is_some_and(|one| one == column);
    // A unique index with a condition guarantees nothing about all rows.
    let whole = |index: &belljar_schema::Index| {
        index.unique && !index.options.keys().any(|key| key.ends_with("_where"))
    };
    alone(&table.primary_key.columns)
        || table.unique.iter().any(|unique| alone(&unique.columns))
        || table.indexes.iter().any(|index| whole(index) && alone(&index.columns))
}

/// A violation of a contract on one side.
struct Failure {
    code: &'static str,
    /// The fragment about the table or the column.
    message: String,
    hint: Option<String>,
    /// The place of the declaration on that side.
    place: Option<Place>,
    /// Whether the side is inexact there.
    in_doubt: bool,
}

impl Contracts {
    /// Every breach of the head, in the order of the contracts. A promise that the base keeps is broken by the change;
    /// one that neither side keeps is reported with [`Breach::by_change`] false. Retired contracts are not checked.
    pub fn check(&self, base: &Document, head: &Document, diff: &Diff) -> Vec<Breach> {
        let mut out = Vec::new();
        for contract in self.all.iter().filter(|contract| contract.status.as_deref() != Some("retired")) {
            for table in &contract.tables {
                let sides = Sides { contract, table, base, head, diff };
                sides.table(&mut out);
            }
        }
        out
    }
}

/// A promised table, and the two sides.
struct Sides<'a> {
    contract: &'a Contract,
    table: &'a PromisedTable,
    base: &'a Document,
    head: &'a Document,
    diff: &'a Diff,
}

impl Sides<'_> {
    fn table(&self, out: &mut Vec<Breach>) {
        let base = find_table(self.base, &self.table.name);
        let Some(head) = find_table(self.head, &self.table.name) else {
            let failure = Failure {
                code: "contract-table-gone",
                message: "is not there".to_owned(),
                hint: did_you_mean(
                    &self.table.name,
                    &self.head.tables.iter().map(Table::full_name).collect::<Vec<_>>(),
                ),
                place: base.and_then(|table| table.place.clone()),
                in_doubt: self.is_unresolved(),
            };
            return out.push(self.breach(None, failure, base.is_some()));
        };
        let promised = |name: &String| PromisedColumn { name: name.clone(), ..PromisedColumn::default() };
        let all: Vec<PromisedColumn> = match base {
            Some(base) if self.table.all => {
                base.columns.iter().map(|column| promised(&column.name)).collect()
            }
            _ => Vec::new(),
        };
        for column in self.table.columns.iter().chain(&all) {
            let kept = base.map(|base| failures(base, column, Self::family(base, column)));
            for failure in failures(head, column, base.and_then(|base| Self::family(base, column))) {
                let by_change =
                    kept.as_ref().is_some_and(|kept| !kept.iter().any(|one| one.code == failure.code));
                out.push(self.breach(Some(column), failure, by_change));
            }
        }
    }

    /// The family that a column must have: the promised one, else that of the promised type, else that of the base.
    fn family(base: &Table, column: &PromisedColumn) -> Option<Family> {
        let of_base = || find_column(base, &column.name).and_then(|column| Family::of_column(&column.ty));
        column.family.or_else(|| column.ty.as_deref().and_then(Family::from_ddl)).or_else(of_base)
    }

    fn is_unresolved(&self) -> bool {
        let name = self.table.name.rsplit('.').next().unwrap_or_default();
        self.head.unresolved.iter().any(|one| one.name == name || one.name == self.table.name)
    }

    fn breach(&self, column: Option<&PromisedColumn>, failure: Failure, by_change: bool) -> Breach {
        let changes = self.changes(column.map(|column| column.name.as_str()));
        let found: Vec<&Change> = changes.iter().filter_map(|at| self.diff.changes.get(*at)).collect();
        let mut message = failure.message;
        let mut hint = failure.hint;
        let rename = found.iter().find(|change| matches!(change.action, Action::Rename | Action::Move));
        if let Some(change) = rename.filter(|_| failure.code.ends_with("-gone")) {
            message = format!("was renamed to `{}`", change.path);
            hint =
                Some("keep the old name until all readers have moved, or agree on a new contract".to_owned());
        }
        let subject = match column {
            Some(column) => format!("{}.{}", self.table.name, column.name),
            None => self.table.name.clone(),
        };
        let message = format!("`{subject}` {message}");
        let of_changes = found.iter().map(|change| change.certainty).max().unwrap_or(Certainty::Certain);
        let is_missing = found.iter().any(|change| change.action == Action::Missing);
        let certainty = if failure.in_doubt || is_missing { Certainty::CannotTell } else { of_changes };
        Breach {
            code: failure.code.to_owned(),
            contract: self.contract.name.clone(),
            owners: self.contract.owners.clone(),
            table: self.table.name.clone(),
            column: column.map(|column| column.name.clone()),
            message,
            by_change,
            certainty: if by_change { certainty } else { certainty.max(Certainty::Likely) },
            changes,
            promised: column.and_then(|column| column.place.clone()).or_else(|| self.table.place.clone()),
            place: failure.place,
            hint,
        }
    }

    /// Changes that affect a column, or the table as a whole, by the names of the base.
    fn changes(&self, column: Option<&str>) -> Vec<usize> {
        let touches = |change: &Change| {
            let path = change.was.as_ref().unwrap_or(&change.path);
            let is_own = |path: &belljar_diff::Path| {
                path.full_name() == self.table.name || path.name == self.table.name
            };
            let whole = change.subject == Subject::Table
                && !matches!(change.action, Action::Add | Action::Modify | Action::Unseen);
            let part =
                change.subject == Subject::Column && column.is_some() && path.part.as_deref() == column;
            (is_own(path) || is_own(&change.path))
                && (whole || part || column.is_some() && Self::is_constraint(change, column))
        };
        let changes = self.diff.changes.iter().enumerate();
        changes.filter(|(_, change)| touches(change)).map(|(at, _)| at).collect()
    }

    /// Whether a unique constraint or key of the column is dropped.
    fn is_constraint(change: &Change, column: Option<&str>) -> bool {
        let is_key = matches!(change.subject, Subject::Unique | Subject::PrimaryKey | Subject::Index);
        let columns = match &change.before {
            Some(belljar_diff::Value::Unique(unique)) => &unique.columns,
            Some(belljar_diff::Value::PrimaryKey(key)) => &key.columns,
            Some(belljar_diff::Value::Index(index)) => &index.columns,
            _ => return false,
        };
        is_key && columns.iter().any(|one| Some(one.as_str()) == column)
    }
}

fn find_column<'a>(table: &'a Table, name: &str) -> Option<&'a Column> {
    table.columns.iter().find(|column| column.name == name)
}

/// The violations of a promised column in a table.
fn failures(table: &Table, promised: &PromisedColumn, family: Option<Family>) -> Vec<Failure> {
    let Some(column) = find_column(table, &promised.name) else {
        let names: Vec<&str> = table.columns.iter().map(|column| column.name.as_str()).collect();
        return vec![Failure {
            code: "contract-column-gone",
            message: "is not there".to_owned(),
            hint: did_you_mean(&promised.name, names),
            place: table.place.clone(),
            in_doubt: table.status == Status::Partial,
        }];
    };
    let mut out = Vec::new();
    let in_doubt = table.status == Status::Partial || column.status == Status::Partial;
    let mut fail = |code, message: String| {
        out.push(Failure { code, message, hint: None, place: column.place.clone(), in_doubt });
    };
    let shown = ddl(column).next().unwrap_or(&column.ty.repr).to_owned();
    match (&promised.ty, family, Family::of_column(&column.ty)) {
        (Some(ty), ..) if !ddl(column).any(|own| plain(own) == plain(ty)) => {
            fail("contract-type", format!("has the type `{shown}`, but `{ty}` is promised"));
        }
        (_, Some(family), Some(own)) if !own.fits(family) => {
            fail("contract-type", format!("has the type `{shown}`, but {} is promised", family.text()));
        }
        _ => {}
    }
    if promised.required && column.nullable {
        fail("contract-nullable", "is nullable, but promised as NOT NULL".to_owned());
    }
    if promised.unique && !is_unique(table, &column.name) {
        fail("contract-unique", "is not unique, but promised to be".to_owned());
    }
    if let (Some(values), Some(own)) = (&promised.values, &column.ty.enum_values) {
        let new: Vec<&str> = own.iter().filter(|one| !values.contains(one)).map(String::as_str).collect();
        if !new.is_empty() {
            fail(
                "contract-values",
                format!("may be `{}`, which is not among the promised values", new.join("`, `")),
            );
        }
    }
    out
}

fn ddl(column: &Column) -> impl Iterator<Item = &String> {
    let ty = &column.ty;
    [&ty.postgresql, &ty.mysql, &ty.sqlite, &ty.mssql, &ty.oracle].into_iter().flatten()
}

/// A normal form of a type: `character varying (20)` and `VARCHAR(20)` are equal, as are case and spaces.
fn plain(ty: &str) -> String {
    let upper = ty.to_ascii_uppercase().replace("CHARACTER VARYING", "VARCHAR").replace("DECIMAL", "NUMERIC");
    let upper = upper.replace("WITHOUT TIME ZONE", "").replace("TIMESTAMPTZ", "TIMESTAMP WITH TIME ZONE");
    let upper = match upper.trim() {
        "INT" | "INT4" => "INTEGER",
        "BOOL" => "BOOLEAN",
        other => other,
    };
    upper.chars().filter(|one| !one.is_whitespace()).collect()
}
