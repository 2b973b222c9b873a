//! One of the matrices: its title, the bars of its true classes, its cells and the borders of its blocks.

use std::sync::Arc;

use eframe::egui::{Rect, Role, Sense, TextStyle, Ui, UiBuilder, WidgetInfo, pos2};

use super::ClusteredRun;
use crate::data::MatrixData;
use crate::draw::Tokens;
use crate::draw::format;
use crate::draw::matrix::{Colors, Values, Within};
use crate::ui::results::cache::{SnapshotCache, SnapshotState};
use crate::ui::results::co_clusters::axes;
use crate::ui::results::co_clusters::cluster_colors::ClusterColors;
use crate::ui::results::co_clusters::frame::{COLUMNS, FIT, ROWS};
use crate::ui::results::co_clusters::mapping::{Mapping, Mappings};
use crate::ui::results::co_clusters::picture::{Order, Picture, PictureRequest, sequences};
use crate::ui::results::co_clusters::settings::Clusters;
use crate::ui::results::co_clusters::snapshot::Snapshot;
use crate::ui::theme::tokens;
use crate::ui::widgets::{Placed, Severity, Viewport, caption, elide_middle, message};

/// Bytes that the snapshots of one run may take.
const KEPT: usize = 48 << 20;

/// What is kept of a run between frames.
pub(super) struct Side {
    pub(super) cache: SnapshotCache<Snapshot>,
    pub(super) picture: Picture,
    /// Its clusters beside those of the first.
    pub(super) mappings: Mappings,
    /// The snapshot that was shown last.
    pub(super) snapshot: Option<Arc<Snapshot>>,
    /// A class has one color in all matrices; clusters have those of the first run's that they go with.
    pub(super) colors: ClusterColors,
}

impl Default for Side {
    fn default() -> Self {
        Self {
            cache: SnapshotCache::of_size(KEPT),
            picture: Picture::default(),
            mappings: Mappings::default(),
            snapshot: None,
            colors: ClusterColors::default(),
        }
    }
}

/// What all matrices share.
pub(super) struct Grid<'a> {
    /// The first run's co-clusters, which the others follow.
    pub(super) first: Option<&'a Arc<Snapshot>>,
    pub(super) data: &'a Arc<MatrixData>,
    pub(super) values: &'a Arc<Values>,
    pub(super) clusters: Clusters,
    pub(super) tokens: &'static Tokens,
}

/// Where the parts of a matrix stand.
struct Places {
    plot: Rect,
    /// Of true classes: left of the cells, and above them.
    bars: [Option<Rect>; 2],
}

impl Places {
    fn of(area: Rect, data: &MatrixData, tokens: &Tokens) -> Self {
        let (width, gap) = (tokens.size.class_bar, tokens.space.hair);
        let room = |has_classes: bool| if has_classes { width + gap } else { 0.0 };
        let left = room(data.row_classes.is_some());
        let above = room(data.column_classes.is_some());
        let corner = pos2(area.left() + left, area.top() + above);
        let plot = Rect::from_min_max(corner, area.max.max(corner)).round();
        let mut bars = [None; 2];
        bars[ROWS] = data.row_classes.is_some().then(|| {
            let right = plot.left() - gap;
            Rect::from_min_max(pos2(right - width, plot.top()), pos2(right, plot.bottom()))
        });
        bars[COLUMNS] = data.column_classes.is_some().then(|| {
            let bottom = plot.top() - gap;
            Rect::from_min_max(
                pos2(plot.left(), bottom - width),
                pos2(plot.right(), bottom),
            )
        });
        Self { plot, bars }
    }
}

impl Side {
    /// Shows the matrix folded by this run; where its cells are, once it has been read.
    pub(super) fn ui(
        &mut self,
        ui: &mut Ui,
        area: Rect,
        own: &ClusteredRun<'_>,
        grid: &Grid<'_>,
        viewport: &mut Viewport,
    ) -> Option<Placed> {
        let Some(snapshot) = self.snapshot.clone() else {
            let ui = &mut ui.new_child(UiBuilder::new().max_rect(area));
            ui.centered_and_justified(|ui| ui.spinner());
            return None;
        };
        let (data, tokens) = (grid.data, grid.tokens);
        let order = self.arranged(ui, &snapshot, grid);
        self.picture.want(
            ui.ctx(),
            PictureRequest {
                data: Arc::clone(data),
                values: Arc::clone(grid.values),
                snapshot: Some(Arc::clone(&snapshot)),
                order,
                colors: Colors::default(),
                tokens,
            },
        );
        let Places { plot, bars } = Places::of(area, data, tokens);
        let id = ui.scope_id().with(("same matrix", own.run.id));
        let response = ui.interact(plot, id, Sense::click_and_drag());
        let name = format!("Matrix folded by {}", own.caption);
        response.widget_info(|| WidgetInfo::labeled(Role::Canvas, true, &name));
        let cells = [data.observed.columns(), data.observed.rows()];
        let place = |viewport: &Viewport| viewport.place(plot, cells, FIT);
        viewport.navigate(ui, &response, &[], place, true);
        let placed = place(viewport);
        ui.painter().rect_filled(plot, 0.0, tokens.canvas);
        self.picture.draw(ui, &placed);
        if let Some(problem) = &self.picture.problem {
            let ui = &mut ui.new_child(UiBuilder::new().max_rect(plot));
            message(ui, Severity::Error, problem, |_| ());
        }
        self.beside_ui(ui, &placed, bars, own, tokens);
        Some(placed)
    }

