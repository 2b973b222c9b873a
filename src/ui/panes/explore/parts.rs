//! All parts, and the overview that shows several of them at once.

use eframe::egui::{Rect, ScrollArea, Ui, UiBuilder, pos2, vec2};

use super::co_clusters::CoClustersPart;
use super::coordinates::CoordinatesPart;
use super::curves::CurvesPart;
use super::groups::GroupsPart;
use super::importance::ImportancePart;
use super::pictures::PicturesPart;
use super::recommendations::RecommendationsPart;
use super::relation::RelationPart;
use super::table::TablePart;
use super::{Look, Part, PartKind, Shared};
use crate::ui::app::Action;
use crate::ui::theme::tokens;

/// All parts.
#[derive(Default)]
pub(super) struct Parts {
    coordinates: CoordinatesPart,
    relation: RelationPart,
    curves: CurvesPart,
    importance: ImportancePart,
    groups: GroupsPart,
    table: TablePart,
    pictures: PicturesPart,
    co_clusters: CoClustersPart,
    recommendations: RecommendationsPart,
}

/// The overview shows parts side by side from this width on.
const WIDE: f32 = 720.0;
/// From this width on there are three parts side by side.
const VERY_WIDE: f32 = 1080.0;
/// Least height of a part among others.
const LEAST: f32 = 230.0;
/// The share of the height that the upper part takes.
const UPPER: f32 = 0.48;

impl Parts {
    /// Those that have jobs and settings.
    pub(super) fn all(&self) -> [(PartKind, &dyn Part); 9] {
        [
            (PartKind::Coordinates, &self.coordinates),
            (PartKind::Relation, &self.relation),
            (PartKind::Curves, &self.curves),
            (PartKind::Importance, &self.importance),
            (PartKind::Groups, &self.groups),
            (PartKind::Table, &self.table),
            (PartKind::Pictures, &self.pictures),
            (PartKind::CoClusters, &self.co_clusters),
            (PartKind::Recommendations, &self.recommendations),
        ]
    }

    /// One of them; none is the overview.
    pub(super) fn get(&mut self, kind: PartKind) -> Option<&mut dyn Part> {
        Some(match kind {
            PartKind::Overview => return None,
            PartKind::Coordinates => &mut self.coordinates,
            PartKind::Relation => &mut self.relation,
            PartKind::Curves => &mut self.curves,
            PartKind::Importance => &mut self.importance,
            PartKind::Groups => &mut self.groups,
            PartKind::Table => &mut self.table,
            PartKind::Pictures => &mut self.pictures,
            PartKind::CoClusters => &mut self.co_clusters,
            PartKind::Recommendations => &mut self.recommendations,
        })
    }

    /// Shows one part, or the overview.
    pub(super) fn ui(
        &mut self,
        ui: &mut Ui,
        kind: PartKind,
        look: &Look<'_>,
        shared: &mut Shared,
    ) -> Vec<Action> {
        if let Some(part) = self.get(kind) {
            return part.ui(ui, look, shared);
        }
        let room = ui.available_rect_before_wrap();
        if room.width() >= WIDE && room.height() >= 2.0 * LEAST {
            self.tiled_ui(ui, room, look, shared)
        } else {
            self.stacked_ui(ui, look, shared)
        }
    }

    /// Parameters above; below them a relation, what matters, and the table.
    fn tiled_ui(
        &mut self,
        ui: &mut Ui,
        room: Rect,
        look: &Look<'_>,
        shared: &mut Shared,
    ) -> Vec<Action> {
        let gap = tokens(ui.ctx()).space.l;
        let upper = ((room.height() - gap) * UPPER).floor();
        let (above, below) = (
            room.with_max_y(room.top() + upper),
            room.with_min_y(room.top() + upper + gap),
        );
        // Where there is no room for three, the table is a part of its own.
        let below_kinds: &[(PartKind, f32)] = if room.width() >= VERY_WIDE {
            &[
                (PartKind::Relation, 0.36),
                (PartKind::Importance, 0.26),
                (PartKind::Table, 0.38),
            ]
        } else {
            &[(PartKind::Relation, 0.5), (PartKind::Importance, 0.5)]
        };
        let mut left = below.left();
        let across = below.width() - gap * (below_kinds.len() - 1) as f32;
        let mut rects = vec![(PartKind::Coordinates, above)];
        for (kind, share) in below_kinds {
            let width = (across * share).floor();
            let from = pos2(left, below.top());
            let size = vec2(width, below.height());
            rects.push((*kind, Rect::from_min_size(from, size)));
            left += width + gap;
        }
        let mut actions = Vec::new();
        for (kind, rect) in rects {
            actions.extend(self.place(ui, kind, rect, look, shared));
        }
        ui.advance_cursor_after_rect(room);
        actions
    }

    /// One part below the other.
    fn stacked_ui(&mut self, ui: &mut Ui, look: &Look<'_>, shared: &mut Shared) -> Vec<Action> {
        let gap = tokens(ui.ctx()).space.l;
        let height = (ui.available_height() * 0.7).max(LEAST);
        let mut actions = Vec::new();
        ScrollArea::vertical()
            .id_salt("overview")
            .auto_shrink([false, false])
            .show(ui, |ui| {
                let stacked = [
                    PartKind::Coordinates,
                    PartKind::Relation,
                    PartKind::Importance,
                    PartKind::Table,
                ];
                for kind in stacked {
                    let size = vec2(ui.available_width() - gap, height);
                    let rect = Rect::from_min_size(ui.cursor().min, size);
                    actions.extend(self.place(ui, kind, rect, look, shared));
                    ui.advance_cursor_after_rect(rect);
                    ui.add_space(gap);
                }
            });
        actions
    }

    fn place(
        &mut self,
        ui: &mut Ui,
        kind: PartKind,
        rect: Rect,
        look: &Look<'_>,
        shared: &mut Shared,
    ) -> Vec<Action> {
        let Some(part) = self.get(kind) else {
            return Vec::new();
        };
        let builder = UiBuilder::new().id_salt(("overview", kind)).max_rect(rect);
        let mut child = ui.new_child(builder);
        child.shrink_clip_rect(rect);
        part.ui(&mut child, look, shared)
    }
}
