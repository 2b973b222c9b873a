//! Details of a block, a row or a column: found away from the window's thread when it is clicked.

use std::sync::Arc;

use eframe::egui::Context;

use super::heatmap::Chosen;
use super::snapshot::Snapshot;
use crate::data::{Cells, MatrixData};
use crate::draw::matrix::{Margins, Values};
use crate::record::Side;
use crate::ui::jobs::Job;

/// Rows, columns or cells that are named.
pub(super) const MOST: usize = 12;
/// A mean over few of many missing cells is drawn toward the overall mean as if this many cells had it.
const PRIOR: f64 = 5.0;

/// A row or column of a block.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Member {
    pub(super) index: u32,
    /// Mean of its cells in the block.
    pub(super) inside: f64,
    /// Mean of its other cells.
    pub(super) outside: f64,
    /// The value that the order by strength goes by.
    weight: f64,
}

impl Member {
    pub(super) fn difference(&self) -> f64 {
        self.inside - self.outside
    }
}

/// The members along one side of a block.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Members {
    /// With the largest means in the block.
    pub(super) strongest: Vec<Member>,
    /// Whose means in the block differ most from those outside.
    pub(super) distinctive: Vec<Member>,
}

/// The details of the click's target.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum SelectionDetails {
    Block {
        rows: Members,
        columns: Members,
    },
    /// The cells of a row (or column) with the largest values, and its mean.
    Line {
        cells: Vec<(u32, f32)>,
        present: u32,
        mean: Option<f64>,
    },
}

impl SelectionDetails {
    fn of(data: &MatrixData, values: &Values, snapshot: &Snapshot, chosen: Chosen) -> Self {
        match chosen {
            Chosen::Block(row, column) => block(data, values, snapshot, (row, column)),
            Chosen::Row(row) => {
                let cells = data.observed.row(row);
                let cells = cells.map(|(column, value)| (column as u32, value));
                line(cells, &values.rows, row)
            }
            Chosen::Column(column) => {
                let rows = 0..data.observed.rows();
                let cells = rows.filter_map(|row| Some((row as u32, data.value(row, column)?)));
                line(cells, &values.columns, column)
            }
        }
    }
}

fn line(cells: impl Iterator<Item = (u32, f32)>, margins: &Margins, at: usize) -> SelectionDetails {
    let mut cells: Vec<(u32, f32)> = cells
        .filter(|(_, value)| !value.is_nan() && *value != 0.0)
        .collect();
    cells.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    cells.truncate(MOST);
    let present = margins.present.get(at).copied().unwrap_or(0);
    let sum = margins.sums.get(at).copied().unwrap_or(0.0);
    SelectionDetails::Line {
        cells,
        present,
        mean: (present > 0).then(|| sum / f64::from(present)),
    }
}

/// Sum and number of the cells with a value.
#[derive(Debug, Clone, Copy, Default)]
struct Tally {
    sum: f64,
    present: f64,
}

fn block(
    data: &MatrixData,
    values: &Values,
    snapshot: &Snapshot,
    (row_cluster, column_cluster): (u16, u16),
) -> SelectionDetails {
    let clusters = &snapshot.clusters;
    let members = |side: &Side, cluster: u16| -> Vec<u32> {
        let of = (0..).zip(&side.of);
        of.filter(|(_, own)| **own == Some(cluster))
            .map(|(row, _)| row)
            .collect()
    };
    let rows = members(&clusters.rows, row_cluster);
    let columns = members(&clusters.columns, column_cluster);
    let mut of_rows = vec![Tally::default(); rows.len()];
    let mut of_columns = vec![Tally::default(); data.observed.columns()];
    for (tally, &row) in of_rows.iter_mut().zip(&rows) {
        for (column, value) in data.observed.row(row as usize) {
            let inside = clusters.columns.of.get(column).copied().flatten() == Some(column_cluster);
            if inside && !value.is_nan() {
                for tally in [&mut *tally, &mut of_columns[column]] {
                    tally.sum += f64::from(value);
                    tally.present += 1.0;
                }
            }
        }
    }
    let zeros_are_implied = matches!(data.observed, Cells::Sparse(_)) && !data.absent_is_missing;
    if zeros_are_implied {
        of_rows
            .iter_mut()
            .for_each(|tally| tally.present = columns.len() as f64);
        of_columns
            .iter_mut()
            .for_each(|tally| tally.present = rows.len() as f64);
    }
    let of_columns: Vec<Tally> = columns
        .iter()
        .map(|column| of_columns[*column as usize])
        .collect();
    SelectionDetails::Block {
        rows: ranked(&rows, &of_rows, &values.rows, values),
        columns: ranked(&columns, &of_columns, &values.columns, values),
    }
}

