//! What speaks against a first reading of a text: signs that a spreadsheet has changed it, that its delimiter is another, that it is about one
//! person.

use rustc_hash::FxHashSet;

use super::delimited::shown;
use super::dialect::is_missing;
use super::fields::Delimiter;
use super::header::{names_item, words};
use super::number;
use super::numerals::is_numeral;
use super::survey::{Row, Survey};

/// More rows than this are needed before their values speak against a reading.
const ENOUGH: usize = 20;
/// Most values of a scale of ratings, and the highest.
const MOST_ON_A_SCALE: usize = 11;
const TOP_OF_A_SCALE: f32 = 10.0;

/// The share of the fields of a column that are neither numbers nor missing, as (these, all that are filled).
pub(crate) fn texts(body: &[Row<'_>], at: usize) -> (usize, usize) {
    let fields = body.iter().filter_map(|row| row.fields.get(at));
    let filled = fields.filter(|field| !is_missing(field));
    filled.fold((0, 0), |(texts, all), field| {
        (texts + usize::from(!super::grid::is_cell(field)), all + 1)
    })
}

/// True if a column is one of names: nearly all its fields are no numbers.
pub(crate) fn is_of_texts(body: &[Row<'_>], at: usize) -> bool {
    let (texts, all) = texts(body, at);
    texts > 0 && texts * 10 >= all * 9
}

/// True if a column holds numbers in most rows.
pub(crate) fn is_of_numbers(body: &[Row<'_>], at: usize) -> bool {
    let (texts, all) = texts(body, at);
    all > 0 && texts * 2 < all
}

/// True if a column holds times later than 1973 in every row.
pub(crate) fn is_of_times(body: &[Row<'_>], at: usize) -> bool {
    let is_time = |field: &&[u8]| number::time(field).is_some_and(|seconds| seconds > 100_000_000);
    body.iter()
        .all(|row| row.fields.get(at).is_some_and(&is_time))
}

/// True if all fields are whole numbers.
pub(crate) fn are_whole(body: &[Row<'_>]) -> bool {
    let mut fields = body
        .iter()
        .flat_map(|row| &row.fields)
        .filter(|field| !field.is_empty());
    fields.all(|field| number::whole(field).is_some())
}

/// True if no field of a column comes twice, in at least `least` rows.
pub(crate) fn all_differ(body: &[Row<'_>], at: usize, least: usize) -> bool {
    let mut seen = FxHashSet::default();
    body.len() >= least
        && body
            .iter()
            .all(|row| row.fields.get(at).is_some_and(|field| seen.insert(*field)))
}

/// Every second column is empty in every row, so that the delimiter is doubled: `u1||i1||4`.
pub(crate) fn doubled_delimiter(survey: &Survey<'_>) -> Option<String> {
    let Delimiter::Byte(byte) = survey.dialect.cut.delimiter else {
        return None;
    };
    let inner = survey.columns.checked_sub(survey.trailing)?;
    let is_doubled = inner >= 3
        && inner % 2 == 1
        && survey.rows.iter().all(|row| {
            let fields = &row.fields[..inner.min(row.fields.len())];
            let odd = fields.iter().skip(1).step_by(2);
            fields.len() == inner && odd.clone().all(|field| field.is_empty())
        });
    let is_filled = || {
        let even = survey
            .rows
            .iter()
            .flat_map(|row| row.fields.iter().step_by(2));
        even.clone().filter(|field| !field.is_empty()).count() * 2 > even.count()
    };
    (is_doubled && is_filled()).then(|| {
        let sign = char::from(byte);
        format!("every second column is empty: the fields seem to stand between {sign}{sign}")
    })
}

/// Whether the names of a table of ratings say that users stand above and items at the left, with what says so. `corner`: the name above those
/// at the left; `above`: the names above the cells.
pub(crate) fn users_above(corner: &[u8], above: &[String]) -> Option<String> {
    let of_people = above
        .iter()
        .all(|name| names_item(name.as_bytes()) == Some(false));
    match names_item(corner) {
        Some(true) => Some(format!("rows are items, as {} says", shown(corner))),
        None if of_people => {
            let first = above.first()?;
            Some(format!("columns are users, as {first:?} and the like say"))
        }
        _ => None,
    }
}

/// A column of ratings that are `my` or `your` own: the list is of one person.
pub(crate) fn one_person(header: &[&[u8]], rating: usize) -> bool {
    let name = header.get(rating).map(|name| words(name));
    name.is_some_and(|words| words.len() > 1 && ["my", "your"].contains(&words[0].as_str()))
}

/// What is said where the pairs of the columns that were taken for users and items come again and again, and those of the next two never do:
/// the first may be the rating.
pub(crate) fn rating_may_be_first<'h>(
    body: &[Row<'h>],
    user: usize,
    item: usize,
    rating: usize,
) -> Option<String> {
    if body.len() < ENOUGH {
        return None;
    }
    let again = |one: usize, other: usize| {
        let mut pairs = FxHashSet::default();
        let comes_again = |row: &&Row<'h>| {
            let own = [one, other].map(|at| row.fields.get(at).copied());
            !pairs.insert(own)
        };
        body.iter().filter(comes_again).count()
    };
    let is_scale = || {
        let mut values = FxHashSet::default();
        body.iter().all(|row| {
            let Some(field) = row.fields.get(user) else {
                return false;
            };
            values.insert(*field);
            let number: Option<f32> = std::str::from_utf8(field)
                .ok()
                .and_then(|text| text.parse().ok());
            number.is_some_and(|number| (-TOP_OF_A_SCALE..=TOP_OF_A_SCALE).contains(&number))
        }) && values.len() <= MOST_ON_A_SCALE
    };
    let often = again(user, item);
    (often * 20 > body.len() && is_scale() && again(item, rating) == 0).then(|| {
        let [user, item, rating] = [user, item, rating].map(|at| at + 1);
        format!(
            "of columns {user} and {item} the same pair comes again {often} times, of columns {item} and {rating} never: if column {user} holds the ratings, set data.columns = {{ user = {item}, item = {rating}, rating = {user} }}"
        )
    })
}

/// An id that a spreadsheet has shortened: `9.78E+12` stands for many.
pub(crate) fn shortened_id<'h>(body: &[Row<'h>], at: usize) -> Option<&'h [u8]> {
    let is_short = |field: &&[u8]| -> bool {
        let Ok(text) = std::str::from_utf8(field) else {
            return false;
        };
        let Some((digits, exponent)) = text.split_once(['e', 'E']) else {
            return false;
        };
        let decimals = digits
            .split_once(['.', ','])
            .map_or(0, |(_, own)| own.len());
        is_numeral(field)
            && decimals > 0
            && exponent
                .parse::<i32>()
                .is_ok_and(|own| own >= 6 && own as usize > decimals)
    };
    let mut fields = body.iter().filter_map(|row| row.fields.get(at).copied());
    fields.find(is_short)
}

/// A number of a column that all lie where spreadsheets count the days of 1980 to 2050.
pub(crate) fn day_of_a_spreadsheet<'h>(body: &[Row<'h>], at: usize) -> Option<&'h [u8]> {
    let is_day = |field: &[u8]| {
        let number: Option<f64> = std::str::from_utf8(field)
            .ok()
            .and_then(|text| text.parse().ok());
        number.is_some_and(|day| (29_221.0..54_789.0).contains(&day))
    };
    let mut fields = body.iter().filter_map(|row| row.fields.get(at).copied());
    let all = fields.clone().all(is_day);
    fields.next().filter(|_| all)
}

/// Months as spreadsheets write them where a gene was called so: MARCH1, SEPT2, DEC1, OCT4, APR1.
const MONTHS: [&str; 8] = ["mar", "sep", "sept", "dec", "oct", "apr", "mrz", "dez"];

/// A name that a spreadsheet has made of that of a gene, among others that are no dates: `2-Sep`.
pub(crate) fn date_for_gene<'n>(names: impl Iterator<Item = &'n str> + Clone) -> Option<&'n str> {
    let is_date = |name: &&str| {
        let Some((day, month)) = name.split_once(['-', '/', '.']) else {
            return false;
        };
        let month = month.trim();
        let is_day = |text: &str| text.parse::<u8>().is_ok_and(|day| (1..=31).contains(&day));
        is_day(day) && MONTHS.iter().any(|own| month.eq_ignore_ascii_case(own))
            || is_day(month) && MONTHS.iter().any(|own| day.eq_ignore_ascii_case(own))
    };
    let dates = names.clone().filter(is_date).count();
    if dates == 0 || dates * 5 > names.clone().count() {
        return None;
    }
    names.clone().find(is_date)
}
