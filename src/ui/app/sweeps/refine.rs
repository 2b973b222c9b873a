//! A finer sweep around the best setting of another.

use serde_json::Value;

use crate::experiments::Setting;
use crate::experiments::sweep::{Method, Scale, SweepConfig, Values};
use crate::systems;

/// Steps of a refined grid for each key.
const STEPS: u32 = 4;

/// The same question with numbers between the neighbors of the best; what has no neighbors (words, switches) keeps the best value.
pub(super) fn around(config: &SweepConfig, best: &Setting) -> SweepConfig {
    let mut finer = config.clone();
    finer.sweep.name = None;
    finer.sweep.values.clear();
    for (key, values) in &config.sweep.values {
        let Some(own) = best.get(key) else {
            continue;
        };
        match range_around(config, key, values, own) {
            Some(range) => {
                finer.sweep.values.insert(key.clone(), range);
            }
            None => match key.strip_prefix("data.") {
                // One that cannot be set is as it is in the base.
                Some(own_key) => drop(finer.base.data.set(own_key, own)),
                None => drop(finer.base.parameters.insert(key.clone(), own.clone())),
            },
        }
    }
    finer
}

fn range_around(config: &SweepConfig, key: &str, values: &Values, best: &Value) -> Option<Values> {
    let best = number(best)?;
    let mut numbers: Vec<f64> = config.listed(key).iter().filter_map(number).collect();
    numbers.sort_by(f64::total_cmp);
    let (from, to, scale) = match values {
        Values::Range {
            from, to, scale, ..
        } if config.sweep.method != Method::Grid => {
            // Drawn between two ends: half of the way to each.
            let half = |end: f64| match scale {
                Scale::Log => (best * end).sqrt(),
                Scale::Linear => f64::midpoint(best, end),
            };
            (half(*from), half(*to), *scale)
        }
        _ => {
            let below = numbers.iter().rev().find(|own| **own < best);
            let above = numbers.iter().find(|own| **own > best);
            let by_ratio = matches!(
                values,
                Values::Range {
                    scale: Scale::Log,
                    ..
                }
            ) || is_logarithmic(config, key);
            let low = below.copied().unwrap_or(best);
            let high = above.copied().unwrap_or(best);
            let scale = if by_ratio && low > 0.0 {
                Scale::Log
            } else {
                Scale::Linear
            };
            (low, high, scale)
        }
    };
    (from < to).then(|| Values::Range {
        from: short(from),
        to: short(to),
        scale,
        count: Some(STEPS),
    })
}

fn is_logarithmic(config: &SweepConfig, key: &str) -> bool {
    let system = systems::find(&config.base.system);
    system
        .and_then(|system| system.parameter(key))
        .is_some_and(|spec| spec.logarithmic)
}

/// A number, also as a list of one.
fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Array(list) if list.len() == 1 => number(&list[0]),
        value => value.as_f64(),
    }
}

/// To four digits that count.
fn short(value: f64) -> f64 {
    format!("{value:.3e}").parse().unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::data::RatingsSource;
    use crate::experiments::sweep::SweepSpec;
    use crate::runs::RunConfig;

    fn config() -> SweepConfig {
        let mut sweep = SweepSpec::default();
        let list = |values: &[Value]| Values::List(values.to_vec());
        let hidden = [json!(20), json!(50), json!(100)];
        sweep.values.insert("hidden".into(), list(&hidden));
        let lambda = Values::Range {
            from: 1.0,
            to: 1000.0,
            scale: Scale::Log,
            count: Some(4),
        };
        sweep.values.insert("regularization".into(), lambda);
        sweep
            .values
            .insert("side".into(), list(&[json!("item"), json!("user")]));
        let base = RunConfig::new("autorec", RatingsSource::default());
        SweepConfig { base, sweep }
    }

    #[test]
    fn numbers_lie_between_the_neighbors_of_the_best_and_words_stay() {
        let best = [
            ("hidden".to_owned(), json!(50)),
            ("regularization".to_owned(), json!(1000.0)),
            ("side".to_owned(), json!("user")),
        ];
        let finer = around(&config(), &best.into_iter().collect());
        let range = |from, to, scale| Values::Range {
            from,
            to,
            scale,
            count: Some(4),
        };
        assert_eq!(
            finer.sweep.values["hidden"],
            range(20.0, 100.0, Scale::Linear)
        );
        // The best stands at the end: it is one of the finer ones, too.
        assert_eq!(
            finer.sweep.values["regularization"],
            range(100.0, 1000.0, Scale::Log)
        );
        assert!(!finer.sweep.values.contains_key("side"));
        assert_eq!(finer.base.parameters["side"], json!("user"));
    }

    #[test]
    fn what_is_drawn_is_drawn_nearer() {
        let mut config = config();
        config.sweep.method = Method::Sobol;
        let best = [("regularization".to_owned(), json!(10.0))];
        let finer = around(&config, &best.into_iter().collect());
        // √(10 · 1) and √(10 · 1000).
        let expected = Values::Range {
            from: 3.162,
            to: 100.0,
            scale: Scale::Log,
            count: Some(4),
        };
        assert_eq!(finer.sweep.values["regularization"], expected);
    }
}
