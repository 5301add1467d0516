//! Identifiers of entities, which every language takes as they are.

use std::collections::{BTreeMap, BTreeSet};

/// The maximum length of an identifier; what is longer is cut.
const LONGEST: usize = 60;

/// Gives identifiers that differ from each other.
#[derive(Debug, Default)]
pub(crate) struct Ids {
    taken: BTreeSet<String>,
    /// The next number of a name that is taken. Names in another alphabet are alike by the thousand.
    numbers: BTreeMap<String, usize>,
}

impl Ids {
    /// The identifier of a name: the name itself if it is plain, with a number if it is taken.
    pub(crate) fn identify(&mut self, name: &str) -> String {
        let plain = |letter: char| if letter.is_ascii_alphanumeric() { letter } else { '_' };
        let mut own: String = name.chars().map(plain).take(LONGEST).collect();
        // Languages differ in the words that they reserve; none reserves one with this prefix.
        if !own.starts_with(|first: char| first.is_ascii_alphabetic()) || is_reserved(&own) {
            own.insert_str(0, "t_");
        }
        let mut id = own.clone();
        let number = self.numbers.entry(own.to_lowercase()).or_insert(2);
        while !self.taken.insert(id.to_lowercase()) {
            id = format!("{own}_{number}");
            *number += 1;
        }
        id
    }
}

/// Words that can't be identifiers in one of the languages, or that JavaScript's objects have.
fn is_reserved(word: &str) -> bool {
    const WORDS: &str = "\
        accdescr acctitle allow_mixing as class classdef classes constructor digraph direction edge end \
        entity enum erdiagram graph hasownproperty hide layers left legend many node note one only package \
        prototype remove scenarios show skinparam steps strict style subgraph title tostring vars";
    WORDS.split(' ').any(|one| word.eq_ignore_ascii_case(one))
}

#[cfg(test)]
mod tests {
    use super::Ids;

    #[test]
    fn identifiers_are_plain_and_differ() {
        let names = [
            "orders",
            "Orders",
            "shop.orders",
            "shop_orders",
            "2024",
            "",
            "end",
            "größe",
            "a b",
            "a-b",
            "__proto__",
            "_",
        ];
        let mut ids = Ids::default();
        let found: Vec<String> = names.iter().map(|name| ids.identify(name)).collect();
        let expected = [
            "orders",
            "Orders_2",
            "shop_orders",
            "shop_orders_2",
            "t_2024",
            "t_",
            "t_end",
            "gr__e",
            "a_b",
            "a_b_2",
            "t___proto__",
            "t__",
        ];
        assert_eq!(found, expected);
    }
}
