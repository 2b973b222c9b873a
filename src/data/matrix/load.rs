//! From the `[data]` table of a config to a matrix.

use std::path::Path;
use std::sync::Arc;

use super::{Cells, MatrixData};
use crate::data::assemble::group_by_user;
use crate::data::formats::{self, Names};
use crate::data::{DataConfig, DataError, Fingerprint, Monitor};

/// Reads what `config` names; relative paths start from `base`.
pub(in crate::data) fn load(
    config: &DataConfig,
    base: &Path,
    monitor: &Monitor,
) -> Result<MatrixData, DataError> {
    let path = base.join(&config.path);
    let mut names = Names::default();
    let (table, digest) = formats::read(&path, &mut names, monitor)?;
    let grouped = group_by_user(names.users.len(), names.items.len(), table.chunks);
    let cells = Cells::Sparse(Arc::new(grouped.by_user));
    Ok(MatrixData {
        rows: names.users,
        columns: names.items,
        absent_is_missing: true,
        notices: table.notices,
        fingerprint: Fingerprint {
            path: path.clone(),
            bytes: digest.bytes,
            hash: digest.hash.to_string(),
            rows: cells.rows() as u64,
            columns: cells.columns() as u64,
            cells: cells.stored() as u64,
        },
        ..MatrixData::of(cells)
    })
}
