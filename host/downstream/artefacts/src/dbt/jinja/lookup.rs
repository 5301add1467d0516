//! What a name of a template is, in dbt's context.

use std::sync::Arc;

use minijinja::{
    Value,
    value::{Enumerator, Object},
};

use super::{
    call::{Call, Callable, Execute, Package, Target},
    context::{Context, OWN},
    values::StandIn,
};

impl Object for Context {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        self.get_value_by_str(key.as_str()?)
    }

    fn get_value_by_str(self: &Arc<Self>, key: &str) -> Option<Value> {
        if OWN.contains(&key) {
            return None;
        }
        let context = self.clone();
        let callable = |callable| Value::from_object(Call { callable, context: context.clone() });
        // dbt's own macros of these names query the warehouse.
        if Callable::is_function(key) {
            return Some(callable(Callable::Function(key.to_owned())));
        }
        if let Some(id) = self.macro_named(key) {
            return Some(callable(Callable::Macro(id)));
        }
        Some(match key {
            "this" => Value::from_dyn_object(self.this.clone()),
            "execute" => Value::from_object(Execute(self.clone())),
            "target" => Value::from_object(Target(self.clone())),
            "project_name" => Value::from(self.shared.project.clone()),
            "database" => Value::from(self.shared.database.clone()),
            "schema" => Value::from(self.shared.schema.clone()),
            "dbt_version" => Value::from("1.10.0"),
            "selected_resources" => Value::from(Vec::<String>::new()),
            "model" => Value::from_pairs([
                ("name", self.name.as_str()),
                ("unique_id", self.id.as_str()),
                ("alias", self.this.identifier.as_str()),
                ("package_name", self.package.as_str()),
                ("resource_type", "model"),
            ]),
            "graph"
            | "flags"
            | "modules"
            | "invocation_id"
            | "run_started_at"
            | "thread_id"
            | "builtins"
            | "invocation_args_dict"
            | "dbt_metadata_envs" => {
                // No part of them is a column; dependents are marked by the stand-in itself.
                Value::from_object(StandIn("null"))
            }
            "adapter" | "api" | "exceptions" => {
                Value::from_object(Call { callable: Callable::Space(key.to_owned()), context: self.clone() })
            }
            key if self.shared.packages.contains(key) => {
                Value::from_object(Package { name: key.to_owned(), context: self.clone() })
            }
            key => callable(Callable::Missing(key.to_owned())),
        })
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::NonEnumerable
    }
}
