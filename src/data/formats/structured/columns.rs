//! Columns, attributes and keys that hold the parts of a rating: by the names that a person gives, or else by their own.

use super::super::format::Options;
use super::super::header::{Named, word};
use super::scan::text;
use crate::data::{ColumnName, DataError};

/// The parts of a rating among `names`. `what`: what these are, for a message: "keys".
pub(crate) fn named(
    names: &[&[u8]],
    what: &str,
    options: &Options<'_>,
) -> Result<Named, DataError> {
    let mut named = Named::of(names);
    let wanted = options.text.map(|keys| keys.columns).unwrap_or_default();
    for (part, wanted, place) in [
        ("user", wanted.user, &mut named.user),
        ("item", wanted.item, &mut named.item),
        ("rating", wanted.rating, &mut named.rating),
        ("time", wanted.time, &mut named.timestamp),
    ] {
        if let Some(wanted) = wanted {
            *place = Some(find(names, what, part, wanted)?);
        }
    }
    Ok(named)
}

fn find(names: &[&[u8]], what: &str, part: &str, wanted: &ColumnName) -> Result<usize, DataError> {
    let (found, shown) = match wanted {
        ColumnName::Number(number) => {
            let at = (*number as usize).wrapping_sub(1);
            ((at < names.len()).then_some(at), number.to_string())
        }
        ColumnName::Name(name) => {
            let exact = names.iter().position(|own| *own == name.as_bytes());
            let alike = |own: &&[u8]| word(own) == word(name.as_bytes());
            let found = exact.or_else(|| names.iter().position(alike));
            (found, format!("{name:?}"))
        }
    };
    found.ok_or_else(|| {
        let all: Vec<String> = names.iter().take(20).map(|name| text(name)).collect();
        let more = if names.len() > 20 { ", …" } else { "" };
        DataError::Config {
            key: "columns",
            problem: format!(
                "{part} = {shown} is none of the {what}: there are {}{more}",
                all.join(", ")
            ),
        }
    })
}
