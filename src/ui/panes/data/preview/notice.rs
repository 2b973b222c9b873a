//! What of a preview a person should look at.

use eframe::egui::{Align, CornerRadius, Frame, Label, Layout, Margin, RichText, Ui};
use egui_material_icons::icons::ICON_INFO;

use super::Reading;
use crate::data::{GuessedBy, Preview};
use crate::draw::format;
use crate::ui::theme::tokens;
use crate::ui::widgets::caption;

/// Most lines; the others are in the preview.
const LINES: usize = 3;

/// What is unsure or odd about the file, calmly, if anything is. True if a person wants to look at it.
pub(in crate::ui::panes::data) fn doubts_ui(ui: &mut Ui, reading: &Reading<'_>) -> bool {
    let doubts = reading.look.shown().map(|preview| doubts(preview));
    let doubts = doubts.unwrap_or_default();
    if doubts.is_empty() {
        return false;
    }
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
            ui.with_layout(Layout::right_to_left(Align::Min), |ui| {
                look = ui.button("Look at the file").clicked();
                ui.with_layout(Layout::top_down(Align::Min), |ui| {
                    for doubt in doubts.iter().take(LINES) {
                        doubt_ui(ui, doubt);
                    }
                    if doubts.len() > LINES {
                        let more = format::count((doubts.len() - LINES) as u64);
                        caption(ui, format!("and {more} more"));
                    }
                });
            });
        });
    look
}

fn doubt_ui(ui: &mut Ui, doubt: &str) {
    let tokens = tokens(ui.ctx());
    ui.horizontal(|ui| {
        let icon = ICON_INFO.rich_text().size(tokens.size.icon);
        ui.label(icon.color(tokens.warning));
        let text = RichText::new(doubt).color(tokens.text);
        ui.add(Label::new(text).truncate());
    });
}

/// What is unsure or odd, one sentence each; nothing where all is clear.
fn doubts(preview: &Preview) -> Vec<String> {
    let unsure = preview
        .guesses
        .iter()
        .filter(|guess| guess.by == GuessedBy::Unsure && !is_told(preview, guess.key))
        .map(|guess| {
            let why = guess.why.trim_end_matches('.');
            let reason = if why.is_empty() {
                String::new()
            } else {
                format!(": {why}")
            };
            let are = if guess.label.ends_with('s') {
                "are"
            } else {
                "is"
            };
            format!("{} {are} a guess ({}){reason}", guess.label, guess.shown)
        });
    let oddities = preview.oddities.iter().map(|text| without_path(text));
    oddities.map(str::to_owned).chain(unsure).collect()
}

/// True if a line about the file asks for this key already. The two signs of numbers are one question.
fn is_told(preview: &Preview, key: &str) -> bool {
    let asked = match key {
        "decimal" | "thousands" => &["decimal", "thousands"][..],
        _ => &[key],
    };
    let names = |text: &String| {
        let mut asked = asked.iter();
        asked.any(|key| text.contains(&format!("data.{key}")))
    };
    preview.oddities.iter().any(names)
}

/// A message without the path of the file, which is looked at.
pub(super) fn without_path(text: &str) -> &str {
    match text.split_once(": ") {
        Some((path, rest)) if is_absolute(path) => rest,
        _ => text,
    }
}

/// True of a path as the window has them, on any system. A slash alone could be of a date.
fn is_absolute(text: &str) -> bool {
    let has_drive =
        matches!(text.as_bytes(), [drive, b':', b'/' | b'\\', ..] if drive.is_ascii_alphabetic());
    text.starts_with(['/', '\\']) || has_drive
}

/// The notices of data that the lines about the file do not say already, one below the other.
pub(in crate::ui::panes::data) fn other_notices(
    notices: &[String],
    reading: Option<&Reading<'_>>,
) -> String {
    let preview = reading.and_then(|reading| reading.look.shown());
    let doubts = preview.map(|preview| doubts(preview)).unwrap_or_default();
    let shown = &doubts[..doubts.len().min(LINES)];
    let is_new = |notice: &&String| !shown.iter().any(|doubt| notice.ends_with(doubt));
    let new: Vec<&str> = notices.iter().filter(is_new).map(String::as_str).collect();
    new.join("\n")
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use serde_json::json;

    use super::*;
    use crate::data::{DataKind, Guess};
    use crate::ui::state::PreviewLook;

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
        assert!(doubts(&clear).is_empty());
        let odd = Preview {
            guesses: vec![guess(GuessedBy::Unsure)],
            oddities: vec!["one user has 67 % of all ratings".to_owned()],
            ..Preview::default()
        };
        assert_eq!(
            doubts(&odd),
            [
                "one user has 67 % of all ratings",
                "Decimal sign is a guess (comma): both would do"
            ]
        );
    }

    #[test]
    fn a_guess_that_a_line_asks_about_is_not_told_again() {
        let mut thousands = guess(GuessedBy::Unsure);
        thousands.key = "thousands";
        let line =
            "the comma in 9,004 was read as a sign between thousands; if not, set data.decimal";
        let mut odd = Preview {
            guesses: vec![guess(GuessedBy::Unsure), thousands],
            oddities: vec![line.to_owned()],
            ..Preview::default()
        };
        assert_eq!(doubts(&odd), [line]);
        odd.oddities.clear();
        assert_eq!(doubts(&odd).len(), 2);
    }

    #[test]
    fn the_path_of_the_file_is_left_out() {
        assert_eq!(
            without_path("/data/a b.csv: not UTF-8: read so"),
            "not UTF-8: read so"
        );
        assert_eq!(without_path("C:\\x.csv: odd"), "odd");
        for whole in [
            "31 % are 0: perhaps not",
            "dates such as 03/04/2019 are open: set data.date_order",
        ] {
            assert_eq!(without_path(whole), whole);
        }
    }

    #[test]
    fn nothing_is_said_twice() {
        let odd = Arc::new(Preview {
            oddities: ["a", "b", "c", "d"].map(str::to_owned).to_vec(),
            ..Preview::default()
        });
        let reading = Reading {
            look: PreviewLook::Ready(&odd),
            kind: DataKind::Ratings,
            failing: None,
            editable: None,
        };
        let notices = ["/data/r.csv: a", "d", "e"].map(str::to_owned);
        // The fourth line is not shown above.
        assert_eq!(other_notices(&notices, Some(&reading)), "d\ne");
        assert_eq!(other_notices(&notices, None), "/data/r.csv: a\nd\ne");
    }
}
