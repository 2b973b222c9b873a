//! Weka's ARFF, which LibRec reads too: attributes with a name and a type, then dense or sparse rows.

mod header;
mod row;
mod sparse;

use super::super::format::{Format, Options};
use super::super::header::is_class;
use super::super::raw::RawMatrix;
use super::super::source::Source;
use super::super::{Names, Table};
use super::columns::named;
use super::grid::{Grid, Role};
use super::ratings;
use super::records::{Records, Triplet};
use super::scan::{self, Lines, Sample};
use crate::data::DataError;
use header::{Attribute, Kind};

/// Ratings if there are attributes called user, item and rating, or else a table.
pub(crate) struct Arff;

impl Format for Arff {
    fn name(&self) -> &'static str {
        "ARFF"
    }

    fn recognizes(&self, head: &[u8]) -> bool {
        let sample = Sample::of(head);
        let first = sample.lines.iter().find(|line| !line.starts_with(b"%"));
        first.is_some_and(|line| header::is_keyword(line, b"@relation"))
    }

    fn ratings(
        &self,
        source: &mut Source<'_>,
        names: &mut Names,
        options: &Options<'_>,
    ) -> Result<Table, DataError> {
        let mut lines = Lines::new(source);
        let attributes = header::read(&mut lines)?;
        match triplet_of(&attributes, options)? {
            Some(triplet) => read_ratings(&mut lines, triplet, attributes.len(), names),
            None => Err(DataError::content(
                lines.path(),
                format!(
                    "has no attributes called user, item and rating, but {}",
                    listed(&attributes)
                ),
                "Call the attributes so, or choose a method that clusters a matrix",
            )),
        }
    }

    fn matrix(
        &self,
        source: &mut Source<'_>,
        options: &Options<'_>,
    ) -> Result<RawMatrix, DataError> {
        let bytes = scan::bytes_of(source);
        let mut lines = Lines::new(source);
        let attributes = header::read(&mut lines)?;
        if let Some(triplet) = triplet_of(&attributes, options)? {
            let mut names = Names::default();
            let table = read_ratings(&mut lines, triplet, attributes.len(), &mut names)?;
            return Ok(ratings::to_matrix(names, table));
        }
        let roles = roles(&attributes);
        if !roles.contains(&Role::Cell) {
            return Err(DataError::content(
                lines.path(),
                format!("has no numeric attribute, but {}", listed(&attributes)),
                "Give a table with attributes of type numeric",
            ));
        }
        let mut raw = match next_row(&mut lines)? {
            None => return Ok(RawMatrix::default()),
            Some(b'{') => sparse::read(&mut lines, &attributes, &roles, bytes)?,
            Some(_) => dense(&mut lines, &attributes, roles.clone())?,
        };
        let not_used = (attributes.iter().zip(&roles)).filter(|(_, role)| **role == Role::NotUsed);
        let not_used: Vec<&str> = not_used.map(|(attribute, _)| &attribute.name[..]).collect();
        if !not_used.is_empty() {
            raw.notices
                .push(format!("attributes not used: {}", not_used.join(", ")));
        }
        Ok(raw)
    }

    fn holds_only_a_matrix(&self, source: &mut Source<'_>) -> bool {
        header::read(&mut Lines::new(source))
            .and_then(|attributes| triplet_of(&attributes, &Options::default()))
            .is_ok_and(|triplet| triplet.is_none())
    }

    fn takes_columns(&self) -> bool {
        true
    }
}

/// Goes to the next row; returns how it begins.
fn next_row(lines: &mut Lines<'_, '_>) -> Result<Option<u8>, DataError> {
    loop {
        match lines.next_filled()?.map(<[u8]>::trim_ascii) {
            None => return Ok(None),
            Some([b'%', ..]) => (),
            Some(line) => return Ok(line.first().copied()),
        }
    }
}

/// The first names, for a message.
fn listed(attributes: &[Attribute]) -> String {
    let names: Vec<&str> = attributes.iter().take(8).map(|own| &own.name[..]).collect();
    let more = if attributes.len() > 8 { ", …" } else { "" };
    format!("{}{more}", names.join(", "))
}

/// The parts of a rating, if there are attributes called so.
fn triplet_of(
    attributes: &[Attribute],
    options: &Options<'_>,
) -> Result<Option<Triplet>, DataError> {
    let names: Vec<&[u8]> = attributes.iter().map(|own| own.name.as_bytes()).collect();
    Ok(Triplet::of(named(&names, "attributes", options)?))
}

fn read_ratings(
    lines: &mut Lines<'_, '_>,
    triplet: Triplet,
    width: usize,
    names: &mut Names,
) -> Result<Table, DataError> {
    let mut records = Records::new(names);
    while next_row(lines)?.is_some() {
        let values = row::values(lines.current().trim_ascii());
        let pushed = values.and_then(|values| {
            let fields: Vec<&[u8]> = values.iter().map(AsRef::as_ref).collect();
            records.push_row(&fields, width, triplet)
        });
        pushed.map_err(|wrong| lines.wrong(wrong))?;
    }
    Ok(records.finish())
}

/// What each attribute is in a table. The class is the one that is called so, or else the last if it is nominal.
fn roles(attributes: &[Attribute]) -> Vec<Role> {
    let nominal = |own: &Attribute| matches!(own.kind, Kind::Nominal(_));
    let called_so = |own: &Attribute| is_class(own.name.as_bytes());
    let class = (0..attributes.len())
        .rev()
        .find(|&at| called_so(&attributes[at]))
        .or_else(|| {
            attributes
                .last()
                .filter(|own| nominal(own))
                .map(|_| attributes.len() - 1)
        });
    let mut named = false;
    let role = |(at, own): (usize, &Attribute)| match &own.kind {
        _ if Some(at) == class => Role::Class,
        Kind::Number => Role::Cell,
        // Numbers are often declared as a list of those that occur.
        Kind::Nominal(values) if values.iter().all(|value| value.parse::<f32>().is_ok()) => {
            Role::Cell
        }
        Kind::Text if !named => {
            named = true;
            Role::Name
        }
        Kind::Text | Kind::Date | Kind::Nominal(_) => Role::NotUsed,
    };
    attributes.iter().enumerate().map(role).collect()
}

/// The name of the class, and the names of the cells.
fn names_of(attributes: &[Attribute], roles: &[Role]) -> (String, Vec<String>) {
    let of = |wanted: Role| {
        let own = attributes
            .iter()
            .zip(roles)
            .filter(move |own| *own.1 == wanted);
        own.map(|(attribute, _)| attribute.name.clone())
    };
    let class = of(Role::Class).next().unwrap_or_default();
    (format!("attribute {class}"), of(Role::Cell).collect())
}

fn dense(
    lines: &mut Lines<'_, '_>,
    attributes: &[Attribute],
    roles: Vec<Role>,
) -> Result<RawMatrix, DataError> {
    let (class, columns) = names_of(attributes, &roles);
    let mut grid = Grid::new(roles);
    loop {
        let values = row::values(lines.current().trim_ascii());
        let pushed = values.and_then(|values| {
            let fields: Vec<&[u8]> = values.iter().map(AsRef::as_ref).collect();
            grid.push(&fields)
        });
        pushed.map_err(|wrong| lines.wrong(wrong))?;
        if next_row(lines)?.is_none() {
            return Ok(grid.finish(Some(columns), &class, None));
        }
    }
}

#[cfg(test)]
mod tests;
