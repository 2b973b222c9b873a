//! Means of measures over steps: a run of a million steps writes no more points than anybody looks at.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::record::Recorder;

/// Points of each curve in a run, at most about twice as many.
const POINTS: u64 = 5_000;

/// Sums of measures since they were recorded last.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Averages {
    sums: BTreeMap<String, (f64, u64)>,
}

impl Averages {
    /// Steps whose mean is one point, in a run of so many steps: 1 in a short one.
    pub(super) fn interval(total_steps: u64) -> u64 {
        (total_steps / POINTS).max(1)
    }

    pub(super) fn add(&mut self, name: &str, value: f64) {
        match self.sums.get_mut(name) {
            Some((sum, count)) => {
                *sum += value;
                *count += 1;
            }
            None => {
                self.sums.insert(name.to_owned(), (value, 1));
            }
        }
    }

    /// Records the means and begins anew.
    pub(super) fn record(&mut self, recorder: &mut dyn Recorder) {
        for (name, (sum, count)) in std::mem::take(&mut self.sums) {
            recorder.scalar(&name, sum / count as f64);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Recorded;

    #[test]
    fn short_runs_record_every_step_and_long_ones_means() {
        assert_eq!(Averages::interval(0), 1);
        assert_eq!(Averages::interval(9_999), 1);
        assert_eq!(Averages::interval(200_000), 40);
        let mut averages = Averages::default();
        averages.add("loss/a", 1.0);
        averages.add("loss/a", 4.0);
        averages.add("loss/b", 3.0);
        let mut recorded = Recorded::default();
        averages.record(&mut recorded);
        averages.record(&mut recorded);
        let expected = [("loss/a".to_owned(), 2.5), ("loss/b".to_owned(), 3.0)];
        assert_eq!(recorded.scalars, expected);
    }
}