fn ranked(indices: &[u32], tallies: &[Tally], margins: &Margins, values: &Values) -> Members {
    let prior = if values.missing > 0 { PRIOR } else { 0.0 };
    let mut all: Vec<Member> = indices
        .iter()
        .zip(tallies)
        .filter(|(_, tally)| tally.present > 0.0)
        .map(|(&index, tally)| {
            let at = index as usize;
            let rest = Tally {
                sum: margins.sums[at] - tally.sum,
                present: f64::from(margins.present[at]) - tally.present,
            };
            let mean = |tally: Tally| (tally.sum + prior * values.mean) / (tally.present + prior);
            let outside = if rest.present > 0.0 {
                rest.sum / rest.present
            } else {
                values.mean
            };
            Member {
                index,
                inside: tally.sum / tally.present,
                outside,
                weight: mean(*tally),
            }
        })
        .collect();
    let mut best = |key: &dyn Fn(&Member) -> f64| -> Vec<Member> {
        all.sort_by(|a, b| key(b).total_cmp(&key(a)).then(a.index.cmp(&b.index)));
        all.iter().take(MOST).copied().collect()
    };
    Members {
        strongest: best(&|member| member.weight),
        distinctive: best(&|member| member.weight - member.outside),
    }
}

/// The details of what is chosen, kept until something else is.
#[derive(Default)]
pub(super) struct SelectionDetailsCache {
    key: Option<(Arc<Snapshot>, Chosen)>,
    job: Option<Job<SelectionDetails>>,
    ready: Option<SelectionDetails>,
}

impl SelectionDetailsCache {
    /// `None` while it is being found.
    pub(super) fn get(
        &mut self,
        ctx: &Context,
        data: &Arc<MatrixData>,
        values: &Arc<Values>,
        snapshot: &Arc<Snapshot>,
        chosen: Chosen,
    ) -> Option<&SelectionDetails> {
        let same = self
            .key
            .as_ref()
            .is_some_and(|(own, what)| Arc::ptr_eq(own, snapshot) && *what == chosen);
        if !same {
            // While snapshots go by, the one before stays in sight.
            let keep = self.key.as_ref().is_some_and(|(_, what)| *what == chosen);
            if !keep {
                self.ready = None;
            }
            self.key = Some((Arc::clone(snapshot), chosen));
            let (data, values) = (Arc::clone(data), Arc::clone(values));
            let snapshot = Arc::clone(snapshot);
            self.job = Job::spawn("describe block", ctx, move |_| {
                SelectionDetails::of(&data, &values, &snapshot, chosen)
            })
            .ok();
        }
        if let Some(outcome) = self.job.as_ref().and_then(Job::poll) {
            self.job = None;
            self.ready = outcome.ok();
        }
        self.ready.as_ref()
    }

    pub(super) fn is_working(&self) -> bool {
        self.job.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::super::source::values_of;
    use super::*;
    use crate::data::Sparse;
    use crate::record::CoClusters;

    fn side(of: &[Option<u16>]) -> Side {
        Side {
            clusters: 2,
            of: of.to_vec(),
            posterior: Vec::new(),
        }
    }

    /// 5 . 1 / 4 . . / . 3 2, of which rows 1 and 2 and column 1 are a block.
    fn found(absent_is_missing: bool, chosen: Chosen) -> SelectionDetails {
        let sparse = Sparse::from_parts(
            3,
            vec![0, 2, 3, 5],
            vec![0, 2, 0, 1, 2],
            vec![5.0, 1.0, 4.0, 3.0, 2.0],
        );
        let data = MatrixData {
            absent_is_missing,
            ..MatrixData::of(Cells::Sparse(Arc::new(sparse)))
        };
        let clusters = CoClusters {
            rows: side(&[Some(0), Some(0), Some(1)]),
            columns: side(&[Some(0), Some(1), Some(1)]),
        };
        let snapshot = Snapshot::new(1, clusters, Some(&data));
        SelectionDetails::of(&data, &values_of(&data), &snapshot, chosen)
    }

    #[test]
    fn members_of_a_block_by_hand() {
        let SelectionDetails::Block { rows, columns } = found(false, Chosen::Block(0, 0)) else {
            panic!("a block");
        };
        let of = |members: &[Member]| -> Vec<(u32, f64, f64)> {
            let each = members.iter();
            each.map(|member| (member.index, member.inside, member.outside))
                .collect()
        };
        assert_eq!(of(&rows.strongest), [(0, 5.0, 0.5), (1, 4.0, 0.0)]);
        assert_eq!(of(&columns.strongest), [(0, 4.5, 0.0)]);
        // 5 − 0.5 beats 4 − 0.
        assert_eq!(rows.distinctive[0].index, 0);
        let SelectionDetails::Block { rows, .. } = found(true, Chosen::Block(0, 1)) else {
            panic!("a block");
        };
        // Row 2 has no value in the block.
        assert_eq!(of(&rows.strongest), [(0, 1.0, 5.0)]);
    }

    #[test]
    fn a_line_names_its_largest_cells() {
        let row = found(false, Chosen::Row(2));
        assert_eq!(
            row,
            SelectionDetails::Line {
                cells: vec![(1, 3.0), (2, 2.0)],
                present: 3,
                mean: Some(5.0 / 3.0),
            }
        );
        let SelectionDetails::Line { cells, present, .. } = found(true, Chosen::Column(0)) else {
            panic!("a column");
        };
        assert_eq!((cells, present), (vec![(0, 5.0), (1, 4.0)], 2));
    }
}
