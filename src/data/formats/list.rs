//! Finds which columns of a list hold what: one rating, or one cell of a matrix, a line.

use std::path::Path;

use rustc_hash::FxHashSet;

use super::dates::{Times, may_be_date};
use super::dialect::is_missing;
use super::doubts;
use super::fields::Delimiter;
use super::finder::{Finder, is_not_finite};
use super::header::{Named, find_column, other_ratings};
use super::number;
use super::numerals::{Evidence, is_numeral};
use super::survey::{Row, Survey};
use super::time_column::FoundDates;
use crate::data::{ColumnName, DataError, DateOrder, Place};

/// Where the parts of a rating stand in a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Layout {
    pub delimiter: Delimiter,
    /// Fields in every line.
    pub columns: usize,
    pub user: usize,
    pub item: usize,
    pub rating: usize,
    pub timestamp: Option<usize>,
    /// How its times are written.
    pub times: Times,
    /// Whether the ids of users and of items are whole numbers that a program wrote with decimals or an exponent: `1.000e+00`.
    pub whole_ids: [bool; 2],
}

impl Layout {
    /// The last column that is read.
    pub(crate) fn last(&self) -> usize {
        let known = self.user.max(self.item).max(self.rating);
        known.max(self.timestamp.unwrap_or(0))
    }
}

/// What a list holds, in the words of messages and keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum What {
    Ratings,
    Cells,
}

impl What {
    /// Its parts, as keys and in messages.
    pub(crate) fn parts(self) -> [&'static str; 4] {
        match self {
            Self::Ratings => ["user", "item", "rating", "time"],
            Self::Cells => ["row", "column", "value", "time"],
        }
    }
}

/// The columns that a person names.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Wanted<'o> {
    pub user: Option<&'o ColumnName>,
    pub item: Option<&'o ColumnName>,
    pub rating: Option<&'o ColumnName>,
    pub time: Option<&'o ColumnName>,
}

impl Wanted<'_> {
    /// True if a person says that it is a list.
    pub(crate) fn is_list(&self) -> bool {
        self.item.is_some() || self.rating.is_some() || self.time.is_some()
    }

    fn any_name(&self) -> bool {
        [self.user, self.item, self.rating, self.time]
            .into_iter()
            .flatten()
            .any(|name| matches!(name, ColumnName::Name(_)))
    }
}

/// A list whose columns are known.
#[derive(Debug, Clone)]
pub(crate) struct List {
    pub layout: Layout,
    /// The first row names the columns.
    pub header: bool,
    /// How the dates of its times are written, if they are dates with the year last.
    pub dates: Option<FoundDates>,
    /// What a person should know of how the columns were found.
    pub notices: Vec<String>,
    /// What speaks for the columns, and whether they could be others.
    pub why: String,
    pub unsure: bool,
}

