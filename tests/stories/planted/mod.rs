//! A matrix with planted blocks, and a run that finds them step by step.

use std::path::Path;
use std::sync::Arc;

use atelier::data::{Cells, Classes, Labels, MatrixData, Sparse};
use atelier::record::{ArtifactKind, CoClusters, Side};
use atelier::record::{Event, Status};
use atelier::runs::RunState;

/// Numbers that look random, the same every time.
pub(crate) struct Noise(u64);

impl Noise {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(2).wrapping_add(1))
    }

    /// 0 to 1.
    pub(crate) fn next(&mut self) -> f64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as f64 / (1_u64 << 31) as f64
    }
}

/// Word counts of texts: rows of cluster `s` have many cells in columns of cluster `s` mod `column_clusters`.
pub(crate) struct Planted {
    pub(crate) data: Arc<MatrixData>,
    pub(crate) truth: (Vec<u16>, Vec<u16>),
    pub(crate) clusters: (usize, usize),
}

impl Planted {
    /// `cells` sets how many cells a row has on average.
    pub(crate) fn new(size: (usize, usize), clusters: (usize, usize), cells: usize) -> Self {
        let mut noise = Noise::new(size.0 as u64);
        let mut draw = |count: usize, clusters: usize| -> Vec<u16> {
            (0..count)
                .map(|_| (noise.next() * clusters as f64) as u16)
                .collect()
        };
        let (rows, columns) = (draw(size.0, clusters.0), draw(size.1, clusters.1));
        let (mut offsets, mut indices, mut values) = (vec![0], Vec::new(), Vec::new());
        for cluster in &rows {
            let home = usize::from(*cluster) % clusters.1;
            let mut own: Vec<u32> = Vec::new();
            for _ in 0..cells {
                let mut column = (noise.next() * size.1 as f64) as usize;
                // Three of four cells fall into the block of the row.
                if noise.next() < 0.75 {
                    while usize::from(columns[column]) != home {
                        column = (column + 1) % size.1;
                    }
                }
                own.push(column as u32);
            }
            own.sort_unstable();
            own.dedup();
            for column in own {
                indices.push(column);
                values.push(1.0 + (noise.next() * noise.next() * 6.0).floor() as f32);
            }
            offsets.push(indices.len());
        }
        let sparse = Sparse::from_parts(size.1, offsets, indices, values);
        let mut data = MatrixData::of(Cells::Sparse(Arc::new(sparse)));
        data.rows = Labels::new((0..size.0).map(|row| format!("text {}", row + 1)));
        data.columns = Labels::new((0..size.1).map(|column| format!("word {}", column + 1)));
        let kinds = ["course", "faculty", "project", "student", "staff", "other"];
        let names: Vec<Option<&str>> = rows
            .iter()
            .enumerate()
            .map(|(row, cluster)| {
                (row % 17 != 0).then(|| kinds[usize::from(*cluster) % kinds.len()])
            })
            .collect();
        data.row_classes = Some(Classes::from_names(&names));
        Self {
            data: Arc::new(data),
            truth: (rows, columns),
            clusters,
        }
    }

    /// Clusters of which `found`, 0 to 1, are the planted ones.
    pub(crate) fn co_clusters(&self, found: f64) -> CoClusters {
        let mut noise = Noise::new(7);
        let mut side = |truth: &[u16], clusters: usize, active: &[u32]| {
            let (mut of, mut posterior) = (Vec::new(), Vec::new());
            for &row in active {
                let (chance, other) = (noise.next(), noise.next());
                let cluster = if chance < found {
                    truth[row as usize]
                } else {
                    (other * clusters as f64) as u16
                };
                let sure = (0.5 + 0.5 * found * noise.next()) as f32;
                let rest = (1.0 - sure) / (clusters.max(2) - 1) as f32;
                posterior.extend((0..clusters).map(|at| {
                    if at == usize::from(cluster) {
                        sure
                    } else {
                        rest
                    }
                }));
                of.push(cluster);
            }
            Side::of_active(clusters, active, truth.len(), &of, &posterior)
        };
        let data = &self.data;
        CoClusters {
            rows: side(&self.truth.0, self.clusters.0, &data.active_rows),
            columns: side(&self.truth.1, self.clusters.1, &data.active_columns),
        }
    }

    /// A run of `count` snapshots in `folder`, the last of which has nearly found the blocks.
    pub(crate) fn run(&self, folder: &Path, count: u64) -> RunState {
        let mut state = RunState::default();
        for event in self.events(folder, count) {
            state.apply(&event);
        }
        state
    }

    /// Its events; writes the snapshots into `folder`.
    pub(crate) fn events(&self, folder: &Path, count: u64) -> Vec<Event> {
        std::fs::create_dir_all(folder).unwrap();
        let total = count * 20;
        let status = |status, step| Event::Status {
            status,
            step,
            total_steps: total,
            message: None,
        };
        let mut events = vec![status(Status::Running, 0)];
        for at in 1..=count {
            let (step, part) = (at * 20, at as f64 / count as f64);
            for (name, value) in [
                ("loss/cross", 0.99 - 0.08 * part),
                ("rows/nmi", 0.02 + 0.8 * part * part),
                ("rows/acc", 0.3 + 0.6 * part),
                ("blocks/information_kept", 0.01 + 0.09 * part),
            ] {
                events.push(Event::Scalar {
                    name: name.to_owned(),
                    step,
                    epoch: step as f64 / 4.0,
                    seconds: step as f64 * 0.1,
                    value,
                });
            }
            let file = format!("co_clusters_{step:06}.npz");
            std::fs::write(folder.join(&file), self.co_clusters(part * 0.97).to_npz()).unwrap();
            events.push(Event::Snapshot {
                kind: ArtifactKind::CO_CLUSTERS,
                step,
                file,
            });
        }
        events.push(status(Status::Finished, total));
        events
    }
}
