//! How the window looks: every color, distance, radius and text size has its name here, and nowhere else.

mod fonts;
mod style;

use eframe::egui::{Context, RichText, Theme};

use crate::draw::{DARK, LIGHT, Tokens};

pub use fonts::{EMPHASIS, FIGURE, TITLE};

/// The tokens of the theme that is shown.
#[must_use]
pub fn tokens(ctx: &Context) -> &'static Tokens {
    match ctx.theme() {
        Theme::Dark => &DARK,
        Theme::Light => &LIGHT,
    }
}

/// Gives a context Atelier's fonts, text styles, spacing and colors in both themes. Cheap; call once.
pub fn install(ctx: &Context) {
    ctx.set_fonts(fonts::definitions());
    ctx.set_style_of(Theme::Dark, style::style(&DARK));
    ctx.set_style_of(Theme::Light, style::style(&LIGHT));
}

/// Body text in a medium weight, for what stands out in a row.
#[must_use]
pub fn emphasis(text: impl Into<String>) -> RichText {
    RichText::new(text).text_style(fonts::named(EMPHASIS))
}

/// The title of a page or dialog.
#[must_use]
pub fn title(text: impl Into<String>) -> RichText {
    RichText::new(text).text_style(fonts::named(TITLE))
}

/// A number that a view is about.
#[must_use]
pub fn figure(text: impl Into<String>) -> RichText {
    RichText::new(text).text_style(fonts::named(FIGURE))
}
