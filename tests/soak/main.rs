//! Many runs of many tenants through one engine, some of them hostile: nothing of one reaches another, and nothing piles up.
//!
//! `BELLJAR_SOAK_RUNS` says how many; `make soak` runs ten thousand.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "the lints do not take the helpers of tests for tests"
)]

use std::{
    env, fs,
    sync::atomic::{AtomicUsize, Ordering},
    thread,
    time::Instant,
};

use belljar_engine::{Options, Progress, Source};
use belljar_sandbox::RunLimits;
use belljar_snapshots::Snapshots;
use belljar_tree::Tree;

/// Tenants of each kind.
const OF_EACH: usize = 4;
/// As many runs at one time as the smallest machine that this is for has cores.
const THREADS: usize = 2;
/// Runs between two looks at memory and descriptors.
const BATCH: usize = 50;

/// What every canary begins with.
const PREFIX: &str = "CAN_";

/// What tenants do; `CANARY` becomes what only this tenant knows.
const KINDS: &[(&str, &str)] = &[
    ("model", "class A(Base):\n    __tablename__ = 'a'\n    __table_args__ = {'comment': 'CANARY'}\n    id = Column(Integer, primary_key=True)"),
    ("absent", "from absent import Money, limit\nclass A(Base):\n    __tablename__ = 'a'\n    id = Column(Integer, primary_key=True)\n    total = Column(Money('CANARY'), comment='CANARY')\n    text = Column(String(limit))"),
    // Looks everywhere for what others left behind, and says what it finds.
    ("search", "import gc, os, sys
found = set()
for item in gc.get_objects():
    for part in (item if isinstance(item, (list, tuple, set)) else item.items() if isinstance(item, dict) else ()):
        for text in (part if isinstance(part, tuple) else (part,)):
            if isinstance(text, str) and 'PREFIX' in text:
                found.add(text)
found.update(name for name in sys.modules if 'poison' in name)
found.update(f'{key}={value}' for key, value in os.environ.items())
for folder, _, names in os.walk('/'):
    for name in names:
        try:
            text = open(os.path.join(folder, name), errors='replace').read()
        except OSError:
            continue
        found.update(line for line in text.splitlines() if 'PREFIX' in line)
class A(Base):
    __tablename__ = 'a'
    __table_args__ = {'comment': ' '.join(sorted(found)) + 'CANARY'}
    id = Column(Integer, primary_key=True)"),
    // Leaves behind what it can.
    ("poison", "import builtins, sys, types, sqlalchemy
sys.modules['poison'] = types.ModuleType('poison')
builtins.CANARY_ = 'CANARY'
sqlalchemy.Column.CANARY_ = sqlalchemy.MetaData.CANARY_ = ['CANARY'] * 1000
sqlalchemy.Integer = sqlalchemy.String
sys.setrecursionlimit(50)
sqlalchemy.Table('CANARY', Base.metadata, Column('id', Integer))"),
    ("endless", "Table('CANARY', Base.metadata, Column('id', Integer))\nwhile True: pass"),
    ("memory", "held = []\nTable('CANARY', Base.metadata, Column('id', Integer))\nwhile True: held.append(bytearray(b'CANARY') * (1 << 20))"),
    ("exit", "import posix\nTable('CANARY', Base.metadata, Column('id', Integer))\nposix._exit(7)"),
    ("stack", "import sys\nsys.setrecursionlimit(1 << 30)\ndef deeper(): deeper()\nTable('CANARY', Base.metadata, Column('id', Integer))\ndeeper()"),
    ("flood", "import sys\nfor _ in range(20000): print('CANARY'); print('CANARY', file=sys.stderr)\nTable('a', Base.metadata, Column('id', Integer, comment='CANARY'))"),
    ("chance", "import random, time, uuid, os\nTable('a', Base.metadata, Column(f'c{random.random()}{time.time_ns()}{uuid.uuid4()}{os.urandom(8).hex()}', Integer, comment='CANARY'))"),
    ("files", "import os\nfor path in ('/etc/passwd', '../../etc/passwd', '/proc/self/environ'):\n    try: open(path).read(); Table('leak' + path, Base.metadata)\n    except OSError: pass\nfiles = []\ntry:\n    for _ in range(500): files.append(open(__file__))\nexcept OSError: pass\nTable('a', Base.metadata, Column('id', Integer, comment='CANARY'))"),
];

struct Tenant {
    kind: &'static str,
    canary: String,
    source: Source,
}

fn tenants() -> Vec<Tenant> {
    (0..KINDS.len() * OF_EACH)
        .map(|number| {
            let (kind, code) = KINDS[number % KINDS.len()];
            // Told apart by more than a number: a part of one is in no other.
            let canary = format!("{PREFIX}{:08x}", u32::try_from(number + 1).unwrap().wrapping_mul(2_654_435_761));
            let code = format!(
                "from sqlalchemy import *\nfrom sqlalchemy.orm import declarative_base\nBase = declarative_base()\n{}\n",
                code.replace("PREFIX", PREFIX).replace("CANARY", &canary)
            );
            let tree = Tree::in_memory([("models.py", code)]);
            let source = Source {
                tree,
                diagnostics: Vec::new(),
                description: kind.to_owned(),
                compiled: std::collections::BTreeMap::new(),
            };
            Tenant { kind, canary, source }
        })
        .collect()
}

/// The document of a run, as bytes, with the fuel it took.
fn run(tenant: &Tenant, snapshots: &Snapshots) -> String {
    let limits = RunLimits { fuel: 1_000_000_000, memory: 256 << 20, ..RunLimits::default() };
    let options = Options { limits, ..Options::default() };
    let extraction =
        belljar_engine::extract(&tenant.source, snapshots, &options, &Progress::default()).unwrap();
    let fuel: Vec<u64> = extraction.runs.iter().map(|run| run.outcome.fuel).collect();
    format!("{fuel:?}\n{}", serde_json::to_string(&extraction.document).unwrap())
}

/// Resident memory in KiB, and open descriptors.
fn held() -> (u64, usize) {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    let resident = resident.trim().trim_end_matches(" kB").trim().parse().unwrap();
    (resident, fs::read_dir("/proc/self/fd").unwrap().count())
}

#[test]
fn nothing_of_one_reaches_another_and_nothing_piles_up() {
    let runs: usize = env::var("BELLJAR_SOAK_RUNS").map_or(6 * BATCH, |text| text.parse().unwrap());
    let (tenants, folder) = (tenants(), tempfile::tempdir().unwrap());
    let snapshots = || Snapshots::new(belljar_snapshots::ALL, folder.path().join("cache"));
    // Each by itself first, in an engine of its own.
    let expected: Vec<String> = tenants.iter().map(|tenant| run(tenant, &snapshots())).collect();
    for (tenant, text) in tenants.iter().zip(&expected) {
        assert!(text.contains(&tenant.canary), "`{}` gives nothing of its own: {text}", tenant.kind);
        for other in tenants.iter().filter(|other| other.canary != tenant.canary) {
            assert!(!text.contains(&other.canary), "`{}` has something of `{}`", tenant.kind, other.kind);
        }
    }

    let (shared, started) = (snapshots(), Instant::now());
    let mut looks = Vec::new();
    for batch in 0..runs.div_ceil(BATCH) {
        let next = AtomicUsize::new(batch * BATCH);
        let end = runs.min((batch + 1) * BATCH);
        thread::scope(|scope| {
            for _ in 0..THREADS {
                scope.spawn(|| {
                    loop {
                        let number = next.fetch_add(1, Ordering::Relaxed);
                        if number >= end {
                            break;
                        }
                        // Another order every time, so that everyone follows everyone.
                        let position = (number.wrapping_mul(7919) + number / tenants.len()) % tenants.len();
                        let found = run(&tenants[position], &shared);
                        assert_eq!(found, expected[position], "run {number}, `{}`", tenants[position].kind);
                    }
                });
            }
        });
        looks.push(held());
    }
    println!("{runs} runs of {} tenants in {:.0?}", tenants.len(), started.elapsed());
    println!("resident KiB and descriptors after every {BATCH}: {looks:?}");
    // The first batches still fill caches and the allocator's own reserves.
    let warm = looks[looks.len().min(3) - 1];
    let last = looks[looks.len() - 1];
    assert_eq!(warm.1, last.1, "descriptors: {looks:?}");
    assert!(last.0 * 100 <= warm.0 * 105, "memory: {looks:?}");
}
