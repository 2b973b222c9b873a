//! The beginning of a file, for the preview.

use super::choose::{Announced, names_of_matrices};
use super::format::{Options, format_for};
use super::look_text;
use super::source::Source;
use super::{Names, Table};
use crate::data::preview::{Guess, GuessedBy, Preview, PreviewColumn, PreviewRow, Role, RowPart};
use crate::data::{self, Cells, DataError, Labels, Monitor};

/// Rows and columns of a matrix that are shown.
const SHOWN: usize = 20;
/// Of a larger file no cells are shown: they are only known once all of it is read.
const MOST_BYTES: u64 = 32 << 20;
/// The names of the arrays of a larger file are not listed.
const MOST_LISTED: u64 = 256 << 20;

/// The keys that say how a file of this source is read.
pub(super) fn options(source: &data::Source) -> Options<'_> {
    match source {
        data::Source::Ratings(source) => source.options(),
        data::Source::Matrix(source) => source.options(),
        data::Source::Images(_) => Options::default(),
    }
}

/// Fills a preview from the beginning of a file.
pub(crate) fn preview(
    source: &data::Source,
    monitor: &Monitor,
    preview: &mut Preview,
) -> Result<(), DataError> {
    let options = options(source);
    let mut file = Source::open_with(source.path(), &options, monitor)?;
    let format = format_for(&file, &options)?;
    format.name().clone_into(&mut preview.format);
    preview.oddities = file.notices();
    if format.name() == "delimited text" {
        return look_text::preview(source, &mut file, preview);
    }
    let size = std::fs::metadata(source.path()).map_or(0, |metadata| metadata.len());
    if size > MOST_BYTES {
        if size <= MOST_LISTED && format.has_variables() {
            preview
                .guesses
                .extend(arrays(&format.arrays(&mut file), &options));
        }
        preview.not_shown = format!(
            "The cells of a {} of more than {} MB are not shown here: they are only known once all of it is read. “Show the data” shows them.",
            format.name(),
            MOST_BYTES >> 20
        );
        return Ok(());
    }
    if let data::Source::Ratings(_) = source {
        let mut names = Names::default();
        let table = format.ratings(&mut file, &mut names, &options)?;
        show_ratings(&table, &names, preview);
        preview.oddities.extend(table.notices);
        return Ok(());
    }
    let raw = match format.matrix(&mut file, &options) {
        Ok(raw) => raw,
        Err(error) => {
            if format.has_variables()
                && let Ok(mut again) = Source::open_with(source.path(), &options, monitor)
            {
                preview
                    .guesses
                    .extend(arrays(&format.arrays(&mut again), &options));
            }
            return Err(error);
        }
    };
    show_cells(&raw.cells, &raw.rows, &raw.columns, preview);
    preview.oddities.extend(raw.notices);
    preview.guesses.extend(variable(raw.variables, &options));
    Ok(())
}

/// Which of the arrays in a file is the matrix.
fn arrays(announced: &[Announced], options: &Options<'_>) -> Option<Guess> {
    variable(names_of_matrices(announced), options)
}

/// Which of several matrices is read.
fn variable(names: Vec<String>, options: &Options<'_>) -> Option<Guess> {
    if names.len() < 2 {
        return None;
    }
    let (value, by) = match options.variable {
        Some(name) => (name.into(), GuessedBy::You),
        None => (serde_json::Value::Null, GuessedBy::Likely),
    };
    Some(Guess {
        key: "variable",
        label: "Array".to_owned(),
        shown: options.variable.unwrap_or_default().to_owned(),
        value,
        by,
        why: "the file holds several arrays".to_owned(),
        choices: (names.into_iter())
            .map(|name| (name.as_str().into(), name))
            .collect(),
    })
}

