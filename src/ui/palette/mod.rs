//! The command palette: everything the window can do, found by a few letters; files and folders, by their path.

mod paths;

use std::path::PathBuf;

use eframe::egui::text::{CCursor, CCursorRange};
use eframe::egui::text_edit::TextEditState;
use eframe::egui::{
    Align, Button, Context, EventFilter, Id, Key, Layout, Modal, Modifiers, Response, RichText,
    Role, ScrollArea, TextEdit, Ui, WidgetInfo, vec2,
};
use egui_material_icons::MaterialIcon;
use egui_material_icons::icons::{ICON_DRAFT, ICON_FOLDER};
use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};

use self::paths::Paths;
use crate::draw::Tokens;
use crate::ui::theme::tokens;

/// Something that can be chosen in the palette.
#[derive(Debug, Clone)]
pub struct Entry<A> {
    /// Its name.
    pub name: String,
    /// The kind of thing that it is, or its shortcut; shown at the right.
    pub detail: String,
    /// Its icon.
    pub icon: MaterialIcon,
    /// Done when it is chosen.
    pub action: A,
}

/// The palette: closed, or open with what was typed.
#[derive(Debug, Default)]
pub struct Palette {
    open: bool,
    query: String,
    chosen: usize,
    paths: Paths,
}

const ROWS: usize = 12;

impl Palette {
    /// Opens it, empty. Its field has the keyboard at once: what is typed in the same frame belongs to it.
    pub fn open(&mut self, ctx: &Context) {
        *self = Self {
            open: true,
            ..Self::default()
        };
        ctx.memory_mut(|memory| memory.request_focus(field_id()));
    }

    /// True while it is open.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.open
    }

    /// Shows it; `entries` is asked only while it is open, `open` for the action that opens a path. Returns what was chosen.
    pub fn show<A: Clone>(
        &mut self,
        ctx: &Context,
        entries: impl FnOnce() -> Vec<Entry<A>>,
        open: impl Fn(PathBuf) -> A,
    ) -> Option<A> {
        if !self.open {
            return None;
        }
        let (up, down, enter, tab) = ctx.input_mut(|input| {
            (
                input.count_and_consume_key(Modifiers::NONE, Key::ArrowUp),
                input.count_and_consume_key(Modifiers::NONE, Key::ArrowDown),
                input.consume_key(Modifiers::NONE, Key::Enter),
                input.consume_key(Modifiers::NONE, Key::Tab),
            )
        });
        let commands = entries();
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
                let field = self.field_ui(ui, tokens);
                if field.changed() {
                    self.chosen = 0;
                }
                let (entries, completions) = match self.paths.complete(ctx, &self.query) {
                    Some(found) => {
                        let entry = |found: &paths::Completion| path_entry(found, &open);
                        (found.iter().map(entry).collect(), found)
                    }
                    None => (commands, Vec::new()),
                };
                let found = if completions.is_empty() {
                    search(&self.query, &entries)
                } else {
                    (0..entries.len()).collect()
                };
                let last = found.len().saturating_sub(1);
                self.chosen = (self.chosen.min(last) + down).min(last).saturating_sub(up);
                ui.add_space(tokens.space.xs);
                let clicked = self.list_ui(ui, tokens, &entries, &found, up + down > 0);
                let entered = found.get(self.chosen).copied().filter(|_| enter);
                picked = entered
                    .or(clicked)
                    .map(|index| entries[index].action.clone());
                if let (true, Some(completion)) = (tab, completions.get(self.chosen)) {
                    self.query.clone_from(&completion.text);
                    self.chosen = 0;
                    cursor_to_end(ctx, &self.query);
                }
                if enter && picked.is_none() && completions.is_empty() {
                    let typed = PathBuf::from(self.query.trim());
                    picked = typed.is_absolute().then(|| open(typed));
                }
            });
        if modal.should_close() || picked.is_some() {
            self.open = false;
        }
        picked
    }

    fn field_ui(&mut self, ui: &mut Ui, tokens: &Tokens) -> Response {
        let field = ui.add(
            TextEdit::singleline(&mut self.query)
                .id(field_id())
                .hint_text("Find a command, a run or a file, or type a path")
                .desired_width(f32::INFINITY)
                .margin(vec2(tokens.space.s, tokens.space.s)),
        );
        field.widget_info(|| WidgetInfo {
            label: Some("Search commands".to_owned()),
            ..WidgetInfo::text_edit(true, "", self.query.as_str(), "")
        });
        if !field.has_focus() {
            field.request_focus();
        }
        // Tab completes a path instead of leaving the field.
        let keys = EventFilter {
            tab: true,
            horizontal_arrows: true,
            vertical_arrows: true,
            escape: false,
        };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(field.id, keys));
        field
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
            ui.label(RichText::new("No matches").color(tokens.text_tertiary));
        }
        let height = tokens.size.row * ROWS as f32;
        let height = height.min(ui.ctx().content_rect().height() * 0.6);
        ScrollArea::vertical()
            .max_height(height)
            // The room left in a dialog is that of the frame before: a short list would keep the next one short.
            .min_scrolled_height(height)
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

fn field_id() -> Id {
    Id::unique("palette field")
}

fn path_entry<A>(found: &paths::Completion, open: &impl Fn(PathBuf) -> A) -> Entry<A> {
    let (icon, detail) = if found.is_folder {
        (ICON_FOLDER, "Folder")
    } else {
        (ICON_DRAFT, "File")
    };
    Entry {
        name: found.text.clone(),
        detail: detail.to_owned(),
        icon,
        action: open(found.path.clone()),
    }
}

/// Puts the cursor of the field behind the text that was completed.
fn cursor_to_end(ctx: &Context, text: &str) {
    let id = field_id();
    let mut state = TextEditState::load(ctx, id).unwrap_or_default();
    let end = CCursor::new(text.chars().count());
    state.cursor.set_char_range(Some(CCursorRange::one(end)));
    state.store(ctx, id);
}

fn entry_ui<A>(ui: &mut Ui, tokens: &Tokens, entry: &Entry<A>, chosen: bool) -> Response {
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
    use super::{Entry, Palette, search};
    use eframe::egui::{Context, Id, Pos2, RawInput, Rect, vec2};
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

    /// Height of the palette after a few frames with this query.
    fn height(ctx: &Context, palette: &mut Palette, query: &str) -> f32 {
        query.clone_into(&mut palette.query);
        let names: Vec<String> = (0..30).map(|index| format!("Entry {index}")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        for _ in 0..4 {
            let input = RawInput {
                screen_rect: Some(Rect::from_min_size(Pos2::ZERO, vec2(1280.0, 800.0))),
                ..RawInput::default()
            };
            // No renderer: what is painted does not matter.
            let _ = ctx.run_ui(input, |ui| {
                palette.show(ui.ctx(), || entries(&names), |_| ());
            });
        }
        let area = ctx.memory(|memory| memory.area_rect(Id::unique("palette")));
        area.unwrap().height()
    }

    #[test]
    fn the_list_is_as_high_as_before_once_a_search_without_hits_is_cleared() {
        let ctx = Context::default();
        crate::ui::theme::install(&ctx);
        let mut palette = Palette::default();
        palette.open(&ctx);
        let full = height(&ctx, &mut palette, "");
        let short = height(&ctx, &mut palette, "zzz");
        assert!(short < full / 2.0, "{short} {full}");
        let again = height(&ctx, &mut palette, "");
        assert!((again - full).abs() < 1.0, "{again} {full}");
        palette.open(&ctx);
        let opened = height(&ctx, &mut palette, "");
        assert!((opened - full).abs() < 1.0, "{opened} {full}");
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
