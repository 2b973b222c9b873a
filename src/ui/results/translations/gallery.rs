//! The list of test pictures, and of those that a person brought.

use std::sync::Arc;

use eframe::egui::{
    Align, Align2, EventFilter, Id, Key, Modifiers, Rect, Role, ScrollArea, Sense, TextEdit,
    TextStyle, Ui, WidgetInfo, pos2, vec2,
};

use super::cell::direction_of;
use super::prepared::Prepared;
use super::snapshot::Snapshot;
use super::textures::Textures;
use super::user_pictures::UserPictures;
use crate::data::images::Side;
use crate::ui::theme::tokens;
use crate::ui::widgets::{caption, elide_middle};

/// From this many pictures on there is a search box.
const SEARCH_FROM: usize = 6;

/// The picture that is looked at.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Chosen {
    /// A test picture of the run, by domain and name.
    Test(Side, String),
    /// A picture that a person brought.
    Own(u64),
}

/// One line of the list.
struct Item {
    chosen: Chosen,
    name: String,
    small: Option<Arc<Prepared>>,
}

/// The list.
#[derive(Default)]
pub(super) struct Gallery {
    filter: String,
    /// The chosen one is to be brought into view, and the keys go to it.
    scroll_to_chosen: bool,
}

impl Gallery {
    /// Chooses the picture `by` places further down.
    pub(super) fn step(
        &mut self,
        chosen: &mut Option<Chosen>,
        snapshot: Option<&Snapshot>,
        own: &UserPictures,
        by: isize,
    ) {
        let items: Vec<Item> = self
            .sections(snapshot, own, "")
            .into_iter()
            .flat_map(|(_, items)| items)
            .collect();
        let at = items
            .iter()
            .position(|item| Some(&item.chosen) == chosen.as_ref());
        let next = match at {
            Some(at) => at.saturating_add_signed(by).min(items.len() - 1),
            None => 0,
        };
        if let Some(item) = items.into_iter().nth(next) {
            *chosen = Some(item.chosen);
            self.scroll_to_chosen = true;
        }
    }

    fn sections(
        &self,
        snapshot: Option<&Snapshot>,
        own: &UserPictures,
        run: &str,
    ) -> Vec<(&'static str, Vec<Item>)> {
        let wanted = self.filter.trim().to_lowercase();
        let fits = |name: &str| wanted.is_empty() || name.to_lowercase().contains(&wanted);
        let brought = own
            .pictures()
            .iter()
            .filter(|picture| fits(&picture.name))
            .map(|picture| Item {
                chosen: Chosen::Own(picture.id),
                name: picture.name.clone(),
                small: own
                    .ready(picture.id, run)
                    .map(|made| Arc::clone(&made.prepared)),
            });
        let mut sections = vec![("Own pictures", brought.collect())];
        for side in [Side::A, Side::B] {
            let pictures = snapshot.map_or(&[][..], |snapshot| &snapshot.pictures);
            let items = pictures
                .iter()
                .filter(|picture| picture.side == side && fits(&picture.name))
                .map(|picture| Item {
                    chosen: Chosen::Test(side, picture.name.clone()),
                    name: picture.name.clone(),
                    small: Some(Arc::clone(picture)),
                });
            sections.push((direction_of(side), items.collect()));
        }
        sections.retain(|(_, items): &(_, Vec<Item>)| !items.is_empty());
        sections
    }

