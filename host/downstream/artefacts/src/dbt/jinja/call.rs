//! Callables of dbt templates.

use std::{fmt, sync::Arc};

use belljar_lineage::Cause;
use minijinja::{
    Error, State, Value,
    value::{Enumerator, Kwargs, Object, ObjectRepr, from_args},
};

use super::{
    context::Context,
    error::error,
    meter,
    values::{self, StandIn, from_json},
};

/// The SQL for the result of a missing macro: it parses as an expression and as a relation.
const UNKNOWN_CALL: &str = "belljar_stand_in()";

/// The functions of dbt's context.
const FUNCTIONS: &[&str] = &[
    "ref",
    "source",
    "var",
    "env_var",
    "config",
    "is_incremental",
    "should_full_refresh",
    "log",
    "print",
    "return",
    "run_query",
    "statement",
    "load_result",
    "store_result",
    "store_raw_result",
    "fromjson",
    "tojson",
    "fromyaml",
    "toyaml",
    "set",
    "set_strict",
    "zip",
    "zip_strict",
    "local_md5",
    "diff_of_two_dicts",
    "load_relation",
    "load_cached_relation",
    "get_columns_in_query",
    "doc",
];

#[derive(Debug, Clone)]
pub(super) enum Callable {
    /// A macro of the manifest, by its id.
    Macro(String),
    /// A function of dbt.
    Function(String),
    /// `adapter` and similar objects, whose attributes are methods.
    Space(String),
    /// A name that is not defined.
    Missing(String),
}

impl Callable {
    pub(super) fn is_function(name: &str) -> bool {
        FUNCTIONS.contains(&name)
    }
}

/// A callable in the context of a model.
#[derive(Debug)]
pub(super) struct Call {
    pub(super) callable: Callable,
    pub(super) context: Arc<Context>,
}

impl Call {
    fn unknown(&self, name: &str) -> Value {
        let message = format!("macro `{name}` is not in the manifest; a stand-in replaces its result");
        self.context.stood_in(Cause::MacroStoodIn, name, &message, false);
        Value::from(UNKNOWN_CALL)
    }

    fn asks(&self, what: &str) -> Value {
        let message = format!(
            "`{what}` queries the warehouse, which is not available; its result is taken to be empty"
        );
        self.context.stood_in(Cause::MacroStoodIn, what, &message, false);
        Value::from_object(StandIn("null"))
    }

    /// Calls a macro in a template of its own, as dbt does.
    fn call_macro(&self, id: &str, state: &mut State<'_, '_>, args: &[Value]) -> Result<Value, Error> {
        let context = &self.context;
        let Some(text) = context.shared.macros.get(id) else { return Ok(self.unknown(id)) };
        if !context.enter() {
            return Err(error(format!(
                "the macro `{}` is nested too deeply or exceeded its limit",
                text.name
            )));
        }
        let mut spent = 0;
        let result = (|| {
            let template = state.env().get_template(id)?;
            let mut captured = template.render_captured(Value::from_dyn_object(context.clone()))?;
            captured.with_state_mut(|state| {
                let found = state.lookup(&text.name).ok_or_else(|| error("a macro without a body"))?;
                let result = found.call(state, args);
                spent = state.fuel_levels().map_or(0, |(spent, _)| spent);
                result
            })
        })();
        context.leave(spent);
        match result {
            Ok(value) => Ok(value),
            // `return` ends a macro with an error that carries its value.
            Err(error) => context.take_returned().ok_or(error),
        }
    }

    /// The relation of a source.
    fn source(&self, source: String, table: String) -> Value {
        let subject = format!("{source}.{table}");
        if let Some(value) = self.context.shared.sources.get(&(source, table)) {
            return Value::from_dyn_object(value.clone());
        }
        let message = format!("source `{subject}` is not in the manifest");
        self.context.stood_in(Cause::NodeNotFound, &subject, &message, false);
        Value::from(subject)
    }

