//! Bounded versions of the engine's operators, literals, filters and tests, which [`super::rewrite`] inserts.

use minijinja::{
    Environment, Error, State, Value,
    value::{DynObject, Kwargs, Rest, Tuple, ValueKind},
};

use super::{
    error::error,
    meter::{self, HEAVIEST, charge, fits, value_size},
    values::{self, List, StandIn},
};

/// The maximum width, count or distance: templates in practice have no greater number.
const WIDEST: u64 = 1_000;

/// The maximum length of a field of a format string.
const LONGEST_FIELD: usize = 100;

/// The cost of a namespace: a chain of them is freed recursively, so their number is limited to ten thousand.
const NAMESPACE: u64 = meter::WORK / 10_000;

pub(super) fn add_to(environment: &mut Environment<'static>) {
    environment.add_filter("__weighed", |value: Value| value_size(&value).map(|_| value));
    environment.add_filter("__member", |value: Value| meter::weigh_member(&value).map(|_| value));
    environment.add_filter("__made", made);
    environment.add_filter("__turn", |nothing: Value| meter::turn().map(|()| nothing));
    environment.add_filter("__indexed", indexed);
    environment.add_filter("__concat", concat);
    environment.add_filter("__add", |value: Value, more: Rest<Value>| {
        more.iter().try_fold(value, |sum, one| add(&sum, one))
    });
    environment.add_filter("__multiply", |value: Value, more: Rest<Value>| {
        more.iter().try_fold(value, |product, one| multiply(&product, one))
    });
    environment.add_filter("__filter", filter);
    environment.add_filter("__test", test);
    environment.add_function("__list", |all: Rest<Value>| values::list(all.0));
    environment.add_function("__dict", values::dict);
    environment.add_function("debug", |_: Rest<Value>, _: Kwargs| "");
    costing(environment, "namespace", NAMESPACE);
    costing(environment, "dict", 0);
    environment.set_unknown_method_callback(|state, value, method, args| {
        let own_size = value_size(value)?;
        limit(method, value, own_size, args)?;
        let given = minijinja_contrib::pycompat::unknown_method_callback(state, value, method, args)?;
        made(given)
    });
    environment.set_formatter(|out, state, value| {
        // Output is held by every enclosing macro.
        charge(3 * value_size(value)?)?;
        minijinja::escape_formatter(out, state, value)
    });
}

/// A function of the engine, with a cost.
fn costing(environment: &mut Environment<'static>, name: &'static str, price: u64) {
    let own = environment.globals().find(|(known, _)| *known == name).map(|(_, value)| value);
    let Some(own) = own else { return };
    environment.add_function(name, move |state: &mut State<'_, '_>, args: Rest<Value>, named: Kwargs| {
        charge(price)?;
        let args = with(args, named);
        for one in args.iter().filter(|one| !one.is_kwargs()) {
            meter::weigh_member(one)?;
        }
        for one in args.iter().filter(|one| one.is_kwargs()) {
            // The input becomes part of the result.
            let all = one.as_object().and_then(DynObject::try_iter_pairs).into_iter().flatten();
            all.map(|(_, value)| value).try_for_each(|value| meter::weigh_member(&value).map(|_| ()))?;
        }
        let given = own.call(state, &args)?;
        if name == "dict" { values::dict_of(&given) } else { Ok(given) }
    });
}

/// Arguments as the engine passes them: named ones are last.
fn with(args: Rest<Value>, named: Kwargs) -> Vec<Value> {
    let is_any = named.args().next().is_some();
    args.0.into_iter().chain(is_any.then(|| Value::from(named))).collect()
}

/// A new value: its size is measured, and a lazy list is made concrete.
pub(super) fn made(value: Value) -> Result<Value, Error> {
    value_size(&value)?;
    let is_list = matches!(value.kind(), ValueKind::Seq | ValueKind::Iterable)
        && !value.is_tuple()
        && value.downcast_object_ref::<List>().is_none()
        && value.downcast_object_ref::<StandIn>().is_none();
    if is_list {
        return values::list(value.try_iter()?.checked().collect::<Result<_, _>>()?);
    }
    Ok(value)
}

/// Searching a string, or a lazy list, iterates over it.
fn indexed(value: Value) -> Result<Value, Error> {
    if matches!(value.kind(), ValueKind::String | ValueKind::Bytes | ValueKind::Iterable) {
        value_size(&value)?;
    }
    Ok(value)
}

#[expect(clippy::needless_pass_by_value, reason = "the engine passes arguments like this")]
fn concat(value: Value, more: Rest<Value>) -> Result<String, Error> {
    let mut text = String::new();
    for one in std::iter::once(&value).chain(more.iter()) {
        value_size(one)?;
        match one.as_str() {
            Some(one) => text.push_str(one),
            None => text.push_str(&one.to_string()),
        }
        if text.len() as u64 > HEAVIEST {
            fits(text.len() as u64)?;
        }
    }
    Ok(text)
}

