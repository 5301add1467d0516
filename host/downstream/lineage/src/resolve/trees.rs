//! Parses the texts of all inputs: once for the relations that they name, which determine the order, and once to
//! resolve them.
//!
//! A syntax tree needs some forty times the memory of its text, and far more for many short queries. The trees of the
//! first texts are kept between the two, which is all of them in most projects; the others are parsed again when they
//! are needed.

use std::{collections::BTreeSet, ops::ControlFlow};

use sqlparser::ast::{ObjectName, Query, Statement, Visit, Visitor};

use crate::{
    Input, Unknown,
    graph::Relation,
    sql::{self, Parsed},
    work,
};

/// The amount of text whose trees are kept at once, in bytes.
const HELD: usize = 8 << 20;

/// The maximum number of texts parsed again at once.
const BATCH: usize = 256;

/// The additional size of a statement, a query or a function, in bytes of usual text: some five thousand bytes are
/// forty times this.
const NODE: usize = 128;

/// The state of one input's text.
#[derive(Debug, Default)]
enum Tree {
    /// It has no text.
    #[default]
    Without,
    /// It could not be parsed.
    Failed(Box<Unknown>),
    /// It names these relations, and its tree is kept or not.
    Read { names: Vec<Relation>, held: Option<Vec<Statement>> },
}

/// The syntax trees of all inputs.
#[derive(Debug)]
pub(super) struct Trees {
    all: Vec<Tree>,
    /// The trees before this position of the order are ready.
    ready: usize,
    /// The amount that may be kept at once.
    limit: usize,
}

impl Trees {
    /// Parses the SQL of all inputs, as far as the limit of memory allows.
    pub(super) fn parse_inputs(inputs: &[Input]) -> Self {
        Self::holding(inputs, HELD)
    }

    fn holding(inputs: &[Input], held: usize) -> Self {
        let mut bytes = 0usize;
        let items: Vec<(&Input, bool)> = inputs
            .iter()
            .map(|input| {
                bytes = bytes.saturating_add(input_size(input));
                (input, bytes <= held)
            })
            .collect();
        let all = work::map(&items, work::STACK, |(input, is_held)| match parsed(input) {
            None => Tree::Without,
            Some(Err(unknown)) => Tree::Failed(unknown),
            Some(Ok(statements)) => {
                Tree::Read { names: relations(&statements), held: is_held.then_some(statements) }
            }
        });
        Self { all, ready: 0, limit: held }
    }

    /// The relations that the text of an input names, without those that it defines; sorted.
    pub(super) fn names(&self, at: usize) -> &[Relation] {
        match self.all.get(at) {
            Some(Tree::Read { names, .. }) => names,
            _ => &[],
        }
    }

    /// Prepares the trees of the next inputs when needed: each is used in its turn of this order.
    pub(super) fn turn(&mut self, inputs: &[Input], order: &[usize], turn: usize) {
        if turn < self.ready {
            return;
        }
        let mut bytes = 0usize;
        let mut batch = Vec::new();
        for at in order.iter().skip(turn).take(BATCH) {
            bytes = bytes.saturating_add(inputs.get(*at).map_or(0, input_size));
            if bytes > self.limit && !batch.is_empty() {
                break;
            }
            batch.push(*at);
        }
        self.ready = turn + batch.len();
        self.hold(inputs, batch.into_iter());
    }

    fn hold(&mut self, inputs: &[Input], batch: impl Iterator<Item = usize>) {
        let missing = |at: &usize| matches!(self.all.get(*at), Some(Tree::Read { held: None, .. }));
        let missing: Vec<usize> = batch.filter(missing).collect();
        let read = work::map(&missing, work::STACK, |at| inputs.get(*at).and_then(parsed));
        for (at, again) in missing.into_iter().zip(read) {
            if let (Some(Tree::Read { held, .. }), Some(Ok(statements))) = (self.all.get_mut(at), again) {
                *held = Some(statements);
            }
        }
    }

    /// Takes the tree of an input; `None` if it has no text.
    pub(super) fn take(&mut self, inputs: &[Input], at: usize) -> Option<Parsed> {
        match self.all.get_mut(at).map(std::mem::take)? {
            Tree::Without => None,
            Tree::Failed(unknown) => Some(Err(unknown)),
            Tree::Read { held: Some(statements), .. } => Some(Ok(statements)),
            Tree::Read { held: None, .. } => inputs.get(at).and_then(parsed),
        }
    }
}