    /// A variable of the project, else the default in the template.
    fn variable(&self, subject: &str, default: Option<Value>) -> Value {
        let value = self.context.shared.vars.get(subject).map(from_json);
        value.or(default).unwrap_or_else(|| {
            let message = format!("the variable `{subject}` is not set");
            self.context.stood_in(Cause::VariableStoodIn, subject, &message, false);
            // A string, because most variables are concatenated.
            Value::from("null")
        })
    }

    /// The default of an environment variable, whose value is unknown.
    fn environment(&self, subject: &str, default: Option<Value>) -> Value {
        default.unwrap_or_else(|| {
            let message = format!("the environment variable `{subject}` is unknown");
            self.context.stood_in(Cause::VariableStoodIn, subject, &message, true);
            Value::from(subject.to_lowercase())
        })
    }

    fn function(&self, name: &str, args: &[Value]) -> Result<Value, Error> {
        let context = &self.context;
        args.iter().try_for_each(|one| meter::value_size(one).map(|_| ()))?;
        let (positional, named): (&[Value], Kwargs) = from_args(args)?;
        let text = |at: usize| positional.get(at).and_then(|value| value.as_str().map(str::to_owned));
        let first = positional.first().cloned().unwrap_or_default();
        match name {
            "ref" => Ok(self.reference(text(0), text(1), &named)),
            "source" => Ok(self.source(text(0).unwrap_or_default(), text(1).unwrap_or_default())),
            "var" => {
                let default = positional.get(1).cloned().or_else(|| named.get("default").ok());
                Ok(self.variable(&text(0).unwrap_or_default(), default))
            }
            "env_var" => Ok(self.environment(&text(0).unwrap_or_default(), positional.get(1).cloned())),
            "return" => {
                context.put_returned(first);
                Err(error("return outside of a macro"))
            }
            "is_incremental" => Ok(Value::from(context.is_incremental)),
            "should_full_refresh" => Ok(Value::from(false)),
            "run_query" | "load_relation" | "load_cached_relation" | "get_columns_in_query" => {
                Ok(self.asks(name))
            }
            "load_result" => Ok(Value::from_object(StandIn("null"))),
            "fromjson" | "fromyaml" => {
                let parsed = serde_json::from_str::<serde_json::Value>(&text(0).unwrap_or_default());
                Ok(parsed.map_or_else(|_| Value::from_object(StandIn("null")), |value| from_json(&value)))
            }
            "tojson" | "toyaml" => Ok(Value::from(serde_json::to_string(&first).unwrap_or_default())),
            "set" | "set_strict" => {
                let mut values: Vec<Value> = first.try_iter()?.collect();
                values.sort();
                values.dedup();
                values::list(values)
            }
            "zip" | "zip_strict" => zip(positional),
            "local_md5" => Ok(Value::from(format!("md5_{}", first.to_string().len()))),
            // The remaining functions add nothing to the SQL.
            _ => Ok(Value::from("")),
        }
    }

    fn reference(&self, first: Option<String>, second: Option<String>, named: &Kwargs) -> Value {
        let (package, name) = match (first, second) {
            (Some(package), Some(name)) => (Some(package), name),
            (first, _) => (None, first.unwrap_or_default()),
        };
        let version: Option<Value> = named.get("v").or_else(|_| named.get("version")).ok();
        let version = version.map(|value| value.to_string());
        let refs = &self.context.shared.refs;
        let own =
            (package.clone().or_else(|| Some(self.context.package.clone())), name.clone(), version.clone());
        let found = refs.get(&own).or_else(|| refs.get(&(package, name.clone(), version)));
        if let Some(value) = found {
            return Value::from_dyn_object(value.clone());
        }
        let message = format!("model, snapshot or seed `{name}` is not in the manifest");
        self.context.stood_in(Cause::NodeNotFound, &name, &message, false);
        Value::from(name)
    }

