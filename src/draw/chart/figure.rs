//! Charts side by side under a title.

use super::{Chart, Style, legend};
use crate::draw::picture::{Anchor, Picture, Rect, TextStyle};

/// Space around everything, in points.
pub(in crate::draw) const MARGIN: f64 = 32.0;
/// Space between charts.
const GAP: f64 = 28.0;

/// A picture of charts.
#[derive(Debug, Clone)]
pub struct Figure {
    /// Above everything; may be empty.
    pub title: String,
    /// A sentence or two below it; may be empty.
    pub note: String,
    /// Charts in a row.
    pub columns: usize,
    /// Row by row.
    pub charts: Vec<Chart>,
    /// Width and height in points.
    pub size: (f64, f64),
}

impl Figure {
    /// The size of a picture for half a page.
    pub const SIZE: (f64, f64) = (860.0, 500.0);

    /// With one chart.
    #[must_use]
    pub fn of(title: impl Into<String>, note: impl Into<String>, chart: Chart) -> Self {
        Self {
            title: title.into(),
            note: note.into(),
            columns: 1,
            charts: vec![chart],
            size: Self::SIZE,
        }
    }

    /// Drawn.
    #[must_use]
    pub fn picture(&self, style: &Style) -> Picture {
        let (width, height) = self.size;
        let mut picture = Picture::new(width, height, style.background);
        let room = (MARGIN, width - MARGIN);
        let top = head(&mut picture, &self.title, &self.note, style);
        let entries = legend::entries(self.charts.iter().filter(|chart| !chart.names_at_ends));
        let legend = if entries.len() > 1 { &entries[..] } else { &[] };
        let top = legend::rows(legend, &mut picture, room, top, style);
        let columns = self.columns.clamp(1, self.charts.len().max(1));
        let rows = self.charts.len().div_ceil(columns);
        let part = |whole: f64, count: usize| (whole - GAP * (count - 1) as f64) / count as f64;
        let across = part(room.1 - room.0, columns);
        let down = part(height - top - MARGIN * 0.75, rows.max(1));
        for (index, chart) in self.charts.iter().enumerate() {
            let left = room.0 + (index % columns) as f64 * (across + GAP);
            let top = top + (index / columns) as f64 * (down + GAP);
            chart.draw(&mut picture, Rect::sized((left, top), across, down), style);
        }
        picture
    }
}

/// The title of a picture and the note below it. Returns where the first baseline after them may be.
pub(in crate::draw) fn head(picture: &mut Picture, title: &str, note: &str, style: &Style) -> f64 {
    let (text_style, small) = (
        TextStyle::title(style.tokens),
        TextStyle::note(style.tokens),
    );
    let room = picture.width - 2.0 * MARGIN;
    let mut baseline = MARGIN;
    if !title.is_empty() {
        picture.text(
            text_style.fit(title, room),
            (MARGIN, baseline),
            Anchor::Left,
            text_style,
        );
        baseline += 18.0;
    }
    for line in wrapped(note, room, small) {
        picture.text(line, (MARGIN, baseline), Anchor::Left, small);
        baseline += small.size * 1.5;
    }
    baseline + 6.0
}

/// Lines of whole words that fit into `room` points.
fn wrapped(text: &str, room: f64, text_style: TextStyle) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line)
                if text_style.width(line) + text_style.width(" ") + text_style.width(word)
                    <= room =>
            {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(text_style.fit(word, room)),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::super::{Axis, Kind, Mark};
    use super::*;
    use crate::draw::LIGHT;

    fn figure() -> Figure {
        let chart = |title: &str| {
            let mut chart = Chart::new(
                Axis::new("Epoch", (0.0, 10.0)),
                Axis::new("RMSE (stars)", (0.8, 1.2)),
            );
            chart.title = title.to_owned();
            for (index, name) in ["Training", "Test"].into_iter().enumerate() {
                let points = (0..=10).map(|x| {
                    (
                        f64::from(x),
                        1.1 - 0.01 * f64::from(x) - 0.02 * index as f64,
                    )
                });
                chart.add(
                    name,
                    LIGHT.category(index),
                    Kind::Line {
                        points: points.collect(),
                        width: 1.75,
                        dash: None,
                    },
                );
            }
            chart.marks.push(Mark::Level {
                y: 1.0,
                label: "Bias 1.0000".to_owned(),
            });
            chart
        };
        Figure {
            title: "Error while training".to_owned(),
            note: "Lower is better.".to_owned(),
            columns: 2,
            charts: vec![chart("AutoRec"), chart("Factorization")],
            size: Figure::SIZE,
        }
    }

    #[test]
    fn a_figure_is_vectors_with_titles_axes_ticks_and_one_legend() {
        let svg = figure().picture(&Style::print()).svg();
        let texts: Vec<&str> = svg
            .lines()
            .filter(|line| line.starts_with("<text"))
            .filter_map(|line| line.strip_suffix("</text>")?.split_once('>'))
            .map(|(_, text)| text)
            .collect();
        let count = |text: &str| texts.iter().filter(|own| **own == text).count();
        assert_eq!(count("Error while training"), 1);
        assert_eq!((count("Training"), count("Test")), (1, 1));
        for twice in ["Epoch", "RMSE (stars)", "0.80", "1.20", "10", "Bias 1.0000"] {
            assert_eq!(count(twice), 2, "{twice} in {texts:?}");
        }
        let curves = svg
            .lines()
            .filter(|line| line.contains("stroke-width=\"1.75\""));
        assert_eq!(curves.count(), 4);
        assert!(
            svg.lines()
                .any(|line| line.contains("rotate(-90") && line.contains("RMSE"))
        );
    }

    #[test]
    fn a_figure_is_drawn_in_pixels() {
        let image = figure().picture(&Style::print()).pixels(2.0).unwrap();
        assert_eq!(image.dimensions(), (1720, 1000));
        let blue = LIGHT.category(0);
        let blue = [blue.r(), blue.g(), blue.b()];
        assert!(image.pixels().filter(|pixel| pixel.0 == blue).count() > 400);
        assert_eq!(image.get_pixel(2, 2).0, [255; 3]);
    }

    #[test]
    fn long_notes_are_wrapped_between_words() {
        let text_style = TextStyle::note(&LIGHT);
        let text = "one two three four";
        let lines = wrapped(text, text_style.width("three four") + 1.0, text_style);
        assert_eq!(lines, ["one two", "three four"]);
        assert_eq!(wrapped("", 10.0, text_style), Vec::<String>::new());
    }
}
