//! The line above the pictures: which one it is, what was measured, and what can be done with a picture of a person's own.

use eframe::egui::{Align, Color32, Label, Layout, RichText, TextStyle, Ui};
use egui_material_icons::icons as icon;

use super::TranslationView;
use super::cell::{Cell, direction_of};
use super::gallery::Chosen;
use super::shown_run::ShownRun;
use crate::data::images::Side;
use crate::draw::format;
use crate::ui::results::ResultRun;
use crate::ui::theme::tokens;
use crate::ui::widgets::{IconButton, elide_middle, segmented};

impl TranslationView {
    /// The title of the picture; for a picture of the person's own, what can be done with it.
    pub(super) fn title_ui(
        &mut self,
        ui: &mut Ui,
        run: &ResultRun<'_>,
        shown_runs: &[ShownRun<'_>],
    ) {
        let tokens = tokens(ui.ctx());
        let Some(chosen) = self.chosen.clone() else {
            return;
        };
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.spacing_mut().item_spacing.x = tokens.space.s;
            let name = match &chosen {
                Chosen::Test(side, name) => {
                    if let [shown_run] = shown_runs {
                        measures_ui(ui, &shown_run.measures);
                    }
                    let path = Cell::Reconstruction.path(*side);
                    (name.clone(), path.to_owned())
                }
                Chosen::Own(id) => {
                    let Some(picture) = self.own.find(*id).cloned() else {
                        return;
                    };
                    self.own_ui(ui, *id, picture.to);
                    let made = self.own.ready(*id, run.id);
                    let tiled = made.map_or(0, |made| made.tiles);
                    let with = match made.and_then(|made| made.step) {
                        Some(step) if tiled > 1 => {
                            format!("weights of step {}, {tiled} tiles", format::count(step))
                        }
                        Some(step) => format!("weights of step {}", format::count(step)),
                        None => String::new(),
                    };
                    (picture.name, with)
                }
            };
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                ui.spacing_mut().item_spacing.x = tokens.space.s;
                let font = TextStyle::Heading.resolve(ui.style());
                let small = TextStyle::Small.resolve(ui.style());
                let note = ui
                    .painter()
                    .layout_no_wrap(name.1.clone(), small, tokens.text_tertiary)
                    .size()
                    .x;
                let room = (ui.available_width() - note - tokens.space.l).max(tokens.space.xxl);
                let shown = elide_middle(ui, &name.0, &font, room);
                let cut = shown != name.0;
                let label = ui.label(RichText::new(shown).text_style(TextStyle::Heading));
                if cut {
                    label.on_hover_text(&name.0);
                }
                ui.add(
                    Label::new(RichText::new(&name.1).small().color(tokens.text_tertiary))
                        .truncate(),
                );
            });
        });
    }

    /// From the right end.
    fn own_ui(&mut self, ui: &mut Ui, id: u64, to: Side) {
        let remove = IconButton::new(icon::ICON_CLOSE, "Remove the picture from the list");
        if ui.add(remove).clicked() {
            self.own.remove(id);
            self.chosen = None;
            return;
        }
        if self.own.is_making(id) {
            if ui.button("Cancel").clicked() {
                self.own.cancel(id);
            }
        } else {
            let again = IconButton::new(icon::ICON_REFRESH, "Translate again")
                .hint("Translate again with the newest weights");
            if ui.add(again).clicked() {
                self.own.forget(id);
            }
        }
        let mut wanted = to;
        let directions = [
            (Side::B, direction_of(Side::A)),
            (Side::A, direction_of(Side::B)),
        ];
        if segmented(ui, &mut wanted, &directions) {
            self.own.turn(id, wanted);
        }
    }
}

/// From the right end.
fn measures_ui(ui: &mut Ui, measures: &[(String, String)]) {
    let tokens = tokens(ui.ctx());
    // The name of the picture has a third of the line.
    let least = ui.max_rect().left() + ui.max_rect().width() * 0.36;
    for (name, value) in measures {
        let font = TextStyle::Small.resolve(ui.style());
        let wide = |text: &str| {
            let galley =
                ui.painter()
                    .layout_no_wrap(text.to_owned(), font.clone(), Color32::PLACEHOLDER);
            galley.size().x + tokens.space.s
        };
        if ui.cursor().right() - wide(name) - wide(value) - tokens.space.m < least {
            break;
        }
        ui.add_space(tokens.space.xs);
        ui.label(RichText::new(value).small().color(tokens.text));
        ui.label(RichText::new(name).small().color(tokens.text_tertiary));
    }
}
