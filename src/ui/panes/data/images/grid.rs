//! The thumbnails of one domain; as many are drawn as fit the screen.

use eframe::egui::{
    Align2, FontId, Rect, Response, RichText, Role, ScrollArea, Sense, StrokeKind, TextStyle, Ui,
    WidgetInfo, vec2,
};
use egui_material_icons::icons::ICON_BROKEN_IMAGE;

use super::filter::name_of;
use super::pictures::{Pictures, Shade, State, fitted};
use crate::data::images::{Domain, ImageDomains, Picture, PictureId, Side, Size};
use crate::draw::format;
use crate::ui::theme::emphasis;
use crate::ui::theme::tokens;
use crate::ui::widgets::{caption, elide_middle};

/// Thumbnails from this width on have their name below them.
const NAMED: f32 = 120.0;

/// The header of a grid.
pub(super) struct Facts {
    size: Option<Size>,
    sizes: usize,
    text: String,
}

impl Facts {
    pub(super) fn of(domain: &Domain) -> Self {
        let sizes = domain.sizes();
        let count = |count: usize| format::count(count as u64);
        let mut text = format!(
            "{} to train, {} to test",
            count(domain.train.len()),
            count(domain.test.len())
        );
        match sizes.as_slice() {
            [] => (),
            [(size, _)] => text += &format!(" · {size}"),
            [(size, _), ..] => {
                text += &format!(" · {} sizes, most {size}", count(sizes.len()));
            }
        }
        let (masks, images) = (domain.masks(), domain.train.len() + domain.test.len());
        match masks {
            0 => text += " · no masks",
            _ if masks == images => text += " · masks for all",
            _ => text += &format!(" · {} with masks", count(masks)),
        }
        Self {
            size: sizes.first().map(|(size, _)| *size),
            sizes: sizes.len(),
            text,
        }
    }
}

/// Height by width of the thumbnails: that of the commonest image, within reason.
pub(super) fn common_ratio(facts: &[Facts; 2]) -> f32 {
    let ratios = facts.iter().filter_map(|facts| facts.size);
    let ratios = ratios.map(|size| size.height as f32 / size.width.max(1) as f32);
    let highest = ratios.fold(0.0, f32::max);
    if highest > 0.0 {
        highest.clamp(0.5, 1.5)
    } else {
        1.0
    }
}

/// How thumbnails are shown.
pub(super) struct Grid<'a> {
    pub(super) data: &'a ImageDomains,
    /// Width of a thumbnail in points.
    pub(super) edge: f32,
    /// Height by width.
    pub(super) ratio: f32,
    pub(super) shade: Option<Shade>,
    /// True if test images are marked as such.
    pub(super) tell_test: bool,
}