/// Two integers, else two floats.
enum Numbers {
    Whole(i128, i128),
    Real(f64, f64),
}

fn numbers(left: &Value, right: &Value) -> Option<Numbers> {
    let is_number = |value: &Value| matches!(value.kind(), ValueKind::Number | ValueKind::Bool);
    if !is_number(left) || !is_number(right) {
        return None;
    }
    if left.is_integer() && right.is_integer()
        || left.kind() == ValueKind::Bool
        || right.kind() == ValueKind::Bool
    {
        let whole = |value: &Value| match value.kind() {
            ValueKind::Bool => Some(i128::from(value.is_true())),
            _ => i128::try_from(value.clone()).ok(),
        };
        if let (Some(left), Some(right)) = (whole(left), whole(right)) {
            return Some(Numbers::Whole(left, right));
        }
    }
    Some(Numbers::Real(f64::try_from(left.clone()).ok()?, f64::try_from(right.clone()).ok()?))
}

fn whole(value: Option<i128>) -> Result<Value, Error> {
    let value = value.ok_or_else(|| error("a number is too large"))?;
    Ok(i64::try_from(value).map_or_else(|_| Value::from(value), Value::from))
}

fn cannot(what: &str, left: &Value, right: &Value) -> Error {
    error(format!("{} and {} can't be {what}", left.kind(), right.kind()))
}

fn add(left: &Value, right: &Value) -> Result<Value, Error> {
    match numbers(left, right) {
        Some(Numbers::Whole(left, right)) => return whole(left.checked_add(right)),
        Some(Numbers::Real(left, right)) => return Ok(Value::from(left + right)),
        None => {}
    }
    fits(value_size(left)? + value_size(right)?)?;
    if let (Some(left), Some(right)) = (left.as_str(), right.as_str()) {
        return Ok(Value::from([left, right].concat()));
    }
    let is_list = |value: &Value| matches!(value.kind(), ValueKind::Seq | ValueKind::Iterable);
    if left.is_tuple() != right.is_tuple() || !is_list(left) || !is_list(right) {
        return Err(cannot("added", left, right));
    }
    let all = left.try_iter()?.checked().chain(right.try_iter()?.checked());
    let all: Vec<Value> = all.collect::<Result<_, _>>()?;
    if left.is_tuple() { Ok(Value::from(Tuple::from(all))) } else { values::list(all) }
}

fn multiply(left: &Value, right: &Value) -> Result<Value, Error> {
    match numbers(left, right) {
        Some(Numbers::Whole(left, right)) => return whole(left.checked_mul(right)),
        Some(Numbers::Real(left, right)) => return Ok(Value::from(left * right)),
        None => {}
    }
    let (of, times) = if left.as_usize().is_some() { (right, left) } else { (left, right) };
    let times = times.as_i64().ok_or_else(|| cannot("multiplied", left, right))?;
    let times = usize::try_from(times).unwrap_or(0);
    fits(value_size(of)?.saturating_mul(times as u64))?;
    match of.kind() {
        ValueKind::String => Ok(Value::from(of.as_str().unwrap_or_default().repeat(times))),
        ValueKind::Seq | ValueKind::Iterable => {
            let once: Vec<Value> = of.try_iter()?.checked().collect::<Result<_, _>>()?;
            values::list(once.iter().cycle().take(once.len() * times).cloned().collect())
        }
        _ => Err(cannot("multiplied", left, right)),
    }
}

#[expect(clippy::needless_pass_by_value, reason = "the engine passes arguments like this")]
fn filter(
    state: &mut State<'_, '_>,
    value: Value,
    name: String,
    args: Rest<Value>,
    named: Kwargs,
) -> Result<Value, Error> {
    apply(state, value, &name, &with(args, named))
}

fn apply(state: &mut State<'_, '_>, value: Value, name: &str, args: &[Value]) -> Result<Value, Error> {
    let size = value_size(&value)?;
    limit(name, &value, size, args)?;
    if let ("map", [first, rest @ ..]) = (name, args)
        && let Some(inner) = first.as_str()
    {
        let mut all = Vec::new();
        for one in value.try_iter()?.checked() {
            all.push(apply(state, one?, inner, rest)?);
        }
        return values::list(all);
    }
    // It compares each element with several others.
    if matches!(name, "sort" | "unique" | "groupby" | "dictsort" | "min" | "max") {
        charge(size.saturating_mul(16))?;
    }
    let mut all = vec![value];
    all.extend(args.iter().cloned());
    let given = state.apply_filter(name, &all).map_err(|wrong| match wrong.kind() {
        minijinja::ErrorKind::UnknownFilter => error(format!("there is no filter `{name}`")),
        _ => wrong,
    })?;
    made(given)
}

