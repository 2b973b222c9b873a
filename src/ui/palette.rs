//! The command palette: everything the window can do, found by a few letters.

use eframe::egui::{
    Align, Button, Context, Id, Key, Layout, Modal, Modifiers, RichText, Role, ScrollArea,
    TextEdit, Ui, WidgetInfo, vec2,
};
use egui_material_icons::MaterialIcon;
use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};

use crate::ui::theme::tokens;

use crate::draw::Tokens;

/// Something that can be chosen in the palette.
#[derive(Debug, Clone)]
pub struct Entry<A> {
    /// What it is called.
    pub name: String,
    /// What kind of thing it is, or its shortcut; shown at the right.
    pub detail: String,
    /// Its icon.
    pub icon: MaterialIcon,
    /// What choosing it does.
    pub action: A,
}

/// The palette: closed, or open with what was typed.
#[derive(Debug, Default)]
pub struct Palette {
    open: bool,
    query: String,
    chosen: usize,
}

const ROWS: usize = 12;

impl Palette {
    /// Opens it, empty.
    pub fn open(&mut self) {
        *self = Self {
            open: true,
            ..Self::default()
        };
    }

    /// Whether it is open.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.open
    }

    /// Shows it; `entries` is asked only while it is open. Returns what was chosen.
    pub fn show<A: Clone>(
        &mut self,
        ctx: &Context,
        entries: impl FnOnce() -> Vec<Entry<A>>,
    ) -> Option<A> {
        if !self.open {
            return None;
        }
        let (up, down, enter) = ctx.input_mut(|input| {
            (
                input.count_and_consume_key(Modifiers::NONE, Key::ArrowUp),
                input.count_and_consume_key(Modifiers::NONE, Key::ArrowDown),
                input.consume_key(Modifiers::NONE, Key::Enter),
            )
        });
        let entries = entries();
        let mut picked = None;
        let tokens = tokens(ctx);
        let top = ctx.content_rect().height() * 0.16;
        let area = Modal::default_area(Id::unique("palette"))
            .anchor(eframe::egui::Align2::CENTER_TOP, vec2(0.0, top));
        let modal = Modal::new(Id::unique("palette"))
            .area(area)
            .show(ctx, |ui| {
                ui.set_width(
                    tokens
                        .size
                        .dialog
                        .min(ctx.content_rect().width() - 2.0 * tokens.space.xl),
                );
                let field = ui.add(
                    TextEdit::singleline(&mut self.query)
                        .hint_text("Find a command, a run, a file…")
                        .desired_width(f32::INFINITY)
                        .margin(vec2(tokens.space.s, tokens.space.s)),
                );
                field.widget_info(|| WidgetInfo::labeled(Role::TextInput, true, "Search commands"));
                field.request_focus();
                if field.changed() {
                    self.chosen = 0;
                }
                let found = search(&self.query, &entries);
                let last = found.len().saturating_sub(1);
                self.chosen = (self.chosen.min(last) + down).min(last).saturating_sub(up);
                ui.add_space(tokens.space.xs);
                picked = self.list_ui(ui, tokens, &entries, &found, up + down > 0);
                if enter {
                    picked = found.get(self.chosen).copied().or(picked);
                }
            });
        if modal.should_close() || picked.is_some() {
            self.open = false;
        }
        picked.map(|index| entries[index].action.clone())
    }

    fn list_ui<A>(
        &self,
        ui: &mut Ui,
        tokens: &Tokens,
        entries: &[Entry<A>],
        found: &[usize],
        moved: bool,
    ) -> Option<usize> {
        let mut picked = None;
        if found.is_empty() {
            ui.add_space(tokens.space.s);
            ui.label(RichText::new("Nothing is called that").color(tokens.text_tertiary));
        }
        ScrollArea::vertical()
            .max_height(tokens.size.row * ROWS as f32)
            .show(ui, |ui| {
                ui.spacing_mut().item_spacing.y = 0.0;
                for (row, &index) in found.iter().enumerate() {
                    let entry = &entries[index];
                    let chosen = row == self.chosen;
                    let response = entry_ui(ui, tokens, entry, chosen);
                    if chosen && moved {
                        response.scroll_to_me(None);
                    }
                    if response.clicked() {
                        picked = Some(index);
                    }
                }
            });
        picked
    }
}

fn entry_ui<A>(
    ui: &mut Ui,
    tokens: &Tokens,
    entry: &Entry<A>,
    chosen: bool,
) -> eframe::egui::Response {
    let icon = entry
        .icon
        .rich_text()
        .size(tokens.size.icon)
        .color(tokens.text_tertiary);
    let button = Button::new((icon, RichText::new(&entry.name)))
        .right_text(RichText::new(&entry.detail).color(tokens.text_tertiary))
        .selected(chosen)
        .frame_when_inactive(chosen)
        .min_size(vec2(ui.available_width(), tokens.size.row));
    let response = ui
        .with_layout(Layout::top_down_justified(Align::Min), |ui| ui.add(button))
        .inner;
    response.widget_info(|| WidgetInfo::selected(Role::Button, true, chosen, &entry.name));
    response
}

/// Indices of the entries that match, best first; all in their own order while nothing is typed.
fn search<A>(query: &str, entries: &[Entry<A>]) -> Vec<usize> {
    if query.trim().is_empty() {
        return (0..entries.len()).collect();
    }
    let mut matcher = Matcher::new(Config::DEFAULT);
    let pattern = Pattern::parse(query, CaseMatching::Ignore, Normalization::Smart);
    let mut buffer = Vec::new();
    let mut found: Vec<(u32, usize)> = entries
        .iter()
        .enumerate()
        .filter_map(|(index, entry)| {
            let name = Utf32Str::new(&entry.name, &mut buffer);
            Some((pattern.score(name, &mut matcher)?, index))
        })
        .collect();
    found.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
    found.into_iter().map(|(_, index)| index).collect()
}

#[cfg(test)]
mod tests {
    use super::{Entry, search};
    use egui_material_icons::icons::ICON_ADD;

    fn entries(names: &[&str]) -> Vec<Entry<()>> {
        names
            .iter()
            .map(|name| Entry {
                name: (*name).to_owned(),
                detail: String::new(),
                icon: ICON_ADD,
                action: (),
            })
            .collect()
    }

    #[test]
    fn a_few_letters_find_a_command() {
        let entries = entries(&["Open data…", "Switch light and dark", "Split layout"]);
        assert_eq!(search("swld", &entries), [1]);
        assert_eq!(search("dark", &entries), [1]);
        assert_eq!(search("", &entries), [0, 1, 2]);
        assert!(search("zzz", &entries).is_empty());
    }
}
