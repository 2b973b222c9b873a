//! The panes in the middle: tiles that can be dragged, split, tabbed, closed and reset.

use eframe::egui::{
    Align, Button, Color32, CornerRadius, Id, Key, Layout, Rect, Response, RichText, Role, Sense,
    Stroke, StrokeKind, Style, TextStyle, Ui, UiBuilder, Visuals, WidgetInfo, WidgetText, vec2,
};
use egui_material_icons::MaterialIcon;
use egui_material_icons::icons as icon;
use egui_tiles::{
    Behavior, LinearDir, ResizeState, SimplificationOptions, TabState, TileId, Tiles, Tree,
    UiResponse,
};
use serde::{Deserialize, Serialize};

use super::commands::Command;
use super::widgets::Menu;
use crate::draw::Tokens;
use crate::ui::theme::tokens;

/// A pane.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Pane {
    /// What a run learns from.
    Data,
    /// Its measures over time.
    Curves,
    /// Its results.
    Result,
    /// Its messages.
    Log,
    /// Many runs as one question. Earlier versions had a pane that compared the marked ones.
    #[serde(alias = "Compare")]
    Explore,
}

impl Pane {
    /// Every pane, in the order of tabs.
    pub const ALL: [Self; 5] = [
        Self::Data,
        Self::Curves,
        Self::Result,
        Self::Log,
        Self::Explore,
    ];

    /// The title of its tab.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Data => "Data",
            Self::Curves => "Curves",
            Self::Result => "Result",
            Self::Log => "Log",
            Self::Explore => "Explore",
        }
    }

    pub(super) fn command_name(self) -> &'static str {
        match self {
            Self::Data => "Show data",
            Self::Curves => "Show curves",
            Self::Result => "Show result",
            Self::Log => "Show log",
            Self::Explore => "Explore runs",
        }
    }

    pub(super) fn help(self) -> &'static str {
        match self {
            Self::Data => "The data: counts, density, distributions",
            Self::Curves => "Losses and errors over the course of the run",
            Self::Result => {
                "Results: predictions and recommendations, the blocks of a matrix, or translated pictures"
            }
            Self::Log => "Messages of the run: warnings, checkpoints, errors",
            Self::Explore => "Many runs as one question: what was varied, and what came of it",
        }
    }

    pub(super) fn icon(self) -> MaterialIcon {
        match self {
            Self::Data => icon::ICON_TABLE_CHART,
            Self::Curves => icon::ICON_SHOW_CHART,
            Self::Result => icon::ICON_INSIGHTS,
            Self::Log => icon::ICON_NOTES,
            Self::Explore => icon::ICON_QUERY_STATS,
        }
    }

    pub(super) fn key(self) -> Key {
        match self {
            Self::Data => Key::Num1,
            Self::Curves => Key::Num2,
            Self::Result => Key::Num3,
            Self::Log => Key::Num4,
            Self::Explore => Key::Num5,
        }
    }
}

/// All panes as tabs.
#[must_use]
pub fn tabs() -> Tree<Pane> {
    Tree::new_tabs(Id::unique("panes"), Pane::ALL.to_vec())
}

/// Curves and log beside data and result.
#[must_use]
pub fn split() -> Tree<Pane> {
    let mut tiles = Tiles::default();
    let mut group = |panes: &[Pane]| {
        let children = panes.iter().map(|pane| tiles.insert_pane(*pane)).collect();
        tiles.insert_tab_tile(children)
    };
    let children = vec![
        group(&[Pane::Curves, Pane::Log]),
        group(&[Pane::Result, Pane::Data, Pane::Explore]),
    ];
    let root = tiles.insert_container(egui_tiles::Linear::new(LinearDir::Horizontal, children));
    Tree::new(Id::unique("panes"), root, tiles)
}

/// Brings a pane to the front; one that was closed comes back.
pub fn show(tree: &mut Tree<Pane>, pane: Pane) {
    if tree.tiles.find_pane(&pane).is_none() {
        let id = tree.tiles.insert_pane(pane);
        match tree.root() {
            Some(root) if tree.tiles.get_container(root).is_some() => {
                tree.move_tile_to_container(id, root, usize::MAX, false);
            }
            Some(root) => tree.root = Some(tree.tiles.insert_tab_tile(vec![root, id])),
            None => tree.root = Some(tree.tiles.insert_tab_tile(vec![id])),
        }
    }
    tree.make_active(|_, tile| matches!(tile, egui_tiles::Tile::Pane(own) if *own == pane));
}

/// Closes a pane; without one, the first that can be seen.
pub fn close(tree: &mut Tree<Pane>, pane: Option<Pane>) {
    let seen = || {
        let mut tiles = tree.active_tiles().into_iter();
        tiles.find(|id| tree.tiles.get_pane(id).is_some())
    };
    let tile = match pane {
        Some(pane) => tree.tiles.find_pane(&pane),
        None => seen(),
    };
    if let Some(tile) = tile {
        tree.remove_recursively(tile);
    }
}

