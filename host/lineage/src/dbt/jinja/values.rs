//! Values of dbt's templates: lists and maps that change, relations, and what stands in for something.

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use minijinja::{
    Error, ErrorKind, State, Value,
    value::{Enumerator, Object, ObjectRepr},
};

/// Elements that a list or map may come to have: a template that adds more is at fault.
const ELEMENTS: usize = 100_000;

fn full() -> Error {
    Error::new(ErrorKind::InvalidOperation, format!("a list of a template has more than {ELEMENTS} elements"))
}

/// A list that can be added to, as Python's can.
#[derive(Debug, Default)]
struct List(Mutex<Vec<Value>>);

/// A map that can be added to. Keys are in the order in which they were added.
#[derive(Debug, Default)]
struct Dict(Mutex<Vec<(Value, Value)>>);

pub(super) fn list(values: &Value) -> Result<Value, Error> {
    Ok(Value::from_object(List(Mutex::new(values.try_iter()?.collect()))))
}

pub(super) fn dict(values: &Value) -> Result<Value, Error> {
    let mut pairs = Vec::new();
    for key in values.try_iter()? {
        let value = values.get_item(&key)?;
        pairs.push((key, value));
    }
    Ok(Value::from_object(Dict(Mutex::new(pairs))))
}

impl List {
    fn with<T>(&self, run: impl FnOnce(&mut Vec<Value>) -> T) -> T {
        run(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Object for List {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Seq
    }

    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        let at = key.as_usize()?;
        self.with(|list| list.get(at).cloned())
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::Seq(self.with(|list| list.len()))
    }

    fn call_method(
        self: &Arc<Self>,
        _: &mut State<'_, '_>,
        method: &str,
        args: &[Value],
    ) -> Result<Value, Error> {
        let first = args.first().cloned().unwrap_or_default();
        match method {
            "append" => self.with(|list| {
                if list.len() >= ELEMENTS {
                    return Err(full());
                }
                list.push(first);
                Ok(Value::from(()))
            }),
            "extend" => {
                let more: Vec<Value> = first.try_iter()?.take(ELEMENTS + 1).collect();
                self.with(|list| {
                    if list.len() + more.len() > ELEMENTS {
                        return Err(full());
                    }
                    list.extend(more);
                    Ok(Value::from(()))
                })
            }
            "insert" => self.with(|list| {
                let at = first.as_usize().unwrap_or(0).min(list.len());
                list.insert(at, args.get(1).cloned().unwrap_or_default());
                Ok(Value::from(()))
            }),
            "remove" => self.with(|list| {
                if let Some(at) = list.iter().position(|one| *one == first) {
                    list.remove(at);
                }
                Ok(Value::from(()))
            }),
            "pop" => Ok(self.with(|list| match first.as_usize() {
                Some(at) if at < list.len() => list.remove(at),
                _ => list.pop().unwrap_or_default(),
            })),
            "count" => Ok(Value::from(self.with(|list| list.iter().filter(|one| **one == first).count()))),
            "index" => Ok(Value::from(self.with(|list| list.iter().position(|one| *one == first)))),
            "copy" => Ok(Value::from_object(Self(Mutex::new(self.with(|list| list.clone()))))),
            _ => Err(Error::from(ErrorKind::UnknownMethod)),
        }
    }
}

impl Dict {
    fn with<T>(&self, run: impl FnOnce(&mut Vec<(Value, Value)>) -> T) -> T {
        run(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn set(&self, key: Value, value: Value) -> Result<(), Error> {
        self.with(|pairs| {
            if let Some((_, old)) = pairs.iter_mut().find(|(other, _)| *other == key) {
                *old = value;
            } else if pairs.len() >= ELEMENTS / 10 {
                return Err(full());
            } else {
                pairs.push((key, value));
            }
            Ok(())
        })
    }

    fn get(&self, key: &Value) -> Option<Value> {
        self.with(|pairs| pairs.iter().find(|(other, _)| other == key).map(|(_, value)| value.clone()))
    }
}

impl Object for Dict {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        self.get(key)
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::Values(self.with(|pairs| pairs.iter().map(|(key, _)| key.clone()).collect()))
    }

    fn call_method(
        self: &Arc<Self>,
        _: &mut State<'_, '_>,
        method: &str,
        args: &[Value],
    ) -> Result<Value, Error> {
        let first = args.first().cloned().unwrap_or_default();
        let second = args.get(1).cloned().unwrap_or_else(|| Value::from(()));
        let pairs = || self.with(|pairs| pairs.clone());
        match method {
            "update" => {
                for key in first.try_iter()? {
                    let value = first.get_item(&key)?;
                    self.set(key, value)?;
                }
                Ok(Value::from(()))
            }
            "get" => Ok(self.get(&first).unwrap_or(second)),
            "setdefault" => {
                if let Some(value) = self.get(&first) {
                    return Ok(value);
                }
                self.set(first, second.clone())?;
                Ok(second)
            }
            "pop" => Ok(self.with(|pairs| {
                let at = pairs.iter().position(|(key, _)| *key == first);
                at.map_or(second, |at| pairs.remove(at).1)
            })),
            "items" => Ok(pairs().into_iter().map(|(key, value)| Value::from(vec![key, value])).collect()),
            "keys" => Ok(pairs().into_iter().map(|(key, _)| key).collect()),
            "values" => Ok(pairs().into_iter().map(|(_, value)| value).collect()),
            _ => Err(Error::from(ErrorKind::UnknownMethod)),
        }
    }
}

/// A relation as `ref` and `source` give it.
#[derive(Debug, Clone, Default)]
pub(super) struct RelationValue {
    pub(super) database: Option<String>,
    pub(super) schema: Option<String>,
    pub(super) identifier: String,
    /// As SQL has it.
    pub(super) text: String,
}

impl Object for RelationValue {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }

