//! The meaning of the words above the columns of delimited text.

use super::dialect::Dialect;
use super::survey::Survey;
use crate::data::{ColumnName, DataError};

/// A header without case and punctuation: `user_id` is `userid`. The type that RecBole writes behind a name is left out.
pub(crate) fn word(text: &[u8]) -> String {
    words(text).concat()
}

/// The words of a header: `rating_userId:token` is rating, user, id.
pub(crate) fn words(text: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(text);
    let name = match text.split_once(':') {
        Some((name, "token" | "float" | "token_seq" | "float_seq")) => name,
        _ => &text,
    };
    let (mut words, mut before) = (vec![String::new()], ' ');
    for c in name.chars() {
        let begins = c.is_uppercase() && before.is_lowercase();
        if begins || !c.is_alphanumeric() {
            words.push(String::new());
        }
        if c.is_alphanumeric()
            && let Some(last) = words.last_mut()
        {
            last.extend(c.to_lowercase());
        }
        before = c;
    }
    words.retain(|word| !word.is_empty());
    words
}

/// What a column of a list holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    User,
    Item,
    Rating,
    Time,
}

/// Words of people, things, ratings and times, alone or as the last of a name.
const USERS: &str = "user users uid reviewer customer rater person profilename member client listener \
                     viewer profile author buyer visitor msno \
                     usuario usuário cliente utente nutzer benutzer kunde kundin utilisateur \
                     gebruiker klant 用户";
const ITEMS: &str = "item items iid movie movies film book isbn product asin song artist track game \
                     anime joke business listing recipe restaurant place venue location poi beer wine article stockcode sku \
                     album show hotel \
                     película pelicula filme libro livro livre buch artikel produkt producto produto \
                     prodotto produit artículo articulo artigo 电影 物品 商品";
const RATINGS: &str = "rating ratings score stars star value overall vote bookrating starrating \
                       puntuación puntuacion calificación calificacion valoración valoracion voto \
                       avaliação avaliacao valutazione bewertung wertung évaluation evaluation \
                       beoordeling waardering 评分";
const COUNTS: &str = "plays playcount count counts listens clicks weight quantity preference grade \
                      points freq frequency listencount hours note nota";
const TIMES: &str = "timestamp time date datetime unixreviewtime reviewtime unixtime ts ratedat at \
                     fecha datum zeit zeitstempel horodatage 时间 时间戳";

/// What a name says of its column, and how surely: 3 is a word of its own (`user_id`), 2 the last word of several (`rating_user_id`),
/// 1 is less (`userName`, `plays`).
fn part_of(name: &[u8]) -> Option<(Part, u8)> {
    let all = words(name);
    let is = |list: &str, word: &str| list.split_ascii_whitespace().any(|own| own == word);
    let by = |word: &str| {
        let named = |list: &str| is(list, word);
        if named(USERS) {
            Some(Part::User)
        } else if named(ITEMS) {
            Some(Part::Item)
        } else if named(RATINGS) || named(COUNTS) {
            Some(Part::Rating)
        } else if named(TIMES) {
            Some(Part::Time)
        } else {
            None
        }
    };
    let whole = all.concat();
    if let Some(part) = by(&whole).filter(|_| whole != "at") {
        return Some((part, if is(COUNTS, &whole) { 1 } else { 3 }));
    }
    let (last, before) = all.split_last()?;
    match last.as_str() {
        "id" | "ids" | "no" | "nr" | "num" | "number" | "key" | "code" | "index" | "idx" => {
            let part = by(before.last()?).filter(|part| matches!(part, Part::User | Part::Item))?;
            Some((part, if before.len() == 1 { 3 } else { 2 }))
        }
        "username" => Some((Part::User, 2)),
        "name" | "title" => {
            let part = by(before.last()?).filter(|part| matches!(part, Part::User | Part::Item))?;
            Some((part, 1))
        }
        _ => {
            // `userid` and `itemid` without a sign between the words.
            let joined = last.strip_suffix("id").and_then(by);
            if let Some(part @ (Part::User | Part::Item)) = joined {
                return Some((part, if before.is_empty() { 3 } else { 2 }));
            }
            // `avg_rating` and `rating_count` are of an item, not of a user.
            let of_many = |word: &String| {
                [
                    "avg", "average", "mean", "num", "total", "n", "max", "min", "std",
                ]
                .contains(&word.as_str())
            };
            if before.iter().any(of_many) {
                return None;
            }
            let part = by(last)?;
            match part {
                Part::Rating if is(COUNTS, last) => None,
                part => Some((part, if last == "at" { 1 } else { 2 })),
            }
        }
    }
}

