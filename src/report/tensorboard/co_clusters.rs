//! The matrix of a run, as it is and sorted by its co-clusters, at its snapshots.

use std::sync::Arc;

use crate::data::MatrixData;
use crate::draw;
use crate::record::{ArtifactKind, CoClusters};
use crate::report::figures::{folded, matrix_of};
use crate::report::material::ReportedRun;
use crate::runs::SnapshotRef;

/// The row of pictures that they are in.
pub(super) const TAG: &str = "co_clusters";
/// Snapshots that are drawn: those of a run that has more are taken evenly, the last among them.
const MOST: usize = 24;
/// Width and height of a matrix in points; a pixel each.
const AREA: (f64, f64) = (420.0, 420.0);

/// The bytes of a picture, its width and its height.
type Png = (Vec<u8>, (u32, u32));

/// What draws the co-clusters of a run.
pub(super) struct Drawing {
    matrix: Arc<MatrixData>,
    /// The files of the snapshots that are drawn.
    drawn: Vec<String>,
}

impl Drawing {
    /// For the run; none if it has no co-clusters.
    ///
    /// # Errors
    /// If its matrix cannot be read any more, or has changed.
    pub(super) fn of(run: &ReportedRun) -> Result<Option<Self>, String> {
        let all: Vec<&SnapshotRef> = run.snapshots.iter().filter(|own| is_one(own)).collect();
        if all.is_empty() {
            return Ok(None);
        }
        let matrix = matrix_of(run)?;
        let count = all.len().min(MOST);
        // Of `count` steps from the first to the last.
        let at = |number: usize| match count {
            1 => all.len() - 1,
            _ => number * (all.len() - 1) / (count - 1),
        };
        let drawn = (0..count).map(|number| all[at(number)].file.clone());
        Ok(Some(Self {
            matrix,
            drawn: drawn.collect(),
        }))
    }

    /// The PNG of a snapshot and its size; `None` of others, and of one that is not drawn.
    ///
    /// # Errors
    /// If the file of the co-clusters is damaged, or they are of another matrix.
    pub(super) fn picture(
        &self,
        run: &ReportedRun,
        snapshot: &SnapshotRef,
    ) -> Result<Option<Png>, String> {
        if !is_one(snapshot) || !self.drawn.contains(&snapshot.file) {
            return Ok(None);
        }
        let path = run.artifact(&snapshot.file);
        let clusters = CoClusters::read_npz(&path).map_err(|error| error.to_string())?;
        let cells = &self.matrix.observed;
        let sides = (clusters.rows.of.len(), clusters.columns.of.len());
        if sides != (cells.rows(), cells.columns()) {
            return Err(format!(
                "{}: the co-clusters are of a matrix of another size",
                path.display()
            ));
        }
        let heading = format!(
            "{} × {} blocks",
            clusters.rows.clusters, clusters.columns.clusters
        );
        let most = AREA.0 as usize;
        let picture = folded(&self.matrix, &[(&heading, &clusters)], AREA, most);
        let pixels = picture.pixels(1.0).map_err(|error| error.to_string())?;
        let mut png = Vec::new();
        draw::write_png(&pixels, &mut png).map_err(|error| error.to_string())?;
        Ok(Some((png, pixels.dimensions())))
    }
}

fn is_one(snapshot: &SnapshotRef) -> bool {
    snapshot.kind == ArtifactKind::CO_CLUSTERS
}
