//! Measurements of a run's translations at a step.

use crate::data::images::Side;
use crate::draw::format;
use crate::record::Measures;
use crate::runs::{RunState, Series};

/// The scalars that stand below pictures, in order, with the direction in place of the star.
const FAKE: [&str; 4] = ["*/fcn_miou", "*/ssim", "*/edge_f1", "*/kernel_distance"];
const CYCLE: [&str; 1] = ["*/psnr"];

/// Measures of the translations of pictures of `side`, as they were at `step` (the last that is not later): what it is and the value.
pub(super) fn at(
    state: &RunState,
    measures: Measures,
    side: Side,
    step: u64,
) -> Vec<(String, String)> {
    let (fake, cycle) = match side {
        Side::A => ("fake_b", "cycle_a"),
        Side::B => ("fake_a", "cycle_b"),
    };
    let fake = FAKE.map(|name| name.replace('*', fake));
    let cycle = CYCLE.map(|name| name.replace('*', cycle));
    fake.into_iter()
        .chain(cycle)
        .filter_map(|name| {
            let value = value_at(state.series.get(&name)?, step)?;
            let scalar = measures.of(&name);
            let text = format::measured(value, scalar.unit);
            Some((scalar.label.into_owned(), text))
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
        let measures = crate::systems::measures_of("cyclegan");
        let names = |measures: Vec<(String, String)>| -> Vec<String> {
            measures
                .into_iter()
                .map(|(name, value)| format!("{name} {value}"))
                .collect()
        };
        assert_eq!(
            names(at(&state, measures, Side::A, 250)),
            ["FCN mIoU 0.2500", "Cycle PSNR 20.00\u{202f}dB"]
        );
        assert_eq!(names(at(&state, measures, Side::B, 250)), ["SSIM 0.9000"]);
        assert!(at(&state, measures, Side::A, 99).is_empty());
    }
}
