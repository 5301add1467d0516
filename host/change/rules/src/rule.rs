use std::fmt::Write as _;

use belljar_diff::Change;
use belljar_schema::Severity;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Database, context::RuleContext, draft::Draft, examples::example};

/// The category of a rule: the first digit of its code, or the first two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Category {
    /// `BJ00.`: readers of the schema outside this repository. The effects on them are passed to the rules, see
    /// [`crate::ExternalFinding`].
    Downstream,
    /// `BJ01.`: changes of the check itself, and what is hidden from it, for a reviewer. See [`crate::ReviewFinding`].
    Review,
    /// `BJ02.` to `BJ04.`: version files of Alembic, their order and their statements.
    Migrations,
    /// `BJ1..`: data or a guarantee is lost.
    Destructive,
    /// `BJ2..`: whether it succeeds depends on existing rows.
    DataDependent,
    /// `BJ3..`: running code or other readers still expect the old schema.
    BackwardIncompatible,
    /// `BJ4..`: a table is locked, scanned or rewritten.
    Locks,
    /// `BJ5..`: values of enumerations.
    Enums,
    /// `BJ6..`: differences of MySQL and MariaDB.
    Mysql,
    /// `BJ7..`: limitations of SQLite.
    Sqlite,
    /// `BJ8..`: names of objects.
    Naming,
    /// `BJ9..`: the design of new tables, columns and indexes.
    Design,
}

impl Category {
    /// The name in settings.
    pub const fn text(self) -> &'static str {
        match self {
            Self::Downstream => "downstream",
            Self::Review => "review",
            Self::Migrations => "migrations",
            Self::Destructive => "destructive",
            Self::DataDependent => "data-dependent",
            Self::BackwardIncompatible => "backward-incompatible",
            Self::Locks => "locks",
            Self::Enums => "enums",
            Self::Mysql => "mysql",
            Self::Sqlite => "sqlite",
            Self::Naming => "naming",
            Self::Design => "design",
        }
    }
}

/// A step of a recipe. Placeholders such as `{table}` and `{column}` are filled in for a change.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
pub struct Step {
    /// The dialects of the step; empty for all.
    pub dialects: &'static [Database],
    /// What to do, in a sentence.
    pub text: &'static str,
    /// The statements, if they depend on a database; otherwise empty.
    pub sql: &'static str,
    /// The name that a finding has to fill in for the step to apply; empty if it always does.
    #[serde(skip)]
    pub(crate) needs: &'static str,
}

impl Step {
    pub(crate) const fn advise(text: &'static str) -> Self {
        Self { dialects: &[], text, sql: "", needs: "" }
    }

    pub(crate) const fn run(text: &'static str, sql: &'static str) -> Self {
        Self { dialects: &[], text, sql, needs: "" }
    }

    pub(crate) const fn on(mut self, dialects: &'static [Database]) -> Self {
        self.dialects = dialects;
        self
    }

    /// Only for findings that have this name.
    pub(crate) const fn needs(mut self, name: &'static str) -> Self {
        self.needs = name;
        self
    }
}

pub(crate) type Check = fn(&RuleContext<'_>, &Change) -> Vec<Draft>;

/// A rule: its condition, the reason, and the alternative.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
pub struct Rule {
    /// Stable: `BJ101`. A code is never given to another rule.
    pub code: &'static str,
    /// Stable, lower-case, dashed: `drop-table`.
    pub name: &'static str,
    /// What it finds: a lower-case fragment.
    pub title: &'static str,
    /// The default severity of its findings.
    pub severity: Severity,
    /// Whether it is enabled by default.
    pub enabled: bool,
    /// The dialects that it applies to.
    pub dialects: &'static [Database],
    /// The reason why it matters.
    pub explanation: &'static str,
    /// The steps of a safe alternative, in their order.
    pub recipe: &'static [Step],
    /// The rules whose findings say more about the same statement: found for one change in one place, they are reported
    /// as one, the most severe one with the codes and the advice of the others.
    pub part_of: &'static [&'static str],
    /// Equivalent rules of other tools: `atlas DS102`.
    pub supersedes: &'static [&'static str],
    /// Pages with more information.
    pub references: &'static [&'static str],
    #[serde(skip)]
    pub(crate) check: Check,
}

impl Rule {
    /// The defaults for the fields of a rule.
    pub(crate) const BASE: Self = Self {
        code: "",
        name: "",
        title: "",
        severity: Severity::Warning,
        enabled: true,
        dialects: crate::versions::DATABASES,
        explanation: "",
        recipe: &[],
        part_of: &[],
        supersedes: &[],
        references: &[],
        check: |_, _| vec![],
    };

    /// The category of the rule.
    pub fn category(&self) -> Category {
        let digits = self.code.as_bytes();
        match digits.get(2) {
            Some(b'0') if digits.get(3) == Some(&b'1') => Category::Review,
            Some(b'0') if matches!(digits.get(3), Some(b'2'..=b'4')) => Category::Migrations,
            Some(b'0') => Category::Downstream,
            Some(b'1') => Category::Destructive,
            Some(b'2') => Category::DataDependent,
            Some(b'3') => Category::BackwardIncompatible,
            Some(b'4') => Category::Locks,
            Some(b'5') => Category::Enums,
            Some(b'6') => Category::Mysql,
            Some(b'7') => Category::Sqlite,
            Some(b'8') => Category::Naming,
            _ => Category::Design,
        }
    }

    /// The page of the rule, in Markdown, with the names of an example.
    pub fn page(&self) -> String {
        let Self { code, name, title, explanation, .. } = self;
        let dialects: Vec<&str> = self.dialects.iter().map(|dialect| dialect.title()).collect();
        let mut page = format!("# {code} {name}\n\n{title}\n\n{explanation}\n\n");
        let enabled = if self.enabled { "" } else { ", off by default" };
        let severity = format!("{:?}", self.severity).to_lowercase();
        // Writing to a string does not fail.
        let _ = writeln!(page, "Severity: {severity}{enabled}. For {}.", dialects.join(", "));
        self.write_steps(&mut page);
        if !self.part_of.is_empty() {
            let _ = writeln!(page, "\nMerged with {}, if that is found too.", self.part_of.join(" or "));
        }
        if !self.supersedes.is_empty() {
            let _ = writeln!(page, "\nOther tools: {}.", self.supersedes.join(", "));
        }
        for reference in self.references {
            let _ = writeln!(page, "\nSee <{reference}>");
        }
        page
    }

    /// Writes the steps of the recipe, with the names of an example in the place of placeholders.
    fn write_steps(&self, page: &mut String) {
        if self.recipe.is_empty() {
            return;
        }
        page.push_str("\n## Instead\n\n");
        if self.recipe.iter().any(|step| step.text.contains('{') || step.sql.contains('{')) {
            page.push_str("The names are those of an example; a finding has those of its change.\n\n");
        }
        for (position, step) in self.recipe.iter().enumerate() {
            let only: Vec<&str> = step.dialects.iter().map(|dialect| dialect.title()).collect();
            let only = if only.is_empty() { String::new() } else { format!(" ({})", only.join(", ")) };
            let _ = writeln!(page, "{}. {}{only}", position + 1, example(self.name, step.text));
            if !step.sql.is_empty() {
                let sql = example(self.name, step.sql).replace('\n', "\n   ");
                let _ = writeln!(page, "   ```sql\n   {sql}\n   ```");
            }
        }
    }
}
