//! The meaning of the colors and dashes of a chart.

use ecolor::Color32;

use super::corner::Corner;
use super::{Chart, Frame, Kind, Style};
use crate::draw::picture::{Anchor, Dash, Picture, Point, Rect};

/// A name and how its series looks.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::draw) struct Entry {
    name: String,
    color: Color32,
    swatch: Swatch,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Swatch {
    Line(Option<Dash>),
    Dot,
    Square,
}

impl Entry {
    /// A name beside a square.
    pub(in crate::draw) fn square(name: &str, color: Color32) -> Self {
        Self {
            name: name.to_owned(),
            color,
            swatch: Swatch::Square,
        }
    }
}

/// The named series of charts, each name once.
pub(super) fn entries<'a>(charts: impl IntoIterator<Item = &'a Chart>) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    for series in charts.into_iter().flat_map(|chart| &chart.series) {
        let entry = Entry {
            name: series.name.clone(),
            color: series.color,
            swatch: match &series.kind {
                Kind::Line { dash, .. } => Swatch::Line(*dash),
                Kind::Dots { .. } | Kind::ColoredDots { .. } => Swatch::Dot,
                _ => Swatch::Square,
            },
        };
        if !entry.name.is_empty() && entries.iter().all(|other| other.name != entry.name) {
            entries.push(entry);
        }
    }
    entries
}

/// A swatch whose right end is at a place of the text's baseline.
fn swatch(entry: &Entry, picture: &mut Picture, (right, baseline): Point, style: &Style) {
    let size = style.name.size;
    let middle = baseline - style.name.drop();
    match entry.swatch {
        Swatch::Line(dash) => {
            let line = [(right - size * 1.6, middle), (right, middle)];
            picture.stroke(&line, 2.0, entry.color, dash);
        }
        Swatch::Dot => picture.dot((right - size * 0.5, middle), size * 0.3, entry.color),
        Swatch::Square => {
            let half = size * 0.42;
            let rect = Rect::sized((right - 2.0 * half, middle - half), 2.0 * half, 2.0 * half);
            picture.fill(rect, entry.color);
        }
    }
}

/// In the corner of a chart where they cover least, one below the other.
pub(super) fn inside(chart: &Chart, picture: &mut Picture, frame: &Frame, style: &Style) {
    let entries = entries([chart]);
    if entries.is_empty() {
        return;
    }
    let size = style.name.size;
    let sign = size * 2.1;
    let widest = entries
        .iter()
        .map(|entry| style.name.width(&entry.name))
        .fold(0.0, f64::max);
    let width = widest + sign + size * 1.4;
    let height = size * (1.35 * entries.len() as f64 + 0.7);
    let corner = Corner::freest(chart, frame, (width, height));
    let room = corner.room(&frame.plot, (width, height));
    let is_left = matches!(corner, Corner::TopLeft | Corner::BottomLeft);
    for (index, entry) in entries.iter().enumerate() {
        let baseline = room.top + size * (1.4 + 1.35 * index as f64);
        let left = if is_left {
            room.left + size * 0.7 + sign
        } else {
            room.right - size * 0.7 - style.name.width(&entry.name)
        };
        picture.text(&entry.name, (left, baseline), Anchor::Left, style.name);
        swatch(entry, picture, (left - size * 0.5, baseline), style);
    }
}

/// In rows from `left` to `right`, the first with its baseline at `top`. Returns the baseline after the last row.
pub(in crate::draw) fn rows(
    entries: &[Entry],
    picture: &mut Picture,
    (left, right): (f64, f64),
    top: f64,
    style: &Style,
) -> f64 {
    let size = style.name.size;
    let (mut x, mut baseline) = (left, top);
    for entry in entries {
        let sign = size
            * if matches!(entry.swatch, Swatch::Line(_)) {
                1.6
            } else {
                0.9
            };
        let name = style.name.fit(&entry.name, right - left - sign - size);
        let width = sign + size * 0.5 + style.name.width(&name);
        if x > left && x + width > right {
            x = left;
            baseline += size * 1.6;
        }
        swatch(entry, picture, (x + sign, baseline), style);
        picture.text(
            name,
            (x + sign + size * 0.5, baseline),
            Anchor::Left,
            style.name,
        );
        x += width + size * 1.8;
    }
    if entries.is_empty() {
        top
    } else {
        baseline + size * 1.6
    }
}
