//! Finds which columns of a list hold what: one rating, or one cell of a matrix, a line.

use std::path::Path;

use rustc_hash::FxHashSet;

use super::dialect::is_missing;
use super::doubts;
use super::fields::Delimiter;
use super::header::{Named, find_column, is_fact, is_id, is_line_number, other_ratings};
use super::number;
use super::numerals::{Evidence, is_numeral};
use super::survey::{Row, Survey};
use crate::data::{ColumnName, DataError, Place};

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
                .is_some_and(|field| number::time(field).is_some())
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
            whole_ids,
        },
        header,
        why,
        unsure: find.unsure,
        notices: find.notices,
    })
}

fn is_not_finite(text: &[u8]) -> bool {
    std::str::from_utf8(text).is_ok_and(|text| text.parse::<f32>().is_ok())
}

/// Finds columns that no name tells.
struct Finder<'s, 'h> {
    survey: &'s Survey<'h>,
    /// Lines that are no header.
    body: &'s [Row<'h>],
    /// Columns that are known.
    taken: Vec<usize>,
    header: bool,
    notices: Vec<String>,
    unsure: bool,
    /// The column of times of a log, which is the first.
    found_time: Option<usize>,
}

impl Finder<'_, '_> {
    /// `plays`, or else `column 3`.
    fn name(&self, at: usize) -> String {
        let name = self.survey.rows[0].fields.get(at).filter(|_| self.header);
        match name {
            Some(name) if !name.is_empty() => self.survey.dialect.text(name),
            _ => format!("column {}", at + 1),
        }
    }

    /// What is said of columns that no name tells.
    fn in_their_order(&self, places: [usize; 3], unnamed: [bool; 3]) -> Option<String> {
        let parts = What::Ratings.parts();
        let taken: Vec<String> = (0..3)
            .filter(|part| unnamed[*part])
            .map(|part| format!("{} as the {}", self.name(places[part]), parts[part]))
            .collect();
        let (first, others) = taken.split_first()?;
        let all = match others {
            [] => first.clone(),
            [own] => format!("{first} and {own}"),
            [.., last] => format!(
                "{first}, {} and {last}",
                others[..others.len() - 1].join(", ")
            ),
        };
        let table = if unnamed == [true; 3] && self.survey.columns > 3 {
            ", or data.orientation = \"users_are_rows\" for a table with a row for each user"
        } else {
            ""
        };
        Some(format!(
            "{all}: read in their order, since no name says which they are; else set data.columns{table}"
        ))
    }

    fn names(&self) -> String {
        let names: Vec<String> = (0..self.survey.columns - self.survey.trailing)
            .map(|at| self.name(at))
            .take(20)
            .collect();
        match names.split_last() {
            Some((last, [])) => last.clone(),
            Some((last, before)) => format!("{} and {last}", before.join(", ")),
            None => String::new(),
        }
    }

    fn fields(&self, at: usize) -> impl Iterator<Item = &[u8]> {
        let fields = self.body.iter().filter_map(move |row| row.fields.get(at));
        fields.copied().filter(|field| !is_missing(field))
    }

    /// Numbers in most lines.
    fn is_numeric(&self, at: usize) -> bool {
        let (mut numbers, mut others) = (0, 0);
        for field in self.fields(at) {
            let is_number = is_numeral(field) || is_not_finite(field);
            *(if is_number { &mut numbers } else { &mut others }) += 1;
        }
        numbers > 0 && numbers >= others
    }

    /// Seconds or milliseconds since 1970, later than 1973, or dates; in nearly all lines, since the reader tells of one that is wrong.
    fn is_time(&self, at: usize) -> bool {
        let is_time =
            |field: &&[u8]| number::time(field).is_some_and(|seconds| seconds > 100_000_000);
        let all = self.fields(at).count();
        let times = self.fields(at).filter(is_time).count();
        times > 0 && times * 20 >= all * 19
    }

    /// Numbers of the lines.
    fn is_running(&self, at: usize) -> bool {
        let named = self.header
            && self.survey.rows[0]
                .fields
                .get(at)
                .is_some_and(|name| is_line_number(name));
        is_running(self.body, at, if named { 2 } else { 3 })
            || !self.header && is_running(&self.survey.rows, at, 3)
    }

