//! Long names, cut in the middle: the ends of paths and ids tell them apart.

use eframe::egui::{FontId, Label, Response, RichText, Sense, TextStyle, Ui};

/// `text` with as much of its middle replaced by `…` as it takes to fit `width` points.
#[must_use]
pub fn elide_middle(ui: &Ui, text: &str, font: &FontId, width: f32) -> String {
    fit_middle(text, |candidate| {
        ui.fonts_mut(|fonts| {
            fonts
                .layout_no_wrap(
                    candidate.to_owned(),
                    font.clone(),
                    eframe::egui::Color32::PLACEHOLDER,
                )
                .size()
                .x
        }) <= width
    })
}

/// A label that keeps to `width` points; the whole text shows on hover where it was cut.
pub fn elided_label(ui: &mut Ui, text: &str, width: f32) -> Response {
    let font = TextStyle::Body.resolve(ui.style());
    let shown = elide_middle(ui, text, &font, width);
    let cut = shown != text;
    let response = ui.add(Label::new(RichText::new(shown)).sense(Sense::hover()));
    if cut {
        response.on_hover_text(text)
    } else {
        response
    }
}

/// True if a font has at least one of the letters of `text`; true where it has no letters.
#[must_use]
pub fn can_draw(ui: &Ui, text: &str) -> bool {
    let font = TextStyle::Body.resolve(ui.style());
    let mut letters = text
        .chars()
        .filter(|letter| letter.is_alphabetic())
        .peekable();
    letters.peek().is_none()
        || ui.fonts_mut(|fonts| letters.any(|letter| fonts.has_glyph(&font, letter)))
}

/// The longest cut of `text` that fits, by bisection on the number of characters that stay.
fn fit_middle(text: &str, fits: impl Fn(&str) -> bool) -> String {
    if fits(text) {
        return text.to_owned();
    }
    let characters: Vec<char> = text.chars().collect();
    let cut = |keep: usize| -> String {
        let head = keep.div_ceil(2);
        let tail = characters.len() - (keep - head);
        characters[..head]
            .iter()
            .chain(std::iter::once(&'…'))
            .chain(&characters[tail..])
            .collect()
    };
    let (mut fitting, mut too_long) = (0, characters.len());
    while fitting + 1 < too_long {
        let middle = usize::midpoint(fitting, too_long);
        if fits(&cut(middle)) {
            fitting = middle;
        } else {
            too_long = middle;
        }
    }
    cut(fitting)
}

#[cfg(test)]
mod tests {
    use super::fit_middle;

    #[test]
    fn both_ends_stay() {
        let fits = |text: &str| text.chars().count() <= 9;
        assert_eq!(fit_middle("ratings.csv", fits), "rati….csv");
        assert_eq!(fit_middle("short", fits), "short");
        assert_eq!(
            fit_middle("Überlänge€", |text| text.chars().count() <= 3),
            "Ü…€"
        );
    }

    #[test]
    fn no_room_leaves_the_ellipsis() {
        assert_eq!(fit_middle("anything", |_| false), "…");
    }
}
