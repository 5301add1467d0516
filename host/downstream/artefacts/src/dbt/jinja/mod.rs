//! Templates, where a manifest has no compiled SQL.
//!
//! `minijinja` renders them. `ref`, `source`, `config`, `var` and the rest of dbt's context are implemented here;
//! macros are those of the manifest. There is no warehouse, so `execute` is false, as it is when dbt parses. Unknown
//! names, unset variables and queries to the warehouse are replaced by stand-ins, and each is an [`Unknown`].

mod bounded;
mod call;
mod context;
mod error;
#[cfg(test)]
mod faults;
mod lookup;
mod meter;
mod prepare;
mod rewrite;
#[cfg(test)]
mod same;
mod values;

use std::{
    cell::RefCell,
    sync::{Arc, atomic::AtomicU64},
};

use belljar_lineage::{Cause, Unknown, work::guarded};
use minijinja::{AutoEscape, Environment, Error, UndefinedBehavior, Value};

use super::{
    Options,
    manifest::{Manifest, Node},
};

use context::{Context, Shared};

/// The maximum number of instructions for the templates of one model, including the macros that it calls.
pub const FUEL: u64 = 2_000_000;

/// The maximum nesting of templates.
const DEPTH: usize = 60;

/// The templates of a manifest.
pub struct Templates {
    /// Recreated if a bug ended an evaluation.
    environment: RefCell<Environment<'static>>,
    shared: Arc<Shared>,
    /// The remaining work of all templates.
    work: AtomicU64,
}

/// The result of rendering a template.
pub struct Rendered {
    /// The SQL; `None` if it could not be rendered.
    pub text: Option<String>,
    /// The stand-ins that were used.
    pub unknowns: Vec<Unknown>,
}

impl Templates {
    pub(super) fn new(manifest: &Manifest, options: &Options) -> Self {
        let shared = Arc::new(Shared::new(manifest, options));
        Self {
            environment: RefCell::new(environment(&shared)),
            shared,
            work: AtomicU64::new(meter::TOGETHER),
        }
    }

    /// The SQL of a node. Exceeding a limit is an error of this node alone.
    pub(super) fn render(&self, node: &Node) -> Rendered {
        self.render_text(node, node.raw_code.as_deref().unwrap_or_default(), false)
    }

    /// The SQL of an incremental run, if it differs.
    pub(super) fn render_incremental(&self, node: &Node) -> Option<Rendered> {
        let raw = node.raw_code.as_deref().filter(|raw| raw.contains("is_incremental"))?;
        Some(self.render_text(node, raw, true))
    }

    /// Renders any text in the context of a node.
    pub(super) fn render_text(&self, node: &Node, text: &str, is_incremental: bool) -> Rendered {
        let context = Arc::new(Context::new(self.shared.clone(), node, is_incremental));
        let text = prepare::prepare(text);
        let value = Value::from_dyn_object(context.clone());
        let evaluate = || {
            let bounded = rewrite::bounded(&text, &node.name)?;
            self.environment.borrow().render_named_str(&node.name, &bounded, value)
        };
        let rendered = meter::metered(&self.work, || guarded(evaluate)).unwrap_or_else(|bug| {
            self.environment.replace(environment(&self.shared));
            Err(error::error(bug.to_string()))
        });
        let mut unknowns = context.unknowns();
        match rendered {
            Ok(text) => Rendered { text: Some(text), unknowns },
            Err(error) => {
                let message = format!("its template could not be rendered: {}", shown(&error));
                let hint = "run `dbt compile`, so that the manifest has compiled SQL";
                unknowns
                    .push(Unknown::new(Cause::TemplateNotRendered, node.name.clone(), message).hint(hint));
                Rendered { text: None, unknowns }
            }
        }
    }
}

fn environment(shared: &Arc<Shared>) -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_auto_escape_callback(|_| AutoEscape::None);
    environment.set_undefined_behavior(UndefinedBehavior::Chainable);
    environment.set_debug(false);
    bounded::add_to(&mut environment);
    environment.set_fuel(Some(shared.fuel));
    environment.set_recursion_limit(DEPTH);
    let sources = shared.clone();
    environment.set_loader(move |name| {
        let text = sources.macros.get(name).map(|one| prepare::prepare(&one.text));
        text.map(|text| rewrite::bounded(&text, name)).transpose()
    });
    for name in ["as_text", "as_bool", "as_number", "as_native"] {
        environment.add_filter(name, |value: Value| value);
    }
    environment
}

/// An error with its causes, as far as they are useful.
fn shown(error: &Error) -> String {
    const LONGEST: usize = 1_000;
    let mut shown = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause.take().filter(|_| shown.len() < LONGEST) {
        shown = format!("{shown}: {inner}");
        cause = inner.source();
    }
    if shown.len() > LONGEST {
        shown = shown.chars().take(LONGEST).chain(['…']).collect();
    }
    shown
}