/// Finds the columns.
pub(crate) fn list(
    path: &Path,
    survey: &Survey<'_>,
    what: What,
    named: Named,
    wanted: &Wanted<'_>,
    date_order: Option<DateOrder>,
) -> Result<List, DataError> {
    let [user_part, item_part, rating_part, time_part] = what.parts();
    let first = &survey.rows[0];
    let place = |line, column| Place {
        path: path.to_owned(),
        line,
        column,
    };
    if survey.columns - usize::from(survey.bordered) == 2 {
        return Err(DataError::Content {
            place: place(Some(first.line), Some(3)),
            problem: format!(
                "there are only two columns between {}, and no {rating_part}",
                survey.dialect.cut.delimiter.name()
            ),
            remedy: format!(
                "Add a third column with the {rating_part}; pairs without a {rating_part} cannot be learned from. If the delimiter is another, set data.delimiter"
            ),
        });
    }
    let body_of = |header: bool| &survey.rows[usize::from(header)..];
    let first_is_words = first.fields.iter().all(|field| !is_numeral(field));
    let has_numbers = body_of(true)
        .iter()
        .any(|row| row.fields.iter().any(|field| is_numeral(field)));
    let sure = survey.given.header.or((survey.behind_comment
        || named.count() >= 2
        || wanted.any_name()
        || named.count() == 1 && first_is_words && has_numbers)
        .then_some(true));
    let names_count = if sure == Some(true) {
        named
    } else {
        Named::default()
    };
    let mut find = Finder {
        survey,
        body: body_of(sure == Some(true) || sure.is_none() && survey.rows.len() > 1),
        taken: Vec::new(),
        header: sure == Some(true),
        notices: Vec::new(),
        unsure: false,
        found_time: None,
    };
    let given = |name: Option<&ColumnName>, part| {
        name.map(|name| find_column(name, part, survey, sure == Some(true)))
            .transpose()
    };
    let mut user = given(wanted.user, user_part)?;
    let mut item = given(wanted.item, item_part)?;
    let mut rating = given(wanted.rating, rating_part)?;
    let mut time = given(wanted.time, time_part)?;
    let by_key = [user, item, rating].iter().flatten().count() == 3;
    let keys: Vec<usize> = [user, item, rating, time].into_iter().flatten().collect();
    let distinct: FxHashSet<usize> = keys.iter().copied().collect();
    if distinct.len() < keys.len() {
        return Err(DataError::Config {
            key: "columns",
            problem: "names the same column twice: give each part a column of its own".to_owned(),
        });
    }
    let free = |own: Option<usize>| own.filter(|at| !keys.contains(at));
    user = user.or(free(names_count.user));
    item = item.or(free(names_count.item));
    rating = rating.or(free(names_count.rating));
    let named_time = time.is_none();
    time = time.or(free(names_count.timestamp));
    find.taken = [user, item, rating, time].into_iter().flatten().collect();
    if let Some(at) = time.filter(|at| find.is_day(*at)) {
        find.notices.push(format!(
            "{} holds days without signs between their parts, which are not read as times: write 2019-05-31 in place of 20190531",
            find.name(at)
        ));
        time = None;
        find.taken.retain(|own| *own != at);
    }
    if named_time
        && let Some(at) = time
        && find.body.len() > 1
        && !find.body.iter().any(|row| {
            row.fields
                .get(at)
                .is_some_and(|field| number::time(field).is_some() || may_be_date(field))
        })
    {
        find.notices.push(format!(
            "{} holds no times that can be read, such as seconds since 1970 or 2019-05-31, so times are not used",
            find.name(at)
        ));
        time = None;
    }
    if let Some(example) = time.and_then(|at| doubts::day_of_a_spreadsheet(find.body, at)) {
        find.notices.push(format!(
            "the times such as {} were read as seconds since 1970: if they are days as spreadsheets count them, write them as dates such as 2019-05-31",
            String::from_utf8_lossy(example)
        ));
    }
    if let Some(at) = rating.filter(|at| !keys.contains(at)) {
        let others = other_ratings(&first.fields, at);
        let others = others.into_iter().filter(|other| find.is_numeric(*other));
        let others: Vec<String> = others.map(|other| find.name(other)).collect();
        if !others.is_empty() {
            find.notices.push(format!(
                "{} was read as the {rating_part}, though {} could be it as well; else set data.columns = {{ {rating_part} = … }}",
                find.name(at),
                others.join(" or ")
            ));
        }
    }
    let by_name = find.taken.len();
    if user.is_some() && item.is_some() && rating.is_none() {
        rating = Some(find.rating_beside_names(path, what)?);
    }
    let rating = match rating {
        Some(rating) => rating,
        None => find.rating_by_position(path, what, [user, item])?,
    };
    find.taken.push(rating);
    if what == What::Ratings
        && user.is_none()
        && find.header
        && doubts::one_person(&first.fields, rating)
    {
        return Err(DataError::content(
            path,
            format!(
                "{} are the ratings of one person: the columns are {}, and none of them tells who rated",
                find.name(rating),
                find.names()
            ),
            "To learn from, give the ratings of many people; these can be given to a finished run, which recommends by them: atelier predict RUN --ratings FILE. If a column tells who rated, name it: data.columns = { user = … }",
        ));
    }
    let unnamed = [user.is_none(), item.is_none(), by_name == 0];
    let mut place_of = |own: Option<usize>| {
        let at = own.or_else(|| find.next_free()).unwrap_or(0);
        find.taken.push(at);
        at
    };
    let (user, item) = (place_of(user), place_of(item));
    let time = time.or(find.found_time).or_else(|| {
        let may = !named_time || find.header && names_count.count() >= 2;
        (!may && survey.columns > 3)
            .then(|| find.time_by_values())
            .flatten()
    });
    let (time, times, dates) = find.dates(path, time, date_order)?;
    let whole_ids = [user, item].map(|at| find.are_whole(at));
    for at in [user, item] {
        if let Some(example) = doubts::shortened_id(find.body, at) {
            find.notices.push(format!(
                "{} holds ids such as {}, which a spreadsheet has shortened: different ones may be the same now; write the column as text",
                find.name(at),
                String::from_utf8_lossy(example)
            ));
        }
    }
    let cut_apart = find.cut_apart(rating);
    find.notices.extend(cut_apart);
    let header = sure.unwrap_or_else(|| {
        let text = first.fields.get(rating).copied().unwrap_or_default();
        !is_missing(text) && !is_numeral(text) && !is_not_finite(text)
    });
    if header && survey.rows.len() == 1 && survey.whole {
        return Err(DataError::content(
            path,
            format!("holds a header, but no {rating_part}"),
            format!("Add lines with {user_part}, {item_part} and {rating_part} below it"),
        ));
    }
    find.header = header;
    if what == What::Ratings && (header || survey.columns - survey.trailing > 4) {
        find.notices
            .extend(find.in_their_order([user, item, rating], unnamed));
    } else if what == What::Ratings && by_name == 0 {
        find.notices
            .extend(doubts::rating_may_be_first(find.body, user, item, rating));
    }
    let why = if by_key {
        "as data.columns says".to_owned()
    } else if by_name >= 3 {
        "the header names them".to_owned()
    } else if by_name > 0 {
        "the header names some of them, and the others fit".to_owned()
    } else {
        "no header names them, so they were taken in their order".to_owned()
    };
    Ok(List {
        layout: Layout {
            delimiter: survey.dialect.cut.delimiter,
            columns: survey.columns,
            user,
            item,
            rating,
            timestamp: time,
            times,
            whole_ids,
        },
        header,
        dates,
        why,
        unsure: find.unsure,
        notices: find.notices,
    })
}

/// True if a column counts 0, 1, 2, … or from any other number, in at least so many lines.
pub(crate) fn is_running(body: &[Row<'_>], at: usize, least: usize) -> bool {
    let numbers: Option<Vec<u64>> = body
        .iter()
        .map(|row| std::str::from_utf8(row.fields.get(at)?).ok()?.parse().ok())
        .collect();
    numbers.is_some_and(|numbers| {
        numbers.len() >= least
            && numbers
                .windows(2)
                .all(|pair| pair[0].checked_add(1) == Some(pair[1]))
    })
}

/// What the numbers of some columns say about their signs.
pub(crate) fn evidence(body: &[Row<'_>], is_number: impl Fn(usize) -> bool) -> Evidence {
    let mut evidence = Evidence::default();
    for row in body {
        for (at, field) in row.fields.iter().enumerate() {
            if is_number(at) && !is_missing(field) {
                evidence.see(field);
            }
        }
    }
    evidence
}
