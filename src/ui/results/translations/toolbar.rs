//! The controls above the pictures.

use eframe::egui::containers::menu::{MenuButton, MenuConfig};
use eframe::egui::{
    Align, Button, Checkbox, ComboBox, Layout, PopupCloseBehavior, RichText, Role, ScrollArea,
    Slider, Stroke, Ui, WidgetInfo,
};
use egui_material_icons::MaterialIcon;
use egui_material_icons::icons as icon;

use super::OtherRun;
use super::blink::Blink;
use super::cell::Cell;
use super::export::Kind;
use super::settings::{Mode, Settings, Spot};
use super::shown_run::{ShownRun, first, has};
use super::wipe::{pair, spot_name};
use crate::data::images::Side;
use crate::ui::theme::tokens;
use crate::ui::widgets::{IconButton, caption, segmented};

/// What a person asked for beyond the settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum ToolbarRequest {
    ZoomIn,
    ZoomOut,
    Fit,
    Actual,
    OpenPicture,
    TranslateFolder,
    Export(Kind),
    /// Compare with this run, or no longer.
    Compare(String),
}

/// Runs beside the selected one, at most.
pub(super) const MOST_OTHERS: usize = 2;

/// What the toolbar needs to know.
pub(super) struct Toolbar<'a> {
    pub(super) shown_runs: &'a [ShownRun<'a>],
    pub(super) others: &'a [OtherRun<'a>],
    pub(super) compared: &'a [String],
    pub(super) zoomed: bool,
    /// Whether a picture of the person's own is looked at.
    pub(super) own: bool,
    /// Whether the run made an augmentation report.
    pub(super) report: bool,
    /// Whether the run has weights.
    pub(super) weights: bool,
}

