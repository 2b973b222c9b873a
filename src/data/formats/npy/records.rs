//! Arrays of records: a list of ratings, or a table of numbers with a name above each column.

use super::array::{Column, Records};
use super::list::List;
use super::{REAL, Wrong};
use crate::data::formats::header::Named;
use crate::data::formats::header::is_class;
use crate::data::formats::raw::RawMatrix;
use crate::data::formats::{Names, Table, entries};
use crate::data::{Dense, Labels};

/// Ratings in the fields that are called user, item and rating.
pub(super) fn ratings(records: &Records<'_>, names: &mut Names) -> Result<Table, Wrong> {
    let fields = records.names();
    let list = list(&fields, &records.columns(), records.count).ok_or_else(|| {
        Wrong::new(
            format!(
                "holds records of {}, among which user, item and rating are not found",
                fields.join(", ")
            ),
            "Call the fields user, item and rating",
        )
    })?;
    list.read(names)
}

/// The columns that are called user, item, rating and perhaps time.
pub(crate) fn list<'b>(names: &[&str], columns: &[Column<'b>], count: usize) -> Option<List<'b>> {
    let bytes: Vec<&[u8]> = names.iter().map(|name| name.as_bytes()).collect();
    let named = Named::of(&bytes);
    let column = |at: Option<usize>| columns.get(at?).copied();
    let rating = column(named.rating).filter(|rating| !rating.is_text())?;
    Some(List {
        user: column(named.user)?,
        item: column(named.item)?,
        rating,
        time: column(named.timestamp).filter(|time| !time.is_text()),
        count,
    })
}

/// A row for each record and a column for each field of numbers; a field that is called so holds the classes.
pub(super) fn matrix(records: &Records<'_>) -> Result<RawMatrix, Wrong> {
    let (fields, columns) = (records.names(), records.columns());
    let is_class = |at: usize| is_class(fields[at].as_bytes());
    let (classes, rest): (Vec<usize>, Vec<usize>) =
        (0..columns.len()).partition(|&at| is_class(at));
    let (texts, numbers): (Vec<usize>, Vec<usize>) =
        rest.into_iter().partition(|&at| columns[at].is_text());
    if numbers.is_empty() || records.count == 0 {
        let problem = format!(
            "holds records of {}, none of which is a number",
            fields.join(", ")
        );
        return Err(Wrong::new(problem, REAL));
    }
    let shape = (records.count, numbers.len());
    let cells = (0..shape.0).flat_map(|row| numbers.iter().map(move |&at| (row, at)));
    let cells = cells.map(|(row, at)| columns[at].number(row));
    let values = entries::dense(cells, shape, false)?;
    let mut raw = RawMatrix::dense(Dense::new(shape.1, values), 0);
    let names = Labels::new(numbers.iter().map(|&at| fields[at]));
    if names.len() == shape.1 {
        raw.columns = names;
        raw.named = true;
    }
    let named = |at: &usize| fields[*at];
    if let [class] = classes[..] {
        let of = (0..shape.0).map(|row| columns[class].class(row)).collect();
        raw.set_classes(Some((fields[class].to_owned(), of)), None);
    } else if !classes.is_empty() {
        let all: Vec<&str> = classes.iter().map(named).collect();
        let all = all.join(", ");
        raw.notices.push(format!(
            "{all} were left out: only one field can hold the classes"
        ));
    }
    if !texts.is_empty() {
        let all: Vec<&str> = texts.iter().map(named).collect();
        raw.notices
            .push(format!("{} was left out: it holds texts", all.join(", ")));
    }
    Ok(raw)
}