    /// `20110528`, which is not read as a time, but is no rating either.
    fn is_day(&self, at: usize) -> bool {
        let is_day = |field: &[u8]| {
            let number: Option<u32> = std::str::from_utf8(field)
                .ok()
                .and_then(|own| own.parse().ok());
            number.is_some_and(|own| {
                (1950..2100).contains(&(own / 10_000))
                    && (1..=12).contains(&(own / 100 % 100))
                    && (1..=31).contains(&(own % 100))
            })
        };
        self.fields(at).count() > 0 && self.fields(at).all(is_day)
    }

    /// Times that nearly all differ, as the ids of those who rate more than once do not.
    fn is_moment(&self, at: usize) -> bool {
        let different: FxHashSet<&[u8]> = self.fields(at).collect();
        self.is_time(at)
            && different.len() > 2
            && different.len() * 10 >= self.fields(at).count() * 9
    }

    /// Whole numbers, written with a point or an exponent.
    fn are_whole(&self, at: usize) -> bool {
        self.fields(at).count() > 0
            && self.fields(at).all(|field| {
                number::whole(field).is_some() && !field.iter().all(u8::is_ascii_digit)
            })
    }

    /// Decimals behind a comma that was read as a delimiter: a column of digits behind whole ratings.
    fn cut_apart(&self, rating: usize) -> Option<String> {
        let next = rating + 1;
        let fits = !self.header
            && self.survey.dialect.cut.delimiter == Delimiter::Byte(b',')
            && !self.taken.contains(&next)
            && next < self.survey.columns
            && !self.is_running(next);
        let lengths: FxHashSet<usize> = self.fields(next).map(<[u8]>::len).collect();
        let digits = |at: usize| {
            self.fields(at).count() > 1
                && self
                    .fields(at)
                    .all(|field| field.iter().all(u8::is_ascii_digit))
        };
        let short = lengths.len() == 1 && lengths.iter().all(|length| *length <= 3);
        (fits && short && digits(next) && digits(rating)).then(|| {
            format!(
                "column {} holds digits alone, all of one length: if the numbers have a comma before their decimals (3,25), the file must be written with another delimiter, or with quotes around them",
                next + 1
            )
        })
    }

    fn is_id(&self, at: usize) -> bool {
        self.header
            && self.survey.rows[0]
                .fields
                .get(at)
                .is_some_and(|name| is_id(name))
    }

    /// A year or an address, by its name.
    fn is_fact(&self, at: usize) -> bool {
        self.header
            && self.survey.rows[0]
                .fields
                .get(at)
                .is_some_and(|name| is_fact(name))
    }

    fn is_fraction(&self, at: usize) -> bool {
        let mut values: FxHashSet<&[u8]> = FxHashSet::default();
        let (mut fractions, mut all) = (0, 0);
        for field in self.fields(at) {
            if !is_numeral(field) || values.len() > 40 {
                return false;
            }
            values.insert(field);
            let has_sign = field.contains(&b'.') || field.contains(&b',');
            fractions += usize::from(has_sign && number::whole(field).is_none());
            all += 1;
        }
        fractions * 5 > all
    }

    fn free(&self) -> impl Iterator<Item = usize> {
        (usize::from(self.survey.bordered)..self.survey.columns - self.survey.trailing)
            .filter(|at| !self.taken.contains(at))
    }

    /// The next column for a user or an item.
    fn next_free(&mut self) -> Option<usize> {
        let free: Vec<usize> = self.free().collect();
        let may_count = self.survey.columns > 3 && free.len() > 1;
        let fits = |at: &&usize| !(may_count && self.is_running(**at)) && !self.is_fact(**at);
        let at = free.iter().find(fits).or(free.first()).copied();
        self.unsure |= free.len() > 1;
        at
    }

