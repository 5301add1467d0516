//! The rules on changes, applied to what one statement changes.

use belljar_diff::{Certainty, Change, Options, Rename, Side, Subject, Value, diff};
use belljar_schema::{Document, Status};

use super::{Handled, Judge, Judgement, Step, made::Said, sql, sql::Words, state::State};
use crate::{Category, Finding, Severity, check, facts::column_of};

/// Rules about a lock that an index built with `CONCURRENTLY` does not take.
const BUILT: &[&str] = &["BJ401", "BJ402"];

/// Rules about existing rows that `NOT VALID` leaves for later.
const VALIDATED: &[&str] = &["BJ207", "BJ208", "BJ407", "BJ408"];

/// Rules about an index that `USING INDEX` takes over.
const TAKEN_OVER: &[&str] = &["BJ201", "BJ202", "BJ210", "BJ402", "BJ403"];

/// Rules about what SQLite has no statement for, which `batch_alter_table` does all the same.
const REBUILT: &[&str] = &["BJ701", "BJ702", "BJ703"];

impl Judge<'_> {
    /// Judges what a statement changes.
    pub(super) fn changes(&self, step: &Step<'_>, words: &Words) -> Judgement {
        if step.is_statement() && step.has("doubt") {
            return Judgement { findings: self.unapplied(step, words), ..Judgement::default() };
        }
        if is_unknown(step) {
            return Judgement::default();
        }
        let (mut before, mut after) = (certain(&step.before), certain(&step.after));
        for table in before.tables.iter_mut().chain(&mut after.tables) {
            // A check proves something about the rows once it is validated.
            let name = table.full_name();
            let is_valid = |check: &str| !self.state.is_not_valid(&name, check);
            table.checks.retain(|check| check.name.as_deref().is_none_or(is_valid));
        }
        let options = Options { renames: renames(step, &before, &after), databases: Vec::new() };
        let found = diff(&before, &after, &options);
        let report = check(&found, &before, &after, &self.config, &[]);
        let mut judgement = Judgement { changes: found.changes, ..Judgement::default() };
        for mut finding in report.findings {
            let Some(index) = finding.change.index else { continue };
            let Some(change) = judgement.changes.get(index) else { continue };
            let doubtful = self.config.doubtful;
            let way = Way { step, words, state: &self.state, before: &before, after: &after, doubtful };
            if let Some(reason) = way.harmless(&finding, change) {
                judgement.handled.push(Handled { code: finding.code, change: index, reason });
                continue;
            }
            way.grade(&mut finding);
            if self.is_in_scope(&finding, step) {
                finding.place = step.place.cloned();
                finding.side = Side::Head;
                finding.notes.clear();
                judgement.findings.push(finding);
            }
        }
        judgement
    }

    /// Whether a rule looks at the version file.
    fn is_in_scope(&self, finding: &Finding, step: &Step<'_>) -> bool {
        let table = finding.change.path.full_name();
        let active = self.active.iter().find(|active| active.rule.code == finding.code);
        active.is_some_and(|active| active.looks_at(self.given, step.place, &table))
    }

    /// The dangers of a statement that was not applied to the recorded schema, as far as its text shows them.
    fn unapplied(&self, step: &Step<'_>, words: &Words) -> Vec<Finding> {
        let text = step.text.unwrap_or_default();
        let made = |code, subject: &str, part, message| {
            self.made(Said { code, severity: None, subject, part, message, place: step.place })
        };
        if let Some(table) = words.altered_table() {
            if self.state.is_new_table(&table) {
                return Vec::new();
            }
            let found = sql::actions(text, self.database).into_iter();
            return found.filter_map(|one| made(one.code, &table, one.part, one.message)).collect();
        }
        if let Some(table) = words.indexed_table() {
            let is_fine = words.has("CONCURRENTLY") || self.state.is_new_table(&table);
            let message = format!("an index is built, and writes to `{table}` are blocked");
            return if is_fine {
                Vec::new()
            } else {
                made("BJ401", &table, None, message).into_iter().collect()
            };
        }
        Vec::new()
    }
}

/// Whether a statement, as it is carried out, has the danger of a finding.
struct Way<'a> {
    step: &'a Step<'a>,
    words: &'a Words,
    state: &'a State,
    before: &'a Document,
    after: &'a Document,
    /// The highest severity of what can't be determined.
    doubtful: Severity,
}

