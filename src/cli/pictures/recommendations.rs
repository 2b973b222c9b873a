//! The items a user rated and those recommended to them.

use ecolor::Color32;

use crate::draw::chart::Figure;
use crate::draw::{Anchor, LIGHT, Picture, Rect, TextStyle};

/// The items a user rated and those recommended to them.
pub(crate) struct Recommendations<'a> {
    pub(crate) user: &'a str,
    /// The run.
    pub(crate) name: &'a str,
    /// Highest rated items, best first: title and rating.
    pub(crate) rated: Vec<(String, f32)>,
    /// How many items the user rated.
    pub(crate) rated_total: usize,
    /// Best unrated items: title and predicted rating.
    pub(crate) liked: Vec<(String, f32)>,
    /// Smallest and largest rating.
    pub(crate) scale: (f32, f32),
}

/// Two lists with bars, side by side.
pub(crate) fn recommendations(content: &Recommendations<'_>) -> Picture {
    const MARGIN: f64 = 32.0;
    let (width, height) = Figure::SIZE;
    let mut picture = Picture::new(width, height, Color32::WHITE);
    let note = format!(
        "{}. Left: the highest of {} ratings; right: the best of what the user has not rated.",
        content.name, content.rated_total
    );
    let title = format!("What {} would like", content.user);
    let title_style = TextStyle::title(&LIGHT);
    picture.text(title, (MARGIN, MARGIN), Anchor::Left, title_style);
    picture.text(
        note,
        (MARGIN, MARGIN + 18.0),
        Anchor::Left,
        TextStyle::note(&LIGHT),
    );
    let middle = width / 2.0;
    for (heading, rows, span, color) in [
        (
            "Rated",
            &content.rated,
            (MARGIN, middle - 20.0),
            LIGHT.text_tertiary,
        ),
        (
            "Recommended",
            &content.liked,
            (middle + 20.0, width - MARGIN),
            LIGHT.accent,
        ),
    ] {
        let list = List {
            heading,
            rows,
            scale: content.scale,
            color,
        };
        list.draw(&mut picture, span);
    }
    picture
}

struct List<'a> {
    heading: &'a str,
    rows: &'a [(String, f32)],
    scale: (f32, f32),
    color: Color32,
}

impl List<'_> {
    fn draw(&self, picture: &mut Picture, (left, right): (f64, f64)) {
        const TOP: f64 = 84.0;
        const ROW: f64 = 36.0;
        const BAR: f64 = 110.0;
        const HALF: f64 = 3.0;
        let body = TextStyle::body(&LIGHT);
        let heading = TextStyle::heading(&LIGHT);
        picture.text(self.heading, (left, TOP), Anchor::Left, heading);
        picture.text(
            "stars",
            (right, TOP),
            Anchor::Right,
            TextStyle::note(&LIGHT),
        );
        let rule = [(left, TOP + 8.0), (right, TOP + 8.0)];
        picture.line(&rule, 1.0, LIGHT.border_strong);
        let bar_left = right - BAR - 40.0;
        let (low, high) = self.scale;
        for (index, (title, value)) in self.rows.iter().enumerate() {
            let top = TOP + 9.0 + index as f64 * ROW;
            if top + ROW > picture.height - 12.0 {
                break;
            }
            if index % 2 == 1 {
                let stripe = Rect::between((left, top), (right, top + ROW));
                picture.fill(stripe, LIGHT.stripe);
            }
            let middle = top + ROW / 2.0;
            let baseline = middle + body.drop();
            let title = body.fit(title, bar_left - left - 20.0);
            picture.text(title, (left + 6.0, baseline), Anchor::Left, body);
            let share = f64::from((value - low) / (high - low).max(f32::EPSILON)).clamp(0.0, 1.0);
            for (length, color) in [(BAR, LIGHT.grid), (BAR * share, self.color)] {
                let bar = Rect::sized((bar_left, middle - HALF), length, 2.0 * HALF);
                picture.fill(bar, color);
            }
            let value = format!("{value:.2}");
            picture.text(value, (right - 6.0, baseline), Anchor::Right, body);
        }
    }
}
