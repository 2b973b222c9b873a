//! Snapshots and measurements of a run.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Snapshots and measurements of a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct ReportConfig {
    /// Steps from one snapshot of translated test images to the next. 0 takes about fifty in a run, and two more soon after its start.
    #[schemars(range(min = 0, max = 1_000_000), extend("x-group" = "Reports", "x-zero" = "Auto"))]
    pub snapshot_every: u64,
    /// Test images of each domain in a snapshot.
    #[schemars(range(min = 1, max = 32), extend("x-group" = "Reports"))]
    pub snapshot_pictures: usize,
    /// Passes over the data from one measurement on the test images to the next. 0 measures only at the end.
    #[schemars(range(min = 0, max = 100_000), extend("x-group" = "Reports"))]
    pub measure_every: u64,
    /// Updates of each small segmenter that measurements train at first, and the augmentation report at the end, where there are masks.
    #[schemars(range(min = 1, max = 100_000), extend("x-group" = "Reports"))]
    pub segmenter_steps: u64,
    /// At the end, trains segmenters on A, on A with translated A, and on B, and tests each on B. Needs masks in both domains.
    #[schemars(extend("x-group" = "Reports"))]
    pub augmentation_report: bool,
}

impl Default for ReportConfig {
    fn default() -> Self {
        Self {
            snapshot_every: 0,
            snapshot_pictures: 4,
            measure_every: 10,
            segmenter_steps: 400,
            augmentation_report: false,
        }
    }
}

impl ReportConfig {
    /// Steps between snapshots in a run of so many.
    #[must_use]
    pub fn snapshot_interval(&self, total_steps: u64) -> u64 {
        if self.snapshot_every > 0 {
            return self.snapshot_every;
        }
        let least = total_steps.div_ceil(50).max(1);
        let power = 10u64.pow(least.ilog10());
        [1, 2, 5, 10]
            .into_iter()
            .map(|digit| digit * power)
            .find(|nice| *nice >= least)
            .unwrap_or(least)
    }

    /// True if a run of so many steps shows what it has learned with this one.
    #[must_use]
    pub fn shows(&self, step: u64, total_steps: u64) -> bool {
        // The first colors come early.
        let early = self.snapshot_every == 0 && [20, 50].contains(&step);
        early || step == total_steps || step.is_multiple_of(self.snapshot_interval(total_steps))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_has_about_fifty_snapshots_and_early_ones() {
        let reports = ReportConfig::default();
        let shown = |total: u64| -> Vec<u64> {
            (1..=total)
                .filter(|step| reports.shows(*step, total))
                .collect()
        };
        assert_eq!(shown(3000)[..4], [20, 50, 100, 200]);
        assert_eq!(shown(3000).len(), 32);
        assert_eq!(shown(30), (1..=30).collect::<Vec<u64>>());
        assert_eq!(shown(12_000).len(), 2 + 24);
        let own = ReportConfig {
            snapshot_every: 7,
            ..reports
        };
        assert!(own.shows(14, 100) && own.shows(100, 100) && !own.shows(20, 100));
    }
}