impl Toolbar<'_> {
    pub(super) fn ui(
        &self,
        ui: &mut Ui,
        settings: &mut Settings,
        blink: &mut Blink,
    ) -> Option<ToolbarRequest> {
        let tokens = tokens(ui.ctx());
        let mut asked = None;
        ui.horizontal(|ui| {
            ui.set_min_height(tokens.size.control);
            ui.spacing_mut().item_spacing.x = tokens.space.xs;
            let list = IconButton::new(icon::ICON_VIEW_SIDEBAR, "List of pictures")
                .selected(settings.list);
            if ui.add(list).clicked() {
                settings.list = !settings.list;
            }
            let modes = [
                (Mode::Grid, "Grid"),
                (Mode::Wipe, "Wipe"),
                (Mode::Blink, "Blink"),
                (Mode::Overlay, "Classes"),
                (Mode::Report, "Report"),
            ];
            let modes = &modes[..modes.len() - usize::from(!self.report)];
            segmented(ui, &mut settings.mode, modes);
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                ui.spacing_mut().item_spacing.x = tokens.space.hair;
                self.right_ui(ui, settings, &mut asked);
                ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                    ui.spacing_mut().item_spacing.x = tokens.space.xs;
                    self.mode_ui(ui, settings, blink);
                });
            });
        });
        asked
    }

    /// From the right end.
    fn right_ui(&self, ui: &mut Ui, settings: &mut Settings, asked: &mut Option<ToolbarRequest>) {
        ui.add_enabled_ui(self.weights, |ui| {
            let hint = "Translate pictures of your own; one can be dropped here, too";
            menu(ui, "Translate", hint, |ui| {
                for (label, what) in [
                    ("Translate a picture…", ToolbarRequest::OpenPicture),
                    ("Translate a folder…", ToolbarRequest::TranslateFolder),
                ] {
                    if ui.button(label).clicked() {
                        *asked = Some(what);
                        ui.close();
                    }
                }
            });
        });
        if let Some(kind) = self.export_ui(ui) {
            *asked = Some(ToolbarRequest::Export(kind));
        }
        if !self.others.is_empty()
            && let Some(id) = self.compare_ui(ui)
        {
            *asked = Some(ToolbarRequest::Compare(id));
        }
        if settings.mode == Mode::Report {
            return;
        }
        self.look_ui(ui, settings);
        if actual_ui(ui) {
            *asked = Some(ToolbarRequest::Actual);
        }
        let mut press =
            |ui: &mut Ui, enabled: bool, button: IconButton<'_>, what: ToolbarRequest| {
                if ui.add_enabled(enabled, button).clicked() {
                    *asked = Some(what);
                }
            };
        let fit = IconButton::new(icon::ICON_ZOOM_OUT_MAP, "Show the whole picture")
            .hint("Show the whole picture (double-click, 0)\nScroll to zoom, drag to move");
        press(ui, self.zoomed, fit, ToolbarRequest::Fit);
        let out = IconButton::new(icon::ICON_ZOOM_OUT, "Zoom out");
        press(ui, true, out, ToolbarRequest::ZoomOut);
        let into = IconButton::new(icon::ICON_ZOOM_IN, "Zoom in");
        press(ui, true, into, ToolbarRequest::ZoomIn);
    }

    /// How pixels and differences are drawn.
    fn look_ui(&self, ui: &mut Ui, settings: &mut Settings) {
        icon_menu(ui, icon::ICON_TUNE, "Pixels and differences", false, |ui| {
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

    /// What belongs to the mode.
    fn mode_ui(&self, ui: &mut Ui, settings: &mut Settings, blink: &mut Blink) {
        match settings.mode {
            Mode::Grid => self.cells_ui(ui, settings),
            Mode::Wipe | Mode::Blink => {
                let mut pair = pair(settings, self.shown_runs);
                let narrow = settings.mode == Mode::Blink;
                self.spot_ui(ui, "First picture", &mut pair[0], narrow);
                let swap = IconButton::new(icon::ICON_SWAP_HORIZ, "Swap the two pictures");
                let swapped = ui.add(swap).clicked();
                self.spot_ui(ui, "Second picture", &mut pair[1], narrow);
                if swapped {
                    pair.swap(0, 1);
                }
                settings.pair = pair;
                if narrow {
                    blink_ui(ui, settings, blink);
                }
            }
            Mode::Overlay => self.overlay_ui(ui, settings),
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
        menu(ui, "Cells", "Which pictures the grid shows", |ui| {
            for cell in Cell::ALL {
                let mut on = chosen.contains(&cell);
                let name = cell.name(side);
                let response = ui
                    .add_enabled(there(cell), Checkbox::new(&mut on, name))
                    .on_hover_text(cell.path(side))
                    .on_disabled_hover_text("This run makes none of this picture");
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
    fn spot_ui(&self, ui: &mut Ui, name: &str, spot: &mut Spot, narrow: bool) {
        let tokens = tokens(ui.ctx());
        let width = if narrow {
            2.0 * tokens.space.xxl + tokens.space.xl
        } else {
            3.0 * tokens.space.xxl
        };
        let response = ComboBox::from_id_salt(name)
            .selected_text(spot_name(self.shown_runs, *spot))
            .width(width)
            .truncate()
            .show_ui(ui, |ui| {
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
            })
            .response;
        response.widget_info(|| WidgetInfo::labeled(Role::ComboBox, true, name));
    }

    fn overlay_ui(&self, ui: &mut Ui, settings: &mut Settings) {
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
            segmented(ui, &mut settings.over, &masks);
        }
        let bases = [Cell::Real, Cell::Fake].map(|cell| (cell, cell.name(side)));
        segmented(ui, &mut settings.base, &bases);
        ui.spacing_mut().slider_width = tokens(ui.ctx()).space.xxl * 2.0;
        let slider = Slider::new(&mut settings.opacity, 0.0..=1.0).show_value(false);
        let response = ui
            .add(slider)
            .on_hover_text("How much of the classes is seen");
        let value = f64::from(settings.opacity);
        response.widget_info(|| {
            let mut info = WidgetInfo::labeled(Role::Slider, true, "Opacity of the classes");
            info.value = Some(value);
            info
        });
    }

    fn export_ui(&self, ui: &mut Ui) -> Option<Kind> {
        let mut chosen = None;
        icon_menu(ui, icon::ICON_DOWNLOAD, "Export pictures", false, |ui| {
            for (kind, label) in Kind::ALL {
                let fits = match kind {
                    Kind::Result => self.own,
                    Kind::Animation => !self.own,
                    Kind::View | Kind::Sheet => true,
                };
                if fits && ui.button(label).clicked() {
                    chosen = Some(kind);
                    ui.close();
                }
            }
        });
        chosen
    }

    /// The runs that can stand beside this one.
    fn compare_ui(&self, ui: &mut Ui) -> Option<String> {
        let mut chosen = None;
        let on = !self.compared.is_empty();
        let name = "Compare with other runs";
        icon_menu(ui, icon::ICON_COMPARE, name, on, |ui| {
            let tokens = tokens(ui.ctx());
            caption(ui, "Beside this run, on the same data");
            ScrollArea::vertical().show(ui, |ui| {
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
                        let box_ = Checkbox::new(&mut checked, other.name);
                        let response = ui
                            .add_enabled(room, box_)
                            .on_disabled_hover_text("Three runs fit side by side");
                        if response.changed() {
                            chosen = Some(other.id.to_owned());
                        }
                    });
                }
            });
        });
        chosen
    }
}

/// The button that shows pixels as large as those of the screen.
fn actual_ui(ui: &mut Ui) -> bool {
    let color = tokens(ui.ctx()).text_secondary;
    let button = Button::new(RichText::new("1:1").color(color)).frame_when_inactive(false);
    let response = ui.add(button);
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, "Actual size"));
    response
        .on_hover_text("One pixel of the picture for each of the screen (1)")
        .clicked()
}

fn blink_ui(ui: &mut Ui, settings: &mut Settings, blink: &mut Blink) {
    let tokens = tokens(ui.ctx());
    let (glyph, name) = if blink.held.is_some() {
        (icon::ICON_PLAY_ARROW, "Let the pictures blink")
    } else {
        (icon::ICON_PAUSE, "Hold the picture")
    };
    if ui.add(IconButton::new(glyph, name)).clicked() {
        blink.toggle();
    }
    ui.spacing_mut().slider_width = tokens.space.xxl;
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

/// A menu that stays open while its contents are used.
fn menu(ui: &mut Ui, name: &str, hint: &str, contents: impl FnOnce(&mut Ui)) {
    let tokens = tokens(ui.ctx());
    let arrow = icon::ICON_ARROW_DROP_DOWN
        .rich_text()
        .size(tokens.size.icon)
        .color(tokens.text_tertiary);
    let label = RichText::new(name).color(tokens.text_secondary);
    let button = Button::new((label, arrow))
        .gap(0.0)
        .frame_when_inactive(false);
    let (response, _) = MenuButton::from_button(button)
        .config(stays_open())
        .ui(ui, |ui| {
            outline_boxes(ui);
            ui.spacing_mut().item_spacing.y = tokens.space.xs;
            contents(ui);
        });
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, name));
    response.on_hover_text(hint);
}

fn icon_menu(
    ui: &mut Ui,
    icon: MaterialIcon,
    name: &str,
    on: bool,
    contents: impl FnOnce(&mut Ui),
) {
    let tokens = tokens(ui.ctx());
    let icon = icon
        .rich_text()
        .size(tokens.size.icon)
        .color(tokens.text_secondary);
    let button = Button::new(icon).frame_when_inactive(on).selected(on);
    let (response, _) = MenuButton::from_button(button)
        .config(stays_open())
        .ui(ui, |ui| {
            outline_boxes(ui);
            ui.spacing_mut().item_spacing.y = tokens.space.xs;
            contents(ui);
        });
    response.widget_info(|| WidgetInfo::selected(Role::Button, true, on, name));
    response.on_hover_text(name);
}

/// Check boxes have the color of what menus and dialogs stand on.
pub(super) fn outline_boxes(ui: &mut Ui) {
    let tokens = tokens(ui.ctx());
    let line = Stroke::new(tokens.size.hairline, tokens.border_strong);
    ui.visuals_mut().widgets.inactive.bg_stroke = line;
}

fn stays_open() -> MenuConfig {
    MenuConfig::new().close_behavior(PopupCloseBehavior::CloseOnClickOutside)
}
