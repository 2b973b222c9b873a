//! What of a preview a person should look at.

use eframe::egui::{Align, CornerRadius, Frame, Label, Layout, Margin, RichText, Ui};
use egui_material_icons::icons::ICON_INFO;

use super::Reading;
use crate::data::{GuessedBy, Preview};
use crate::ui::theme::tokens;

/// A calm line with what is unsure or odd about the file, if anything is. True if a person wants to look at it.
pub(in crate::ui::panes::data) fn doubts_ui(ui: &mut Ui, reading: &Reading<'_>) -> bool {
    let Some(preview) = reading.look.shown() else {
        return false;
    };
    let doubts = doubts(preview);
    let Some(text) = in_short(&doubts) else {
        return false;
    };
    let tokens = tokens(ui.ctx());
    let mut look = false;
    Frame::new()
        .fill(tokens.raised)
        .corner_radius(CornerRadius::same(tokens.radius.medium))
        .inner_margin(Margin::symmetric(
            tokens.space.s as i8,
            tokens.space.xs as i8,
        ))
        .show(ui, |ui| {
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                look = ui.button("Look at the file").clicked();
                ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                    let icon = ICON_INFO.rich_text().size(tokens.size.icon);
                    ui.label(icon.color(tokens.warning));
                    let text = RichText::new(text).color(tokens.text);
                    let response = ui.add(Label::new(text).truncate());
                    if doubts.len() > 1 {
                        response.on_hover_text(doubts.join("\n"));
                    }
                });
            });
        });
    look
}

/// What is unsure or odd, one sentence each; nothing where all is clear.
pub(super) fn doubts(preview: &Preview) -> Vec<String> {
    let unsure = preview
        .guesses
        .iter()
        .filter(|guess| guess.by == GuessedBy::Unsure)
        .map(|guess| {
            let why = guess.why.trim_end_matches('.');
            let reason = if why.is_empty() {
                String::new()
            } else {
                format!(": {why}")
            };
            format!("{} is a guess ({}){reason}", guess.label, guess.shown)
        });
    preview.oddities.iter().cloned().chain(unsure).collect()
}

/// The doubts in one line: the first, and how many more.
pub(super) fn in_short(doubts: &[String]) -> Option<String> {
    let first = doubts.first()?.trim_end_matches('.');
    Some(match doubts.len() {
        1 => first.to_owned(),
        n => format!("{first}, and {} more to look at", n - 1),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::data::Guess;

    fn guess(by: GuessedBy) -> Guess {
        Guess {
            key: "decimal",
            label: "Decimal sign".to_owned(),
            value: json!(","),
            shown: "comma".to_owned(),
            by,
            why: "both would do.".to_owned(),
            choices: Vec::new(),
        }
    }

    #[test]
    fn only_what_is_unsure_or_odd_is_worth_a_line() {
        let clear = Preview {
            guesses: vec![guess(GuessedBy::Likely), guess(GuessedBy::You)],
            ..Preview::default()
        };
        assert_eq!(in_short(&doubts(&clear)), None);
        let mut odd = Preview {
            guesses: vec![guess(GuessedBy::Unsure)],
            ..Preview::default()
        };
        assert_eq!(
            in_short(&doubts(&odd)).as_deref(),
            Some("Decimal sign is a guess (comma): both would do")
        );
        odd.oddities = vec!["6 of 16 ratings are 0 under a scale of 1 to 10.".to_owned()];
        assert_eq!(
            in_short(&doubts(&odd)).as_deref(),
            Some("6 of 16 ratings are 0 under a scale of 1 to 10, and 1 more to look at")
        );
    }
}
