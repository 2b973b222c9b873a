//! From the best to the worst.

use crate::experiments::pareto::front_numbers;
use crate::experiments::sampler::tried::{Result, TriedSetting};

/// The places of all settings, the best first: those that are done (with several objectives by the number of the Pareto front that they lie
/// on), those stopped early, and those that failed or are pending, of which nothing good is known.
pub(super) fn ranked(settings: &[TriedSetting<'_>]) -> Vec<usize> {
    let mut order = Vec::with_capacity(settings.len());
    for stopped in [false, true] {
        let own: Vec<(usize, &[f64])> = settings
            .iter()
            .enumerate()
            .filter_map(|(place, tried)| match &tried.result {
                Result::Done(values) if !stopped => Some((place, values.as_slice())),
                Result::StoppedEarly(values) if stopped => Some((place, values.as_slice())),
                _ => None,
            })
            .collect();
        order.extend(by_value(&own));
    }
    let rest = settings.iter().enumerate();
    let rest = rest.filter(|(_, tried)| matches!(tried.result, Result::Pending | Result::Failed));
    order.extend(rest.map(|(place, _)| place));
    order
}

fn by_value(own: &[(usize, &[f64])]) -> Vec<usize> {
    let values: Vec<&[f64]> = own.iter().map(|(_, values)| *values).collect();
    let several = values.iter().any(|values| values.len() > 1);
    let fronts = if several {
        front_numbers(&values)
    } else {
        vec![0; values.len()]
    };
    let sums = if several {
        shares(&values)
    } else {
        values.iter().map(|values| values[0]).collect()
    };
    let mut order: Vec<usize> = (0..own.len()).collect();
    order.sort_by(|one, other| {
        fronts[*one]
            .cmp(&fronts[*other])
            .then(sums[*one].total_cmp(&sums[*other]))
    });
    order.into_iter().map(|place| own[place].0).collect()
}

/// The sum over the objectives, each as a share of its spread: what breaks ties within a front.
fn shares(values: &[&[f64]]) -> Vec<f64> {
    let objectives = values.iter().map(|own| own.len()).max().unwrap_or(0);
    let mut sums = vec![0.0; values.len()];
    for objective in 0..objectives {
        let own = || values.iter().filter_map(|own| own.get(objective));
        let finite = || own().copied().filter(|value| value.is_finite());
        let (low, high) = (
            finite().fold(f64::INFINITY, f64::min),
            finite().fold(f64::NEG_INFINITY, f64::max),
        );
        if high > low {
            for (sum, values) in sums.iter_mut().zip(values) {
                *sum += values
                    .get(objective)
                    .map_or(1.0, |own| (own - low) / (high - low));
            }
        }
    }
    sums
}