    /// Users and items are named, the rating is not: the only other column of numbers.
    fn rating_beside_names(&mut self, path: &Path, what: What) -> Result<usize, DataError> {
        let can_be: Vec<usize> = self
            .free()
            .filter(|&at| {
                self.is_numeric(at)
                    && !self.is_time(at)
                    && !self.is_day(at)
                    && !self.is_id(at)
                    && !self.is_fact(at)
                    && !self.is_running(at)
            })
            .collect();
        let rating = what.parts()[2];
        match can_be[..] {
            [only] => {
                self.notices.push(format!(
                    "{} was read as the {rating}, since it is the only other column of numbers; else set data.columns = {{ {rating} = … }}",
                    self.name(only)
                ));
                self.unsure = true;
                Ok(only)
            }
            [] => Err(self.no_rating(path, what)),
            _ => {
                let names: Vec<String> = can_be.iter().map(|at| self.name(*at)).collect();
                Err(DataError::content(
                    path,
                    format!(
                        "which column holds the {rating}? {} could",
                        names.join(" and ")
                    ),
                    format!(
                        "Set data.columns = {{ {rating} = … }}, with its name or its number from 1"
                    ),
                ))
            }
        }
    }

    fn no_rating(&self, path: &Path, what: What) -> DataError {
        let rating = what.parts()[2];
        DataError::content(
            path,
            format!(
                "there is no {rating} column: the columns are {}, and none of them holds a {rating}",
                self.names()
            ),
            format!(
                "If one does, name it: data.columns = {{ {rating} = … }}; if none does, add a column with the {rating}, for instance how often or how much"
            ),
        )
    }

    /// The third free column, unless its values say otherwise.
    fn rating_by_position(
        &mut self,
        path: &Path,
        what: What,
        known: [Option<usize>; 2],
    ) -> Result<usize, DataError> {
        let rating = what.parts()[2];
        let mut free: Vec<usize> = self.free().collect();
        let needed = known.iter().filter(|own| own.is_none()).count();
        // A log: when, who, what, how much.
        if free.len() > needed + 1
            && known == [None, None]
            && self.is_moment(free[0])
            && !self.is_moment(free[1])
            && self.is_numeric(free[needed + 1])
        {
            self.notices.push(format!(
                "{} was read as the time, since it holds times that nearly all differ; else set data.columns",
                self.name(free[0])
            ));
            self.found_time = Some(free[0]);
            self.taken.push(free.remove(0));
            self.unsure = true;
        }
        if free.len() > needed + 1
            && known == [None, None]
            && self.is_running(free[0])
            && self.is_numeric(free[needed + 1])
            && !self.is_time(free[needed + 1])
        {
            self.notices.push(format!(
                "{} counts the lines, so it was not read; else set data.columns",
                self.name(free[0])
            ));
            self.taken.push(free.remove(0));
            self.unsure = true;
        }
        let Some(&own) = free.get(needed) else {
            return Err(self.no_rating(path, what));
        };
        let fits = |find: &Self, at: usize| {
            find.is_numeric(at) && !find.is_time(at) && !find.is_day(at) && !find.is_id(at)
        };
        if known == [None, None]
            && let Some(&fraction) = free[..needed].iter().find(|at| self.is_fraction(**at))
            && !self.is_fraction(own)
        {
            self.notices.push(format!(
                "{} was read as the {rating}, since it holds fractions, which no id does; else set data.columns",
                self.name(fraction)
            ));
            self.unsure = true;
            return Ok(fraction);
        }
        if fits(self, own) || self.body.is_empty() {
            self.unsure |= known == [None, None];
            return Ok(own);
        }
        let later = free[needed + 1..]
            .iter()
            .copied()
            .find(|&at| fits(self, at));
        if let Some(later) = later {
            self.notices.push(format!(
                "{} was read as the {rating}, since {} holds {}; else set data.columns",
                self.name(later),
                self.name(own),
                if self.is_time(own) || self.is_day(own) {
                    "times"
                } else {
                    "no numbers"
                }
            ));
            self.unsure = true;
            return Ok(later);
        }
        if self.is_time(own) || self.is_day(own) || self.is_id(own) {
            return Err(self.no_rating(path, what));
        }
        // Text where a rating should be: the reader says in which line.
        Ok(own)
    }

    fn time_by_values(&self) -> Option<usize> {
        (self.body.len() > 1 || self.survey.rows.len() > 1)
            .then(|| self.free().find(|&at| self.is_time(at)))
            .flatten()
    }
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
