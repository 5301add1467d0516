use belljar_schema::ForeignKeyConstraint;

use super::{Constraint, differing, same_word, word};
use crate::{Aspect, Subject, Value};

impl Constraint for ForeignKeyConstraint {
    const SUBJECT: Subject = Subject::ForeignKey;

    fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    fn columns(&self) -> Vec<&str> {
        self.columns.iter().map(String::as_str).collect()
    }

    fn content(&self) -> String {
        let words = [
            word(self.ondelete.as_deref(), "NO ACTION"),
            word(self.onupdate.as_deref(), "NO ACTION"),
            word(self.initially.as_deref(), "IMMEDIATE"),
            word(self.match_type.as_deref(), "SIMPLE"),
        ];
        let (deferrable, options) = (self.deferrable.unwrap_or(false), &self.options);
        format!("{:?}{:?}{words:?}{deferrable:?}{options:?}{:?}", self.columns, self.targets, self.dialects)
    }

    fn definition(&self) -> Option<String> {
        Some(self.columns.join("\n"))
    }

    fn dialects(&self) -> Option<&[String]> {
        self.dialects.as_deref()
    }

    fn aspects(&self, head: &Self) -> Vec<Aspect> {
        let action = |base: &Option<String>, head: &Option<String>, usual| {
            same_word(base.as_deref(), head.as_deref(), usual)
        };
        differing(&[
            (Aspect::Columns, self.columns == head.columns),
            (Aspect::Targets, self.targets == head.targets),
            (Aspect::Ondelete, action(&self.ondelete, &head.ondelete, "NO ACTION")),
            (Aspect::Onupdate, action(&self.onupdate, &head.onupdate, "NO ACTION")),
            (Aspect::Deferrable, self.deferrable.unwrap_or(false) == head.deferrable.unwrap_or(false)),
            (Aspect::Initially, action(&self.initially, &head.initially, "IMMEDIATE")),
            (Aspect::Match, action(&self.match_type, &head.match_type, "SIMPLE")),
            (Aspect::UseAlter, self.use_alter == head.use_alter),
            (Aspect::Options, self.options == head.options),
            (Aspect::Dialects, self.dialects == head.dialects),
            (Aspect::Name, self.name == head.name),
        ])
    }

    fn value(&self) -> Value {
        Value::ForeignKey(self.clone())
    }
}
