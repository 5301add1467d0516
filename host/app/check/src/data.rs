//! What a live database says about the rows that findings depend on.
//!
//! [`DataPlan::new`] chooses the questions for a verdict, the caller asks them, and [`DataPlan::apply`] writes the answers
//! into it. A suspicion that no row bears out is less severe; one that can't be asked about, or has no answer, stays.

use std::collections::BTreeMap;

use belljar_diff::Certainty;
use belljar_rules::{Category, DataQuestion, DataRequest, Database, Finding, data_questions};
use belljar_schema::Severity;
use belljar_text::thousands;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Item, Verdict};

/// The most questions that are asked about a change.
const MOST: usize = 500;

/// What a database answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DataAnswers {
    /// Its URL without a password.
    pub name: String,
    /// Its name as a dialect of SQLAlchemy.
    pub database: Database,
    /// The questions with their answers.
    pub answers: Vec<(DataQuestion, DataAnswer)>,
}

/// What a database answers to a question.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DataAnswer {
    /// The number of rows; `None` if there is no answer.
    pub count: Option<u64>,
    /// Whether there are more.
    pub is_capped: bool,
    /// The size of the table with its indexes, in bytes; the number of rows is an estimate then.
    pub bytes: Option<u64>,
    /// Why there is no answer.
    pub error: Option<String>,
}

/// What a database says about the rows that a finding depends on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DataCount {
    /// What is counted, such as "rows with NULL in `email`".
    pub counted: String,
    /// The number; null if nothing was asked, or there is no answer.
    pub count: Option<u64>,
    /// Whether there are more.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_capped: bool,
    /// Whether fewer of them matter, as the condition of an index was not asked for.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_upper_bound: bool,
    /// The size of the table with its indexes, in bytes; the number of rows is an estimate then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bytes: Option<u64>,
    /// Why there is no number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// The database that was asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AskedDatabase {
    /// Its URL without a password.
    pub name: String,
    /// The number of questions.
    pub questions: usize,
    /// The number of those that it answered.
    pub answered: usize,
}

/// The questions for a verdict.
#[derive(Debug)]
pub struct DataPlan {
    /// What is asked, each once.
    pub questions: Vec<DataQuestion>,
    /// For findings by their position, what is asked.
    asked: Vec<(usize, DataRequest)>,
}

impl DataPlan {
    /// Chooses the questions to a database.
    pub fn new(verdict: &Verdict, database: Database) -> Self {
        let (mut questions, mut asked) = (Vec::new(), Vec::new());
        for (position, item) in verdict.findings.iter().enumerate() {
            if !item.finding.dialects.contains(&database) {
                continue;
            }
            for one in data_questions(&item.finding, &verdict.diff, database) {
                if let DataRequest::Question { question, .. } = &one
                    && questions.len() < MOST
                    && !questions.contains(&**question)
                {
                    questions.push((**question).clone());
                }
                asked.push((position, one));
            }
        }
        Self { questions, asked }
    }

    /// Writes the answers into the verdict that the questions are for.
    pub fn apply(self, verdict: &mut Verdict, given: &DataAnswers) {
        let answers: BTreeMap<&DataQuestion, &DataAnswer> =
            given.answers.iter().map(|(question, answer)| (question, answer)).collect();
        for (position, asked) in self.asked {
            let Some(item) = verdict.findings.get_mut(position) else { continue };
            let answer = match &asked {
                DataRequest::Question { question, .. } => answers.get(&**question).copied(),
                DataRequest::Nothing(_) => None,
            };
            item.rows.push(count(asked, answer));
        }
        let fail_on = verdict.fail_on;
        for item in &mut verdict.findings {
            if is_refuted(item) {
                item.finding.severity = Severity::Warning;
                item.fails = fail_on.fails(Severity::Warning);
            }
        }
        let is_answered = |question: &&DataQuestion| {
            answers.get(question).is_some_and(|it| it.count.or(it.bytes).is_some())
        };
        let answered = self.questions.iter().filter(is_answered).count();
        verdict.database =
            Some(AskedDatabase { name: given.name.clone(), questions: self.questions.len(), answered });
        verdict.recount();
    }
}

