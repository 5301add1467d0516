//! Templates, where a manifest has no compiled SQL.
//!
//! `minijinja` renders them. `ref`, `source`, `config`, `var` and the rest of dbt's context are here, the macros are those
//! of the manifest. Nothing is asked of a warehouse, so `execute` is false, as it is when dbt parses. A name that is not
//! known, a variable that nobody sets and a question to the warehouse are stood in for, and each is an [`Unknown`].

mod call;
mod context;
mod prepare;
mod values;

use std::sync::Arc;

use minijinja::{AutoEscape, Environment, UndefinedBehavior, Value};

use super::{
    Options,
    manifest::{Manifest, Node},
};
use crate::{Cause, Unknown};

use context::{Context, Shared};

/// Instructions that the templates of one model may take, those of the macros that it calls among them.
pub const FUEL: u64 = 2_000_000;

/// Templates in each other.
const DEPTH: usize = 60;

/// The templates of a manifest.
pub struct Templates {
    environment: Environment<'static>,
    shared: Arc<Shared>,
}

/// A template that was rendered.
pub struct Rendered {
    /// The SQL; none where it could not be rendered.
    pub text: Option<String>,
    /// What stood in for something.
    pub unknowns: Vec<Unknown>,
}

impl Templates {
    pub(super) fn new(manifest: &Manifest, options: &Options) -> Self {
        let shared = Arc::new(Shared::new(manifest, options));
        let mut environment = Environment::new();
        environment.set_auto_escape_callback(|_| AutoEscape::None);
        environment.set_undefined_behavior(UndefinedBehavior::Chainable);
        environment.set_unknown_method_callback(minijinja_contrib::pycompat::unknown_method_callback);
        environment.set_fuel(Some(shared.fuel));
        environment.set_recursion_limit(DEPTH);
        let sources = shared.clone();
        environment
            .set_loader(move |name| Ok(sources.macros.get(name).map(|one| prepare::prepare(&one.text))));
        for name in ["as_text", "as_bool", "as_number", "as_native"] {
            environment.add_filter(name, |value: Value| value);
        }
        environment.add_function("__list", values::list);
        environment.add_function("__dict", values::dict);
        Self { environment, shared }
    }

    /// The SQL of a node.
    pub(super) fn render(&self, node: &Node) -> Rendered {
        let context = Arc::new(Context::new(self.shared.clone(), node));
        let text = prepare::prepare(node.raw_code.as_deref().unwrap_or_default());
        let value = Value::from_dyn_object(context.clone());
        let rendered = self.environment.render_named_str(&node.name, &text, value);
        let mut unknowns = context.unknowns();
        match rendered {
            Ok(text) => Rendered { text: Some(text), unknowns },
            Err(error) => {
                let mut shown = error.to_string();
                let mut cause = std::error::Error::source(&error);
                while let Some(inner) = cause.take().filter(|_| shown.len() < 1000) {
                    shown = format!("{shown}: {inner}");
                    cause = inner.source();
                }
                let message = format!("its template could not be rendered: {shown}");
                let hint = "run `dbt compile`, so that the manifest has compiled SQL";
                unknowns
                    .push(Unknown::new(Cause::TemplateNotRendered, node.name.clone(), message).hint(hint));
                Rendered { text: None, unknowns }
            }
        }
    }
}
