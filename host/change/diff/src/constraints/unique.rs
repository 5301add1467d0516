use belljar_schema::UniqueConstraint;

use super::{Constraint, differing, same_word, word};
use crate::{Aspect, Subject, Value};

impl Constraint for UniqueConstraint {
    const SUBJECT: Subject = Subject::Unique;

    fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    fn columns(&self) -> Vec<&str> {
        self.columns.iter().map(String::as_str).collect()
    }

    fn content(&self) -> String {
        let initially = word(self.initially.as_deref(), "IMMEDIATE");
        let (deferrable, options) = (self.deferrable.unwrap_or(false), &self.options);
        format!("{:?}{deferrable:?}{initially}{options:?}{:?}", self.columns, self.dialects)
    }

    fn definition(&self) -> Option<String> {
        Some(self.columns.join("\n"))
    }

    fn dialects(&self) -> Option<&[String]> {
        self.dialects.as_deref()
    }

    fn aspects(&self, head: &Self) -> Vec<Aspect> {
        differing(&[
            (Aspect::Columns, self.columns == head.columns),
            (Aspect::Deferrable, self.deferrable.unwrap_or(false) == head.deferrable.unwrap_or(false)),
            (Aspect::Initially, same_word(self.initially.as_deref(), head.initially.as_deref(), "IMMEDIATE")),
            (Aspect::Options, self.options == head.options),
            (Aspect::Dialects, self.dialects == head.dialects),
            (Aspect::Name, self.name == head.name),
        ])
    }

    fn value(&self) -> Value {
        Value::Unique(self.clone())
    }
}
