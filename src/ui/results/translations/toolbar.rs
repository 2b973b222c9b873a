//! The controls above the pictures.

use eframe::egui::{Button, Checkbox, RichText, Role, Slider, Ui, WidgetInfo};
use egui_material_icons::icons as icon;

use super::blink::Blink;
use super::cell::Cell;
use super::export::Kind;
use super::settings::{Mode, Settings, Spot};
use super::shown_run::{ShownRun, first, has};
use super::wipe::{pair, spot_name};
use crate::data::images::Side;
use crate::ui::results::OtherRun;
use crate::ui::theme::tokens;
use crate::ui::widgets::{
    IconButton, Keep, Menu, Placed, Toolbar, Viewport, caption, menu_entry, segmented, toolbar,
    zoom_buttons,
};

/// Requests beyond the settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum ToolbarRequest {
    OpenPicture,
    TranslateFolder,
    Export(Kind),
    /// Compare with this run, or no longer.
    Compare(String),
}

/// Runs beside the selected one, at most.
pub(super) const MOST_OTHERS: usize = 2;

/// Input of the controls.
pub(super) struct Controls<'a> {
    pub(super) shown_runs: &'a [ShownRun<'a>],
    pub(super) others: &'a [OtherRun<'a>],
    pub(super) compared: &'a [String],
    /// Where a picture was drawn last.
    pub(super) placed: Option<Placed>,
    /// True if a picture of the person's own is looked at.
    pub(super) own: bool,
    /// True if the run made an augmentation report.
    pub(super) report: bool,
    /// True if the run has weights.
    pub(super) weights: bool,
}