impl Way<'_> {
    /// What makes a finding harmless; `None` if nothing does.
    fn harmless(&self, finding: &Finding, change: &Change) -> Option<&'static str> {
        let (code, step) = (finding.code.as_str(), self.step);
        if (step.has("concurrently") || self.words.has("CONCURRENTLY")) && BUILT.contains(&code) {
            return Some("`CONCURRENTLY` blocks neither reads nor writes");
        }
        if (step.has("not-valid") || self.words.has("NOT VALID")) && VALIDATED.contains(&code) {
            return Some("`NOT VALID` leaves the existing rows for later");
        }
        if self.words.has("USING INDEX") && TAKEN_OVER.contains(&code) {
            return Some("`USING INDEX` takes over an index that was built before");
        }
        if step.has("batch") && REBUILT.contains(&code) {
            return Some("`batch_alter_table` builds the table again");
        }
        if (step.has("using") || self.words.has("USING")) && code == "BJ206" {
            return Some("`USING` says how values are converted");
        }
        if code == "BJ316" {
            return Some("the statement does not say how the key is numbered");
        }
        let table = change.was.as_ref().unwrap_or(&change.path).full_name();
        if let (Some(Value::ForeignKey(key)), "BJ208") = (&change.after, code)
            && self.state.is_dropped(&table, key)
        {
            return Some("the version has dropped the same key, which the rows satisfied");
        }
        let is_of_design = matches!(finding.category, Category::Naming | Category::Design);
        if self.state.is_new_table(&table) {
            return (!is_of_design).then_some("the version has created the table");
        }
        self.of_columns(finding, change, &table)
    }

    /// What makes a finding about columns harmless: that they are new, or that their rows were filled in.
    fn of_columns(&self, finding: &Finding, change: &Change, table: &str) -> Option<&'static str> {
        let columns = self.columns(change);
        let is_column = change.subject == Subject::Column;
        if finding.code == "BJ204" {
            let has_value = |column: &String| {
                self.state.new_column(table, column) == Some(true) || self.state.is_filled(table, column)
            };
            return columns.iter().all(has_value).then_some("a statement before it fills in the rows");
        }
        let new: Vec<Option<bool>> =
            columns.iter().map(|column| self.state.new_column(table, column)).collect();
        let all_new = !new.is_empty() && new.iter().all(Option::is_some);
        let any_empty = new.contains(&Some(false));
        let is_lost = matches!(finding.category, Category::Destructive | Category::BackwardIncompatible);
        let is_harmless = match finding.code.as_str() {
            // Rows without a value differ from all others, and refer to none.
            "BJ201" | "BJ202" | "BJ208" | "BJ408" => any_empty,
            "BJ306" => false,
            _ if is_column && all_new && is_lost => true,
            _ => all_new && any_empty && finding.category == Category::DataDependent,
        };
        is_harmless.then_some("the version has added the column")
    }

    /// A default that the version itself has added, and takes away again, is missing only while old code runs.
    fn grade(&self, finding: &mut Finding) {
        let (table, column) = (finding.change.path.full_name(), finding.change.path.part.as_deref());
        let is_new = column.is_some_and(|column| self.state.new_column(&table, column).is_some());
        if finding.code == "BJ306" && is_new {
            finding.severity = finding.severity.min(Severity::Warning);
        }
        let is_of_rows = finding.category == Category::DataDependent && finding.code != "BJ203";
        let why = if self.state.may_have_changed_rows() {
            "the version reads rows, and may change them first"
        } else if self.state.has_changed_rows(&table) && finding.code != "BJ204" {
            "a statement before it changes rows"
        } else {
            return;
        };
        if is_of_rows {
            finding.severity = finding.severity.min(self.doubtful);
            finding.certainty = Certainty::CannotTell;
            finding.message = format!("can't determine whether {}: {why}", finding.message);
        }
    }

    /// The columns that a change is about.
    fn columns(&self, change: &Change) -> Vec<String> {
        let value = change.after.as_ref().or(change.before.as_ref());
        match (change.subject, value) {
            (Subject::Column, _) => change.path.part.iter().cloned().collect(),
            (_, Some(Value::Unique(one))) => one.columns.clone(),
            (_, Some(Value::ForeignKey(one))) => one.columns.clone(),
            (_, Some(Value::PrimaryKey(one))) => one.columns.clone(),
            (_, Some(Value::Index(one))) => {
                one.elements.iter().filter_map(|element| element.column.clone()).collect()
            }
            (_, Some(Value::Check(one))) => self.named_in(&one.sql),
            _ => Vec::new(),
        }
    }

    /// The columns that a condition names.
    fn named_in(&self, condition: &str) -> Vec<String> {
        let words = crate::sql::words(condition);
        let tables = self.after.tables.iter().chain(&self.before.tables);
        let columns = tables.flat_map(|table| &table.columns).map(|column| column.name.clone());
        let mut found: Vec<String> = columns.filter(|name| words.contains(&name.to_lowercase())).collect();
        found.sort();
        found.dedup();
        found
    }
}

/// A document without its doubts: a statement does what it says, whatever else is not known about its table.
pub(super) fn certain(document: &Document) -> Document {
    let mut document = document.clone();
    for table in &mut document.tables {
        table.status = Status::Exact;
        table.reasons.clear();
        for column in &mut table.columns {
            column.status = Status::Exact;
            column.reasons.clear();
        }
    }
    document
}

/// The rename that a statement states.
fn renames(step: &Step<'_>, before: &Document, after: &Document) -> Vec<Rename> {
    let (Some(old), Some(new)) = (before.tables.first(), after.tables.first()) else { return Vec::new() };
    let is_one = before.tables.len() == 1 && after.tables.len() == 1;
    let (old_name, new_name) = (old.full_name(), new.full_name());
    let mut found = Vec::new();
    if is_one && old_name != new_name {
        found.push(Rename { old: old_name.clone(), new: Some(new_name) });
    }
    let may_rename = step.kind == "alter_column" || step.is_statement();
    let gone: Vec<_> = old.columns.iter().filter(|one| column_of(new, &one.name).is_none()).collect();
    let made: Vec<_> = new.columns.iter().filter(|one| column_of(old, &one.name).is_none()).collect();
    if let (true, true, [gone], [made]) = (is_one, may_rename, gone.as_slice(), made.as_slice()) {
        found.push(Rename {
            old: format!("{old_name}.{}", gone.name),
            new: Some(format!("{}.{}", new.full_name(), made.name)),
        });
    }
    found
}

/// Whether a statement is about a table that no version creates, and is not known before it.
fn is_unknown(step: &Step<'_>) -> bool {
    let is_creation = step.kind == "create_table" || step.is_statement() || step.kind.starts_with("rename");
    !is_creation
        && step.before.tables.is_empty()
        && step.after.tables.iter().any(|table| table.status != Status::Exact)
}
