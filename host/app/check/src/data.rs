//! What a live database says about the rows that findings depend on.
//!
//! [`DataPlan::new`] chooses the questions for a verdict, the caller asks them, and [`DataPlan::apply`] writes the answers
//! into it. A suspicion that no row bears out is less severe; one that can't be asked about, or has no answer, stays.

use std::collections::BTreeMap;

use belljar_diff::Certainty;
use belljar_rules::{Category, DataQuestion, DataRequest, Database, Finding, data_questions};
use belljar_schema::Severity;
use serde::{Deserialize, Serialize};

use crate::{
    Item, Verdict,
    counts::{AskedDatabase, DataCount},
};

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
