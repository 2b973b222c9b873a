//! A row of controls that keeps to its width: what does not fit goes into a menu at its end.

use eframe::egui::{Align, Layout, Ui, UiBuilder};
use egui_material_icons::icons;
use rustc_hash::FxHashMap;

use super::Menu;
use crate::ui::theme::tokens;

/// How long a control stays in the row while it becomes narrower: the last of these goes first, of those of one rank the last one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Keep {
    /// Never goes into the menu.
    Always,
    /// Goes last.
    Long,
    /// Goes first.
    Short,
}

/// A control as it was in the frame before.
#[derive(Debug, Clone, Copy)]
struct Item {
    name: &'static str,
    keep: Keep,
    at_end: bool,
}

/// State from the frame before.
#[derive(Debug, Clone, Default)]
struct Known {
    items: Vec<Item>,
    widths: FxHashMap<&'static str, f32>,
}

/// What became known of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Change {
    None,
    /// A control has another width.
    Width,
    /// There is a control of unknown width.
    New,
}

/// Takes the controls of a row, in order.
pub struct Toolbar<'u> {
    ui: &'u mut Ui,
    /// Controls that are in the menu.
    hidden: Vec<&'static str>,
    in_menu: bool,
    /// Width of what stands at the right end.
    end: f32,
    at_end: bool,
    items: Vec<Item>,
    widths: FxHashMap<&'static str, f32>,
    change: Change,
}

/// Shows a row of controls. `contents` names them, in each frame and, while the menu is open, a second time for those in it.
pub fn toolbar(ui: &mut Ui, id: &str, contents: impl FnMut(&mut Toolbar<'_>)) {
    let height = tokens(ui.ctx()).size.control;
    toolbar_of(ui, id, height, contents);
}

/// As [`toolbar`], of another height.
pub fn toolbar_of(ui: &mut Ui, id: &str, height: f32, mut contents: impl FnMut(&mut Toolbar<'_>)) {
    let tokens = tokens(ui.ctx());
    let id = ui.scope_id().with(("toolbar", id));
    let known: Known = ui.data(|data| data.get_temp(id)).unwrap_or_default();
    let gap = tokens.space.xs;
    let more = tokens.size.control;
    let row = ui.available_rect_before_wrap();
    let row = row.with_max_y(row.top() + height);
    let hidden = hidden(&known, row.width(), gap, more);
    let end = known
        .items
        .iter()
        .filter(|item| item.at_end && !hidden.contains(&item.name))
        .map(|item| known.widths.get(item.name).copied().unwrap_or(0.0) + gap)
        .sum::<f32>()
        + if hidden.is_empty() { 0.0 } else { more + gap };
    let mut next = Known::default();
    ui.scope_builder(
        UiBuilder::new()
            .max_rect(row)
            .layout(Layout::left_to_right(Align::Center)),
        |ui| {
            ui.set_min_height(height);
            ui.spacing_mut().item_spacing.x = gap;
            let mut bar = Toolbar {
                ui,
                hidden,
                in_menu: false,
                end,
                at_end: false,
                items: Vec::new(),
                widths: known.widths,
                change: Change::None,
            };
            contents(&mut bar);
            bar.end();
            let Toolbar {
                hidden,
                items,
                widths,
                change,
                ..
            } = bar;
            next = Known { items, widths };
            let hidden_now = self::hidden(&next, row.width(), gap, more);
            if change == Change::New || hidden_now != hidden {
                ui.ctx().request_discard("measuring a toolbar");
            } else if change == Change::Width {
                ui.ctx().request_repaint();
            }
            if hidden.is_empty() {
                return;
            }
            let menu = Menu::new("More").icon(icons::ICON_MORE_HORIZ).scrolls();
            menu.show(ui, |ui| {
                let mut bar = Toolbar {
                    ui,
                    hidden,
                    in_menu: true,
                    end: 0.0,
                    at_end: false,
                    items: Vec::new(),
                    widths: FxHashMap::default(),
                    change: Change::None,
                };
                contents(&mut bar);
            });
        },
    );
    ui.data_mut(|data| data.insert_temp(id, next));
}

impl Toolbar<'_> {
    /// Adds a control; its name tells it apart from the others of the row.
    pub fn item(&mut self, name: &'static str, keep: Keep, contents: impl FnOnce(&mut Ui)) {
        if self.in_menu {
            if self.hidden.contains(&name) {
                self.ui.vertical(contents);
            }
            return;
        }
        self.items.push(Item {
            name,
            keep,
            at_end: self.at_end,
        });
        if self.hidden.contains(&name) {
            return;
        }
        let width = self.ui.horizontal(contents).response.rect.width();
        self.change = self.change.max(match self.widths.insert(name, width) {
            None => Change::New,
            Some(known) if (known - width).abs() > 0.5 => Change::Width,
            Some(_) => Change::None,
        });
    }

    /// The controls that follow stand at the right end.
    pub fn end(&mut self) {
        if self.in_menu || self.at_end {
            return;
        }
        self.at_end = true;
        let gap = self.ui.spacing().item_spacing.x;
        let room = self.ui.available_width() - self.end + gap;
        if room > 0.0 {
            self.ui.add_space(room);
        }
    }
}

/// Which controls go into the menu where the row is `room` wide.
fn hidden(known: &Known, room: f32, gap: f32, more: f32) -> Vec<&'static str> {
    let width = |item: &Item| known.widths.get(item.name).copied().unwrap_or(0.0) + gap;
    let mut total: f32 = known.items.iter().map(width).sum::<f32>() - gap;
    let mut hidden = Vec::new();
    if total <= room + 0.5 {
        return hidden;
    }
    total += more + gap;
    let mut order: Vec<(usize, &Item)> = known.items.iter().enumerate().collect();
    order.sort_by_key(|(at, item)| std::cmp::Reverse((item.keep, *at)));
    for (_, item) in order {
        if total <= room + 0.5 || item.keep == Keep::Always {
            break;
        }
        total -= width(item);
        hidden.push(item.name);
    }
    hidden
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_matters_least_goes_first_and_only_as_much_as_must() {
        let items = [
            ("axis", Keep::Always, false),
            ("log", Keep::Short, false),
            ("smooth", Keep::Long, false),
            ("export", Keep::Short, true),
        ];
        let known = Known {
            items: items
                .map(|(name, keep, at_end)| Item { name, keep, at_end })
                .to_vec(),
            widths: items.map(|(name, ..)| (name, 100.0)).into_iter().collect(),
        };
        let hidden = |room| hidden(&known, room, 10.0, 30.0);
        assert_eq!(hidden(430.0), [""; 0]);
        assert_eq!(hidden(429.0), ["export"]);
        assert_eq!(hidden(359.0), ["export", "log"]);
        assert_eq!(hidden(200.0), ["export", "log", "smooth"]);
        assert_eq!(hidden(20.0), ["export", "log", "smooth"]);
    }
}
