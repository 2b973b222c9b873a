//! How large clusters are, and which true classes are in them.

use eframe::egui::{Align2, Rect, Role, Sense, TextStyle, Ui, WidgetInfo, pos2, vec2};

use super::grid::{Cell, Grid, Header, cluster_headers};
use crate::data::{Classes, MatrixData};
use crate::draw::format;
use crate::ui::results::co_clusters::cluster_colors;
use crate::ui::results::co_clusters::cluster_colors::{ClusterColors, SideColors};
use crate::ui::results::co_clusters::snapshot::{Confusion, Counts, Snapshot};
use crate::ui::theme::tokens;
use crate::ui::widgets::{caption, section_header};

/// Sizes of the clusters of both sides, and true classes where they are known.
pub(in crate::ui::results::co_clusters) fn clusters_ui(
    ui: &mut Ui,
    snapshot: &Snapshot,
    data: Option<&MatrixData>,
    cluster_colors: &ClusterColors,
) {
    let tokens = tokens(ui.ctx());
    let sides = [
        ("Row clusters", "rows", &snapshot.rows, &cluster_colors.rows),
        (
            "Column clusters",
            "columns",
            &snapshot.columns,
            &cluster_colors.columns,
        ),
    ];
    for (index, (title, what, counts, cluster_colors)) in sides.into_iter().enumerate() {
        let classes = data.and_then(|data| match index {
            0 => data.row_classes.as_ref(),
            _ => data.column_classes.as_ref(),
        });
        section_header(ui, title);
        sizes_ui(ui, what, counts, cluster_colors);
        if let (Some(confusion), Some(classes)) = (&counts.confusion, classes) {
            ui.add_space(tokens.space.s);
            confusion_ui(ui, what, counts, confusion, classes, cluster_colors);
        }
        ui.add_space(tokens.space.m);
    }
}

/// A bar for each cluster.
fn sizes_ui(ui: &mut Ui, what: &str, counts: &Counts, cluster_colors: &SideColors) {
    let tokens = tokens(ui.ctx());
    let all: usize = counts.sizes.iter().sum();
    let most = counts.sizes.iter().copied().max().unwrap_or(0).max(1);
    let font = TextStyle::Small.resolve(ui.style());
    let height = tokens.size.icon + tokens.space.hair;
    for (cluster, &size) in counts.sizes.iter().enumerate() {
        let width = ui.available_width() - tokens.space.xs;
        let (rect, response) = ui.allocate_exact_size(vec2(width, height), Sense::hover());
        let share = size as f64 / all.max(1) as f64;
        let text = format!(
            "{} · {}",
            format::count(size as u64),
            format::percent(share)
        );
        response.widget_info(|| {
            let name = format!("Cluster {} of the {what}: {text}", cluster + 1);
            WidgetInfo::labeled(Role::Image, true, name)
        });
        let painter = ui.painter();
        let left = rect.left() + tokens.space.xl;
        let right = rect.right() - 2.0 * tokens.space.xxl;
        painter.text(
            pos2(left - tokens.space.s, rect.center().y),
            Align2::RIGHT_CENTER,
            cluster + 1,
            font.clone(),
            tokens.text_secondary,
        );
        let end = left + (right - left) * size as f32 / most as f32;
        let bar = Rect::from_min_max(
            pos2(left, rect.top() + tokens.space.xs),
            pos2(end.max(left + 1.0), rect.bottom() - tokens.space.xs),
        );
        let color = cluster_colors::color(&cluster_colors.clusters, Some(cluster as u32), tokens);
        painter.rect_filled(bar, f32::from(tokens.radius.small) - 1.0, color);
        painter.text(
            pos2(rect.right(), rect.center().y),
            Align2::RIGHT_CENTER,
            text,
            font.clone(),
            tokens.text_tertiary,
        );
    }
    if counts.set_aside > 0 {
        let count = format::count(counts.set_aside as u64);
        caption(
            ui,
            format!("{count} {what} set aside: all their cells are the same."),
        );
    }
}

/// Clusters against classes, shaded by the share of the cluster.
fn confusion_ui(
    ui: &mut Ui,
    what: &str,
    counts: &Counts,
    confusion: &Confusion,
    classes: &Classes,
    cluster_colors: &SideColors,
) {
    let tokens = tokens(ui.ctx());
    caption(ui, format!("True classes of the {what}"));
    let name = format!("Clusters and classes of the {what}");
    let grid = Grid {
        name: &name,
        rows: cluster_headers(counts.sizes.len(), &cluster_colors.clusters, ui),
        columns: classes
            .names
            .iter()
            .enumerate()
            .map(|(class, name)| Header {
                name: name.clone(),
                color: cluster_colors::color(&cluster_colors.classes, Some(class as u32), tokens),
            })
            .collect(),
        words: true,
        chosen: None,
    };
    grid.show(ui, false, |cluster, class| {
        let count = confusion.count(cluster, class);
        let row = &confusion.counts[cluster * confusion.classes..][..confusion.classes];
        let share = count as f32 / row.iter().sum::<usize>().max(1) as f32;
        Cell {
            fill: tokens.raised.lerp_to_gamma(tokens.accent, share),
            text: format::count(count as u64),
            hint: format!(
                "Cluster {}, class {}: {} {what}, {} of the cluster",
                cluster + 1,
                classes.names[class],
                format::count(count as u64),
                format::percent(f64::from(share))
            ),
        }
    });
    ui.add_space(tokens.space.xs);
    let mut text = format!(
        "NMI {:.3} · ARI {:.3} · purity {:.3}",
        confusion.nmi, confusion.ari, confusion.purity
    );
    if let Some(accuracy) = confusion.accuracy {
        text += &format!(" · accuracy {accuracy:.3}");
    }
    caption(ui, text).on_hover_text(
        "NMI with the arithmetic mean of the entropies; accuracy with each cluster matched to one class at most (Hungarian method)",
    );
}
