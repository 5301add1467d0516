//! What is known of a run of one file before it: which files run with it, and what it may cost.

use std::collections::BTreeSet;

use belljar_discover::CertainImports;
use belljar_tree::{Node, Tree};

use super::suspects::{REPLACED, Suspect, Why};
use crate::{attempt::RunResult, plan::Run};

/// What a module binds in a class of SQLAlchemy that it compiles with a function of its own (`@compiles`).
const COMPILED: &str = "._compiler_dispatch";

/// A file runs alone unless it is expected to need so many halves of the fuel that is left for it.
const HALVES: u128 = 3;

/// The files that run with one.
pub(super) struct Alone<'a> {
    tree: &'a Tree,
    imports: CertainImports<'a>,
    results: &'a [&'a RunResult],
}

impl<'a> Alone<'a> {
    pub(super) fn new(tree: &'a Tree, results: &'a [&'a RunResult]) -> Self {
        Self { tree, imports: CertainImports::new(tree), results }
    }

    /// Whether a file certainly gives the same when it runs alone: nothing ran that it does not import, or it is suspected
    /// only because something that it imports as well has a function that compiles a class of SQLAlchemy.
    pub(super) fn gives_the_same(&mut self, run: &Run, suspect: &Suspect) -> bool {
        let own = self.imports.of(&run.root, &suspect.path);
        let is_own = |path: &str| own.contains(path);
        self.ran(run).all(&is_own) && run.targets.iter().all(|target| is_own(&target.path))
            || suspect.why == Why::Replaced && self.only_compiles(run, &own)
    }

    fn only_compiles(&self, run: &Run, own: &BTreeSet<String>) -> bool {
        self.of(run).flat_map(|result| &result.findings.remarks).filter(|remark| remark.code == REPLACED).all(
            |remark| {
                let is_own = remark.place.as_ref().is_some_and(|place| own.contains(&place.path));
                is_own && remark.message.ends_with(COMPILED)
            },
        )
    }

    /// Whether a file is expected to use up its fuel, as most of what the first run took was for files that it imports.
    pub(super) fn takes_too_much(&mut self, run: &Run, suspect: &Suspect, fuel: u64) -> bool {
        let own = self.imports.of(&run.root, &suspect.path);
        let all: BTreeSet<&str> = self.ran(run).collect();
        let bytes =
            |paths: &mut dyn Iterator<Item = &str>| -> u128 { paths.map(|path| self.size(path)).sum() };
        let (part, whole) = (
            bytes(&mut all.iter().copied().filter(|path| own.contains(*path))),
            bytes(&mut all.iter().copied()),
        );
        let taken: u128 = self.of(run).map(|result| u128::from(result.outcome.fuel)).sum();
        2 * taken * part > HALVES * u128::from(fuel) * whole
    }

    /// The first runs of the same files.
    fn of(&self, run: &Run) -> impl Iterator<Item = &'a RunResult> {
        let (root, version) = (run.root.clone(), run.version.clone());
        self.results
            .iter()
            .copied()
            .filter(move |result| result.run.root == root && result.run.version == version)
    }

