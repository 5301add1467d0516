//! Values of dbt templates: mutable lists and maps, relations, and stand-ins.

use std::{
    collections::BTreeMap,
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use minijinja::{
    Error, ErrorKind, State, Value,
    value::{DynObject, Enumerator, Object, ObjectRepr, Rest, ValueKind},
};

use super::{
    error::error,
    meter::{self, Held},
};

/// The maximum number of elements of a list or map: a template that adds more is faulty.
const ELEMENTS: usize = 100_000;

fn full() -> Error {
    Error::new(ErrorKind::InvalidOperation, format!("a list of a template has more than {ELEMENTS} elements"))
}

/// A mutable list, as in Python.
#[derive(Debug, Default)]
pub(super) struct List(Mutex<Vec<Value>>);

/// A mutable map. Keys are in insertion order.
#[derive(Debug, Default)]
pub(super) struct Dict(Mutex<Pairs>);

#[derive(Debug, Default)]
struct Pairs {
    all: Vec<(Value, Value)>,
    /// The position of a key, by its comparison form.
    at: BTreeMap<Value, usize>,
}

/// A list or a map.
#[derive(Clone)]
pub(super) enum Holder {
    List(Arc<List>),
    Dict(Arc<Dict>),
}

impl Held for List {
    fn empty(&self) {
        drop(self.with(std::mem::take));
    }
}

impl Held for Dict {
    fn empty(&self) {
        drop(self.with(std::mem::take));
    }
}

/// The size of a list or a map besides its elements.
const HELD: u64 = 64;

pub(super) fn list(values: Vec<Value>) -> Result<Value, Error> {
    if values.len() > ELEMENTS {
        return Err(full());
    }
    meter::charge(HELD)?;
    values.iter().try_for_each(|one| meter::weigh_member(one).map(|_| ()))?;
    Ok(held_list(values))
}

fn held_list(values: Vec<Value>) -> Value {
    let list = Arc::new(List(Mutex::new(values)));
    meter::keep(list.clone());
    Value::from_dyn_object(list)
}

/// A map from alternating keys and values.
#[expect(clippy::needless_pass_by_value, reason = "the engine passes arguments like this")]
pub(super) fn dict(values: Rest<Value>) -> Result<Value, Error> {
    let pairs = values.chunks(2).map(|pair| match pair {
        [key, value] => Ok((key.clone(), value.clone())),
        _ => Err(error("a map with half a pair")),
    });
    dict_from(pairs)
}

/// Converts a map of the engine to a mutable one.
pub(super) fn dict_of(value: &Value) -> Result<Value, Error> {
    dict_from(value.as_object().and_then(DynObject::try_iter_pairs).into_iter().flatten().map(Ok))
}

fn dict_from(pairs: impl Iterator<Item = Result<(Value, Value), Error>>) -> Result<Value, Error> {
    meter::charge(HELD)?;
    let dict = Arc::new(Dict::default());
    for pair in pairs {
        let (key, value) = pair?;
        dict.set(key, value)?;
    }
    meter::keep(dict.clone());
    Ok(Value::from_dyn_object(dict))
}

impl List {
    /// Nothing is compared or shown in here: a value may refer back to this list.
    fn with<T>(&self, run: impl FnOnce(&mut Vec<Value>) -> T) -> T {
        run(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn copied(&self) -> Result<Vec<Value>, Error> {
        let all = self.with(|list| list.clone());
        meter::charge(all.len() as u64)?;
        Ok(all)
    }

    /// The position of a value.
    fn position(&self, wanted: &Value) -> Result<Option<usize>, Error> {
        let all = self.copied()?;
        meter::charge(meter::value_size(wanted)?.saturating_mul(all.len() as u64))?;
        Ok(all.iter().position(|one| one == wanted))
    }

    /// Inserts values, unless one of them contains this list.
    fn put(self: &Arc<Self>, at: Option<usize>, more: Vec<Value>) -> Result<Value, Error> {
        for one in &more {
            meter::weigh_member(one)?;
            holds_not(one, &Holder::List(self.clone()))?;
        }
        self.with(|list| {
            if list.len() + more.len() > ELEMENTS {
                return Err(full());
            }
            let at = at.unwrap_or(list.len()).min(list.len());
            meter::charge((list.len() - at) as u64)?;
            list.splice(at..at, more);
            Ok(Value::from(()))
        })
    }
}

/// An error if a value is or contains a list or a map. It was measured, so the search ends.
fn holds_not(value: &Value, holder: &Holder) -> Result<(), Error> {
    let is_it = match holder {
        Holder::List(list) => {
            value.downcast_object_ref::<List>().is_some_and(|one| std::ptr::eq(one, &raw const **list))
        }
        Holder::Dict(dict) => {
            value.downcast_object_ref::<Dict>().is_some_and(|one| std::ptr::eq(one, &raw const **dict))
        }
    };
    if is_it {
        return Err(error("a list or a map is stored in itself"));
    }
    let Some(object) = value.as_object() else { return Ok(()) };
    match value.kind() {
        ValueKind::Map => object.try_iter_pairs().into_iter().flatten().try_for_each(|(key, value)| {
            holds_not(&key, holder)?;
            holds_not(&value, holder)
        }),
        ValueKind::Seq | ValueKind::Iterable => {
            object.try_iter().into_iter().flatten().try_for_each(|one| holds_not(&one, holder))
        }
        _ => Ok(()),
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
            "append" => self.put(None, vec![first]),
            "extend" => {
                meter::value_size(&first)?;
                self.put(None, first.try_iter()?.checked().take(ELEMENTS + 1).collect::<Result<_, _>>()?)
            }
            "insert" => {
                self.put(Some(first.as_usize().unwrap_or(0)), vec![args.get(1).cloned().unwrap_or_default()])
            }
            "remove" => {
                if let Some(at) = self.position(&first)? {
                    self.with(|list| list.remove(at));
                }
                Ok(Value::from(()))
            }
            "pop" => {
                meter::charge(self.with(|list| list.len()) as u64 / 8)?;
                Ok(self.with(|list| match first.as_usize() {
                    Some(at) if at < list.len() => list.remove(at),
                    _ => list.pop().unwrap_or_default(),
                }))
            }
            "count" => {
                let all = self.copied()?;
                meter::charge(meter::value_size(&first)?.saturating_mul(all.len() as u64))?;
                Ok(Value::from(all.iter().filter(|one| **one == first).count()))
            }
            "index" => Ok(Value::from(self.position(&first)?)),
            "copy" => list(self.copied()?),
            _ => Err(Error::from(ErrorKind::UnknownMethod)),
        }
    }
}

/// The comparison form of a key: itself, or its text if it has parts that could refer back to the map.
fn compared(key: &Value) -> Result<Value, Error> {
    match key.kind() {
        ValueKind::String | ValueKind::Number | ValueKind::Bool | ValueKind::None | ValueKind::Undefined => {
            Ok(key.clone())
        }
        _ => {
            meter::value_size(key)?;
            Ok(Value::from(format!("\u{0}{key}")))
        }
    }
}

impl Dict {
    /// Only plain keys are compared or shown in here: a value may refer back to this map.
    fn with<T>(&self, run: impl FnOnce(&mut Pairs) -> T) -> T {
        run(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn set(self: &Arc<Self>, key: Value, value: Value) -> Result<(), Error> {
        for one in [&key, &value] {
            meter::weigh_member(one)?;
            holds_not(one, &Holder::Dict(self.clone()))?;
        }
        let by = compared(&key)?;
        self.with(|pairs| {
            let next = pairs.all.len();
            let at = *pairs.at.entry(by).or_insert(next);
            if let Some((_, old)) = pairs.all.get_mut(at) {
                *old = value;
            } else if next >= ELEMENTS {
                return Err(full());
            } else {
                pairs.all.push((key, value));
            }
            Ok(())
        })
    }

    fn get(&self, key: &Value) -> Option<Value> {
        let by = compared(key).ok()?;
        self.with(|pairs| pairs.all.get(*pairs.at.get(&by)?).map(|(_, value)| value.clone()))
    }

    fn pop(&self, key: &Value) -> Result<Option<Value>, Error> {
        let by = compared(key)?;
        self.with(|pairs| {
            meter::charge(pairs.all.len() as u64)?;
            let Some(at) = pairs.at.remove(&by) else { return Ok(None) };
            pairs.at.values_mut().filter(|other| **other > at).for_each(|other| *other -= 1);
            Ok(Some(pairs.all.remove(at).1))
        })
    }

    fn copied(&self) -> Result<Vec<(Value, Value)>, Error> {
        let all = self.with(|pairs| pairs.all.clone());
        meter::charge(all.len() as u64)?;
        Ok(all)
    }
}

impl Object for Dict {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        self.get(key)
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::Values(self.with(|pairs| pairs.all.iter().map(|(key, _)| key.clone()).collect()))
    }

    fn call_method(
        self: &Arc<Self>,
        _: &mut State<'_, '_>,
        method: &str,
        args: &[Value],
    ) -> Result<Value, Error> {
        let first = args.first().cloned().unwrap_or_default();
        let second = args.get(1).cloned().unwrap_or_else(|| Value::from(()));
        match method {
            "update" => {
                meter::value_size(&first)?;
                let pairs: Vec<(Value, Value)> = match first.as_object() {
                    Some(map) if first.kind() == ValueKind::Map => {
                        map.try_iter_pairs().into_iter().flatten().collect()
                    }
                    _ => return Err(error("a map is updated with a value that is not a map")),
                };
                for (key, value) in pairs {
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
            "pop" => Ok(self.pop(&first)?.unwrap_or(second)),
            "copy" => dict_from(self.copied()?.into_iter().map(Ok)),
            "items" => {
                Ok(self.copied()?.into_iter().map(|(key, value)| Value::from(vec![key, value])).collect())
            }
            "keys" => Ok(self.copied()?.into_iter().map(|(key, _)| key).collect()),
            "values" => Ok(self.copied()?.into_iter().map(|(_, value)| value).collect()),
            _ => Err(Error::from(ErrorKind::UnknownMethod)),
        }
    }
}

/// A relation as returned by `ref` and `source`.
#[derive(Debug, Clone, Default)]
pub(super) struct RelationValue {
    pub(super) database: Option<String>,
    pub(super) schema: Option<String>,
    pub(super) identifier: String,
    /// The relation in SQL.
    pub(super) text: String,
}

impl Object for RelationValue {
    fn get_value_by_str(self: &Arc<Self>, key: &str) -> Option<Value> {
        match key {
            "database" => Some(Value::from(self.database.clone())),
            "schema" => Some(Value::from(self.schema.clone())),
            "identifier" | "name" | "table" => Some(Value::from(self.identifier.clone())),
            "is_table" => Some(Value::from(true)),
            "is_view" | "is_cte" => Some(Value::from(false)),
            "type" => Some(Value::from("table")),
            // The attribute by which packages recognise a relation.
            "metadata" => Some(Value::from_pairs([("type", "Relation")])),
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
        args: &[Value],
    ) -> Result<Value, Error> {
        match method {
            "get" => {
                let key = args.first().and_then(Value::as_str).unwrap_or_default();
                Ok(self.get_value_by_str(key).or_else(|| args.get(1).cloned()).unwrap_or_default())
            }
            // Only our lineage needs the parts that are shown, and it knows the whole name.
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

/// A stand-in for an unknown value: it is false and empty, and its attributes are stand-ins too.
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

/// A JSON value. Its lists and maps are mutable like any other.
pub(super) fn from_json(json: &serde_json::Value) -> Value {
    match json {
        serde_json::Value::Null => Value::from(()),
        serde_json::Value::Bool(one) => Value::from(*one),
        serde_json::Value::Number(one) => match one.as_i64() {
            Some(whole) => Value::from(whole),
            None => Value::from(one.as_f64()),
        },
        serde_json::Value::String(text) => Value::from(text.as_str()),
        serde_json::Value::Array(all) => held_list(all.iter().map(from_json).collect()),
        serde_json::Value::Object(fields) => {
            let pairs = fields.iter().map(|(key, value)| Ok((Value::from(key.as_str()), from_json(value))));
            dict_from(pairs).unwrap_or_default()
        }
    }
}
