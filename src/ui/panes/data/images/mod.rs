//! The images of two domains: both as thumbnails, with masks and classes, and what was left out.

mod filter;
mod grid;
mod left_out;
mod legend;
mod picture_viewer;
mod pictures;

use std::sync::Arc;

use eframe::egui::{Context, Role, Slider, TextEdit, Ui, WidgetInfo};
use egui_material_icons::icons as icon;
use serde::{Deserialize, Serialize};

use crate::data::images::{ImageDomains, PictureId, Side};
use crate::draw::format;
use crate::ui::theme::title;
use crate::ui::theme::tokens;
use crate::ui::widgets::{IconButton, Severity, message, segmented};

use filter::{Filter, Set};
use grid::Grid;
use left_out::LeftOutList;
use legend::{Classes, legend_ui};
use picture_viewer::PictureViewer;
use pictures::{Pictures, Shade};

/// Widths of thumbnails in points.
const EDGES: std::ops::RangeInclusive<f32> = 56.0..=256.0;
/// Longer sides of what is decoded for the grids, in pixels; the last is for the largest thumbnails on the finest screens.
const DECODED: [u32; 3] = [96, 192, 384];
/// Bytes of decoded thumbnails, and of decoded large pictures.
const THUMBNAIL_BYTES: usize = 96 << 20;
const LARGE_BYTES: usize = 96 << 20;
/// Longer side of a picture that is looked at closely, in pixels.
const LARGE: u32 = 2048;
/// Below this width one domain is shown at a time.
const NARROW: f32 = 420.0;

/// Which list is shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum List {
    #[default]
    Images,
    LeftOut,
}

/// How images are shown; kept over a restart.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Settings {
    /// Width of a thumbnail in points.
    edge: f32,
    masks: bool,
    /// Of the masks, 0 to 1.
    opacity: f32,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            edge: 96.0,
            masks: false,
            opacity: 0.6,
        }
    }
}

/// The data view of images.
#[derive(Default)]
pub(super) struct ImagesView {
    pub(super) settings: Settings,
    /// Shown where there is no room for both.
    narrow: Option<Side>,
    shown: Option<Shown>,
}

/// State of the data set that is shown.
struct Shown {
    data: Arc<ImageDomains>,
    list: List,
    filter: Filter,
    left_out: LeftOutList,
    classes: Classes,
    facts: [grid::Facts; 2],
    small: Pictures,
    large: Pictures,
    /// The picture that is looked at closely.
    open: Option<PictureId>,
}

impl Shown {
    fn new(ctx: &Context, data: &Arc<ImageDomains>, edge: u32) -> Self {
        Self {
            data: Arc::clone(data),
            list: List::default(),
            filter: Filter::default(),
            left_out: LeftOutList::of(data),
            classes: Classes::of(data),
            facts: [grid::Facts::of(&data.a), grid::Facts::of(&data.b)],
            small: Pictures::new(ctx, data, edge, THUMBNAIL_BYTES),
            large: Pictures::new(ctx, data, LARGE, LARGE_BYTES),
            open: None,
        }
    }
}

impl ImagesView {
    pub(super) fn ui(&mut self, ui: &mut Ui, name: &str, data: &Arc<ImageDomains>) {
        let decoded = decoded_edge(self.settings.edge * ui.ctx().pixels_per_point());
        let mut shown = match self.shown.take() {
            Some(shown) if Arc::ptr_eq(&shown.data, data) => shown,
            _ => Shown::new(ui.ctx(), data, decoded),
        };
        if shown.small.edge() != decoded {
            shown.small = Pictures::new(ui.ctx(), data, decoded, THUMBNAIL_BYTES);
        }
        shown.small.begin_frame();
        shown.large.begin_frame();
        self.shown_ui(ui, name, &mut shown);
        self.shown = Some(shown);
    }

    fn shown_ui(&mut self, ui: &mut Ui, name: &str, shown: &mut Shown) {
        let tokens = tokens(ui.ctx());
        ui.spacing_mut().item_spacing.y = tokens.space.xs;
        let has_masks = shown.classes.has_masks();
        if let Some(id) = shown.open {
            let look = PictureViewer {
                data: &shown.data,
                id,
                ids: shown.filter.ids(id.side),
                classes: &shown.classes,
                shade: self.shade(&shown.classes),
            };
            let mut controls = |ui: &mut Ui| {
                if has_masks {
                    self.mask_controls_ui(ui);
                }
            };
            shown.open = look.ui(ui, &mut shown.large, &mut controls);
            if self.settings.masks && has_masks {
                legend_ui(ui, &shown.data, &mut shown.classes);
            }
            return;
        }
        ui.label(title(name));
        let notices = &shown.data.notices;
        if !notices.is_empty() {
            message(ui, Severity::Info, &notices.join("\n"), |_| ());
        }
        self.controls_ui(ui, shown);
        match shown.list {
            List::LeftOut => shown.left_out.ui(ui, &shown.data),
            List::Images => {
                if self.settings.masks && has_masks {
                    legend_ui(ui, &shown.data, &mut shown.classes);
                }
                ui.add_space(tokens.space.xs);
                self.grids_ui(ui, shown);
            }
        }
    }