fn count(asked: DataRequest, answer: Option<&DataAnswer>) -> DataCount {
    let unknown = |counted: String, reason: String| DataCount {
        counted,
        count: None,
        is_capped: false,
        is_upper_bound: false,
        bytes: None,
        reason: Some(reason),
    };
    match (asked, answer) {
        (DataRequest::Nothing(reason), _) => unknown(String::new(), reason),
        (DataRequest::Question { counted, is_upper_bound, .. }, Some(answer))
            if answer.count.or(answer.bytes).is_some() =>
        {
            DataCount {
                counted,
                count: answer.count,
                is_capped: answer.is_capped,
                is_upper_bound,
                bytes: answer.bytes,
                reason: None,
            }
        }
        (DataRequest::Question { counted, .. }, answer) => {
            let error = answer.and_then(|answer| answer.error.clone());
            unknown(counted, error.unwrap_or_else(|| "the database gave no answer in time".to_owned()))
        }
    }
}

/// Whether an error is only a suspicion about rows, and the database has no such row.
fn is_refuted(item: &Item) -> bool {
    let Finding { severity, category, certainty, also, .. } = &item.finding;
    let is_of_rows = |severity: Severity, category: Category| {
        severity < Severity::Error || category == Category::DataDependent
    };
    *severity == Severity::Error
        && *certainty != Certainty::CannotTell
        && *category == Category::DataDependent
        && also.iter().all(|also| is_of_rows(also.severity, also.category))
        && !item.rows.is_empty()
        && item.rows.iter().all(|row| row.bytes.is_some() || row.count == Some(0))
        && item.rows.iter().any(|row| row.bytes.is_none())
}

impl DataCount {
    /// A clause such as "verified: 3 rows with NULL in `email`".
    pub(crate) fn text(&self) -> String {
        if let (None, Some(bytes)) = (self.count, self.bytes) {
            return format!("the database has an unknown number of {}, {}", self.counted, size(bytes));
        }
        let Some(count) = self.count else {
            let reason = self.reason.as_deref().unwrap_or_default();
            return format!("not verified: {reason}");
        };
        if let Some(bytes) = self.bytes {
            return format!("the database has about {}, {}", self.noun(count, ""), size(bytes));
        }
        match count {
            0 => format!("verified: no {}", one(&self.counted)),
            _ if self.is_capped => format!("verified: {}", self.noun(count, "more than ")),
            _ if self.is_upper_bound => format!(
                "verified: {}, of which only those count that its condition covers",
                self.noun(count, "")
            ),
            _ => format!("verified: {}", self.noun(count, "")),
        }
    }

    fn noun(&self, count: u64, before: &str) -> String {
        let counted = if count == 1 { one(&self.counted) } else { self.counted.clone() };
        format!("{before}{} {counted}", thousands(count))
    }
}

/// The singular of what is counted.
fn one(counted: &str) -> String {
    for (many, one) in [("rows ", "row "), ("values ", "value "), ("duplicate values ", "duplicate value ")] {
        if let Some(rest) = counted.strip_prefix(many) {
            return format!("{one}{rest}");
        }
    }
    counted.to_owned()
}

/// A number of bytes, in the largest unit of which it has one.
fn size(bytes: u64) -> String {
    const UNITS: [&str; 5] = ["bytes", "kB", "MB", "GB", "TB"];
    let mut unit = 0;
    let mut whole = bytes;
    while whole >= 10_000 && unit + 1 < UNITS.len() {
        whole /= 1000;
        unit += 1;
    }
    format!("{} {}", thousands(whole), UNITS.get(unit).copied().unwrap_or_default())
}
