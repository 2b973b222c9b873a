//! From the `[data]` table of a config to a matrix.

use std::path::Path;

use super::fill;
use super::oddities::oddities;
use super::{Cells, Classes, Filled, MatrixData};
use crate::data::formats::{self, RawMatrix};
use crate::data::load::{counted, stop_if_canceled};
use crate::data::{DataError, Fingerprint, Labels, MatrixSource, Missing, Monitor, titles};

/// Reads what `source` names. `complete` predicts missing cells, if the source asks for it.
pub(in crate::data) fn load(
    source: &MatrixSource,
    monitor: &Monitor,
    complete: impl FnOnce(&MatrixData, &Monitor) -> Result<Filled, DataError>,
) -> Result<MatrixData, DataError> {
    let path = &source.path;
    let size = |path: &Path| std::fs::metadata(path).map_or(0, |metadata| metadata.len());
    let beside = [
        &source.row_labels,
        &source.column_labels,
        &source.row_names,
        &source.column_names,
    ];
    let sizes = beside.into_iter().flatten().map(|path| size(path));
    monitor.set_total(size(path) + sizes.sum::<u64>());

    let (mut raw, digest) = formats::read_matrix(path, &source.options(), monitor)?;
    stop_if_canceled(monitor)?;
    for (file, labels, what) in [
        (&source.row_names, &mut raw.rows, "rows"),
        (&source.column_names, &mut raw.columns, "columns"),
    ] {
        if let Some(file) = file {
            *labels = formats::read_names(file, labels.len(), what, &mut raw.notices, monitor)?;
            raw.named = true;
        }
    }
    let titles = titles::add(
        (&mut raw.rows, &mut raw.columns),
        path,
        source.items.as_deref(),
        raw.named,
        &mut raw.notices,
    )?;
    let RawMatrix {
        cells,
        absent_is_missing,
        rows,
        columns,
        variables,
        mut notices,
        ..
    } = raw;
    let mut classes = |file: Option<&Path>, own, labels: &Labels, what: &str| {
        let found = match file {
            Some(file) => {
                formats::read_classes(file, labels, what, &mut notices, monitor).map(Some)
            }
            None => Ok(own),
        };
        found.map(|found| of_names(found, what, &mut notices))
    };
    let row_classes = classes(source.row_labels.as_deref(), raw.row_classes, &rows, "rows")?;
    let column_classes = classes(
        source.column_labels.as_deref(),
        raw.column_classes,
        &columns,
        "columns",
    )?;
    let mut data = MatrixData {
        fingerprint: Fingerprint {
            path: path.clone(),
            bytes: digest.bytes,
            hash: digest.hash.to_string(),
            rows: cells.rows() as u64,
            columns: cells.columns() as u64,
            cells: cells.stored() as u64,
        },
        filled: cells.clone(),
        observed: cells,
        absent_is_missing,
        rows,
        columns,
        row_classes,
        column_classes,
        variables,
        notices,
        titles,
        ..MatrixData::default()
    };
    data.notices.extend(oddities(&data.observed, raw.named));
    fill_missing(&mut data, source.missing, monitor, complete)?;
    stop_if_canceled(monitor)?;
    (data.active_rows, data.active_columns) = data.filled.active();
    notice_set_aside(&mut data);
    Ok(data)
}

fn fill_missing(
    data: &mut MatrixData,
    by: Missing,
    monitor: &Monitor,
    complete: impl FnOnce(&MatrixData, &Monitor) -> Result<Filled, DataError>,
) -> Result<(), DataError> {
    let missing = fill::missing(&data.observed, data.absent_is_missing);
    if missing == 0 {
        if by != Missing::default() {
            let notice = "no cell is missing, so none was filled";
            data.notices.push(notice.to_owned());
        }
        return Ok(());
    }
    if by != Missing::Zero {
        fill::check_size(&data.fingerprint.path, &data.observed)?;
    }
    let (mut notices, mut by_whom) = (Vec::new(), String::new());
    data.filled = match by {
        Missing::Zero => fill::with_zeros(&data.observed),
        Missing::RowMean | Missing::ColumnMean => fill::with_means(&data.observed, by),
        Missing::Predicted => {
            let filled = complete(data, monitor)?;
            notices = filled.notices;
            by_whom = format!("are predicted by {}", filled.by);
            filled.cells
        }
    };
    if let (Missing::Predicted, Cells::Dense(cells)) = (by, &data.filled) {
        // What another run predicts is part of the data.
        let mut hasher = blake3::Hasher::new();
        hasher.update(data.fingerprint.hash.as_bytes());
        for value in cells.values() {
            hasher.update(&value.to_le_bytes());
        }
        data.fingerprint.hash = hasher.finalize().to_string();
    }
    let count_as = match by {
        Missing::Zero => "count as 0",
        Missing::RowMean => "have the mean of their row",
        Missing::ColumnMean => "have the mean of their column",
        Missing::Predicted => &by_whom,
    };
    let cells = data.observed.rows() * data.observed.columns();
    let share = missing as f64 / cells as f64 * 100.0;
    let shown = if share < 0.1 {
        "less than 0.1".to_owned()
    } else {
        format!("{share:.1}")
    };
    data.notices
        .push(format!("{shown} % of the cells are missing and {count_as}"));
    data.notices.append(&mut notices);
    Ok(())
}