#[expect(clippy::needless_pass_by_value, reason = "the engine passes arguments like this")]
fn test(
    state: &mut State<'_, '_>,
    value: Value,
    name: String,
    args: Rest<Value>,
    named: Kwargs,
) -> Result<bool, Error> {
    let args = with(args, named);
    value_size(&value)?;
    args.iter().try_for_each(|one| value_size(one).map(|_| ()))?;
    let mut all = vec![value];
    all.extend(args);
    state.perform_test(&name, &all)
}

/// Rejects a call that would make a value much larger than its input, and charges its result otherwise.
fn limit(name: &str, value: &Value, size: u64, args: &[Value]) -> Result<(), Error> {
    let mut of_args = 0;
    for one in args {
        of_args += value_size(one)?;
    }
    let text = |at: usize| args.get(at).and_then(Value::as_str);
    let length = |value: &Value| value.len().or_else(|| value.as_str().map(str::len)).unwrap_or(0) as u64;
    match name {
        "replace" => {
            let (whole, from) = (value.as_str().unwrap_or_default(), text(0).unwrap_or_default());
            let count = if from.is_empty() { whole.len() + 1 } else { whole.matches(from).count() };
            fits(size.saturating_add((count as u64).saturating_mul(of_args)))
        }
        // As a method, the string is the separator.
        "join" => {
            let count = length(value).max(args.first().map_or(0, &length));
            fits((size + of_args).saturating_add(count.saturating_mul(size.min(of_args))))
        }
        "indent" | "tojson" | "pprint" => {
            let widest = integers(args).max().unwrap_or(0).max(text(0).map_or(0, str::len) as u64);
            refuse_wide(widest)?;
            let lines = value.as_str().map_or(size, |text| text.lines().count() as u64);
            fits(size.saturating_add(lines.saturating_mul(widest.max(4))))
        }
        "batch" | "slice" => {
            let widest = integers(args).max().unwrap_or(0);
            refuse_wide(widest)?;
            // The fill value is repeated.
            fits(size.saturating_add(widest.saturating_mul(of_args)))
        }
        "format" => fits(formatted(value.as_str().unwrap_or_default(), of_args)?),
        "sum" => {
            let is_number = |one: Value| matches!(one.kind(), ValueKind::Number | ValueKind::Bool);
            let is_plain = args.is_empty() && value.try_iter().is_ok_and(|mut all| all.all(is_number));
            if is_plain { Ok(()) } else { charge(size.saturating_mul(length(value))) }
        }
        _ => Ok(()),
    }
}

/// Numbers among arguments, including named ones.
fn integers(args: &[Value]) -> impl Iterator<Item = u64> {
    let named =
        args.iter().filter(|one| one.is_kwargs()).filter_map(|one| Kwargs::try_from(one.clone()).ok());
    let named =
        named.flat_map(|all| all.args().filter_map(|name| all.peek::<Value>(name).ok()).collect::<Vec<_>>());
    let whole = |value: Value| {
        value.as_i64().map(i64::unsigned_abs).or_else(|| {
            let real = f64::try_from(value.clone()).ok().filter(|_| value.is_number())?;
            (real > f64::from(u32::MAX)).then_some(u64::MAX)
        })
    };
    args.iter().cloned().chain(named).filter_map(whole)
}

fn refuse_wide(width: u64) -> Result<(), Error> {
    if width > WIDEST {
        return Err(error(format!("it asks for a width of {width}; the limit is {WIDEST}")));
    }
    Ok(())
}

/// The maximum size of a format string with arguments of a given size.
fn formatted(pattern: &str, args: u64) -> Result<u64, Error> {
    let mut most = pattern.len() as u64;
    for (at, sign) in pattern.match_indices(['%', '{']) {
        let rest = pattern.get(at + sign.len()..).unwrap_or_default();
        let is_of_field = |one: &char| match sign {
            "%" => one.is_ascii_digit() || "#- +*.".contains(*one),
            _ => *one != '}',
        };
        let field: String = rest.chars().take_while(is_of_field).take(LONGEST_FIELD + 1).collect();
        refuse_wide(if field.len() > LONGEST_FIELD { u64::MAX } else { 0 })?;
        if sign == "%" && field.contains('*') || sign == "{" && field.contains('{') {
            return Err(error("a computed width is not supported"));
        }
        // In braces, a number before the colon is the index of an argument.
        let width =
            if sign == "%" { field.as_str() } else { field.split_once(':').map_or("", |(_, width)| width) };
        let widths = width.split(|one: char| !one.is_ascii_digit()).filter(|one| !one.is_empty());
        let widest = widths.map(|one| one.parse().unwrap_or(u64::MAX)).max().unwrap_or(0);
        refuse_wide(widest)?;
        most = most.saturating_add(widest).saturating_add(args);
    }
    Ok(most)
}
