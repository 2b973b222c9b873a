//! What was measured of a run's translations at a step.

use crate::data::images::Side;
use crate::draw::format;
use crate::runs::{RunState, Series};

/// Measures in the order in which they are shown: the scalar without its first part, and what to call it.
const FAKE: [(&str, &str); 4] = [
    ("fcn_miou", "FCN mIoU"),
    ("ssim", "SSIM"),
    ("edge_f1", "edge F1"),
    ("kernel_distance", "kernel distance"),
];
const CYCLE: [(&str, &str); 1] = [("psnr", "cycle PSNR")];

/// Measures of the translations of pictures of `side`, as they were at `step` (the last that is not later): what it is and the value.
pub(super) fn at(state: &RunState, side: Side, step: u64) -> Vec<(String, String)> {
    let (fake, cycle) = match side {
        Side::A => ("fake_b", "cycle_a"),
        Side::B => ("fake_a", "cycle_b"),
    };
    let named = |part: &'static str| move |(measure, name)| (format!("{part}/{measure}"), name);
    FAKE.into_iter()
        .map(named(fake))
        .chain(CYCLE.into_iter().map(named(cycle)))
        .filter_map(|(scalar, name)| {
            let value = value_at(state.series.get(&scalar)?, step)?;
            let unit = if scalar.ends_with("psnr") {
                "\u{202f}dB"
            } else {
                ""
            };
            Some((name.to_owned(), format!("{}{unit}", format::number(value))))
        })
        .collect()
}

fn value_at(series: &Series, step: u64) -> Option<f64> {
    let later = series.steps.partition_point(|own| *own <= step);
    series.values.get(later.checked_sub(1)?).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn measures_are_those_of_the_direction_and_of_no_later_step() {
        let mut state = RunState::default();
        let series = |values: &[f64]| Series {
            steps: (1..=values.len() as u64).map(|step| step * 100).collect(),
            values: values.to_vec(),
            ..Series::default()
        };
        state
            .series
            .insert("fake_b/fcn_miou".to_owned(), series(&[0.1, 0.25, 0.5]));
        state
            .series
            .insert("cycle_a/psnr".to_owned(), series(&[20.0]));
        state
            .series
            .insert("fake_a/ssim".to_owned(), series(&[0.9]));
        let names = |measures: Vec<(String, String)>| -> Vec<String> {
            measures
                .into_iter()
                .map(|(name, value)| format!("{name} {value}"))
                .collect()
        };
        assert_eq!(
            names(at(&state, Side::A, 250)),
            ["FCN mIoU 0.2500", "cycle PSNR 20.00\u{202f}dB"]
        );
        assert_eq!(names(at(&state, Side::B, 250)), ["SSIM 0.9000"]);
        assert!(at(&state, Side::A, 99).is_empty());
    }
}
