use belljar_schema::ExcludeConstraint;

use super::{Constraint, differing};
use crate::{
    Aspect, Subject, Value,
    normalise::{self, same},
};

impl Constraint for ExcludeConstraint {
    const SUBJECT: Subject = Subject::Exclude;

    fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    fn columns(&self) -> Vec<&str> {
        Vec::new()
    }

    fn content(&self) -> String {
        normalise::statement(&self.sql)
    }

    fn aspects(&self, head: &Self) -> Vec<Aspect> {
        differing(&[
            (Aspect::Expression, same(Some(&self.sql), Some(&head.sql), normalise::statement)),
            (Aspect::Name, self.name == head.name),
        ])
    }

    fn value(&self) -> Value {
        Value::Exclude(self.clone())
    }
}
