//! Which column of a person's file holds what.

/// Columns by number, from 0.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Columns {
    /// An id or a title.
    pub(super) item: Option<usize>,
    /// An id alone.
    pub(super) id: Option<usize>,
    /// A title alone.
    pub(super) title: Option<usize>,
    pub(super) year: Option<usize>,
    pub(super) rating: Option<usize>,
    pub(super) user: Option<usize>,
    /// True if the first line names the columns.
    pub(super) header: bool,
}

const ITEM: &[&str] = &[
    "item", "movie", "film", "book", "product", "song", "track", "joke",
];
const ID: &[&str] = &[
    "itemid",
    "movieid",
    "filmid",
    "bookid",
    "isbn",
    "productid",
    "asin",
    "songid",
    "trackid",
    "iid",
    "const",
    "id",
];
const TITLE: &[&str] = &[
    "title",
    "name",
    "itemtitle",
    "movietitle",
    "booktitle",
    "itemname",
];
const YEAR: &[&str] = &["year", "releaseyear"];
const RATING: &[&str] = &[
    "rating",
    "ratings",
    "yourrating",
    "myrating",
    "stars",
    "score",
    "bookrating",
];
const USER: &[&str] = &["user", "userid", "uid", "username"];

/// The columns of a file, from its first line and whether its cells are numbers; none if they cannot be told. `rows`: the lines that are looked at.
pub(super) fn find(rows: &[csv::StringRecord]) -> Option<Columns> {
    let first = rows.first()?;
    let named = |names: &[&str]| {
        first.iter().position(|cell| {
            // RecBole writes `item_id:token`.
            let name = cell.split(':').next().unwrap_or(cell);
            let name: String = name
                .chars()
                .filter(|letter| letter.is_alphanumeric())
                .collect();
            names.contains(&name.to_lowercase().as_str())
        })
    };
    let columns = Columns {
        item: named(ITEM),
        id: named(ID),
        title: named(TITLE),
        year: named(YEAR),
        rating: named(RATING),
        user: named(USER),
        header: true,
    };
    let has_item = columns.item.or(columns.id).or(columns.title).is_some();
    if columns.rating.is_some() && has_item {
        return Some(columns);
    }
    let data = rows.get(1).unwrap_or(first);
    let header = !is_number(first.iter().next_back()?);
    let is_constant = |column: usize| {
        let rows = &rows[usize::from(header)..];
        rows.iter().all(|row| row.get(column) == data.get(column))
    };
    match data.len() {
        2 if is_number(&data[1]) => Some(Columns {
            item: Some(0),
            rating: Some(1),
            header,
            ..Columns::default()
        }),
        // As in files of ratings: all of one user.
        3 | 4 if !header && is_constant(0) && is_number(&data[2]) => Some(Columns {
            user: Some(0),
            item: Some(1),
            rating: Some(2),
            ..Columns::default()
        }),
        _ => None,
    }
}

/// A number with a point or a comma before its decimals.
pub(super) fn number(text: &str) -> Option<f32> {
    let text = text.trim().replace(',', ".");
    text.parse().ok().filter(|value: &f32| value.is_finite())
}

fn is_number(text: &str) -> bool {
    number(text).is_some()
}