impl Controls<'_> {
    pub(super) fn ui(
        &self,
        ui: &mut Ui,
        settings: &mut Settings,
        blink: &mut Blink,
        viewport: &mut Viewport,
    ) -> Option<ToolbarRequest> {
        let mut asked = None;
        toolbar(ui, "translations", |bar| {
            bar.item("list", Keep::Long, |ui| {
                let list = IconButton::new(icon::ICON_VIEW_SIDEBAR, "List of pictures")
                    .selected(settings.list);
                if ui.add(list).clicked() {
                    settings.list = !settings.list;
                }
            });
            bar.item("mode", Keep::Always, |ui| {
                let modes = [
                    (Mode::Grid, "Grid"),
                    (Mode::Wipe, "Wipe"),
                    (Mode::Blink, "Blink"),
                    (Mode::Overlay, "Classes"),
                    (Mode::Report, "Report"),
                ];
                let modes = &modes[..modes.len() - usize::from(!self.report)];
                segmented(ui, &mut settings.mode, modes);
            });
            self.mode_items(bar, settings, blink);
            bar.end();
            if settings.mode != Mode::Report {
                self.zoom_items(bar, settings, viewport);
            }
            if !self.others.is_empty() {
                bar.item("compare", Keep::Long, |ui| {
                    asked = self
                        .compare_ui(ui)
                        .map(ToolbarRequest::Compare)
                        .or(asked.take());
                });
            }
            bar.item("export", Keep::Long, |ui| {
                asked = self
                    .export_ui(ui)
                    .map(ToolbarRequest::Export)
                    .or(asked.take());
            });
            bar.item("translate", Keep::Long, |ui| {
                asked = self.translate_ui(ui).or(asked.take());
            });
        });
        asked
    }

    fn zoom_items(&self, bar: &mut Toolbar<'_>, settings: &mut Settings, viewport: &mut Viewport) {
        zoom_buttons(bar, viewport, self.placed.as_ref(), "picture");
        bar.item("actual size", Keep::Short, |ui| {
            if let (true, Some(placed)) = (actual_ui(ui), self.placed) {
                viewport.scale_to(&placed, 1.0 / f64::from(ui.pixels_per_point()));
            }
        });
        bar.item("pixels", Keep::Short, |ui| pixels_ui(ui, settings));
    }

    fn translate_ui(&self, ui: &mut Ui) -> Option<ToolbarRequest> {
        let mut asked = None;
        ui.add_enabled_ui(self.weights, |ui| {
            let menu = Menu::new("Translate")
                .hint("Translate pictures of your own; one can be dropped here, too")
                .closes();
            menu.show(ui, |ui| {
                if menu_entry(ui, "Translate a picture…") {
                    asked = Some(ToolbarRequest::OpenPicture);
                }
                if menu_entry(ui, "Translate a folder…") {
                    asked = Some(ToolbarRequest::TranslateFolder);
                }
            });
        });
        asked
    }

    /// The controls of the mode.
    fn mode_items(&self, bar: &mut Toolbar<'_>, settings: &mut Settings, blink: &mut Blink) {
        match settings.mode {
            Mode::Grid => bar.item("cells", Keep::Short, |ui| self.cells_ui(ui, settings)),
            Mode::Wipe | Mode::Blink => {
                let mut pair = pair(settings, self.shown_runs);
                bar.item("first", Keep::Short, |ui| {
                    self.spot_ui(ui, "First picture", &mut pair[0]);
                });
                let mut swapped = false;
                bar.item("swap", Keep::Short, |ui| {
                    let swap = IconButton::new(icon::ICON_SWAP_HORIZ, "Swap the two pictures");
                    swapped = ui.add(swap).clicked();
                });
                bar.item("second", Keep::Short, |ui| {
                    self.spot_ui(ui, "Second picture", &mut pair[1]);
                });
                if swapped {
                    pair.swap(0, 1);
                }
                settings.pair = pair;
                if settings.mode == Mode::Blink {
                    bar.item("hold", Keep::Long, |ui| hold_ui(ui, blink));
                    bar.item("rate", Keep::Short, |ui| rate_ui(ui, settings));
                }
            }
            Mode::Overlay => self.overlay_items(bar, settings),
            Mode::Report => (),
        }
    }

    fn cells_ui(&self, ui: &mut Ui, settings: &mut Settings) {
        let side = first(self.shown_runs).map_or(Side::A, |picture| picture.side);
        let comparing = self.shown_runs.len() > 1;
        let chosen = settings.grid(comparing);
        let there = |cell: Cell| {
            (0..self.shown_runs.len()).any(|shown_run| has(self.shown_runs, shown_run, cell))
        };
        let menu = Menu::new("Cells").hint("Pictures shown in the grid");
        menu.show(ui, |ui| {
            for cell in Cell::ALL {
                let mut on = chosen.contains(&cell);
                let name = cell.name(side);
                let response = ui
                    .add_enabled(there(cell), Checkbox::new(&mut on, name))
                    .on_hover_text(cell.path(side))
                    .on_disabled_hover_text("This run does not produce this picture");
                if response.changed() {
                    if on {
                        chosen.insert(cell);
                    } else {
                        chosen.remove(&cell);
                    }
                }
            }
        });
    }

    /// Chooses a cell of a run.
    fn spot_ui(&self, ui: &mut Ui, name: &str, spot: &mut Spot) {
        let shown = spot_name(self.shown_runs, *spot);
        let menu = Menu::new(name).text(&shown).closes();
        menu.show(ui, |ui| {
            for (run, shown_run) in self.shown_runs.iter().enumerate() {
                let Some(picture) = shown_run.picture() else {
                    continue;
                };
                for cell in picture.cells() {
                    if run > 0 && cell.is_given() {
                        continue;
                    }
                    let own = Spot { run, cell };
                    let text = spot_name(self.shown_runs, own);
                    if ui.selectable_label(*spot == own, text).clicked() {
                        *spot = own;
                    }
                }
            }
        });
    }

    fn overlay_items(&self, bar: &mut Toolbar<'_>, settings: &mut Settings) {
        let Some(picture) = first(self.shown_runs) else {
            return;
        };
        let side = picture.side;
        let masks = [Cell::Mask, Cell::Parsing].map(|cell| (cell, cell.name(side)));
        let masks: Vec<(Cell, &str)> = masks
            .into_iter()
            .filter(|(cell, _)| picture.has(*cell))
            .collect();
        if masks.len() > 1 {
            bar.item("classes", Keep::Short, |ui| {
                segmented(ui, &mut settings.over, &masks);
            });
        }
        bar.item("below", Keep::Short, |ui| {
            let bases = [Cell::Real, Cell::Fake].map(|cell| (cell, cell.name(side)));
            segmented(ui, &mut settings.base, &bases);
        });
        bar.item("opacity", Keep::Short, |ui| {
            ui.spacing_mut().slider_width = tokens(ui.ctx()).space.xxl * 2.0;
            let slider = Slider::new(&mut settings.opacity, 0.0..=1.0).show_value(false);
            let response = ui.add(slider).on_hover_text("Opacity of the class overlay");
            let value = f64::from(settings.opacity);
            response.widget_info(|| {
                let mut info = WidgetInfo::labeled(Role::Slider, true, "Opacity of the classes");
                info.value = Some(value);
                info
            });
        });
    }

    fn export_ui(&self, ui: &mut Ui) -> Option<Kind> {
        let mut chosen = None;
        let menu = Menu::new("Export pictures").icon(icon::ICON_DOWNLOAD);
        menu.closes().show(ui, |ui| {
            for (kind, label) in Kind::ALL {
                let fits = match kind {
                    Kind::Result => self.own,
                    Kind::Animation => !self.own,
                    Kind::View(_) | Kind::Sheet(_) => true,
                };
                if fits && menu_entry(ui, label) {
                    chosen = Some(kind);
                }
            }
        });
        chosen
    }

    /// The runs that can stand beside this one.
    fn compare_ui(&self, ui: &mut Ui) -> Option<String> {
        let mut chosen = None;
        let menu = Menu::new("Compare with other runs")
            .icon(icon::ICON_COMPARE)
            .on(!self.compared.is_empty())
            .scrolls();
        menu.show(ui, |ui| {
            let tokens = tokens(ui.ctx());
            caption(ui, "Beside this run, on the same data");
            for other in self.others {
                let is_on = self.compared.iter().any(|id| id == other.id);
                let room = is_on || self.compared.len() < MOST_OTHERS;
                ui.horizontal(|ui| {
                    let radius = tokens.size.mark / 2.0;
                    let size = eframe::egui::vec2(tokens.size.mark, tokens.size.control);
                    let (rect, _) = ui.allocate_exact_size(size, eframe::egui::Sense::hover());
                    ui.painter()
                        .circle_filled(rect.center(), radius, other.color);
                    let mut checked = is_on;
                    let response = ui
                        .add_enabled(room, Checkbox::new(&mut checked, other.name))
                        .on_disabled_hover_text("Three runs fit side by side");
                    if response.changed() {
                        chosen = Some(other.id.to_owned());
                    }
                });
            }
        });
        chosen
    }
}

