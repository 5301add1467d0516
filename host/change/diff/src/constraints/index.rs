use std::collections::BTreeMap;

use belljar_schema::{Index, IndexElement};

use super::{Constraint, differing};
use crate::{
    Aspect, Subject, Value,
    normalise::{self, same},
};

impl Constraint for Index {
    const SUBJECT: Subject = Subject::Index;

    fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    fn columns(&self) -> Vec<&str> {
        self.columns.iter().map(String::as_str).collect()
    }

    fn content(&self) -> String {
        let (predicate, method, rest) = options(self);
        let predicate = predicate.map(normalise::expression);
        format!("{:?}{}{predicate:?}{method}{rest:?}{:?}", elements(self), self.unique, self.dialects)
    }

    fn gist(&self) -> Option<String> {
        Some(self.columns.join("\n"))
    }

    fn dialects(&self) -> Option<&[String]> {
        self.dialects.as_deref()
    }

    fn aspects(&self, head: &Self) -> Vec<Aspect> {
        let ((predicate, method, rest), (other_predicate, other_method, other_rest)) =
            (options(self), options(head));
        let classes = |rest: &BTreeMap<&str, &str>| rest.get("postgresql_ops").map(|text| (*text).to_owned());
        let others = |rest: &BTreeMap<&str, &str>| {
            let mut rest: BTreeMap<String, String> =
                rest.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
            rest.remove("postgresql_ops");
            rest
        };
        let same_classes = classes(&rest) == classes(&other_rest);
        let plain =
            |index: &Index| index.elements.iter().map(|element| element.column.clone()).collect::<Vec<_>>();
        let all_plain = plain(self).iter().all(Option::is_some);
        // An operator class is also part of the element's text.
        let same_elements =
            elements(self) == elements(head) || (!same_classes && all_plain && plain(self) == plain(head));
        differing(&[
            (Aspect::Elements, same_elements),
            (Aspect::OperatorClass, same_classes),
            (Aspect::Unique, self.unique == head.unique),
            (Aspect::Method, method == other_method),
            (Aspect::Predicate, same(predicate, other_predicate, normalise::expression)),
            (Aspect::Options, others(&rest) == others(&other_rest)),
            (Aspect::Dialects, self.dialects == head.dialects),
            (Aspect::Name, self.name == head.name),
        ])
    }

    fn value(&self) -> Value {
        Value::Index(self.clone())
    }
}

fn elements(index: &Index) -> Vec<String> {
    index.elements.iter().map(element).collect()
}

fn element(element: &IndexElement) -> String {
    // Nearly every element is a plain column, and needs no parsing.
    match &element.column {
        Some(column) if *column == element.sql => column.clone(),
        _ => normalise::element(&element.sql),
    }
}

/// Predicate and method for PostgreSQL, and the other options.
fn options(index: &Index) -> (Option<&str>, String, BTreeMap<&str, &str>) {
    let mut rest: BTreeMap<&str, &str> =
        index.options.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let predicate = rest.remove("postgresql_where");
    let method = rest.remove("postgresql_using").unwrap_or("btree").to_lowercase();
    (predicate, method, rest)
}