    fn method(&self, space: &str, method: &str, args: &[Value]) -> Result<Value, Error> {
        let context = &self.context;
        args.iter().try_for_each(|one| meter::value_size(one).map(|_| ()))?;
        let (positional, named): (&[Value], Kwargs) = from_args(args)?;
        let text = |at: usize| positional.get(at).map(ToString::to_string);
        match (space, method) {
            ("adapter", "dispatch") => {
                let name = text(0).unwrap_or_default();
                let package = text(1).or_else(|| named.get::<String>("macro_namespace").ok());
                let (package, name) = match name.rsplit_once('.') {
                    Some((package, name)) => (Some(package.to_owned()), name.to_owned()),
                    None => (package, name),
                };
                let callable = match context.dispatched(&name, package.as_deref()) {
                    Some(id) => Callable::Macro(id),
                    None => Callable::Missing(name),
                };
                Ok(Value::from_object(Self { callable, context: context.clone() }))
            }
            ("adapter", "quote" | "quote_as_configured") => {
                let quote = match context.shared.adapter.as_str() {
                    "bigquery" | "databricks" | "spark" | "mysql" => '`',
                    _ => '"',
                };
                Ok(Value::from(format!("{quote}{}{quote}", text(0).unwrap_or_default())))
            }
            ("adapter", "type") => Ok(Value::from(context.shared.adapter.clone())),
            ("exceptions", "raise_compiler_error") => Err(error(text(0).unwrap_or_default())),
            ("exceptions", _) => Ok(Value::from("")),
            // Only the existence of a type matters: no column depends on it.
            ("api.Column", "translate_type") => {
                let named = text(0).unwrap_or_default().to_lowercase();
                let is_text = named == "string"
                    && !matches!(self.context.shared.adapter.as_str(), "bigquery" | "databricks" | "spark");
                Ok(Value::from(if is_text { "varchar".to_owned() } else { named }))
            }
            ("api.Column", "string_type") => Ok(Value::from("varchar")),
            ("api.Column", "numeric_type") => Ok(Value::from("numeric")),
            ("api" | "api.Column", _) => Ok(Value::from_object(StandIn("null"))),
            (space, method) => Ok(self.asks(&format!("{space}.{method}"))),
        }
    }
}

impl Object for Call {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }

    fn get_value_by_str(self: &Arc<Self>, key: &str) -> Option<Value> {
        match &self.callable {
            Callable::Function(name) if name == "config" => {
                let get = matches!(key, "get" | "require");
                get.then(|| Value::from_dyn_object(self.clone()))
            }
            Callable::Missing(name) => {
                let callable = Callable::Missing(format!("{name}.{key}"));
                Some(Value::from_object(Self { callable, context: self.context.clone() }))
            }
            Callable::Space(name) if name == "api" && key == "Column" => {
                let callable = Callable::Space("api.Column".to_owned());
                Some(Value::from_object(Self { callable, context: self.context.clone() }))
            }
            Callable::Space(name) if name == "api" => Some(Value::from_object(StandIn("null"))),
            _ => None,
        }
    }

    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        self.get_value_by_str(key.as_str()?)
    }

    fn is_true(self: &Arc<Self>) -> bool {
        !matches!(self.callable, Callable::Missing(_))
    }

    fn call(self: &Arc<Self>, state: &mut State<'_, '_>, args: &[Value]) -> Result<Value, Error> {
        match &self.callable {
            Callable::Macro(id) => self.call_macro(id, state, args),
            Callable::Function(name) => self.function(name, args),
            Callable::Space(name) => Ok(self.asks(name)),
            Callable::Missing(name) => Ok(self.unknown(name)),
        }
    }

    fn call_method(
        self: &Arc<Self>,
        _: &mut State<'_, '_>,
        method: &str,
        args: &[Value],
    ) -> Result<Value, Error> {
        match &self.callable {
            Callable::Space(space) => self.method(space, method, args),
            Callable::Function(name) if name == "config" => {
                let (positional, _): (&[Value], Kwargs) = from_args(args)?;
                let key = positional.first().map(Value::to_string).unwrap_or_default();
                let set = self.context.config.get(&key).filter(|value| !value.is_null()).map(from_json);
                Ok(set.or_else(|| positional.get(1).cloned()).unwrap_or_else(|| Value::from(())))
            }
            Callable::Missing(name) => Ok(self.unknown(&format!("{name}.{method}"))),
            _ => Err(Error::from(minijinja::ErrorKind::UnknownMethod)),
        }
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::Empty
    }

    fn render(self: &Arc<Self>, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.callable {
            // Behaves as an undefined name.
            Callable::Missing(_) => Ok(()),
            Callable::Macro(name) | Callable::Function(name) | Callable::Space(name) => out.write_str(name),
        }
    }
}

