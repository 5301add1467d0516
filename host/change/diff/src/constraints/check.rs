use belljar_schema::CheckConstraint;

use super::{Constraint, differing};
use crate::{
    Aspect, Subject, Value,
    normalise::{self, same},
};

impl Constraint for CheckConstraint {
    const SUBJECT: Subject = Subject::Check;

    fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    fn columns(&self) -> Vec<&str> {
        Vec::new()
    }

    fn content(&self) -> String {
        format!("{}{:?}{:?}", normalise::expression(&self.sql), self.options, self.dialects)
    }

    fn dialects(&self) -> Option<&[String]> {
        self.dialects.as_deref()
    }

    fn aspects(&self, head: &Self) -> Vec<Aspect> {
        differing(&[
            (Aspect::Expression, same(Some(&self.sql), Some(&head.sql), normalise::expression)),
            (Aspect::Options, self.options == head.options),
            (Aspect::Dialects, self.dialects == head.dialects),
            (Aspect::Name, self.name == head.name),
        ])
    }

    fn value(&self) -> Value {
        Value::Check(self.clone())
    }
}
