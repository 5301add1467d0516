use belljar_discover::{Discovery, Options, discover};
use belljar_tree::Tree;

use crate::Target;

/// Whatever a Python file says, discovery ends, every place that it names is one of the file, and it finds the same
/// again.
pub(crate) const TARGET: Target = Target { name: "index", run, fixed: 128 << 10, for_each: 1024 };

const PATH: &str = "app/models.py";

/// A file without a word of SQLAlchemy is not parsed; that would leave most inputs unread.
const FIRST_LINE: &[u8] = b"from sqlalchemy import Column, Table, orm; Base = orm.declarative_base()\n";

fn run(data: &[u8]) {
    let text = [FIRST_LINE, data].concat();
    // Python takes a carriage return for the end of a line too.
    let lines = text.split(|byte| matches!(byte, b'\n' | b'\r')).count();
    let once = || {
        discover(
            &Tree::in_memory([(PATH, text.clone()), ("app/__init__.py", Vec::new())]),
            &Options::default(),
        )
    };
    let found = once();
    check(&found, u32::try_from(lines).unwrap_or(u32::MAX));
    // One in eight: a look at the file is what takes the time.
    if data.len().is_multiple_of(8) {
        assert_eq!(format!("{found:?}"), format!("{:?}", once()));
    }
}

fn check(found: &Discovery, lines: u32) {
    for class in found.index.classes() {
        assert_eq!(class.path, PATH);
        assert!((1..=class.end_line).contains(&class.line) && class.end_line <= lines, "{class:?}");
        assert!(
            class.attributes.iter().all(|it| (class.line..=class.end_line).contains(&it.line)),
            "{class:?}"
        );
        assert!(found.index.class(&class.module, &class.qualname).is_some(), "{class:?}");
    }
    for table in found.index.tables() {
        assert_eq!(table.path, PATH);
        assert!((1..=table.end_line).contains(&table.line) && table.end_line <= lines, "{table:?}");
    }
}
