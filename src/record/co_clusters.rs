//! The co-clusters artifact: clusters of rows and of columns at one step, as `.npz`, which Python reads too.

use std::borrow::Cow;
use std::io::{BufReader, Cursor, Read, Seek};
use std::path::{Path, PathBuf};

use npyz::WriterBuilder;
use npyz::npz::NpzWriter;
use zip::result::ZipError;

use super::{ArtifactContent, files, npy};

/// Clusters along one side of a matrix.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Side {
    /// Number of clusters, at most 65,535.
    pub clusters: usize,
    /// The cluster of each row (or column); `None` where it was set aside.
    pub of: Vec<Option<u16>>,
    /// The soft assignment γ, one row of `clusters` shares for each of `of`, zeros where it was set aside; empty if the method assigns
    /// hard.
    pub posterior: Vec<f32>,
}

/// Clusters of all rows and all columns of a matrix, as they are at one step.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct CoClusters {
    /// Of the rows.
    pub rows: Side,
    /// Of the columns.
    pub columns: Side,
}

/// Why a file of co-clusters cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{path}: {reason}")]
pub struct CoClustersError {
    /// The file.
    pub path: PathBuf,
    /// The problem with it.
    pub reason: String,
}

impl Side {
    /// Spreads what a method found for the active rows over all `total` rows. `of` and `posterior` are in the order of `active`.
    ///
    /// # Panics
    /// If there is not one cluster for each active row.
    #[must_use]
    pub fn of_active(
        clusters: usize,
        active: &[u32],
        total: usize,
        of: &[u16],
        posterior: &[f32],
    ) -> Self {
        assert_eq!(active.len(), of.len(), "one cluster for each active row");
        let mut side = Self {
            clusters,
            of: vec![None; total],
            posterior: Vec::new(),
        };
        for (&row, &cluster) in active.iter().zip(of) {
            side.of[row as usize] = Some(cluster);
        }
        if !posterior.is_empty() {
            side.posterior = vec![0.0; total * clusters];
            for (&row, shares) in active.iter().zip(posterior.chunks_exact(clusters)) {
                let start = row as usize * clusters;
                side.posterior[start..start + clusters].copy_from_slice(shares);
            }
        }
        side
    }

    /// The soft assignment of one row, if there is one.
    #[must_use]
    pub fn shares(&self, row: usize) -> Option<&[f32]> {
        self.posterior
            .get(row * self.clusters..(row + 1) * self.clusters)
            .filter(|shares| !shares.is_empty())
    }
}

impl ArtifactContent for CoClusters {
    fn encode(&self) -> Cow<'_, [u8]> {
        Cow::Owned(self.to_npz())
    }
}

impl CoClusters {
    /// As a file of arrays: `rows`, `columns` (int32, -1 where set aside), `clusters` (two numbers), and where there are soft assignments
    /// `row_posterior`, `column_posterior` (float32, one row each).
    #[must_use]
    pub fn to_npz(&self) -> Vec<u8> {
        let write = || -> std::io::Result<Vec<u8>> {
            let mut bytes = Cursor::new(Vec::new());
            let mut npz = NpzWriter::new(&mut bytes);
            let counts = [self.rows.clusters as i32, self.columns.clusters as i32];
            write_array(&mut npz, "clusters", &[2], counts)?;
            for (name, side) in [("row", &self.rows), ("column", &self.columns)] {
                let of = side.of.iter().map(|of| of.map_or(-1, i32::from));
                write_array(&mut npz, &format!("{name}s"), &[side.of.len()], of)?;
                if !side.posterior.is_empty() {
                    let name = format!("{name}_posterior");
                    let shape = [side.of.len(), side.clusters];
                    write_array(&mut npz, &name, &shape, side.posterior.iter().copied())?;
                }
            }
            drop(npz);
            Ok(bytes.into_inner())
        };
        #[expect(
            clippy::expect_used,
            reason = "the arrays have their shapes and the writer writes to memory"
        )]
        write().expect("writing arrays to memory")
    }

    /// Reads what [`Self::to_npz`] wrote.
    ///
    /// # Errors
    /// If the file cannot be read or holds anything else.
    pub fn read_npz(path: &Path) -> Result<Self, CoClustersError> {
        let read = || -> Result<Self, String> {
            let file = files::open(path).map_err(|error| error.to_string())?;
            // Arrays are stored as they are: none is larger than the file.
            let most = file.metadata().map_err(|error| error.to_string())?.len();
            let mut npz =
                zip::ZipArchive::new(BufReader::new(file)).map_err(|error| error.to_string())?;
            let counts: Vec<i32> = read_array(&mut npz, "clusters", most)?.unwrap_or_default();
            let [rows, columns] = counts[..] else {
                return Err("does not say how many clusters there are".to_owned());
            };
            Ok(Self {
                rows: read_side(&mut npz, "row", rows, most)?,
                columns: read_side(&mut npz, "column", columns, most)?,
            })
        };
        read().map_err(|reason| CoClustersError {
            path: path.to_owned(),
            reason,
        })
    }
}