    /// Fills `ui`.
    pub(super) fn ui(
        &mut self,
        ui: &mut Ui,
        run: &str,
        snapshot: Option<&Snapshot>,
        own: &UserPictures,
        chosen: &mut Option<Chosen>,
        textures: &mut Textures,
    ) {
        let tokens = tokens(ui.ctx());
        let count = snapshot.map_or(0, |snapshot| snapshot.pictures.len()) + own.pictures().len();
        if count >= SEARCH_FROM {
            let field = TextEdit::singleline(&mut self.filter)
                .hint_text("Find a picture")
                .desired_width(f32::INFINITY);
            let response = ui.add(field);
            response.widget_info(|| WidgetInfo::labeled(Role::TextInput, true, "Find a picture"));
            ui.add_space(tokens.space.xs);
        } else {
            self.filter.clear();
        }
        let sections = self.sections(snapshot, own, run);
        if sections.is_empty() {
            let text = match self.filter.trim() {
                "" => "No pictures to list".to_owned(),
                wanted => format!("No picture is called “{wanted}”."),
            };
            caption(ui, text);
            return;
        }
        let order: Vec<Chosen> = sections
            .iter()
            .flat_map(|(_, items)| items.iter().map(|item| item.chosen.clone()))
            .collect();
        ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            for (index, (name, items)) in sections.iter().enumerate() {
                if index > 0 {
                    ui.add_space(tokens.space.s);
                }
                caption(ui, format!("{name} · {}", items.len()));
                ui.add_space(tokens.space.hair);
                for item in items {
                    self.item_ui(ui, run, (item, name), &order, chosen, textures);
                }
            }
        });
    }

    fn item_ui(
        &mut self,
        ui: &mut Ui,
        run: &str,
        (item, section): (&Item, &str),
        order: &[Chosen],
        chosen: &mut Option<Chosen>,
        textures: &mut Textures,
    ) {
        let tokens = tokens(ui.ctx());
        let size = vec2(ui.available_width(), tokens.size.picture_row);
        let (_, rect) = ui.allocate_space(size);
        let id = id_of(&item.chosen);
        let response = ui.interact(rect, id, Sense::click());
        let is_chosen = chosen.as_ref() == Some(&item.chosen);
        // By day and by night a street has the same name.
        let accessible_text = format!("{}, {section}", item.name);
        response.widget_info(|| {
            WidgetInfo::selected(Role::ListBoxOption, true, is_chosen, &accessible_text)
        });
        if response.clicked() {
            *chosen = Some(item.chosen.clone());
            response.request_focus();
        }
        if is_chosen && std::mem::take(&mut self.scroll_to_chosen) {
            response.scroll_to_me(Some(Align::Center));
        }
        if response.has_focus() {
            let arrows = EventFilter {
                vertical_arrows: true,
                ..EventFilter::default()
            };
            ui.memory_mut(|memory| memory.set_focus_lock_filter(id, arrows));
            // Taken, or the next row, which gets the focus, would move it on.
            let pressed = |key: Key| ui.input_mut(|input| input.consume_key(Modifiers::NONE, key));
            let by = isize::from(pressed(Key::ArrowDown)) - isize::from(pressed(Key::ArrowUp));
            let at = order.iter().position(|other| *other == item.chosen);
            let next = at.and_then(|at| order.get(at.checked_add_signed(by)?));
            if let Some(next) = next.filter(|_| by != 0) {
                *chosen = Some(next.clone());
                self.scroll_to_chosen = true;
                ui.memory_mut(|memory| memory.request_focus(id_of(next)));
            }
        }
        if !ui.is_rect_visible(rect) {
            return;
        }
        let fill = if is_chosen {
            Some(tokens.selected)
        } else if response.hovered() {
            Some(tokens.hovered)
        } else {
            None
        };
        if let Some(fill) = fill {
            ui.painter()
                .rect_filled(rect, f32::from(tokens.radius.medium), fill);
        }
        if response.has_focus() {
            let line = eframe::egui::Stroke::new(tokens.size.hairline, tokens.accent_text);
            let inside = eframe::egui::StrokeKind::Inside;
            ui.painter()
                .rect_stroke(rect, f32::from(tokens.radius.medium), line, inside);
        }
        let inner = rect.shrink(tokens.space.xs);
        let room = Rect::from_min_size(inner.min, vec2(inner.height() * 4.0 / 3.0, inner.height()));
        if let Some(picture) = &item.small {
            let texture = textures.small(ui.ctx(), run, &item.chosen, picture);
            let own = texture.size_vec2();
            let scale = (room.width() / own.x).min(room.height() / own.y);
            let place = Rect::from_center_size(room.center(), own * scale);
            let whole = Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
            ui.painter()
                .image(texture.id(), place, whole, eframe::egui::Color32::WHITE);
        } else {
            ui.painter()
                .rect_filled(room, f32::from(tokens.radius.small), tokens.raised);
        }
        let left = room.right() + tokens.space.s;
        let font = TextStyle::Small.resolve(ui.style());
        let name = elide_middle(ui, &item.name, &font, inner.right() - left);
        let color = if is_chosen {
            tokens.text
        } else {
            tokens.text_secondary
        };
        let cut = name != item.name;
        ui.painter().text(
            pos2(left, rect.center().y),
            Align2::LEFT_CENTER,
            name,
            font,
            color,
        );
        if cut {
            response.on_hover_text(&item.name);
        }
    }
}

fn id_of(chosen: &Chosen) -> Id {
    Id::unique(("test picture", chosen))
}