/// How pixels and differences are drawn.
fn pixels_ui(ui: &mut Ui, settings: &mut Settings) {
    let menu = Menu::new("Pixels and differences").icon(icon::ICON_TUNE);
    menu.show(ui, |ui| {
        let tokens = tokens(ui.ctx());
        caption(ui, "Between pixels");
        let filters = [(true, "Smooth"), (false, "Nearest")];
        segmented(ui, &mut settings.smooth, &filters);
        ui.add_space(tokens.space.s);
        caption(ui, "Differences end at (of 255)");
        let scales = Settings::SCALES.map(|scale| (scale, scale.to_string()));
        let scales: Vec<(u8, &str)> = scales
            .iter()
            .map(|(scale, text)| (*scale, text.as_str()))
            .collect();
        segmented(ui, &mut settings.scale, &scales);
    });
}

/// The button that shows pixels as large as those of the screen.
fn actual_ui(ui: &mut Ui) -> bool {
    let color = tokens(ui.ctx()).text_secondary;
    let button = Button::new(RichText::new("1:1").color(color)).frame_when_inactive(false);
    let response = ui.add(button);
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, "Actual size"));
    response
        .on_hover_text("One picture pixel per screen pixel (1)")
        .clicked()
}

fn hold_ui(ui: &mut Ui, blink: &mut Blink) {
    let (glyph, name) = if blink.held.is_some() {
        (icon::ICON_PLAY_ARROW, "Alternate between the pictures")
    } else {
        (icon::ICON_PAUSE, "Hold the picture")
    };
    if ui.add(IconButton::new(glyph, name)).clicked() {
        blink.toggle();
    }
}

fn rate_ui(ui: &mut Ui, settings: &mut Settings) {
    ui.spacing_mut().slider_width = tokens(ui.ctx()).space.xxl;
    let slider = Slider::new(&mut settings.rate, Settings::RATES).show_value(false);
    let response = ui
        .add(slider)
        .on_hover_text(format!("{:.1} pictures a second", settings.rate));
    let value = f64::from(settings.rate);
    response.widget_info(|| {
        let mut info = WidgetInfo::labeled(Role::Slider, true, "Blink rate");
        info.value = Some(value);
        info
    });
}