/// Classes numbered by name; a notice says how many rows have none.
fn of_names(
    found: Option<Vec<Option<String>>>,
    what: &str,
    notices: &mut Vec<String>,
) -> Option<Classes> {
    let found = found?;
    let without = found.iter().filter(|class| class.is_none()).count();
    if without == found.len() {
        notices.push(format!("none of the {what} has a class"));
        return None;
    }
    if without > 0 {
        let one = what.trim_end_matches('s');
        let counted = counted(without, &format!("{one} has"), &format!("{what} have"));
        notices.push(format!("{counted} no class"));
    }
    Some(Classes::from_names(&found))
}

/// Says which rows and columns cannot be clustered.
fn notice_set_aside(data: &mut MatrixData) {
    let mut zero_columns = vec![true; data.filled.columns()];
    let mut zero_rows = 0;
    for row in 0..data.filled.rows() {
        let mut zero = true;
        for (column, _) in data.filled.row(row).filter(|(_, value)| *value != 0.0) {
            zero = false;
            zero_columns[column] = false;
        }
        zero_rows += usize::from(zero);
    }
    let zero_columns = zero_columns.into_iter().filter(|zero| *zero).count();
    for (what, all, active, zeros) in [
        ("row", data.rows.len(), data.active_rows.len(), zero_rows),
        (
            "column",
            data.columns.len(),
            data.active_columns.len(),
            zero_columns,
        ),
    ] {
        let constant = all - active - zeros;
        let counts = [
            (zeros > 0).then(|| {
                format!(
                    "{} all zero",
                    counted(zeros, &format!("{what} is"), &format!("{what}s are"))
                )
            }),
            (constant > 0).then(|| {
                format!(
                    "{} one value everywhere",
                    counted(constant, &format!("{what} has"), &format!("{what}s have"))
                )
            }),
        ];
        let counts: Vec<String> = counts.into_iter().flatten().collect();
        if !counts.is_empty() {
            data.notices.push(format!(
                "{}: set aside, and shown as unassigned",
                counts.join(" and ")
            ));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_their_own_name_rows_and_columns() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = |name: &str, text: &str| {
            let path = folder.path().join(name);
            std::fs::write(&path, text).expect("written");
            path
        };
        let mut source = MatrixSource {
            path: file("counts.csv", "1,0,2\n0,3,1\n"),
            column_names: Some(file("words.txt", "cat\ndog\nfish\n")),
            row_names: Some(file("pages.txt", "one\ntwo\n")),
            row_labels: Some(file("classes.csv", "two,b\none,a\n")),
            ..MatrixSource::default()
        };
        let read = |source: &MatrixSource| {
            let complete = |_: &MatrixData, _: &Monitor| unreachable!("nothing is missing");
            load(source, &Monitor::default(), complete)
        };
        let data = read(&source).expect("a matrix");
        assert_eq!(
            data.columns.ids().collect::<Vec<_>>(),
            ["cat", "dog", "fish"]
        );
        assert_eq!(data.rows.ids().collect::<Vec<_>>(), ["one", "two"]);
        // Classes go by the names.
        let classes = data.row_classes.expect("classes");
        assert_eq!(classes.names, ["a", "b"]);
        assert_eq!(classes.of, [Some(0), Some(1)]);
        source.column_names = source.row_names.clone();
        let error = read(&source).expect_err("too few").to_string();
        assert!(
            error.contains("holds 2 names, but the matrix has 3 columns"),
            "{error}"
        );
    }
}
