//! Values to begin with: around the one that the key has.

use serde_json::Value;

use super::{Tried, is_number, is_whole, read, to_digits};
use crate::record::schema::{ParameterKind, ParameterSpec};

/// Every value of a choice; of a number the value itself with some below and above it, by ratio where its ratios count.
pub(super) fn around(spec: &ParameterSpec, value: &Value) -> Tried {
    match &spec.kind {
        ParameterKind::Flag => Tried::Ticked(vec![Value::from(false), Value::from(true)]),
        ParameterKind::Choice(choices) => {
            let names = choices.iter().map(|choice| choice.name.as_str());
            Tried::Ticked(names.map(Value::from).collect())
        }
        _ if is_number(spec) => numbers(spec, value),
        _ if value.is_null() => Tried::List(String::new()),
        _ => Tried::List(read::typed(spec, value)),
    }
}

fn numbers(spec: &ParameterSpec, value: &Value) -> Tried {
    let several = value.as_array().is_some_and(|list| list.len() > 1);
    if several {
        return Tried::List(read::typed(spec, value));
    }
    let own = value
        .as_array()
        .and_then(|list| list.first())
        .unwrap_or(value);
    let first = spec.first();
    let own = own.as_f64().or_else(|| first.as_f64()).unwrap_or(1.0);
    let factors: &[f64] = if matches!(spec.kind, ParameterKind::Integers { .. }) {
        &[0.25, 0.5, 1.0, 2.0]
    } else if spec.logarithmic {
        &[0.1, 1.0, 10.0]
    } else {
        &[0.5, 1.0, 2.0]
    };
    let points: Vec<f64> = if own == 0.0 {
        let top = spec.first().as_f64().filter(|top| *top > 0.0);
        let unit = top.unwrap_or(if is_whole(spec) { 10.0 } else { 0.1 });
        vec![0.0, unit, 2.0 * unit]
    } else if is_whole(spec) && own.abs() < 4.0 {
        vec![own - 1.0, own, own + 1.0]
    } else {
        factors.iter().map(|factor| own * factor).collect()
    };
    let mut texts: Vec<String> = Vec::new();
    for point in points {
        let point = if is_whole(spec) {
            Value::from(point.round() as i64)
        } else {
            Value::from(to_digits(point, 6))
        };
        let text = read::typed(spec, &point);
        if spec.check(&point).is_ok() && !texts.contains(&text) {
            texts.push(text);
        }
    }
    Tried::List(texts.join(" "))
}