/// The columns whose names say as surely as that of column `at` that they hold ratings.
pub(crate) fn other_ratings(header: &[&[u8]], at: usize) -> Vec<usize> {
    let own = header.get(at).and_then(|name| part_of(name));
    let is_alike = |other: &usize| {
        *other != at
            && own.is_some_and(|own| own.0 == Part::Rating && own.1 > 1)
            && part_of(header[*other]) == own
    };
    (0..header.len()).filter(is_alike).collect()
}

/// Columns whose header says what they hold.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Named {
    pub user: Option<usize>,
    pub item: Option<usize>,
    pub rating: Option<usize>,
    pub timestamp: Option<usize>,
}

impl Named {
    pub(crate) fn of(header: &[&[u8]]) -> Self {
        let parts: Vec<_> = header.iter().map(|text| part_of(text)).collect();
        let best = |part| {
            let surest = parts.iter().flatten().filter(|(own, _)| *own == part);
            let surest = surest.map(|(_, sure)| *sure).max()?;
            parts.iter().position(|own| *own == Some((part, surest)))
        };
        // The author of a book is nobody who rates it.
        let is_book = |word: &String| {
            ["title", "book", "books", "publisher", "isbn"].contains(&word.as_str())
        };
        let of_books = header.iter().any(|text| words(text).iter().any(is_book));
        let author = |at: &usize| of_books && word(header[*at]) == "author";
        Self {
            user: best(Part::User).filter(|at| !author(at)),
            item: best(Part::Item),
            rating: best(Part::Rating),
            timestamp: best(Part::Time),
        }
    }

    pub(crate) fn count(&self) -> usize {
        [self.user, self.item, self.rating].iter().flatten().count()
    }

    /// The words that stand above lists of cells: row, column, value.
    pub(crate) fn of_cells(header: &[&[u8]]) -> Self {
        let named = Self::of(header);
        if named.count() >= 2 {
            return named;
        }
        let mut named = Self::default();
        for (at, text) in header.iter().enumerate() {
            let role = match word(text).as_str() {
                "row" | "rows" | "rowid" | "i" | "doc" | "docid" | "document" | "documentid" => {
                    &mut named.user
                }
                "column" | "columns" | "col" | "columnid" | "colid" | "j" | "term" | "termid"
                | "word" | "wordid" | "feature" | "featureid" => &mut named.item,
                "value" | "values" | "v" | "x" | "count" | "counts" | "n" | "weight" | "freq"
                | "frequency" | "tfidf" | "rating" => &mut named.rating,
                _ => continue,
            };
            role.get_or_insert(at);
        }
        named
    }
}

/// True if a name says that a column holds ids or facts, which are never ratings.
pub(crate) fn is_id(name: &[u8]) -> bool {
    let all = words(name);
    all.last().is_some_and(|last| {
        [
            "id", "ids", "zip", "zipcode", "year", "age", "gender", "sex",
        ]
        .contains(&last.as_str())
            || last.len() > 4 && last.ends_with("id")
    })
}

/// Whether a name is of a thing, true, or of a person, false; none if it says neither.
pub(crate) fn names_item(name: &[u8]) -> Option<bool> {
    let all = words(name);
    // `user_17`, `Movie 3`.
    let numbered = all.len() == 2 && all[1].bytes().all(|byte| byte.is_ascii_digit());
    let part = match (numbered, word(name).as_str()) {
        (_, "title" | "titles") => return Some(true),
        (true, _) => part_of(all[0].as_bytes()),
        _ => part_of(name),
    };
    match part? {
        (Part::Item, _) => Some(true),
        (Part::User, _) => Some(false),
        _ => None,
    }
}

