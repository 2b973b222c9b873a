//! Matrices as CSV.

use std::io::Write;

use crate::data::{Cells, MatrixData};
use crate::draw::matrix::Arrangement;

/// More cells than this are written one a line, without those that are not stored.
const MOST_CELLS: usize = 20_000_000;

/// The cells in their order, with the names of rows and columns; missing ones empty. A matrix that is too large for a table as
/// `row,column,value`.
pub(super) fn cells(
    to: &mut dyn Write,
    data: &MatrixData,
    arrangement: &Arrangement,
) -> Result<(), String> {
    let (rows, columns) = (&arrangement.rows.order, &arrangement.columns.order);
    let large = rows.len().saturating_mul(columns.len()) > MOST_CELLS;
    let mut writer = csv::Writer::from_writer(to);
    let written = if large {
        triplets(&mut writer, data, arrangement)
    } else {
        table(&mut writer, data, rows, columns)
    };
    written
        .and_then(|()| writer.flush().map_err(csv::Error::from))
        .map_err(|error| error.to_string())
}

fn table(
    writer: &mut csv::Writer<&mut dyn Write>,
    data: &MatrixData,
    rows: &[u32],
    columns: &[u32],
) -> csv::Result<()> {
    writer.write_field("name")?;
    for &column in columns {
        writer.write_field(data.columns.display(column as usize))?;
    }
    writer.write_record(None::<&[u8]>)?;
    let zeros_are_implied = matches!(data.observed, Cells::Sparse(_)) && !data.absent_is_missing;
    let absent = if zeros_are_implied { 0.0 } else { f32::NAN };
    let mut line = vec![absent; data.observed.columns()];
    for &row in rows {
        line.fill(absent);
        for (column, value) in data.observed.row(row as usize) {
            line[column] = value;
        }
        writer.write_field(data.rows.display(row as usize))?;
        for &column in columns {
            let value = line[column as usize];
            if value.is_nan() {
                writer.write_field("")?;
            } else {
                writer.write_field(value.to_string())?;
            }
        }
        writer.write_record(None::<&[u8]>)?;
    }
    Ok(())
}

fn triplets(
    writer: &mut csv::Writer<&mut dyn Write>,
    data: &MatrixData,
    arrangement: &Arrangement,
) -> csv::Result<()> {
    writer.write_record(["row", "column", "value"])?;
    let place = &arrangement.columns.place;
    for &row in &arrangement.rows.order {
        let mut cells: Vec<(usize, f32)> = data.observed.row(row as usize).collect();
        cells.retain(|(_, value)| !value.is_nan());
        cells.sort_by_key(|(column, _)| place[*column]);
        for (column, value) in cells {
            let (row, column) = (
                data.rows.display(row as usize),
                data.columns.display(column),
            );
            writer.write_record([row, column, &value.to_string()])?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::data::Sparse;
    use crate::draw::matrix::Along;

    /// 5 . 1 / . 2 .
    fn data(absent_is_missing: bool) -> MatrixData {
        let sparse = Sparse::from_parts(3, vec![0, 2, 3], vec![0, 2, 1], vec![5.0, 1.5, 2.0]);
        MatrixData {
            absent_is_missing,
            ..MatrixData::of(Cells::Sparse(Arc::new(sparse)))
        }
    }

    fn reordered() -> Arrangement {
        Arrangement {
            rows: Arc::new(Along::ordered(vec![1, 0])),
            columns: Arc::new(Along::ordered(vec![2, 0, 1])),
        }
    }

    #[test]
    fn cells_are_written_in_their_order() {
        let written = |missing| {
            let mut bytes = Vec::new();
            cells(&mut bytes, &data(missing), &reordered()).unwrap();
            String::from_utf8(bytes).unwrap()
        };
        assert_eq!(written(false), "name,3,1,2\n2,0,0,2\n1,1.5,5,0\n");
        assert_eq!(written(true), "name,3,1,2\n2,,,2\n1,1.5,5,\n");
    }

    #[test]
    fn a_matrix_too_large_for_a_table_is_written_cell_by_cell() {
        let mut bytes = Vec::new();
        let to: &mut dyn Write = &mut bytes;
        let mut writer = csv::Writer::from_writer(to);
        triplets(&mut writer, &data(false), &reordered()).unwrap();
        writer.flush().unwrap();
        drop(writer);
        let text = String::from_utf8(bytes).unwrap();
        assert_eq!(text, "row,column,value\n2,2,2\n1,3,1.5\n1,1,5\n");
    }
}
