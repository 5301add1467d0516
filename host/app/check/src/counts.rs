//! What a live database says about the rows of a finding.

use belljar_text::thousands;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

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
