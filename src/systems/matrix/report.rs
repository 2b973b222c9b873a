//! Reports of every system that co-clusters: measures, snapshots, and the tables at the end.

use std::sync::Arc;

use super::negative::Negative;
use super::{ClusterTable, Joint};
use crate::data::{Classes, MatrixData};
use crate::eval::Contingency;
use crate::record::{Artifact, ArtifactKind, CoClusters, LogLevel, Recorder, Side};

/// Measures co-clusters of one matrix and writes them down.
#[derive(Debug, Clone)]
pub struct Report {
    data: Arc<MatrixData>,
    /// Of the active rows and columns.
    joint: Option<Arc<Joint>>,
}

impl Report {
    /// For clusters of this matrix.
    #[must_use]
    pub fn new(data: Arc<MatrixData>) -> Self {
        let joint = Joint::new(&data.active()).map(Arc::new);
        Self { data, joint }
    }

    /// The matrix.
    #[must_use]
    pub fn data(&self) -> &Arc<MatrixData> {
        &self.data
    }

    /// The observed joint of the active rows and columns, which the share of information is measured by; `None` if the matrix has no mass.
    #[must_use]
    pub fn joint(&self) -> Option<&Arc<Joint>> {
        self.joint.as_ref()
    }

    /// Says that `what` is not of the cells as they are, if some are negative.
    pub(super) fn say_raised(&self, what: &str, recorder: &mut dyn Recorder) {
        if let Some(negative) = Negative::of(&self.data) {
            let note = negative.raised(&self.data, what);
            recorder.log(LogLevel::Warning, &note);
        }
    }

    /// Reports `blocks/information_kept` and, of the side whose true classes are known, `rows/nmi` (arithmetic mean), `rows/nmi_geometric`, `rows/ari`,
    /// `rows/acc` (Hungarian) and `rows/purity`, over the rows that have both a cluster and a class; `columns/…` likewise.
    pub fn measure(&self, clusters: &CoClusters, recorder: &mut dyn Recorder) {
        let sides = [
            ("rows", &clusters.rows, &self.data.row_classes),
            ("columns", &clusters.columns, &self.data.column_classes),
        ];
        for (name, side, classes) in sides {
            if let Some(classes) = classes {
                measure_side(name, side, classes, recorder);
            }
        }
        if let Some(kept) = self.information_kept(clusters) {
            recorder.scalar("blocks/information_kept", kept);
        }
    }

    /// I(X̂; Ŷ) / I(X; Y) of the active rows and columns, in [0, 1]. Those without a cluster count as one more cluster.
    #[must_use]
    pub fn information_kept(&self, clusters: &CoClusters) -> Option<f64> {
        let joint = self.joint.as_ref()?;
        let rows = complete(&clusters.rows, &self.data.active_rows);
        let columns = complete(&clusters.columns, &self.data.active_columns);
        let blocks = joint.blocks((&rows.0, rows.1), (&columns.0, columns.1));
        Some(joint.kept(&blocks))
    }

    /// Writes the clusters as they are at `step`: `co_clusters_000120.npz`.
    pub fn snapshot(&self, clusters: &CoClusters, step: u64, recorder: &mut dyn Recorder) {
        recorder.artifact(Artifact::new(
            ArtifactKind::CO_CLUSTERS,
            format!("co_clusters_{step:06}.npz"),
            clusters.clone(),
        ));
    }

    /// Writes `rows.csv` and `columns.csv` (`name,cluster`, then `title` and `class` where there are some, then `gamma_1`, … of a soft
    /// method; clusters from 1, empty where set aside) and `blocks.csv`.
    pub fn tables(&self, clusters: &CoClusters, recorder: &mut dyn Recorder) {
        for table in ClusterTable::ALL {
            let content = table.csv(&self.data, self.joint.as_deref(), clusters);
            recorder.artifact(Artifact::new(
                ArtifactKind::TABLE,
                table.file_name(),
                content,
            ));
        }
    }
}

fn measure_side(name: &str, side: &Side, classes: &Classes, recorder: &mut dyn Recorder) {
    let pairs = side.of.iter().zip(&classes.of);
    let table: Contingency = pairs
        .filter_map(|(cluster, class)| Some((u32::from((*cluster)?), (*class)?)))
        .collect();
    if table.total() == 0 {
        return;
    }
    recorder.scalar(&format!("{name}/nmi"), table.nmi_arithmetic());
    recorder.scalar(&format!("{name}/nmi_geometric"), table.nmi_geometric());
    recorder.scalar(&format!("{name}/ari"), table.ari());
    if let Some(accuracy) = table.accuracy() {
        recorder.scalar(&format!("{name}/acc"), accuracy);
    }
    recorder.scalar(&format!("{name}/purity"), table.purity());
}

