//! Items by what a person calls them.

use rustc_hash::FxHashMap;
use unicode_normalization::UnicodeNormalization as _;

use crate::data::Labels;

/// Articles that stand at the end of titles: `Matrix, The (1999)`.
const ARTICLES: [&str; 14] = [
    "the", "a", "an", "le", "la", "les", "l'", "il", "el", "los", "das", "der", "die", "un",
];
/// Most names that are suggested.
const MOST_NEAR: usize = 4;
/// Names less like what was looked for than this (Jaro-Winkler, 0 to 1) are no help.
const LIKE_ENOUGH: f64 = 0.85;

/// The items that a text can mean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// This one.
    Item(u32),
    /// Any of these.
    Several(Vec<u32>),
    /// None; these have names like it.
    Unknown(Vec<u32>),
}

/// Finds items by id and by title: upper and lower case, accents written in one way or another, an article at the end, and a year that only one
/// of both has make no difference.
pub struct ItemFinder<'a> {
    items: &'a Labels,
    /// By title without its year.
    titles: FxHashMap<String, Vec<(Option<u16>, u32)>>,
}

impl<'a> ItemFinder<'a> {
    /// A finder of these items.
    #[must_use]
    pub fn new(items: &'a Labels) -> Self {
        let mut titles: FxHashMap<String, Vec<(Option<u16>, u32)>> = FxHashMap::default();
        for index in 0..items.len() {
            if let Some(title) = items.title(index) {
                let (base, year) = parts(title);
                titles.entry(base).or_default().push((year, index as u32));
            }
        }
        Self { items, titles }
    }

    /// The item that is meant by an id or a title; several if the text is the id of one and the title of another.
    #[must_use]
    pub fn find(&self, text: &str) -> Found {
        let by_title = self.by_title(text, None);
        match (self.by_id(text), by_title) {
            (Some(item), Found::Item(other)) if item != other => Found::Several(vec![item, other]),
            (Some(item), Found::Several(mut items)) if !items.contains(&item) => {
                items.insert(0, item);
                Found::Several(items)
            }
            (Some(item), _) => Found::Item(item),
            (None, by_title) => by_title,
        }
    }

    /// The item with this id.
    #[must_use]
    pub fn by_id(&self, text: &str) -> Option<u32> {
        self.items.find(text.trim()).map(|item| item as u32)
    }

    /// True if an item has a title.
    pub(super) fn has_title(&self, item: u32) -> bool {
        self.items.title(item as usize).is_some()
    }

    /// The item with this title. `year`: what is known of it beside the title.
    #[must_use]
    pub fn by_title(&self, text: &str, year: Option<u16>) -> Found {
        let (base, own_year) = parts(text);
        let Some(entries) = self.titles.get(&base) else {
            return Found::Unknown(self.near(&base));
        };
        let year = own_year.or(year);
        let fits = |other: Option<u16>| year.is_none() || other.is_none() || other == year;
        let fitting = || entries.iter().filter(|(other, _)| fits(*other));
        // Of titles with and without years, those that are the same to the year come first.
        let exact: Vec<u32> = fitting()
            .filter(|(other, _)| *other == year)
            .map(|(_, item)| *item)
            .collect();
        let all: Vec<u32> = match exact.is_empty() {
            true => fitting().map(|(_, item)| *item).collect(),
            false => exact,
        };
        match all[..] {
            [] => Found::Unknown(entries.iter().map(|(_, item)| *item).collect()),
            [item] => Found::Item(item),
            _ => Found::Several(all),
        }
    }

    /// Items whose titles contain the text or are like it, the nearest first.
    fn near(&self, text: &str) -> Vec<u32> {
        if text.is_empty() {
            return Vec::new();
        }
        let likeness = |title: &str| match title.contains(text) {
            // The shorter of two that contain it is nearer.
            true => 2.0 - title.len() as f64 * 1e-6,
            false => strsim::jaro_winkler(text, title),
        };
        let titles = self.titles.iter();
        let mut near: Vec<(f64, u32)> = titles
            .map(|(title, entries)| (likeness(title), entries))
            .filter(|(likeness, _)| *likeness >= LIKE_ENOUGH)
            .flat_map(|(likeness, entries)| entries.iter().map(move |entry| (likeness, entry.1)))
            .collect();
        near.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        near.truncate(MOST_NEAR);
        near.into_iter().map(|(_, item)| item).collect()
    }
}

/// A title without its year, in one way of writing; and the year, if it ends in one.
fn parts(title: &str) -> (String, Option<u16>) {
    let lower: String = title.nfkc().collect::<String>().to_lowercase();
    let lower = lower.replace(['’', '‘', '`'], "'");
    let mut base = lower.trim();
    let mut year = None;
    if let Some((before, after)) = base.rsplit_once('(')
        && let Some(digits) = after.strip_suffix(')')
        && digits.len() == 4
        && !before.trim().is_empty()
    {
        year = digits.parse().ok();
        if year.is_some() {
            base = before.trim();
        }
    }
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    if let Some((before, article)) = base.rsplit_once(',')
        && ARTICLES.contains(&article.trim())
    {
        let article = article.trim();
        let space = if article.ends_with('\'') { "" } else { " " };
        return (words(&format!("{article}{space}{before}")), year);
    }
    (words(base), year)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn films() -> Labels {
        let mut labels = Labels::new(["1", "2", "3", "4", "5", "6", "1984"]);
        for (index, title) in [
            "Matrix, The (1999)",
            "Sabrina (1954)",
            "Sabrina (1995)",
            "Alien",
            "Alien (1979)",
            "Amélie (2001)",
            "Nineteen Eighty-Four (1984)",
        ]
        .into_iter()
        .enumerate()
        {
            labels.set_title(index, title);
        }
        labels
    }

    #[test]
    fn titles_are_found_as_people_write_them() {
        let labels = films();
        let finder = ItemFinder::new(&labels);
        for (text, index) in [
            ("The Matrix", 0),
            ("the matrix (1999)", 0),
            ("Matrix, The", 0),
            ("Sabrina (1954)", 1),
            ("alien", 3),
            ("Alien (1979)", 4),
            ("Ame\u{301}lie", 5),
            ("1984", 6),
            ("3", 2),
        ] {
            assert_eq!(finder.find(text), Found::Item(index), "{text}");
        }
        assert_eq!(finder.by_title("Sabrina", Some(1995)), Found::Item(2));
    }

    #[test]
    fn what_can_mean_several_is_not_guessed() {
        let labels = films();
        let finder = ItemFinder::new(&labels);
        assert_eq!(finder.find("Sabrina"), Found::Several(vec![1, 2]));
        // Another year is another film.
        assert_eq!(finder.find("The Matrix (2021)"), Found::Unknown(vec![0]));
        assert_eq!(finder.find("Matrx, The"), Found::Unknown(vec![0]));
        assert_eq!(finder.find("Nothing of the kind"), Found::Unknown(vec![]));
        let mut labels = films();
        labels.set_title(3, "5");
        let finder = ItemFinder::new(&labels);
        assert_eq!(
            finder.find("5"),
            Found::Several(vec![4, 3]),
            "an id and a title"
        );
    }
}
