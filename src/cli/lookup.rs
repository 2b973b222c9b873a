//! Finds a user or an item by what a person typed.

use rustc_hash::FxHashMap;

use super::failure::{Failure, Outcome};
use crate::data::Labels;

/// Most names an error message lists.
const MOST_HINTS: usize = 5;
/// Names less like the typed one than this (Jaro-Winkler, 0 to 1) are no help.
const LIKE_ENOUGH: f64 = 0.75;

/// Finds labels by id or title.
pub(crate) struct Lookup<'a> {
    /// `user` or `item`.
    kind: &'static str,
    labels: &'a Labels,
    /// Lowercase titles; where several have the same, the first.
    titles: FxHashMap<String, usize>,
}

impl<'a> Lookup<'a> {
    pub(crate) fn new(kind: &'static str, labels: &'a Labels) -> Self {
        let mut titles = FxHashMap::default();
        for index in 0..labels.len() {
            if let Some(title) = labels.title(index) {
                titles.entry(title.to_lowercase()).or_insert(index);
            }
        }
        Self {
            kind,
            labels,
            titles,
        }
    }

    /// The index of an id, of a title, or of the only title that contains the text; upper and lower case of titles do not matter.
    pub(crate) fn find(&self, text: &str) -> Outcome<usize> {
        let text = text.trim();
        let lower = text.to_lowercase();
        if let Some(index) = self
            .labels
            .find(text)
            .or_else(|| self.titles.get(&lower).copied())
        {
            return Ok(index);
        }
        let mut containing: Vec<usize> = self
            .titles
            .iter()
            .filter(|(title, _)| !lower.is_empty() && title.contains(&lower))
            .map(|(_, index)| *index)
            .collect();
        containing.sort_unstable();
        match containing[..] {
            [only] => Ok(only),
            [] => Err(self.unknown(text, &lower)),
            _ => Err(Failure::wrong(format!(
                "`{text}` matches {} {}s; choose one of them: {}",
                containing.len(),
                self.kind,
                self.names(containing.into_iter())
            ))),
        }
    }

    fn unknown(&self, text: &str, lower: &str) -> Failure {
        let mut near: Vec<(f64, usize)> = (0..self.labels.len())
            .map(|index| {
                let id = strsim::jaro_winkler(text, self.labels.id(index));
                let title = self.labels.title(index).map_or(0.0, |title| {
                    strsim::jaro_winkler(lower, &title.to_lowercase())
                });
                (id.max(title), index)
            })
            .filter(|(likeness, _)| *likeness >= LIKE_ENOUGH)
            .collect();
        near.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let hint = if near.is_empty() {
            let first = self.names(0..self.labels.len());
            format!("the {}s are named like {first}", self.kind)
        } else {
            let names = self.names(near.into_iter().map(|(_, index)| index));
            format!("the nearest are {names}")
        };
        Failure::wrong(format!(
            "there is no {} `{text}` in the data; {hint}",
            self.kind
        ))
    }

    fn names(&self, indices: impl Iterator<Item = usize>) -> String {
        indices
            .take(MOST_HINTS)
            .map(|index| match self.labels.title(index) {
                Some(title) => format!("{} ({title})", self.labels.id(index)),
                None => self.labels.id(index).to_owned(),
            })
            .collect::<Vec<_>>()
            .join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn films() -> Labels {
        let mut labels = Labels::new(["10", "20", "30"]);
        labels.set_title(0, "Toy Story (1995)");
        labels.set_title(1, "Star Wars (1977)");
        labels.set_title(2, "Star Trek (1979)");
        labels
    }

    fn error(text: &str) -> String {
        match Lookup::new("item", &films()).find(text) {
            Err(Failure::Wrong(error)) => error.to_string(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn ids_titles_and_parts_of_one_title_are_found() {
        let labels = films();
        let lookup = Lookup::new("item", &labels);
        for (text, index) in [("20", 1), ("star wars (1977)", 1), ("toy", 0), ("Trek", 2)] {
            assert_eq!(lookup.find(text).unwrap(), index, "{text}");
        }
    }

    #[test]
    fn what_is_unknown_or_fits_several_names_the_right_ones() {
        assert!(error("star").contains("matches 2 items"));
        assert!(error("star").contains("20 (Star Wars (1977))"));
        assert!(error("Tyo Story").contains("10 (Toy Story (1995))"));
        assert!(error("99999").contains("named like 10"));
    }
}