    /// The order of its rows and columns: its clusters stand where those of the first do that they go with, in the same colors.
    fn arranged(&mut self, ui: &Ui, snapshot: &Arc<Snapshot>, grid: &Grid<'_>) -> Order {
        let (within, clusters) = (Within::default(), grid.clusters);
        let first = grid.first.filter(|first| !Arc::ptr_eq(first, snapshot));
        let Some(first) = first else {
            self.colors = ClusterColors::of(Some(snapshot), Some(grid.data));
            return Order::Folded { clusters, within };
        };
        let of_first = ClusterColors::of(Some(first), Some(grid.data));
        let Some(mapping) = self.mappings.get(ui.ctx(), first, snapshot) else {
            return Order::Folded { clusters, within };
        };
        self.colors = colors(&of_first, &mapping, snapshot);
        let (rows, columns) = sequences(first, clusters);
        Order::Matched {
            rows: mapping.rows.sequence(&rows).into(),
            columns: mapping.columns.sequence(&columns).into(),
            within,
        }
    }

    /// Bars of true classes, and borders of blocks.
    fn beside_ui(
        &self,
        ui: &Ui,
        placed: &Placed,
        bars: [Option<Rect>; 2],
        own: &ClusteredRun<'_>,
        tokens: &'static Tokens,
    ) {
        let Some(layer) = self.picture.layer() else {
            return;
        };
        let of_sides = [
            (ROWS, "Classes of the rows", &layer.rows, &self.colors.rows),
            (
                COLUMNS,
                "Classes of the columns",
                &layer.columns,
                &self.colors.columns,
            ),
        ];
        for (side, what, labels, colors) in of_sides {
            if let (Some(bar), Some(labels)) = (bars[side], &labels.classes) {
                axes::bar(ui, bar, placed, side, labels, &colors.classes);
                let id = ui.scope_id().with((what, own.run.id));
                let name = format!("{what}, {}", own.caption);
                let response = ui.interact(bar, id, Sense::hover());
                response.widget_info(|| WidgetInfo::labeled(Role::Image, true, &name));
            }
        }
        let arrangement = layer.arrangement();
        let columns = axes::spans_of(&arrangement.columns);
        let rows = axes::spans_of(&arrangement.rows);
        let painter = ui.painter().with_clip_rect(placed.rect);
        let foreground = layer.foreground(tokens);
        axes::borders(&painter, placed, [&columns, &rows], foreground, tokens);
    }
}

fn colors(first: &ClusterColors, mapping: &Mapping, snapshot: &Snapshot) -> ClusterColors {
    let (rows, columns) = (&mapping.rows.partner, &mapping.columns.partner);
    ClusterColors::matched(first, rows, columns, snapshot)
}

/// The run's color, what tells it apart, and how many clusters it found.
pub(super) fn title_ui(
    ui: &mut Ui,
    head: Rect,
    own: &ClusteredRun<'_>,
    look: &SnapshotState<Snapshot>,
) {
    let tokens = tokens(ui.ctx());
    let center = pos2(head.left() + tokens.size.mark / 2.0, head.center().y);
    ui.painter()
        .circle_filled(center, tokens.size.mark * 0.4, own.run.color);
    let rest = head.with_min_x(head.left() + tokens.size.mark + tokens.space.s);
    let mut ui = ui.new_child(UiBuilder::new().max_rect(rest));
    ui.horizontal(|ui| {
        let counted = look.snapshot().map(|snapshot| {
            let clusters = &snapshot.clusters;
            format!(
                "{} × {} · step {}",
                clusters.rows.clusters,
                clusters.columns.clusters,
                format::count(snapshot.step)
            )
        });
        let font = TextStyle::Body.resolve(ui.style());
        let room = ui.available_width() - tokens.size.panel_min * 0.7;
        ui.label(elide_middle(
            ui,
            &own.caption,
            &font,
            room.max(tokens.space.xxl),
        ));
        caption(ui, counted.unwrap_or_default());
    });
}

#[cfg(test)]
mod tests {
    use eframe::egui::vec2;

    use super::*;
    use crate::data::Classes;
    use crate::draw::DARK;

    #[test]
    fn bars_take_room_only_where_there_are_classes() {
        let area = Rect::from_min_size(pos2(10.0, 20.0), vec2(300.0, 200.0));
        let mut data = MatrixData::default();
        let plain = Places::of(area, &data, &DARK);
        assert_eq!(plain.plot, area);
        assert_eq!(plain.bars, [None; 2]);
        data.row_classes = Some(Classes::default());
        let places = Places::of(area, &data, &DARK);
        let bar = places.bars[ROWS].expect("shown");
        assert_eq!(bar.left().round(), area.left());
        assert!(bar.right() < places.plot.left());
        assert_eq!(bar.y_range(), places.plot.y_range());
        assert_eq!(places.plot.top(), area.top());
        assert!(places.bars[COLUMNS].is_none());
    }
}