/// True if a name says that a column holds facts about someone or something, which tell nobody apart.
pub(crate) fn is_fact(name: &[u8]) -> bool {
    let all = words(name);
    all.last().is_some_and(|last| {
        [
            "year",
            "zip",
            "zipcode",
            "age",
            "gender",
            "sex",
            "date",
            "genre",
            "genres",
            "runtime",
            "country",
            "lat",
            "lon",
            "lng",
            "latitude",
            "longitude",
            "review",
            "text",
            "summary",
            "comment",
            "votes",
        ]
        .contains(&last.as_str())
    }) || all.first().is_some_and(|first| first == "date")
}

/// True if a header says that classes stand below it.
pub(crate) fn is_class(field: &[u8]) -> bool {
    matches!(
        word(field).as_str(),
        "class" | "classes" | "label" | "labels" | "group" | "groups" | "gnd" | "target" | "truth"
    )
}

/// True if a header says that numbers of the lines stand below it.
pub(crate) fn is_line_number(field: &[u8]) -> bool {
    field == b"#"
        || matches!(
            word(field).as_str(),
            "" | "index" | "unnamed0" | "rownumber" | "rownum" | "no" | "nr" | "num"
        )
}

/// The column that a key names, from 0. `header`: whether the first row names the columns.
pub(crate) fn find_column(
    name: &ColumnName,
    part: &str,
    survey: &Survey<'_>,
    header: bool,
) -> Result<usize, DataError> {
    let names = &survey.rows[0].fields;
    let shown = |dialect: &Dialect| {
        let names: Vec<String> = names.iter().map(|name| dialect.text(name)).collect();
        let mut shown = names.join(", ");
        if shown.chars().count() > 200 {
            shown = shown.chars().take(200).chain("…".chars()).collect();
        }
        shown
    };
    let wrong = |problem: String| DataError::Config {
        key: "columns",
        problem,
    };
    match name {
        ColumnName::Number(number) => {
            let at = (*number as usize).wrapping_sub(1);
            if at < survey.columns {
                return Ok(at);
            }
            let columns = survey.columns;
            Err(wrong(format!(
                "{part} = {number}, but the lines have {columns} columns: give a number from 1 to {columns}"
            )))
        }
        ColumnName::Name(name) if !header => Err(wrong(format!(
            "{part} = {name:?}, but no line names the columns: give a number from 1 to {}, or set data.header = true if the first line does",
            survey.columns
        ))),
        ColumnName::Name(name) => {
            let exact = |own: &&[u8]| survey.dialect.text(own) == *name;
            let alike = |own: &&[u8]| word(own) == word(name.as_bytes());
            let found = names.iter().position(exact);
            found
                .or_else(|| names.iter().position(alike))
                .ok_or_else(|| {
                    wrong(format!(
                        "{part} = {name:?} is no column: there are {}",
                        shown(&survey.dialect)
                    ))
                })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn named(header: &str) -> [Option<usize>; 4] {
        let fields: Vec<&[u8]> = header.split(' ').map(str::as_bytes).collect();
        let Named {
            user,
            item,
            rating,
            timestamp,
        } = Named::of(&fields);
        [user, item, rating, timestamp]
    }

    #[test]
    fn headers_of_the_field() {
        let all = |user, item, rating, time| [Some(user), Some(item), Some(rating), Some(time)];
        for (header, expected) in [
            ("userId movieId rating timestamp", all(0, 1, 2, 3)),
            (
                "item_id:token user_id:token timestamp:float rating:float",
                all(1, 0, 3, 2),
            ),
            (
                "rating_user_id rating_item_id rating_value rating_date",
                all(0, 1, 2, 3),
            ),
            (
                "reviewerID asin reviewerName overall unixReviewTime",
                [Some(0), Some(1), Some(3), Some(4)],
            ),
            (
                "product/productId review/userId review/score review/time",
                all(1, 0, 2, 3),
            ),
            (
                "User-ID ISBN Book-Rating",
                [Some(0), Some(1), Some(2), None],
            ),
            ("user artist plays", [Some(0), Some(1), Some(2), None]),
            // The rating is the user's, not the mean of many.
            (
                "avg_rating movie_title movie_id user rating created_at",
                all(3, 2, 4, 5),
            ),
            (
                "user_id item_id timestamp",
                [Some(0), Some(1), None, Some(2)],
            ),
            ("gene t1 t2", [None; 4]),
        ] {
            assert_eq!(named(header), expected, "{header}");
        }
    }
}
