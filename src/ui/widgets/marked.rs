//! Text in which backticks mark what is typed in a config file or stands in one, as doc comments have it.

use eframe::egui::text::{LayoutJob, TextFormat};
use eframe::egui::{TextStyle, Ui};

use crate::ui::theme::tokens;

/// The text without its backticks; what stood between two is set as code.
pub fn marked(ui: &Ui, text: &str) -> LayoutJob {
    let tokens = tokens(ui.ctx());
    let body = TextFormat::simple(TextStyle::Body.resolve(ui.style()), tokens.text_secondary);
    let code = TextFormat::simple(TextStyle::Monospace.resolve(ui.style()), tokens.text);
    let mut job = LayoutJob::default();
    for (part, is_code) in parts(text) {
        let format = if is_code { &code } else { &body };
        job.append(part, 0.0, format.clone());
    }
    job
}

/// The parts of a text, and whether each is code. A backtick without another is a letter like any.
fn parts(text: &str) -> Vec<(&str, bool)> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('`')
        && let Some((code, behind)) = behind.split_once('`')
    {
        parts.push((before, false));
        parts.push((code, true));
        rest = behind;
    }
    parts.push((rest, false));
    parts.retain(|(part, _)| !part.is_empty());
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn backticks_mark_code_in_pairs() {
        assert_eq!(parts("plain"), [("plain", false)]);
        assert_eq!(
            parts("`full` for all, or `[0, 4095]`"),
            [
                ("full", true),
                (" for all, or ", false),
                ("[0, 4095]", true)
            ]
        );
        assert_eq!(parts("one ` alone"), [("one ` alone", false)]);
        assert_eq!(parts("`a` and `b"), [("a", true), (" and `b", false)]);
        assert!(parts("``").is_empty());
    }
}