    /// The files that began to run.
    fn ran(&self, run: &Run) -> impl Iterator<Item = &'a str> {
        self.of(run).flat_map(|result| {
            let started = result.findings.started.iter().map(|module| module.path.as_str());
            started.chain(result.left_out.as_deref())
        })
    }

    fn size(&self, path: &str) -> u128 {
        match self.tree.node(path) {
            Some(Node::File(file)) => u128::from(file.size),
            _ => 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use belljar_frames as frames;
    use belljar_sandbox::Outcome;

    use super::*;
    use crate::{
        collect::Findings,
        fakes::{World, finished, model, place},
    };

    const HOOK: &str = "sqlalchemy.sql.elements.BinaryExpression._compiler_dispatch";

    /// `orders` imports `base`, `hooks` and `orders`; `stock` imports nothing.
    fn world() -> World {
        let orders = format!("import base\nimport hooks\n{}", model("orders"));
        let files = [
            ("orders.py", orders.as_str()),
            ("stock.py", &model("stock")),
            ("base.py", "x = 1"),
            ("hooks.py", "y = 2"),
        ];
        World::new(&files)
    }

    fn suspect(path: &str, why: Why) -> Suspect {
        Suspect { path: path.to_owned(), why }
    }

    fn started(paths: &[&str]) -> Findings {
        let module =
            |path: &&str| frames::ModuleStarted { name: (*path).to_owned(), path: (*path).to_owned() };
        Findings { started: paths.iter().map(module).collect(), ..Findings::default() }
    }

    fn replaces(path: &str, name: &str) -> frames::Remark {
        frames::Remark { code: REPLACED.to_owned(), message: name.to_owned(), place: Some(place(path, 0)) }
    }

    /// Whether a file gives the same alone after a run in which files replaced something.
    fn same(targets: &[&str], suspect: &Suspect, remarks: &[(&str, &str)]) -> bool {
        let world = world();
        let run = world.runs().remove(0).only(&targets.iter().copied().collect());
        let all: Vec<&str> = targets.iter().copied().chain(["base.py", "hooks.py"]).collect();
        let remarks = remarks.iter().map(|(path, name)| replaces(path, name)).collect();
        let result = finished(run.clone(), Findings { remarks, ..started(&all) });
        Alone::new(&world.source.tree, &[&result]).gives_the_same(&run, suspect)
    }

    #[test]
    fn a_file_that_imports_all_that_ran_gives_the_same() {
        for why in [Why::Evidence, Why::Replaced, Why::Failed] {
            assert!(same(&["orders.py"], &suspect("orders.py", why), &[]), "{why:?}");
            let remarks = [("orders.py", "sys.modules")];
            assert!(same(&["orders.py"], &suspect("orders.py", why), &remarks), "{why:?}");
        }
        assert!(!same(&["orders.py", "stock.py"], &suspect("orders.py", Why::Evidence), &[]));
        assert!(!same(&["orders.py", "stock.py"], &suspect("stock.py", Why::Failed), &[]));
    }

    #[test]
    fn a_function_that_compiles_is_no_suspicion_where_it_is_imported() {
        let both = ["orders.py", "stock.py"];
        let same = |path, remarks: &[_]| same(&both, &suspect(path, Why::Replaced), remarks);
        assert!(same("orders.py", &[("hooks.py", HOOK)]));
        assert!(!same("stock.py", &[("hooks.py", HOOK)]), "it does not import it");
        assert!(!same("orders.py", &[("stock.py", HOOK)]), "another file did it");
        assert!(!same("orders.py", &[("hooks.py", HOOK), ("stock.py", HOOK)]), "others did it too");
        assert!(!same("orders.py", &[("hooks.py", "sqlalchemy.Column")]), "it is no function that compiles");
        assert!(!super::tests::same(&both, &suspect("orders.py", Why::Evidence), &[("hooks.py", HOOK)]));
    }

    #[test]
    fn what_imports_most_of_what_ran_takes_as_much() {
        let world = world();
        let run = world.runs().remove(0);
        let outcome = Outcome { fuel: 1000, ..Outcome::default() };
        let findings = started(&["orders.py", "stock.py", "base.py", "hooks.py"]);
        let result = crate::attempt::RunResult { outcome, ..finished(run.clone(), findings) };
        let results = [&result];
        let mut alone = Alone::new(&world.source.tree, &results);
        let mut takes_too_much = |path, fuel| alone.takes_too_much(&run, &suspect(path, Why::Failed), fuel);
        assert!(takes_too_much("orders.py", 100));
        assert!(!takes_too_much("orders.py", 1000));
        assert!(takes_too_much("stock.py", 100), "its own text is nearly half of all");
        assert!(!takes_too_much("stock.py", 400));
    }
}
