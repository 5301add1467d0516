//! The plans that the guest renders: `plan DIALECT statements|script` reads lines of `BASE<tab>HEAD`, two documents,
//! and writes a plan for each on one line.
#![expect(clippy::print_stdout, reason = "run from a command line")]

use std::{env, error::Error, fs, io};

use belljar_dialect::Database;
use belljar_diff::{Options, diff};
use belljar_migrate::{Request, plan};
use belljar_sandbox::RunLimits;
use belljar_schema::Document;

fn main() -> Result<(), Box<dyn Error>> {
    let dialect = env::args().nth(1).and_then(|name| Database::find(&name)).ok_or("a dialect is needed")?;
    let is_script = env::args().nth(2).as_deref() == Some("script");
    let document =
        |path: &str| -> Result<Document, Box<dyn Error>> { Ok(serde_json::from_slice(&fs::read(path)?)?) };
    for line in io::stdin().lines() {
        let line = line?;
        let (base, head) = line.split_once('\t').ok_or("a line has two paths")?;
        let (base, head) = (document(base)?, document(head)?);
        let found = diff(&base, &head, &Options::default());
        let request =
            Request { base: &base, head: &head, diff: &found, dialect, limits: &RunLimits::default() };
        println!("{}", String::from_utf8(plan(request, is_script))?);
    }
    Ok(())
}