fn write_array<W: std::io::Write + Seek, T: npyz::AutoSerialize>(
    npz: &mut NpzWriter<W>,
    name: &str,
    shape: &[usize],
    values: impl IntoIterator<Item = T>,
) -> std::io::Result<()> {
    // Without the time of day: the same clusters are the same bytes.
    let options = zip::write::FileOptions::default()
        .compression_method(zip::CompressionMethod::Stored)
        .last_modified_time(zip::DateTime::default());
    let shape: Vec<u64> = shape.iter().map(|size| *size as u64).collect();
    let mut array = npz
        .array(name, options)?
        .default_dtype()
        .shape(&shape)
        .begin_nd()?;
    array.extend(values)?;
    array.finish()
}

/// The values of an array, row by row; `None` if the file has no such array.
fn read_array<T: npyz::Deserialize>(
    npz: &mut zip::ZipArchive<impl Read + Seek>,
    name: &str,
    most: u64,
) -> Result<Option<Vec<T>>, String> {
    let entry = match npz.by_name(&format!("{name}.npy")) {
        Ok(entry) => entry,
        Err(ZipError::FileNotFound) => return Ok(None),
        Err(error) => return Err(error.to_string()),
    };
    let mut stored = Vec::new();
    entry
        .take(most)
        .read_to_end(&mut stored)
        .map_err(|error| format!("the array {name} is damaged: {error}"))?;
    npy::check_header(&stored).map_err(|why| format!("the array {name} is damaged: {why}"))?;
    let array = npyz::NpyFile::new(stored.as_slice())
        .map_err(|error| format!("the array {name} is damaged: {error}"))?;
    let bytes = size_of::<T>() as u64;
    let count = array
        .shape()
        .iter()
        .try_fold(1_u64, |count, size| count.checked_mul(*size));
    if count.is_none_or(|count| count.saturating_mul(bytes) > most) {
        return Err(format!(
            "the array {name} claims to be larger than the file"
        ));
    }
    array
        .into_vec()
        .map(Some)
        .map_err(|error| format!("the array {name} is damaged: {error}"))
}

fn read_side(
    npz: &mut zip::ZipArchive<impl Read + Seek>,
    name: &str,
    clusters: i32,
    most: u64,
) -> Result<Side, String> {
    let plural = format!("{name}s");
    let of: Vec<i32> =
        read_array(npz, &plural, most)?.ok_or_else(|| format!("has no array {plural}"))?;
    let clusters = u16::try_from(clusters)
        .map_err(|_| format!("{clusters} is not a valid number of clusters of {plural}"))?;
    let of = of.into_iter().map(|cluster| match cluster {
        -1 => Ok(None),
        _ => match u16::try_from(cluster) {
            Ok(cluster) if cluster < clusters => Ok(Some(cluster)),
            _ => Err(format!(
                "cluster {cluster} is out of range: there are {clusters}"
            )),
        },
    });
    let of: Vec<Option<u16>> = of.collect::<Result<_, _>>()?;
    let clusters = usize::from(clusters);
    let posterior: Vec<f32> =
        read_array(npz, &format!("{name}_posterior"), most)?.unwrap_or_default();
    if !posterior.is_empty() && posterior.len() != of.len() * clusters {
        return Err(format!("the posterior does not fit the {plural}"));
    }
    Ok(Side {
        clusters,
        of,
        posterior,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back() {
        let clusters = CoClusters {
            rows: Side::of_active(2, &[0, 2], 3, &[1, 0], &[0.25, 0.75, 1.0, 0.0]),
            columns: Side {
                clusters: 3,
                of: vec![Some(2), None],
                posterior: Vec::new(),
            },
        };
        assert_eq!(clusters.rows.of, [Some(1), None, Some(0)]);
        assert_eq!(clusters.rows.shares(2), Some(&[1.0, 0.0][..]));
        assert_eq!(clusters.columns.shares(0), None);
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("co_clusters.npz");
        std::fs::write(&path, clusters.to_npz()).unwrap();
        assert_eq!(CoClusters::read_npz(&path).unwrap(), clusters);
    }

    #[test]
    fn a_torn_file_is_refused_by_name() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("co_clusters.npz");
        let mut bytes = CoClusters::default().to_npz();
        bytes.truncate(bytes.len() / 2);
        std::fs::write(&path, bytes).unwrap();
        let error = CoClusters::read_npz(&path).unwrap_err().to_string();
        assert!(error.contains("co_clusters.npz"), "{error}");
    }
}
