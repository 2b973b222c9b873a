//! How the clusters of two runs go together, as tables.

use eframe::egui::{RichText, Ui};

use super::grid::{Cell, Grid, cluster_headers};
use crate::draw::format;
use crate::ui::results::ResultRun;
use crate::ui::results::co_clusters::cluster_colors::ClusterColors;
use crate::ui::results::co_clusters::legend::swatch;
use crate::ui::results::co_clusters::mapping::Mapping;
use crate::ui::theme::tokens;
use crate::ui::widgets::{caption, elided_label, section_header};

/// Tables of the members that clusters share, for rows and for columns.
pub(in crate::ui::results::co_clusters) fn mapping_ui(
    ui: &mut Ui,
    (one, cluster_colors): (&ResultRun<'_>, &ClusterColors),
    other: &ResultRun<'_>,
    mapping: Option<(&Mapping, &ClusterColors)>,
) {
    let tokens = tokens(ui.ctx());
    for (run, what) in [
        (one, "Rows of the tables"),
        (other, "Columns of the tables"),
    ] {
        ui.horizontal(|ui| {
            swatch(ui, run.color, false);
            let width = ui.available_width() - 3.0 * tokens.space.xxl;
            elided_label(ui, run.name, width);
            ui.label(RichText::new(what).small().color(tokens.text_tertiary));
        });
    }
    let Some((mapping, other_cluster_colors)) = mapping else {
        ui.spinner();
        return;
    };
    let sides = [
        (
            "Rows",
            "rows",
            &mapping.rows,
            &cluster_colors.rows,
            &other_cluster_colors.rows,
        ),
        (
            "Columns",
            "columns",
            &mapping.columns,
            &cluster_colors.columns,
            &other_cluster_colors.columns,
        ),
    ];
    for (title, what, side, cluster_colors, other_cluster_colors) in sides {
        ui.add_space(tokens.space.m);
        section_header(ui, title);
        let name = format!("Clusters of the {what} in both runs");
        let (height, width) = side.clusters;
        let grid = Grid {
            name: &name,
            rows: cluster_headers(height, &cluster_colors.clusters, ui),
            columns: cluster_headers(width, &other_cluster_colors.clusters, ui),
            words: false,
            chosen: None,
        };
        grid.show(ui, false, |first, second| {
            let count = side.counts[first * width + second];
            let all: usize = side.counts[first * width..][..width].iter().sum();
            let share = count as f32 / all.max(1) as f32;
            Cell {
                fill: tokens.raised.lerp_to_gamma(tokens.accent, share),
                text: format::count(count as u64),
                hint: format!(
                    "Cluster {} and cluster {} share {} {what}, {} of the first",
                    first + 1,
                    second + 1,
                    format::count(count as u64),
                    format::percent(f64::from(share))
                ),
            }
        });
        ui.add_space(tokens.space.xs);
        caption(
            ui,
            format!("ARI {:.3} · NMI {:.3} between the two", side.ari, side.nmi),
        )
        .on_hover_text("1 if both runs found the same clusters, about 0 if they are unrelated");
    }
    ui.add_space(tokens.space.s);
    caption(
        ui,
        "Clusters of the second run stand in the places and colors of those of the first that they share most with.",
    );
}
