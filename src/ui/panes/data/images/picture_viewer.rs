//! One picture, as large as there is room for, beside its partner where it has one.

use eframe::egui::{Align, Key, Layout, Rect, RichText, Role, Sense, Ui, WidgetInfo, pos2, vec2};
use egui_material_icons::icons as icon;

use super::filter::name_of;
use super::legend::Classes;
use super::pictures::{Pictures, Shade, State, fitted};
use crate::data::images::{ImageDomains, PictureId, Side};
use crate::ui::theme::emphasis;
use crate::ui::theme::tokens;
use crate::ui::widgets::{IconButton, caption, elided_label};

/// Small pictures are enlarged to at most this many times their size.
const MOST_SCALE: f32 = 8.0;

/// A closer look at a picture.
pub(super) struct PictureViewer<'a> {
    pub(super) data: &'a ImageDomains,
    pub(super) id: PictureId,
    /// The images that can be gone through.
    pub(super) ids: &'a [PictureId],
    pub(super) classes: &'a Classes,
    pub(super) shade: Option<Shade>,
}

impl PictureViewer<'_> {
    /// Shows it in what is left of `ui`, but for the legend. Returns the picture that is looked at next.
    pub(super) fn ui(
        &self,
        ui: &mut Ui,
        pictures: &mut Pictures,
        controls: &mut dyn FnMut(&mut Ui),
    ) -> Option<PictureId> {
        let tokens = tokens(ui.ctx());
        let picture = self.id.of(self.data)?;
        let place = self.ids.iter().position(|id| *id == self.id);
        let mut next = Some(self.id);
        let neighbor = |step: isize| {
            let at = place?.checked_add_signed(step)?;
            self.ids.get(at).copied()
        };
        ui.horizontal(|ui| {
            ui.set_min_height(tokens.size.control);
            ui.spacing_mut().item_spacing.x = tokens.space.xs;
            let back = IconButton::new(icon::ICON_ARROW_BACK, "Back to all images");
            if ui.add(back.hint("Back to all images (Esc)")).clicked() {
                next = None;
            }
            for (step, icon, name) in [
                (-1, icon::ICON_CHEVRON_LEFT, "Previous image"),
                (1, icon::ICON_CHEVRON_RIGHT, "Next image"),
            ] {
                let other = neighbor(step);
                let button = IconButton::new(icon, name);
                if ui.add_enabled(other.is_some(), button).clicked() {
                    next = other;
                }
            }
            ui.add_space(tokens.space.s);
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                ui.spacing_mut().item_spacing.x = tokens.space.s;
                ui.scope(|ui| controls(ui));
                ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                    let width = ui.available_width();
                    elided_label(ui, &name_of(picture), width);
                });
            });
        });
        if !ui.ctx().egui_wants_keyboard_input() {
            ui.input(|input| {
                if input.key_pressed(Key::Escape) {
                    next = None;
                } else if input.key_pressed(Key::ArrowLeft) {
                    next = neighbor(-1).or(next);
                } else if input.key_pressed(Key::ArrowRight) {
                    next = neighbor(1).or(next);
                }
            });
        }
        let legend = if self.shade.is_some() && self.classes.has_masks() {
            2.0 * tokens.size.control
        } else {
            0.0
        };
        let height = (ui.available_height() - legend).max(tokens.space.xxl);
        let shown: Vec<PictureId> = match self.partner() {
            Some(partner) if self.id.side == Side::A => vec![self.id, partner],
            Some(partner) => vec![partner, self.id],
            None => vec![self.id],
        };
        let gap = tokens.space.m;
        let count = shown.len() as f32;
        let (all, _) = ui.allocate_exact_size(vec2(ui.available_width(), height), Sense::hover());
        let width = (all.width() - gap * (count - 1.0)) / count;
        for (index, id) in shown.into_iter().enumerate() {
            let left = all.left() + index as f32 * (width + gap);
            let room = Rect::from_min_size(pos2(left, all.top()), vec2(width, height));
            self.picture_ui(ui, id, room, pictures);
        }
        next
    }

    /// The test picture of the other domain that shows the same.
    fn partner(&self) -> Option<PictureId> {
        let own = |pair: &&(u32, u32)| match self.id.side {
            Side::A => pair.0 == self.id.index,
            Side::B => pair.1 == self.id.index,
        };
        let index = if self.id.is_test {
            let pair = self.data.test_pairs.iter().find(own)?;
            match self.id.side {
                Side::A => pair.1,
                Side::B => pair.0,
            }
        } else if self.data.paired {
            self.id.index
        } else {
            return None;
        };
        Some(PictureId {
            side: self.id.side.other(),
            index,
            ..self.id
        })
    }

    fn picture_ui(&self, ui: &mut Ui, id: PictureId, room: Rect, pictures: &mut Pictures) {
        let tokens = tokens(ui.ctx());
        let Some(picture) = id.of(self.data) else {
            return;
        };
        let mut facts = room;
        facts.max.y = facts.min.y + tokens.size.control;
        let domain = self.data.domain(id.side);
        let set = if id.is_test { "test" } else { "training" };
        let mask = match picture.mask {
            Some(_) => "with mask",
            None => "no mask",
        };
        ui.scope_builder(eframe::egui::UiBuilder::new().max_rect(facts), |ui| {
            ui.horizontal_centered(|ui| {
                ui.spacing_mut().item_spacing.x = tokens.space.s;
                ui.label(emphasis(&domain.name));
                caption(ui, format!("{} · {set} · {mask}", picture.size))
                    .on_hover_text(picture.path.display().to_string());
            });
        });
        let mut place = room;
        place.min.y = facts.max.y + tokens.space.xs;
        match pictures.get(ui.ctx(), id, self.shade) {
            State::Ready(ready) => {
                let rect = fitted(ready.size, place, MOST_SCALE);
                // Aligned with what stands above it.
                let rect = Rect::from_min_size(place.min, rect.size());
                ready.paint(ui.painter(), rect, self.shade);
                let response = ui.allocate_rect(rect, Sense::hover());
                response.widget_info(|| {
                    let text = format!("{}: {}", domain.name, name_of(picture));
                    WidgetInfo::labeled(Role::Image, true, text)
                });
                if let Some(class) = self.class_under(ui, &ready, rect) {
                    response.on_hover_text_at_pointer(class);
                }
            }
            State::Waiting => {
                let size = vec2(picture.size.width as f32, picture.size.height as f32);
                let rect = fitted(size, place, MOST_SCALE);
                let rect = Rect::from_min_size(place.min, rect.size());
                ui.painter()
                    .rect_filled(rect, tokens.radius.small, tokens.raised);
            }
            State::Failed(why) => {
                let builder = eframe::egui::UiBuilder::new().max_rect(place);
                ui.scope_builder(builder, |ui| {
                    ui.label(RichText::new(why).color(tokens.error));
                });
            }
        }
    }

    /// The class of the pixel under the pointer, while masks are shown.
    fn class_under(&self, ui: &Ui, ready: &super::pictures::Ready, rect: Rect) -> Option<String> {
        self.shade?;
        let pointer = ui.input(|input| input.pointer.hover_pos())?;
        if !rect.contains(pointer) {
            return None;
        }
        let unit = (pointer - rect.min) / rect.size();
        let size = ready.small.size;
        let column = ((unit.x * size.width as f32) as u32).min(size.width - 1);
        let row = ((unit.y * size.height as f32) as u32).min(size.height - 1);
        let at = row as usize * size.width as usize + column as usize;
        let index = *ready.small.classes.as_ref()?.get(at)?;
        let class = self.data.classes.as_ref()?.class(index);
        Some(class.map_or_else(|| "not labeled".to_owned(), |class| class.name.clone()))
    }
}