/// Takes panes out that are there twice, as in a layout of an earlier version two panes were that are one now.
pub fn remove_doubles(tree: &mut Tree<Pane>) {
    for pane in Pane::ALL {
        let is_it = |tile: &egui_tiles::Tile<Pane>| matches!(tile, egui_tiles::Tile::Pane(own) if *own == pane);
        let tiles = tree.tiles.iter();
        let ids: Vec<TileId> = tiles
            .filter(|(_, tile)| is_it(tile))
            .map(|(id, _)| *id)
            .collect();
        for id in ids.into_iter().skip(1) {
            tree.remove_recursively(id);
        }
    }
}

/// True if the pane can be seen.
#[must_use]
pub fn is_shown(tree: &Tree<Pane>, pane: Pane) -> bool {
    tree.active_tiles()
        .into_iter()
        .any(|id| tree.tiles.get_pane(&id) == Some(&pane))
}

/// Shows the tiles; `contents` fills a pane. What was asked for in a tab bar's menu is returned.
pub fn tiles_ui(
    ui: &mut Ui,
    tree: &mut Tree<Pane>,
    contents: &mut dyn FnMut(&mut Ui, Pane),
) -> Option<Command> {
    let mut behavior = Panes {
        tokens: tokens(ui.ctx()),
        contents,
        asked: None,
    };
    tree.ui(&mut behavior, ui);
    behavior.asked
}

struct Panes<'a> {
    tokens: &'static Tokens,
    contents: &'a mut dyn FnMut(&mut Ui, Pane),
    asked: Option<Command>,
}

impl Behavior<Pane> for Panes<'_> {
    fn pane_ui(&mut self, ui: &mut Ui, _tile: TileId, pane: &mut Pane) -> UiResponse {
        let rect = ui.max_rect();
        ui.painter().rect_filled(rect, 0.0, self.tokens.surface);
        let mut inner = ui.new_child(
            UiBuilder::new()
                .max_rect(rect.shrink(self.tokens.space.m))
                .layout(Layout::top_down(Align::Min)),
        );
        inner.set_clip_rect(rect);
        (self.contents)(&mut inner, *pane);
        UiResponse::None
    }

    fn tab_title_for_pane(&mut self, pane: &Pane) -> WidgetText {
        pane.title().into()
    }

    fn tab_ui(
        &mut self,
        tiles: &mut Tiles<Pane>,
        ui: &mut Ui,
        id: Id,
        tile: TileId,
        state: &TabState,
    ) -> Response {
        let tokens = self.tokens;
        let title = self.tab_title_for_tile(tiles, tile).text().to_owned();
        let font = TextStyle::Button.resolve(ui.style());
        let color = if state.active {
            tokens.text
        } else {
            tokens.text_tertiary
        };
        let galley = ui.painter().layout_no_wrap(title, font, color);
        let close = tokens.size.icon;
        let width = galley.size().x + 2.0 * tokens.space.m + if state.active { close } else { 0.0 };
        let (_, rect) = ui.allocate_space(vec2(width, ui.available_height()));
        let response = ui.interact(rect, id, Sense::click_and_drag());
        let enabled = ui.is_enabled();
        response
            .widget_info(|| WidgetInfo::selected(Role::Tab, enabled, state.active, galley.text()));
        if ui.is_rect_visible(rect) && !state.is_being_dragged {
            if response.hovered() && !state.active {
                let pill = rect.shrink2(vec2(tokens.space.hair, tokens.space.xs));
                ui.painter()
                    .rect_filled(pill, tokens.radius.medium, tokens.hovered);
            }
            let left = rect.left() + tokens.space.m;
            let y = rect.center().y - galley.size().y / 2.0;
            ui.painter()
                .galley(eframe::egui::pos2(left, y), galley, color);
            if state.active {
                let line = Rect::from_min_max(
                    eframe::egui::pos2(rect.left() + tokens.space.s, rect.bottom() - 2.0),
                    eframe::egui::pos2(rect.right() - tokens.space.s, rect.bottom()),
                );
                ui.painter().rect_filled(line, 1.0, tokens.accent);
            }
        }
        let mut closed = response.clicked_by(eframe::egui::PointerButton::Middle);
        if state.active {
            closed |= self.close_button(ui, rect, id, tile, tiles);
        }
        if closed {
            tiles.remove(tile);
        }
        self.on_tab_button(tiles, tile, response)
    }

    fn top_bar_right_ui(
        &mut self,
        tiles: &Tiles<Pane>,
        ui: &mut Ui,
        _tile: TileId,
        _tabs: &egui_tiles::Tabs,
        _offset: &mut f32,
    ) {
        let tokens = self.tokens;
        ui.add_space(tokens.space.xs);
        let menu = Menu::new("Panes and layout").icon(icon::ICON_MORE_HORIZ);
        menu.closes().show(ui, |ui| {
            for pane in Pane::ALL {
                let open = tiles.find_pane(&pane).is_some();
                let mark = if open { icon::ICON_CHECK } else { pane.icon() };
                let label = (mark.rich_text(), RichText::new(pane.title()));
                if ui.add(Button::new(label)).clicked() {
                    self.asked = Some(Command::Show(pane));
                }
            }
            ui.separator();
            for command in [Command::SplitLayout, Command::ResetLayout] {
                let label = (command.icon().rich_text(), RichText::new(command.name()));
                if ui.add(Button::new(label)).clicked() {
                    self.asked = Some(command);
                }
            }
        });
    }

    fn tab_bar_height(&self, _style: &Style) -> f32 {
        self.tokens.size.tab_bar
    }

    fn gap_width(&self, _style: &Style) -> f32 {
        self.tokens.size.hairline
    }

    fn min_size(&self) -> f32 {
        160.0
    }

    fn simplification_options(&self) -> SimplificationOptions {
        SimplificationOptions {
            all_panes_must_have_tabs: true,
            ..SimplificationOptions::default()
        }
    }

    fn tab_bar_color(&self, _visuals: &Visuals) -> Color32 {
        self.tokens.canvas
    }

    fn tab_bar_hline_stroke(&self, _visuals: &Visuals) -> Stroke {
        Stroke::new(self.tokens.size.hairline, self.tokens.border)
    }

    fn resize_stroke(&self, _style: &Style, state: ResizeState) -> Stroke {
        match state {
            ResizeState::Idle => Stroke::new(self.tokens.size.hairline, self.tokens.border),
            ResizeState::Hovering => Stroke::new(2.0, self.tokens.border_strong),
            ResizeState::Dragging => Stroke::new(2.0, self.tokens.accent),
        }
    }

    fn drag_preview_stroke(&self, _visuals: &Visuals) -> Stroke {
        Stroke::new(self.tokens.size.line, self.tokens.accent)
    }

    fn drag_preview_color(&self, _visuals: &Visuals) -> Color32 {
        self.tokens.accent.gamma_multiply(0.25)
    }
}