    fn get_value_by_str(self: &Arc<Self>, key: &str) -> Option<Value> {
        match key {
            "database" => Some(Value::from(self.database.clone())),
            "schema" => Some(Value::from(self.schema.clone())),
            "identifier" | "name" | "table" => Some(Value::from(self.identifier.clone())),
            "is_table" => Some(Value::from(true)),
            "is_view" | "is_cte" => Some(Value::from(false)),
            "type" => Some(Value::from("table")),
            _ => None,
        }
    }

    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        self.get_value_by_str(key.as_str()?)
    }

    fn call_method(
        self: &Arc<Self>,
        _: &mut State<'_, '_>,
        method: &str,
        _: &[Value],
    ) -> Result<Value, Error> {
        match method {
            // Which parts are shown matters to no reader of the SQL but us, and we know the whole name.
            "include" | "quote" | "replace_path" | "incorporate" | "render" | "without_identifier" => {
                Ok(Value::from_dyn_object(self.clone()))
            }
            _ => Err(Error::from(ErrorKind::UnknownMethod)),
        }
    }

    fn render(self: &Arc<Self>, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.text)
    }
}

/// Stands in for a value that nobody knows: it is false, has no elements, and every part of it is one too.
#[derive(Debug)]
pub(super) struct StandIn(pub(super) &'static str);

impl Object for StandIn {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Iterable
    }

    fn get_value(self: &Arc<Self>, _: &Value) -> Option<Value> {
        Some(Value::from_dyn_object(self.clone()))
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::Empty
    }

    fn is_true(self: &Arc<Self>) -> bool {
        false
    }

    fn call(self: &Arc<Self>, _: &mut State<'_, '_>, _: &[Value]) -> Result<Value, Error> {
        Ok(Value::from_dyn_object(self.clone()))
    }

    fn call_method(self: &Arc<Self>, _: &mut State<'_, '_>, _: &str, _: &[Value]) -> Result<Value, Error> {
        Ok(Value::from_dyn_object(self.clone()))
    }

    fn render(self: &Arc<Self>, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.0)
    }
}

/// A value of JSON. Lists and maps of it can be added to like any other.
pub(super) fn from_json(json: &serde_json::Value) -> Value {
    match json {
        serde_json::Value::Null => Value::from(()),
        serde_json::Value::Bool(one) => Value::from(*one),
        serde_json::Value::Number(one) => match one.as_i64() {
            Some(whole) => Value::from(whole),
            None => Value::from(one.as_f64()),
        },
        serde_json::Value::String(text) => Value::from(text.as_str()),
        serde_json::Value::Array(all) => {
            Value::from_object(List(Mutex::new(all.iter().map(from_json).collect())))
        }
        serde_json::Value::Object(fields) => {
            let pairs = fields.iter().map(|(key, value)| (Value::from(key.as_str()), from_json(value)));
            Value::from_object(Dict(Mutex::new(pairs.collect())))
        }
    }
}