    fn shade(&self, classes: &Classes) -> Option<Shade> {
        (self.settings.masks && classes.has_masks()).then_some(Shade {
            opacity: self.settings.opacity,
            hidden: classes.hidden,
        })
    }

    fn controls_ui(&mut self, ui: &mut Ui, shown: &mut Shown) {
        let tokens = tokens(ui.ctx());
        ui.horizontal_wrapped(|ui| {
            ui.set_min_height(tokens.size.control);
            ui.spacing_mut().item_spacing.x = tokens.space.s;
            let left_out = shown.data.left_out.len();
            if left_out > 0 {
                let text = format!("Left out {}", format::count(left_out as u64));
                let options = [(List::Images, "Images"), (List::LeftOut, text.as_str())];
                segmented(ui, &mut shown.list, &options);
            }
            if shown.list == List::LeftOut {
                return;
            }
            let sets = [
                (Set::All, "All"),
                (Set::Train, "Train"),
                (Set::Test, "Test"),
            ];
            segmented(ui, &mut shown.filter.set, &sets);
            let search = ui.add(
                TextEdit::singleline(&mut shown.filter.query)
                    .hint_text("Find by name")
                    .desired_width(tokens.size.panel_min - tokens.space.xxl),
            );
            search.widget_info(|| WidgetInfo::labeled(Role::SearchInput, true, "Find by name"));
            if !shown.filter.query.is_empty()
                && ui
                    .add(IconButton::new(icon::ICON_CLOSE, "Clear the search"))
                    .clicked()
            {
                shown.filter.query.clear();
            }
            slider_ui(
                ui,
                (icon::ICON_PHOTO_SIZE_SELECT_LARGE, "Thumbnail size"),
                (&mut self.settings.edge, EDGES),
            );
            if shown.classes.has_masks() {
                self.mask_controls_ui(ui);
            }
        });
    }

    fn mask_controls_ui(&mut self, ui: &mut Ui) {
        let masks = IconButton::new(icon::ICON_LAYERS, "Masks")
            .hint("Show which class each pixel is")
            .selected(self.settings.masks);
        if ui.add(masks).clicked() {
            self.settings.masks = !self.settings.masks;
        }
        if self.settings.masks {
            slider_ui(
                ui,
                (icon::ICON_OPACITY, "Opacity of the masks"),
                (&mut self.settings.opacity, 0.0..=1.0),
            );
        }
    }

    fn grids_ui(&mut self, ui: &mut Ui, shown: &mut Shown) {
        let Shown {
            data,
            filter,
            facts,
            small,
            classes,
            ..
        } = shown;
        filter.update(data);
        let grid = Grid {
            data,
            edge: self.settings.edge,
            ratio: grid::common_ratio(facts),
            shade: self.shade(classes),
            tell_test: filter.set == Set::All,
        };
        let mut clicked = None;
        if ui.available_width() < NARROW {
            let side = self.narrow.get_or_insert(Side::A);
            let names = [
                (Side::A, data.a.name.as_str()),
                (Side::B, data.b.name.as_str()),
            ];
            segmented(ui, side, &names);
            clicked = grid.ui(ui, *side, &facts[*side as usize], filter.ids(*side), small);
        } else {
            ui.spacing_mut().item_spacing.x = tokens(ui.ctx()).space.l;
            ui.columns_const(|columns: &mut [Ui; 2]| {
                for (ui, side) in columns.iter_mut().zip([Side::A, Side::B]) {
                    let facts = &facts[side as usize];
                    clicked = clicked.or(grid.ui(ui, side, facts, filter.ids(side), small));
                }
            });
        }
        shown.open = clicked;
    }
}

/// A slider without its number, told by an icon and its accessible name.
fn slider_ui(
    ui: &mut Ui,
    (icon, name): (egui_material_icons::MaterialIcon, &str),
    (value, range): (&mut f32, std::ops::RangeInclusive<f32>),
) {
    let tokens = tokens(ui.ctx());
    ui.scope(|ui| {
        ui.spacing_mut().item_spacing.x = tokens.space.xs;
        ui.spacing_mut().slider_width = 2.0 * tokens.space.xxl;
        let icon = icon
            .rich_text()
            .size(tokens.size.icon)
            .color(tokens.text_tertiary);
        ui.label(icon).on_hover_text(name);
        let response = ui.add(Slider::new(value, range).show_value(false));
        let value = f64::from(*value);
        response.widget_info(|| WidgetInfo::slider(true, value, name));
        response.on_hover_text(name);
    });
}

/// The size to decode for a thumbnail of so many pixels.
fn decoded_edge(pixels: f32) -> u32 {
    let fitting = DECODED.into_iter().find(|&edge| edge as f32 >= pixels);
    fitting.unwrap_or(DECODED[DECODED.len() - 1])
}
