//! Sparse rows of ARFF: an attribute that a row leaves out is 0, or the first of its values if it is nominal.

use super::super::super::delimited::Wrong;
use super::super::super::dense_text::unique;
use super::super::super::dialect::is_missing;
use super::super::super::entries::{self, Entries};
use super::super::super::raw::{Found, RawMatrix};
use super::super::grid::Role;
use super::super::scan::{self, Lines, text};
use super::super::triplets;
use super::header::{Attribute, Kind};
use super::{names_of, next_row, row};
use crate::data::DataError;

/// Rows as they are read.
#[derive(Default)]
struct Rows {
    entries: Entries,
    names: Vec<String>,
    classes: Vec<Option<String>>,
    count: usize,
}

/// Reads the rows from the current line on.
pub(super) fn read(
    lines: &mut Lines<'_, '_>,
    attributes: &[Attribute],
    roles: &[Role],
    bytes: usize,
) -> Result<RawMatrix, DataError> {
    let (class, columns) = names_of(attributes, roles);
    let at_file = |wrong: super::super::super::npy::Wrong, path: &std::path::Path| wrong.at(path);
    let width = entries::side(columns.len() as u64, "columns", bytes)
        .map_err(|wrong| at_file(wrong, lines.path()))?;
    let mut rows = Rows::default();
    loop {
        let pushed = rows.push(lines.current(), attributes, roles);
        pushed.map_err(|wrong| lines.wrong(wrong))?;
        if next_row(lines)?.is_none() {
            break;
        }
    }
    let compressed = rows.entries.compress(rows.count, width);
    let mut raw = RawMatrix::sparse(compressed.map_err(|wrong| at_file(wrong, lines.path()))?, 1);
    raw.named = true;
    raw.columns = unique(columns, "column", &mut raw.notices);
    if roles.contains(&Role::Name) {
        raw.rows = unique(rows.names, "row", &mut raw.notices);
    }
    let classes: Option<Found> = roles
        .contains(&Role::Class)
        .then_some((class, rows.classes));
    raw.set_classes(classes, None);
    Ok(raw)
}

impl Rows {
    fn push(&mut self, line: &[u8], attributes: &[Attribute], roles: &[Role]) -> Result<(), Wrong> {
        let mut values = row::sparse_values(line)?;
        // Most files are sorted; the position among the cells follows the number of the attribute.
        values.sort_by_key(|value| value.0);
        let (mut name, mut class) = (String::new(), None);
        let mut cells = Cells::new(roles);
        for (at, value) in &values {
            let Some(attribute) = attributes.get(*at) else {
                return Err(scan::wrong(
                    format!(
                        "there is no attribute {at}: they count from 0 to {}",
                        attributes.len() - 1
                    ),
                    "Correct the number, or declare the attribute above @data",
                ));
            };
            match roles[*at] {
                Role::Cell => {
                    let column = cells.column_of(*at);
                    self.push_cell(column, attribute, value)?;
                }
                Role::Name => name = text(value),
                Role::Class => class = Some(text(value)),
                Role::Title | Role::NotUsed => (),
            }
        }
        if let Some(at) = roles.iter().position(|role| *role == Role::Class) {
            let first = match &attributes[at].kind {
                Kind::Nominal(values) => values.first().cloned(),
                Kind::Number => Some("0".to_owned()),
                Kind::Text | Kind::Date => None,
            };
            let class = class.or(first);
            self.classes
                .push(class.filter(|class| !is_missing(class.as_bytes())));
        }
        self.names.push(name);
        self.count += 1;
        Ok(())
    }

    fn push_cell(
        &mut self,
        column: usize,
        attribute: &Attribute,
        value: &[u8],
    ) -> Result<(), Wrong> {
        let name = &attribute.name;
        if is_missing(value) {
            return Err(scan::wrong(
                format!("{name} is missing, which a sparse row cannot say of a cell"),
                "Write a number, or write the file with dense rows",
            ));
        }
        if let Kind::Nominal(values) = &attribute.kind
            && values
                .first()
                .is_some_and(|first| first.parse() != Ok(0.0_f32))
        {
            return Err(scan::wrong(
                format!(
                    "{name} is {:?} in the rows that leave it out, and not 0",
                    values[0]
                ),
                "Declare it as numeric, with 0 as what is left out",
            ));
        }
        let number = triplets::number(value, 0).map_err(|wrong| Wrong {
            column: None,
            problem: format!("{name}: {}", wrong.problem),
            remedy: wrong.remedy,
        })?;
        self.entries.rows.push(self.count as u32);
        self.entries.columns.push(column as u32);
        self.entries.values.push(number);
        Ok(())
    }
}

/// Counts the cells before an attribute, for attributes in ascending order.
struct Cells<'r> {
    roles: &'r [Role],
    next: usize,
    column: usize,
}

impl<'r> Cells<'r> {
    fn new(roles: &'r [Role]) -> Self {
        Self {
            roles,
            next: 0,
            column: 0,
        }
    }

    /// The column of attribute `at`, which is a cell.
    fn column_of(&mut self, at: usize) -> usize {
        let between = &self.roles[self.next..at];
        self.column += between.iter().filter(|role| **role == Role::Cell).count();
        self.next = at;
        self.column
    }
}