/// A package, which contains macros.
#[derive(Debug)]
pub(super) struct Package {
    pub(super) name: String,
    pub(super) context: Arc<Context>,
}

impl Package {
    fn find(&self, name: &str) -> Value {
        let shared = &self.context.shared;
        let mut packages = vec![self.name.clone()];
        // `dbt.…` also refers to the adapter's own macros.
        if self.name == "dbt" {
            packages = shared.internal();
        }
        let found = packages.iter().find_map(|package| shared.find(package, name));
        let callable = found.map_or_else(
            || Callable::Missing(format!("{}.{name}", self.name)),
            |id| Callable::Macro(id.to_owned()),
        );
        Value::from_object(Call { callable, context: self.context.clone() })
    }
}

impl Object for Package {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        Some(self.find(key.as_str()?))
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::NonEnumerable
    }

    fn call_method(
        self: &Arc<Self>,
        state: &mut State<'_, '_>,
        method: &str,
        args: &[Value],
    ) -> Result<Value, Error> {
        self.find(method).call(state, args)
    }
}

/// Whether the template depends on the presence of a warehouse, which is absent here.
#[derive(Debug)]
pub(super) struct Execute(pub(super) Arc<Context>);

impl Object for Execute {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }

    fn is_true(self: &Arc<Self>) -> bool {
        let message = "its template depends on a warehouse, which is not available".to_owned();
        self.0.stood_in(Cause::MacroStoodIn, "execute", &message, true);
        false
    }
}

/// The target of a build: its type is known, the name is a guess.
#[derive(Debug)]
pub(super) struct Target(pub(super) Arc<Context>);

impl Object for Target {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        let shared = &self.0.shared;
        Some(match key.as_str()? {
            "type" => Value::from(shared.adapter.clone()),
            "schema" | "dataset" => Value::from(shared.schema.clone()),
            "database" | "project" | "dbname" | "catalog" => Value::from(shared.database.clone()),
            key @ ("name" | "target_name" | "profile_name") => {
                let message = format!("`target.{key}` is assumed to be `prod`");
                self.0.stood_in(Cause::VariableStoodIn, &format!("target.{key}"), &message, true);
                Value::from("prod")
            }
            _ => return None,
        })
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::NonEnumerable
    }

    fn call_method(
        self: &Arc<Self>,
        _: &mut State<'_, '_>,
        method: &str,
        args: &[Value],
    ) -> Result<Value, Error> {
        let key = args.first().cloned().unwrap_or_default();
        match method {
            "get" => Ok(self.get_value(&key).or_else(|| args.get(1).cloned()).unwrap_or_default()),
            _ => Err(Error::from(minijinja::ErrorKind::UnknownMethod)),
        }
    }
}

/// The values at the same position of several lists, as rows; as many as the shortest list has.
fn zip(lists: &[Value]) -> Result<Value, Error> {
    let lists: Vec<Vec<Value>> =
        lists.iter().map(|one| Ok(one.try_iter()?.collect())).collect::<Result<_, Error>>()?;
    let length = lists.iter().map(Vec::len).min().unwrap_or(0);
    let row =
        |at: usize| Value::from(lists.iter().filter_map(|list| list.get(at).cloned()).collect::<Vec<_>>());
    Ok((0..length).map(row).collect())
}