impl Grid<'_> {
    /// Shows a domain in what is left of `ui`. Returns the picture that was clicked.
    pub(super) fn ui(
        &self,
        ui: &mut Ui,
        side: Side,
        facts: &Facts,
        ids: &[PictureId],
        pictures: &mut Pictures,
    ) -> Option<PictureId> {
        let tokens = tokens(ui.ctx());
        let domain = self.data.domain(side);
        let letter = match side {
            Side::A => "A",
            Side::B => "B",
        };
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = tokens.space.s;
            ui.label(RichText::new(letter).color(tokens.text_tertiary));
            if domain.name != letter {
                ui.label(emphasis(&domain.name));
            }
            let response = caption(ui, &facts.text);
            if facts.sizes > 1 {
                response.on_hover_ui(|ui| sizes_ui(ui, domain));
            }
        });
        if ids.is_empty() {
            ui.add_space(tokens.space.s);
            let all = domain.train.is_empty() && domain.test.is_empty();
            caption(
                ui,
                if all {
                    "No images."
                } else {
                    "No image matches."
                },
            );
            return None;
        }
        let gap = tokens.space.s;
        let line = ui.text_style_height(&TextStyle::Small);
        let name_height = if self.edge >= NAMED { line } else { 0.0 };
        let cell = vec2(self.edge, (self.edge * self.ratio).round() + name_height);
        let width = ui.available_width() - ui.spacing().scroll.allocated_width();
        let columns = (((width + gap) / (cell.x + gap)) as usize).max(1);
        let mut clicked = None;
        ui.spacing_mut().item_spacing = vec2(gap, gap);
        ScrollArea::vertical()
            .id_salt(("images", letter))
            .auto_shrink(false)
            .show_rows(ui, cell.y, ids.len().div_ceil(columns), |ui, rows| {
                for row in rows {
                    ui.horizontal(|ui| {
                        let start = row * columns;
                        let end = (start + columns).min(ids.len());
                        for &id in ids.get(start..end).unwrap_or_default() {
                            let Some(picture) = id.of(self.data) else {
                                continue;
                            };
                            let (rect, response) = ui.allocate_exact_size(cell, Sense::click());
                            self.cell_ui(ui, (id, picture), rect, name_height, pictures, &response);
                            if response.clicked() {
                                clicked = Some(id);
                            }
                        }
                    });
                }
            });
        clicked
    }

    fn cell_ui(
        &self,
        ui: &mut Ui,
        (id, picture): (PictureId, &Picture),
        rect: Rect,
        name_height: f32,
        pictures: &mut Pictures,
        response: &Response,
    ) {
        let tokens = tokens(ui.ctx());
        response.widget_info(|| WidgetInfo::labeled(Role::Button, true, name_of(picture)));
        if !ui.is_rect_visible(rect) {
            return;
        }
        let mut room = rect;
        room.max.y -= name_height;
        let painter = ui.painter();
        let mut failed = None;
        match pictures.get(ui.ctx(), id, self.shade) {
            State::Ready(ready) => {
                let place = fitted(ready.size, room, f32::INFINITY);
                ready.paint(painter, place, self.shade);
            }
            State::Waiting => {
                painter.rect_filled(room, tokens.radius.small, tokens.raised);
            }
            State::Failed(why) => {
                painter.rect_filled(room, tokens.radius.small, tokens.error_surface);
                painter.text(
                    room.center(),
                    Align2::CENTER_CENTER,
                    ICON_BROKEN_IMAGE.codepoint,
                    FontId::new(tokens.size.icon, ICON_BROKEN_IMAGE.font_family()),
                    tokens.error,
                );
                failed = Some(why);
            }
        }
        if response.hovered() || response.has_focus() {
            let stroke = (tokens.space.hair, tokens.accent);
            painter.rect_stroke(room, tokens.radius.small, stroke, StrokeKind::Outside);
        }
        let small = TextStyle::Small.resolve(ui.style());
        if id.is_test && self.tell_test {
            let text = painter.layout_no_wrap("Test".to_owned(), small.clone(), tokens.text);
            let tag = Rect::from_min_size(room.min, text.size() + vec2(2.0 * tokens.space.xs, 0.0));
            painter.rect_filled(tag, tokens.radius.small, tokens.overlay);
            painter.galley(tag.min + vec2(tokens.space.xs, 0.0), text, tokens.text);
        }
        if name_height > 0.0 {
            let name = elide_middle(ui, &name_of(picture), &small, rect.width());
            painter.text(
                rect.left_bottom(),
                Align2::LEFT_BOTTOM,
                name,
                small,
                tokens.text_secondary,
            );
        }
        response.clone().on_hover_ui(|ui| {
            ui.label(name_of(picture));
            let set = if id.is_test { "Test" } else { "Training" };
            let mask = match (&picture.mask, self.data.classes.is_some()) {
                (Some(_), _) => " · with mask",
                (None, true) => " · no mask",
                (None, false) => "",
            };
            caption(ui, format!("{set} · {}{mask}", picture.size));
            if let Some(why) = failed {
                ui.label(RichText::new(why).color(tokens.error));
            }
        });
    }
}

/// The sizes of images with how many have them.
fn sizes_ui(ui: &mut Ui, domain: &Domain) {
    const MOST: usize = 12;
    let sizes = domain.sizes();
    for (size, count) in sizes.iter().take(MOST) {
        ui.label(format!("{size}: {}", format::count(*count as u64)));
    }
    if sizes.len() > MOST {
        let rest = sizes.len() - MOST;
        caption(ui, format!("and {} more", format::count(rest as u64)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thumbnails_have_the_shape_of_the_commonest_image_within_reason() {
        let of = |width, height| Facts {
            size: Some(Size::new(width, height)),
            sizes: 1,
            text: String::new(),
        };
        let none = || Facts {
            size: None,
            sizes: 0,
            text: String::new(),
        };
        assert_eq!(common_ratio(&[of(128, 96), of(128, 96)]), 0.75);
        assert_eq!(common_ratio(&[of(128, 96), of(10, 100)]), 1.5);
        assert_eq!(common_ratio(&[of(4000, 10), none()]), 0.5);
        assert_eq!(common_ratio(&[none(), none()]), 1.0);
    }
}