/// An upper bound for the size of the tree of an input, in bytes of usual text.
fn input_size(input: &Input) -> usize {
    let Some(sql) = &input.sql else { return 0 };
    let text = sql.text.as_bytes();
    let opens = text.iter().filter(|byte| matches!(byte, b';' | b'(' | b'[')).count();
    let queries = text.windows(6).filter(|word| word.eq_ignore_ascii_case(b"select")).count();
    text.len() + (opens + queries) * NODE
}

fn parsed(input: &Input) -> Option<Parsed> {
    input.sql.as_ref().map(|sql| sql::parse(&sql.text, input.dialect))
}

/// Relations that statements name, without those that they define.
fn relations(statements: &[Statement]) -> Vec<Relation> {
    struct Names {
        ctes: BTreeSet<String>,
        relations: Vec<Relation>,
    }
    impl Visitor for Names {
        type Break = ();
        fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<()> {
            let ctes = query.with.iter().flat_map(|with| &with.cte_tables);
            self.ctes.extend(ctes.map(|cte| cte.alias.name.value.to_lowercase()));
            ControlFlow::Continue(())
        }
        fn pre_visit_relation(&mut self, name: &ObjectName) -> ControlFlow<()> {
            self.relations.push(sql::relation_of(name));
            ControlFlow::Continue(())
        }
    }
    let mut names = Names { ctes: BTreeSet::new(), relations: Vec::new() };
    for statement in statements {
        let _ = statement.visit(&mut names);
    }
    let Names { ctes, mut relations } = names;
    relations.retain(|relation| relation.parts.len() > 1 || !ctes.contains(&relation.name().to_lowercase()));
    relations.sort();
    relations.dedup();
    relations
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Dialect,
        graph::{Kind, System},
        input::Sql,
    };

    fn input(at: usize, text: Option<&str>) -> Input {
        let mut input = Input::new(format!("model.{at}"), System::Dbt, Kind::Model, format!("m{at}"));
        input.dialect = Dialect::Postgres;
        input.sql = text.map(|text| Sql { text: text.to_owned(), lines: vec![] });
        input
    }

    #[test]
    fn short_queries_are_held_one_after_the_other() {
        let text = "select 1;".repeat(10_000);
        let inputs: Vec<Input> = (0..8).map(|at| input(at, Some(&text))).collect();
        let order: Vec<usize> = (0..inputs.len()).collect();
        let mut trees = Trees::holding(&inputs, 4 << 20);
        let held = |trees: &Trees| {
            let is_held = |tree: &&Tree| matches!(tree, Tree::Read { held: Some(_), .. });
            trees.all.iter().filter(is_held).count()
        };
        assert_eq!(held(&trees), 1, "each takes a hundred times its text");
        for at in 0..inputs.len() {
            trees.turn(&inputs, &order, at);
            assert!(held(&trees) <= 2);
            assert!(matches!(trees.take(&inputs, at), Some(Ok(statements)) if statements.len() == 10_000));
        }
    }

    #[test]
    fn what_is_read_again_is_what_was_held() {
        let texts =
            ["select a from x join y using (b)", "with x as (select 1) select * from x", "selec", "select 1"];
        let mut inputs: Vec<Input> = texts
            .iter()
            .cycle()
            .take(3 * BATCH)
            .enumerate()
            .map(|(at, text)| input(at, Some(text)))
            .collect();
        inputs.push(input(inputs.len(), None));
        let order: Vec<usize> = (0..inputs.len()).rev().collect();
        let taken = |held: usize| {
            let mut trees = Trees::holding(&inputs, held);
            let names: Vec<Vec<Relation>> = (0..inputs.len()).map(|at| trees.names(at).to_vec()).collect();
            let take = |(turn, at): (usize, &usize)| {
                trees.turn(&inputs, &order, turn);
                format!("{:?}", trees.take(&inputs, *at))
            };
            (names, order.iter().enumerate().map(take).collect::<Vec<_>>())
        };
        assert_eq!(taken(0), taken(HELD));
        assert_eq!(taken(40), taken(HELD));
        assert_eq!(taken(0).0[0].len(), 2);
    }
}
