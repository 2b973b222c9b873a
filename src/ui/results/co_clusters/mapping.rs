//! How the clusters of two runs go together.

use std::sync::Arc;

use eframe::egui::Context;

use super::snapshot::{Snapshot, matching};
use crate::draw::matrix::by_number;
use crate::eval::Contingency;
use crate::record::Side;
use crate::ui::jobs::Job;

/// Both sides.
#[derive(Debug, Clone)]
pub(super) struct Mapping {
    pub(super) rows: SideMapping,
    pub(super) columns: SideMapping,
}

/// One side: how many members two clusters share.
#[derive(Debug, Clone)]
pub(super) struct SideMapping {
    /// [clusters of the first run, clusters of the second], row by row.
    pub(super) counts: Vec<usize>,
    /// Clusters of both runs.
    pub(super) clusters: (usize, usize),
    pub(super) nmi: f64,
    pub(super) ari: f64,
    /// The cluster of the second run that each of the first's is matched with.
    pub(super) partner: Vec<Option<u32>>,
}

impl SideMapping {
    fn of(one: &Side, other: &Side) -> Self {
        let pairs = || {
            let both = one.of.iter().zip(&other.of);
            both.filter_map(|(one, other)| Some((u32::from((*one)?), u32::from((*other)?))))
        };
        let width = other.clusters;
        let mut counts = vec![0; one.clusters * width];
        for (one, other) in pairs() {
            counts[one as usize * width + other as usize] += 1;
        }
        let table: Contingency = pairs().collect();
        Self {
            counts,
            clusters: (one.clusters, width),
            nmi: table.nmi_arithmetic(),
            ari: table.ari(),
            partner: matching(&table, one.clusters),
        }
    }

    /// The second run's clusters, each in the place of the first's that it is matched with; the rest behind them.
    pub(super) fn sequence(&self, first: &[u16]) -> Vec<u16> {
        let matched = first
            .iter()
            .filter_map(|cluster| self.partner.get(usize::from(*cluster)).copied().flatten())
            .map(|cluster| cluster as u16);
        let mut sequence: Vec<u16> = matched.collect();
        for cluster in by_number(self.clusters.1) {
            if !sequence.contains(&cluster) {
                sequence.push(cluster);
            }
        }
        sequence
    }
}

impl Mapping {
    fn of(one: &Snapshot, other: &Snapshot) -> Self {
        Self {
            rows: SideMapping::of(&one.clusters.rows, &other.clusters.rows),
            columns: SideMapping::of(&one.clusters.columns, &other.clusters.columns),
        }
    }
}

/// The mapping of two snapshots, kept until others are shown.
#[derive(Default)]
pub(super) struct Mappings {
    key: Option<(Arc<Snapshot>, Arc<Snapshot>)>,
    job: Option<Job<Mapping>>,
    ready: Option<Arc<Mapping>>,
}

impl Mappings {
    /// `None` while there is none yet; the one before while another is found.
    pub(super) fn get(
        &mut self,
        ctx: &Context,
        one: &Arc<Snapshot>,
        other: &Arc<Snapshot>,
    ) -> Option<Arc<Mapping>> {
        if let Some(outcome) = self.job.as_ref().and_then(Job::poll) {
            self.job = None;
            self.ready = outcome.ok().map(Arc::new);
        }
        let same = self
            .key
            .as_ref()
            .is_some_and(|(own, second)| Arc::ptr_eq(own, one) && Arc::ptr_eq(second, other));
        if !same && self.job.is_none() {
            let fits = self.key.as_ref().is_some_and(|(own, second)| {
                let sizes =
                    |snapshot: &Snapshot| (snapshot.rows.sizes.len(), snapshot.columns.sizes.len());
                sizes(own) == sizes(one) && sizes(second) == sizes(other)
            });
            if !fits {
                self.ready = None;
            }
            self.key = Some((Arc::clone(one), Arc::clone(other)));
            let (one, other) = (Arc::clone(one), Arc::clone(other));
            self.job = Job::spawn("match clusters", ctx, move |_| Mapping::of(&one, &other)).ok();
        }
        self.ready.clone()
    }

    pub(super) fn is_working(&self) -> bool {
        self.job.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn side(clusters: usize, of: &[Option<u16>]) -> Side {
        Side {
            clusters,
            of: of.to_vec(),
            posterior: Vec::new(),
        }
    }

    #[test]
    fn renamed_clusters_are_matched_and_put_in_the_same_places() {
        let one = side(2, &[Some(0), Some(0), Some(1), Some(1), None]);
        let other = side(3, &[Some(2), Some(2), Some(0), Some(1), Some(1)]);
        let mapping = SideMapping::of(&one, &other);
        assert_eq!(mapping.counts, [0, 0, 2, 1, 1, 0]);
        assert_eq!(mapping.partner[0], Some(2));
        let sequence = mapping.sequence(&[0, 1]);
        assert_eq!(sequence[0], 2);
        assert_eq!(sequence.len(), 3);
        let same = SideMapping::of(&one, &one);
        assert!((same.ari - 1.0).abs() < 1e-9 && (same.nmi - 1.0).abs() < 1e-9);
    }
}