/// The clusters of the active rows, and how many there are, with one more for those that have none.
pub(super) fn complete(side: &Side, active: &[u32]) -> (Vec<u16>, usize) {
    let rest = u16::try_from(side.clusters).unwrap_or(u16::MAX);
    let of = |row: &u32| {
        side.of
            .get(*row as usize)
            .copied()
            .flatten()
            .unwrap_or(rest)
    };
    (active.iter().map(of).collect(), usize::from(rest) + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{Cells, Dense, Labels};
    use crate::record::Recorded;

    /// Two blocks on the diagonal; the last row is zero.
    fn report() -> Report {
        let values = vec![2., 2., 0., 3., 2., 0., 0., 0., 4., 0., 0., 0.];
        let mut rows = Labels::new(["a", "b", "c", "zero"]);
        rows.set_title(1, "Title, with a comma");
        let classes = [Some("x"), Some("x"), Some("y"), Some("y")];
        Report::new(Arc::new(MatrixData {
            rows,
            row_classes: Some(Classes::from_names(&classes)),
            ..MatrixData::of(Cells::Dense(Arc::new(Dense::new(3, values))))
        }))
    }

    fn clusters() -> CoClusters {
        CoClusters {
            rows: Side::of_active(2, &[0, 1, 2], 4, &[1, 1, 0], &[0.25, 0.75, 0., 1., 1., 0.]),
            columns: Side::of_active(2, &[0, 1, 2], 3, &[0, 0, 1], &[]),
        }
    }

    #[test]
    fn measures_have_their_names_and_leave_out_what_was_set_aside() {
        let mut recorded = Recorded::default();
        report().measure(&clusters(), &mut recorded);
        for name in ["nmi", "nmi_geometric", "ari", "acc", "purity"] {
            let value = recorded.last(&format!("rows/{name}")).expect(name);
            assert!((value - 1.0).abs() < 1e-12, "{name}");
            assert_eq!(recorded.last(&format!("columns/{name}")), None);
        }
        // p of the blocks: (0, 9/13; 4/13, 0).
        let kept = recorded.last("blocks/information_kept").expect("measured");
        let entropy = |p: f64| -p * p.ln() - (1.0 - p) * (1.0 - p).ln();
        let joint = report().joint().expect("not empty").information();
        assert!((kept - entropy(9.0 / 13.0) / joint).abs() < 1e-9);
    }

    #[test]
    fn tables_name_rows_and_leave_the_cluster_of_a_zero_row_empty() {
        let mut recorded = Recorded::default();
        report().tables(&clusters(), &mut recorded);
        let text = |name: &str| {
            let artifact = recorded
                .artifacts
                .iter()
                .find(|artifact| artifact.file_name == name);
            String::from_utf8(artifact.expect(name).bytes().into_owned()).expect("UTF-8")
        };
        assert_eq!(
            text("rows.csv"),
            "name,cluster,title,class,gamma_1,gamma_2\n\
             a,2,,x,0.25,0.75\n\
             b,2,\"Title, with a comma\",x,0,1\n\
             c,1,,y,1,0\n\
             zero,,,y,,\n"
        );
        assert_eq!(text("columns.csv"), "name,cluster\n1,1\n2,1\n3,2\n");
        assert_eq!(
            text("blocks.csv"),
            "row_cluster,column_cluster,rows,columns,mean,share,lift,density\n\
             1,1,1,2,0,0,0,0\n\
             1,2,1,1,4,0.307692,3.25,1\n\
             2,1,2,2,2.25,0.692308,1.44444,1\n\
             2,2,2,1,0,0,0,0\n"
        );
    }

    #[test]
    fn a_snapshot_can_be_read_back() {
        let mut recorded = Recorded::default();
        report().snapshot(&clusters(), 120, &mut recorded);
        let artifact = &recorded.artifacts[0];
        assert_eq!(artifact.file_name, "co_clusters_000120.npz");
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join(&artifact.file_name);
        std::fs::write(&path, artifact.bytes()).expect("written");
        assert_eq!(CoClusters::read_npz(&path).expect("read"), clusters());
    }
}