impl Panes<'_> {
    fn close_button(&self, ui: &Ui, tab: Rect, id: Id, tile: TileId, tiles: &Tiles<Pane>) -> bool {
        let tokens = self.tokens;
        let center = eframe::egui::pos2(
            tab.right() - tokens.space.m - tokens.size.icon / 2.0 + tokens.space.xs,
            tab.center().y,
        );
        let rect = Rect::from_center_size(center, vec2(tokens.size.icon, tokens.size.icon));
        let response = ui.interact(rect, id.with("close"), Sense::click());
        let name = tiles.get_pane(&tile).map_or_else(
            || "Close".to_owned(),
            |pane| format!("Close {}", pane.title()),
        );
        response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &name));
        let color = if response.hovered() {
            ui.painter().rect(
                rect,
                CornerRadius::same(tokens.radius.small),
                tokens.hovered,
                Stroke::NONE,
                StrokeKind::Inside,
            );
            tokens.text
        } else {
            tokens.text_disabled
        };
        let reach = 3.0;
        let stroke = Stroke::new(1.25, color);
        for turn in [1.0, -1.0] {
            ui.painter().line_segment(
                [
                    center + vec2(-reach, -reach * turn),
                    center + vec2(reach, reach * turn),
                ],
                stroke,
            );
        }
        response.clicked()
    }
}

#[cfg(test)]
mod tests {
    use super::{Pane, is_shown, remove_doubles, show, split, tabs};

    #[test]
    fn a_closed_pane_comes_back_in_front() {
        for mut tree in [tabs(), split()] {
            let id = tree.tiles.find_pane(&Pane::Log).unwrap();
            tree.remove_recursively(id);
            assert!(tree.tiles.find_pane(&Pane::Log).is_none());
            show(&mut tree, Pane::Log);
            assert!(is_shown(&tree, Pane::Log));
        }
    }

    #[test]
    fn the_last_closed_pane_comes_back() {
        let mut tree = tabs();
        for pane in Pane::ALL {
            let id = tree.tiles.find_pane(&pane).unwrap();
            tree.remove_recursively(id);
        }
        show(&mut tree, Pane::Curves);
        assert!(is_shown(&tree, Pane::Curves));
    }

    #[test]
    fn a_layout_with_the_pane_that_compared_runs_opens_as_one_that_explores_them() {
        let tree = split();
        let text = serde_json::to_string(&tree).unwrap();
        let old = text.replace("\"Explore\"", "\"Compare\"");
        assert_ne!(old, text);
        let back: egui_tiles::Tree<Pane> = serde_json::from_str(&old).unwrap();
        assert_eq!(back, tree);
        // Both were there for a while.
        let mut both = tabs();
        let root = both.root().unwrap();
        let second = both.tiles.insert_pane(Pane::Explore);
        both.move_tile_to_container(second, root, usize::MAX, false);
        remove_doubles(&mut both);
        let panes = both.tiles.tiles();
        let panes = panes.filter(|tile| matches!(tile, egui_tiles::Tile::Pane(_)));
        assert_eq!(panes.count(), Pane::ALL.len());
    }

    #[test]
    fn a_layout_survives_a_restart() {
        let tree = split();
        let text = serde_json::to_string(&tree).unwrap();
        let back: egui_tiles::Tree<Pane> = serde_json::from_str(&text).unwrap();
        assert_eq!(tree, back);
    }
}
