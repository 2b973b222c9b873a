//! What one user rated and what they would like.

use std::path::Path;

use plotters::style::{Color as _, RGBColor};

use super::sheet::{Anchor, PictureError, Sheet, Type, fit, picture};
use super::{MARGIN, SIZE, colors};

/// What one user rated and what they would like.
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
pub(crate) fn recommendations(
    path: &Path,
    content: &Recommendations<'_>,
) -> Result<(), PictureError> {
    picture(path, SIZE, |sheet| {
        sheet.title(
            &format!("What {} would like", content.user),
            &format!(
                "{}. Left: the highest of {} ratings; right: the best of what the user has not rated.",
                content.name, content.rated_total
            ),
        )?;
        let middle = sheet.width / 2.0;
        let left = (MARGIN, middle - 20.0);
        let right = (middle + 20.0, sheet.width - MARGIN);
        let scale = content.scale;
        list(
            sheet,
            left,
            "Rated",
            &content.rated,
            scale,
            colors::TEXT_TERTIARY,
        )?;
        list(
            sheet,
            right,
            "Recommended",
            &content.liked,
            scale,
            colors::ACCENT,
        )
    })
}

fn list(
    sheet: &Sheet<'_>,
    (left, right): (f64, f64),
    heading: &str,
    rows: &[(String, f32)],
    (low, high): (f32, f32),
    color: RGBColor,
) -> Result<(), PictureError> {
    const TOP: f64 = 84.0;
    const ROW: f64 = 36.0;
    const BAR: f64 = 110.0;
    sheet.text(heading, (left, TOP), Anchor::Left, Type::HEADING)?;
    sheet.text("stars", (right, TOP), Anchor::Right, Type::NOTE)?;
    sheet.line(
        &[(left, TOP + 8.0), (right, TOP + 8.0)],
        1.0,
        colors::AXIS.into(),
    )?;
    let bar_left = right - BAR - 40.0;
    for (index, (title, value)) in rows.iter().enumerate() {
        let top = TOP + 9.0 + index as f64 * ROW;
        if top + ROW > sheet.height - 12.0 {
            break;
        }
        if index % 2 == 1 {
            sheet.fill((left, top), (right, top + ROW), colors::STRIPE.into())?;
        }
        let baseline = top + ROW / 2.0 + 3.8;
        let title = fit(title, bar_left - left - 20.0, Type::BODY)?;
        sheet.text(&title, (left + 6.0, baseline), Anchor::Left, Type::BODY)?;
        let share = f64::from((value - low) / (high - low).max(f32::EPSILON)).clamp(0.0, 1.0);
        let (bar_top, bar_bottom) = (top + ROW / 2.0 - 3.0, top + ROW / 2.0 + 3.0);
        sheet.fill(
            (bar_left, bar_top),
            (bar_left + BAR, bar_bottom),
            colors::GRID.into(),
        )?;
        sheet.fill(
            (bar_left, bar_top),
            (bar_left + BAR * share, bar_bottom),
            color.mix(0.85),
        )?;
        let text = format!("{value:.2}");
        sheet.text(&text, (right - 6.0, baseline), Anchor::Right, Type::BODY)?;
    }
    Ok(())
}