fn show_ratings(table: &Table, names: &Names, preview: &mut Preview) {
    let column = |name: &str, role| PreviewColumn {
        name: name.to_owned(),
        role,
    };
    preview.columns = vec![
        column("user", Role::User),
        column("item", Role::Item),
        column("rating", Role::Rating),
    ];
    let ratings = table.chunks.iter().flat_map(|chunk| {
        let pairs = chunk.users.iter().zip(&chunk.items);
        pairs.zip(&chunk.values)
    });
    preview.rows = (1..)
        .zip(ratings.take(SHOWN))
        .map(|(line, ((&user, &item), value))| PreviewRow {
            line,
            cells: vec![
                names.users.display(user as usize).to_owned(),
                names.items.display(item as usize).to_owned(),
                value.to_string(),
            ],
            part: RowPart::Data,
        })
        .collect();
    preview.more = table.len() > SHOWN;
}

fn show_cells(cells: &Cells, rows: &Labels, columns: &Labels, preview: &mut Preview) {
    let width = cells.columns().min(SHOWN);
    preview.columns.push(PreviewColumn {
        name: String::new(),
        role: Role::Name,
    });
    preview.columns.extend((0..width).map(|at| PreviewColumn {
        name: columns.display(at).to_owned(),
        role: Role::Cell,
    }));
    for row in 0..cells.rows().min(SHOWN) {
        let mut shown = vec![String::new(); width + 1];
        rows.display(row).clone_into(&mut shown[0]);
        for (column, value) in cells.row(row).filter(|(column, _)| *column < width) {
            // A missing cell is empty; zeros are too where only some cells are stored, of which none is missing.
            if !value.is_nan() {
                shown[column + 1] = value.to_string();
            }
        }
        preview.rows.push(PreviewRow {
            line: row as u64 + 1,
            cells: shown,
            part: RowPart::Data,
        });
    }
    preview.more = cells.rows() > SHOWN || cells.columns() > SHOWN;
}

#[cfg(test)]
mod tests {
    use std::io::{Seek as _, SeekFrom, Write as _};
    use std::path::Path;

    use super::*;
    use crate::data::{MatrixSource, preview};

    fn look(path: &Path) -> Preview {
        let source = MatrixSource {
            path: path.to_owned(),
            ..MatrixSource::default()
        };
        preview(&source.into(), Path::new(""), &Monitor::default())
    }

    #[test]
    fn a_file_of_several_matrices_offers_them_where_none_is_chosen() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/matrices/two.npz");
        let preview = look(&path);
        let problem = preview.problem.expect("none is chosen");
        assert_eq!(problem.keys, ["variable"]);
        let guess = preview.guesses.first().expect("a choice");
        assert_eq!(guess.key, "variable");
        assert!(guess.choices.len() > 1, "{guess:?}");
    }

    #[test]
    fn a_missing_cell_is_empty() {
        let folder = tempfile::tempdir().unwrap();
        let jester = folder.path().join("jester.csv");
        // How many were rated, and 99 for those that were not.
        let text = "2,-9.5,99,3,99,99\n3,0.25,1,99,99,10\n1,99,99,99,99.00,-2\n";
        std::fs::write(&jester, text).unwrap();
        let shown = look(&jester);
        assert_eq!(shown.rows[0].cells, ["1", "-9.5", "", "3", "", ""]);
    }

    #[test]
    fn of_a_large_file_it_is_said_why_no_cells_are_shown() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("large.npy");
        let header = "{'descr': '<f8', 'fortran_order': False, 'shape': (5000, 1000), }";
        let mut file = std::fs::File::create(&path).unwrap();
        file.write_all(b"\x93NUMPY\x01\x00\x76\x00").unwrap();
        writeln!(file, "{header:<117}").unwrap();
        file.seek(SeekFrom::Start(128 + 40_000_000 - 1)).unwrap();
        file.write_all(&[0]).unwrap();
        let preview = look(&path);
        assert_eq!(preview.problem, None);
        assert!(preview.rows.is_empty());
        assert!(
            preview.not_shown.contains("more than 32 MB"),
            "{}",
            preview.not_shown
        );
        assert!(
            preview.not_shown.contains("Show the data"),
            "{}",
            preview.not_shown
        );
    }
}
