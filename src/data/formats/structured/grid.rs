//! Tables of numbers of which it is known what each field of a row is.

use super::super::delimited::Wrong;
use super::super::dense_text::unique;
use super::super::dialect::is_missing;
use super::super::raw::{Found, RawMatrix};
use super::scan::{self, text};
use super::triplets::number;
use crate::data::Dense;

/// What a field of a row is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// A cell of the matrix.
    Cell,
    /// The name of the row.
    Name,
    /// What to show instead of the name.
    Title,
    /// The class of the row.
    Class,
    /// Something that is not used.
    NotUsed,
}

/// Rows of a table as they are read.
pub(crate) struct Grid {
    roles: Vec<Role>,
    values: Vec<f32>,
    names: Vec<String>,
    titles: Vec<String>,
    classes: Vec<Option<String>>,
    rows: usize,
}

impl Grid {
    /// No row yet; `roles`: what each field of a row is.
    pub(crate) fn new(roles: Vec<Role>) -> Self {
        Self {
            roles,
            values: Vec::new(),
            names: Vec::new(),
            titles: Vec::new(),
            classes: Vec::new(),
            rows: 0,
        }
    }

    /// How many rows there are.
    pub(crate) fn rows(&self) -> usize {
        self.rows
    }

    /// How many cells a row has.
    pub(crate) fn columns(&self) -> usize {
        self.roles
            .iter()
            .filter(|role| **role == Role::Cell)
            .count()
    }

    /// Takes a row. Empty fields beyond the last are left out.
    pub(crate) fn push(&mut self, fields: &[&[u8]]) -> Result<(), Wrong> {
        let width = self.roles.len();
        let beyond = fields.iter().skip(width);
        if fields.len() < width || beyond.into_iter().any(|field| !field.is_empty()) {
            return Err(scan::wrong(
                format!(
                    "the row has {} fields, where the header has {width}",
                    fields.len()
                ),
                "Give every row the same fields",
            ));
        }
        for (at, (role, field)) in self.roles.iter().zip(fields).enumerate() {
            match role {
                Role::Cell if is_missing(field) => self.values.push(f32::NAN),
                Role::Cell => self.values.push(number(field, at)?),
                Role::Name => self.names.push(text(field)),
                Role::Title => self.titles.push(text(field)),
                Role::Class => self.classes.push((!is_missing(field)).then(|| text(field))),
                Role::NotUsed => (),
            }
        }
        self.rows += 1;
        Ok(())
    }

    /// The matrix. `names`: of the columns, where the file has them; `class`: what the field with the classes of the rows is called.
    pub(crate) fn finish(
        self,
        names: Option<Vec<String>>,
        class: &str,
        column_classes: Option<Found>,
    ) -> RawMatrix {
        let columns = self.columns();
        if self.rows == 0 || columns == 0 {
            return RawMatrix::default();
        }
        let mut raw = RawMatrix::dense(Dense::new(columns, self.values), 1);
        raw.named = names.is_some() || !self.names.is_empty();
        if let Some(names) = names {
            raw.columns = unique(names, "column", &mut raw.notices);
        }
        if !self.names.is_empty() {
            raw.rows = unique(self.names, "row", &mut raw.notices);
        }
        for (row, title) in self.titles.iter().enumerate() {
            if !is_missing(title.as_bytes()) {
                raw.rows.set_title(row, title);
            }
        }
        let classes: Option<Found> =
            (!self.classes.is_empty()).then(|| (class.to_owned(), self.classes));
        raw.set_classes(classes, column_classes);
        raw
    }
}

/// The problem with a table of another size than its header says.
pub(crate) fn wrong_size(what: &str, promised: u64, found: usize) -> Wrong {
    scan::wrong(
        format!("the header promises {promised} {what}, but the file holds {found}"),
        format!(
            "Download or copy the file again; if nothing is missing from it, write {found} here"
        ),
    )
}
