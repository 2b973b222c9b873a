//! Cells as text.

use crate::draw::format;
use crate::experiments::table::{Cell, Column};
use crate::record::words::capitalized;

/// Candidates for the widest text of a column.
const CANDIDATES: usize = 6;

/// A cell as it is shown; empty if nothing stands there.
pub(super) fn shown(column: &Column, cell: &Cell<'_>) -> String {
    match (cell, column) {
        (Cell::Empty, _) => String::new(),
        (Cell::Number(number), Column::Seconds) => format::duration(*number),
        (Cell::Number(number), Column::Step) => format::count(*number as u64),
        (Cell::Number(number), Column::Parameter(_) | Column::Seed) => format::setting(*number),
        (Cell::Number(number), _) => format::number(*number),
        (Cell::Word(_, word), _) => (*word).to_owned(),
        (Cell::Text(text), Column::Created) => date(text),
        (Cell::Text(text), Column::Status) => capitalized(text),
        (Cell::Text(text), _) => text.lines().next().unwrap_or_default().to_owned(),
    }
}

/// A cell with every digit, for a file.
pub(super) fn exact(cell: &Cell<'_>) -> String {
    match cell {
        Cell::Empty => String::new(),
        Cell::Number(number) | Cell::Word(number, _) => number.to_string(),
        Cell::Text(text) => text.to_string(),
    }
}

/// A moment as the clock on the wall showed it; as it is, if it is none.
fn date(text: &str) -> String {
    text.parse::<jiff::Timestamp>().map_or_else(
        |_| text.to_owned(),
        |moment| {
            let zoned = moment.to_zoned(jiff::tz::TimeZone::system());
            zoned.strftime("%Y-%m-%d %H:%M").to_string()
        },
    )
}

/// From the decimal point on; empty without one.
pub(super) fn fraction_of(text: &str) -> &str {
    text.find('.').map_or("", |point| &text[point..])
}

/// The texts that may be the widest of a column: their width is known once they are drawn.
#[derive(Debug, Clone, Default)]
pub(super) struct Width {
    /// The title.
    pub(super) title: String,
    /// Texts.
    pub(super) texts: Vec<String>,
    /// Figures up to the decimal point.
    pub(super) wholes: Vec<String>,
    /// Figures from the decimal point on.
    pub(super) fractions: Vec<String>,
}

impl Width {
    pub(super) fn new(title: &str) -> Self {
        Self {
            title: title.to_owned(),
            ..Self::default()
        }
    }

    /// True if figures stand in the column, on their decimal points.
    pub(super) fn has_figures(&self) -> bool {
        !self.wholes.is_empty()
    }

    /// Looks at a cell's text.
    pub(super) fn take(&mut self, text: &str, is_figure: bool) {
        if text.is_empty() {
            return;
        }
        if is_figure {
            let fraction = fraction_of(text);
            keep(&mut self.wholes, &text[..text.len() - fraction.len()]);
            keep(&mut self.fractions, fraction);
        } else {
            keep(&mut self.texts, text);
        }
    }
}

/// Keeps the longest, as far as letters tell.
fn keep(longest: &mut Vec<String>, text: &str) {
    if longest.iter().any(|known| known == text) {
        return;
    }
    let count = |text: &str| text.chars().count();
    if longest.len() < CANDIDATES {
        longest.push(text.to_owned());
        return;
    }
    let shortest = longest.iter_mut().min_by_key(|known| count(known));
    if let Some(shortest) = shortest
        && count(shortest) < count(text)
    {
        text.clone_into(shortest);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_shown_as_their_column_says() {
        let number = |column: Column, number: f64| shown(&column, &Cell::Number(number));
        assert_eq!(number(Column::Parameter("lr".into()), 0.001), "0.001");
        assert_eq!(number(Column::Seed, 3.0), "3");
        assert_eq!(
            number(Column::Measure("test/rmse".into()), 0.9038),
            "0.9038"
        );
        assert_eq!(number(Column::Seconds, 125.0), "2\u{202f}min 5\u{202f}s");
        let text = |column: Column, text: &str| shown(&column, &Cell::Text(text.into()));
        assert_eq!(text(Column::Status, "finished"), "Finished");
        assert_eq!(text(Column::Note, "first line\nsecond"), "first line");
        assert_eq!(text(Column::Created, "yesterday"), "yesterday");
        let all = Cell::Word(0.0, "All");
        let column = Column::Parameter("batch_size".into());
        assert_eq!(
            (shown(&column, &all), exact(&all)),
            ("All".into(), "0".into())
        );
        assert_eq!(fraction_of("12.35"), ".35");
        assert_eq!(fraction_of("120"), "");
    }

    #[test]
    fn the_longest_texts_are_kept() {
        let mut width = Width::new("Run");
        for length in 1..100 {
            width.take(&"x".repeat(length), false);
        }
        assert_eq!(width.texts.len(), CANDIDATES);
        assert!(width.texts.iter().any(|text| text.len() == 99));
        width.take("12.345", true);
        assert_eq!((&*width.wholes[0], &*width.fractions[0]), ("12", ".345"));
    }
}
