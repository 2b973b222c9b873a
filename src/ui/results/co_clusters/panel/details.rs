//! Details of the clicked block, row or column.

use eframe::egui::{RichText, Ui};
use egui_material_icons::icons as icon;

use super::lists::{Line, line_ui};
use super::{Panel, Picked};
use crate::data::{Classes, Labels};
use crate::draw::format;
use crate::draw::ticks::three_digits;
use crate::record::Side;
use crate::ui::results::co_clusters::cluster_colors;
use crate::ui::results::co_clusters::cluster_colors::SideColors;
use crate::ui::results::co_clusters::heatmap::Chosen;
use crate::ui::results::co_clusters::hover::{class_name, share_text};
use crate::ui::results::co_clusters::selection_details::{
    Member, Members, SelectionDetails, SelectionDetailsCache,
};
use crate::ui::results::co_clusters::settings::Rank;
use crate::ui::results::co_clusters::snapshot::Snapshot;
use crate::ui::theme::tokens;
use crate::ui::widgets::{
    IconButton, caption, elided_label, key_values, section_header, section_header_with, segmented,
};

/// Shares of γ above this are listed even where there are many clusters.
const SMALL: f32 = 0.001;
/// Up to so many clusters all shares are listed.
const ALL: usize = 12;

/// One side of the matrix, for the words and names that differ.
struct Named<'a> {
    what: &'static str,
    labels: &'a Labels,
    classes: Option<&'a Classes>,
    side: &'a Side,
    cluster_colors: &'a SideColors,
}

impl<'a> Named<'a> {
    fn rows(panel: &Panel<'a>) -> Self {
        Self {
            what: "row",
            labels: &panel.data.rows,
            classes: panel.data.row_classes.as_ref(),
            side: &panel.snapshot.clusters.rows,
            cluster_colors: &panel.cluster_colors.rows,
        }
    }

    fn columns(panel: &Panel<'a>) -> Self {
        Self {
            what: "column",
            labels: &panel.data.columns,
            classes: panel.data.column_classes.as_ref(),
            side: &panel.snapshot.clusters.columns,
            cluster_colors: &panel.cluster_colors.columns,
        }
    }
}

pub(super) fn details_ui(
    ui: &mut Ui,
    panel: &Panel<'_>,
    rank: &mut Rank,
    selection_cache: &mut SelectionDetailsCache,
) -> Option<Picked> {
    let Some(chosen) = panel.chosen else {
        section_header(ui, "Details");
        caption(
            ui,
            "Click a block to see what it is made of, or a bar beside the matrix to see one row or column.",
        );
        return None;
    };
    let selection_details =
        selection_cache.get(ui.ctx(), panel.data, panel.values, panel.snapshot, chosen);
    match chosen {
        Chosen::Block(row, column) => block_ui(ui, panel, (row, column), selection_details, rank),
        Chosen::Row(row) => {
            let (own, other) = (Named::rows(panel), Named::columns(panel));
            line_details_ui(ui, &own, &other, row, selection_details, chosen)
        }
        Chosen::Column(column) => {
            let (own, other) = (Named::columns(panel), Named::rows(panel));
            line_details_ui(ui, &own, &other, column, selection_details, chosen)
        }
    }
}

fn title_ui(ui: &mut Ui, text: &str, chosen: Chosen) -> Option<Picked> {
    let shown = section_header_with(ui, text, |ui| {
        ui.add(IconButton::new(
            icon::ICON_CENTER_FOCUS_STRONG,
            "Bring into view",
        ))
        .clicked()
    });
    shown.then_some(Picked::Show(chosen))
}

fn block_ui(
    ui: &mut Ui,
    panel: &Panel<'_>,
    (row, column): (u16, u16),
    selection_details: Option<&SelectionDetails>,
    rank: &mut Rank,
) -> Option<Picked> {
    let tokens = tokens(ui.ctx());
    let title = format!("Block {} × {}", row + 1, column + 1);
    let mut picked = title_ui(ui, &title, Chosen::Block(row, column));
    facts_ui(ui, panel.snapshot, (row, column));
    ui.add_space(tokens.space.s);
    let options = [
        (Rank::Strongest, "Strongest"),
        (Rank::Distinctive, "Distinctive"),
    ];
    segmented(ui, rank, &options);
    let hint = match rank {
        Rank::Strongest => "By their mean in the block. The tick is their mean elsewhere.",
        Rank::Distinctive => "By how much higher they are in the block than elsewhere (the tick).",
    };
    caption(ui, hint);
    let Some(SelectionDetails::Block { rows, columns }) = selection_details else {
        ui.spinner();
        return picked;
    };
    for (title, named, members, clicked) in [
        (
            "Columns",
            Named::columns(panel),
            columns,
            Chosen::Column as fn(usize) -> Chosen,
        ),
        ("Rows", Named::rows(panel), rows, Chosen::Row),
    ] {
        ui.add_space(tokens.space.s);
        section_header(ui, title);
        let cluster = if title == "Rows" { row } else { column };
        let color = cluster_colors::color(
            &named.cluster_colors.clusters,
            Some(u32::from(cluster)),
            tokens,
        );
        if let Some(index) = members_ui(ui, &named, members, *rank, color) {
            picked = Some(Picked::Chosen(clicked(index)));
        }
    }
    picked
}

/// Size and mean of a block, and what tells it from the rest.
fn facts_ui(ui: &mut Ui, snapshot: &Snapshot, (row, column): (u16, u16)) {
    let Some(blocks) = &snapshot.blocks else {
        return;
    };
    let Some(block) = blocks.get(row, column) else {
        return;
    };
    let rest = block.rest(&blocks.total);
    let written =
        |mean: Option<f64>| mean.map_or_else(|| "–".to_owned(), |mean| three_digits(mean as f32));
    let size = |sizes: &[usize], cluster: u16| {
        format::count(sizes.get(usize::from(cluster)).copied().unwrap_or(0) as u64)
    };
    let share = |part: u64, whole: u64| format::percent(part as f64 / whole.max(1) as f64);
    let mut rows = vec![
        ("Mean", written(block.mean())),
        ("Mean elsewhere", written(rest.mean())),
        (
            "Size",
            format!(
                "{} × {}",
                size(&snapshot.rows.sizes, row),
                size(&snapshot.columns.sizes, column)
            ),
        ),
        ("Of all cells", share(block.cells, blocks.total.cells)),
    ];
    if blocks.total.sum > 0.0 && block.sum >= 0.0 {
        rows.push(("Of the sum", format::percent(block.sum / blocks.total.sum)));
    }
    rows.push(("Filled", share(block.nonzero, block.cells)));
    if let Some(lift) = blocks.lift(row, column) {
        rows.push(("Lift", format!("{lift:.2}")));
    }
    if let (Some(mean), Some(rest)) = (block.mean(), rest.mean()) {
        ui.label(RichText::new(difference(mean, rest)).color(tokens(ui.ctx()).text));
    }
    key_values(ui, "block", &rows);
}

/// `3.2 times the mean of the rest`, `0.4 above the mean of the rest`.
fn difference(mean: f64, rest: f64) -> String {
    let ratio = mean / rest;
    if mean >= 0.0 && rest > 0.0 && ratio.is_finite() {
        return if ratio >= 1.05 {
            format!("{ratio:.1} times the mean of the rest")
        } else if ratio <= 0.95 {
            format!("Only {} of the mean of the rest", format::percent(ratio))
        } else {
            "About as large as the rest".to_owned()
        };
    }
    let size = three_digits((mean - rest).abs() as f32);
    if mean >= rest {
        format!("{size} above the mean of the rest")
    } else {
        format!("{size} below the mean of the rest")
    }
}

fn members_ui(
    ui: &mut Ui,
    named: &Named<'_>,
    members: &Members,
    rank: Rank,
    color: eframe::egui::Color32,
) -> Option<usize> {
    let list = match rank {
        Rank::Strongest => &members.strongest,
        Rank::Distinctive => &members.distinctive,
    };
    if list.is_empty() {
        caption(ui, "None has a value here.");
        return None;
    }
    let ends = |value: fn(&Member) -> f64| list.iter().map(value);
    let most = ends(|member| member.inside.max(member.outside)).fold(f64::MIN, f64::max);
    let least = ends(|member| member.inside.min(member.outside)).fold(0.0, f64::min);
    let place = |value: f64| ((value - least) / (most - least).max(f64::MIN_POSITIVE)) as f32;
    let mut clicked = None;
    for member in list {
        let value = match rank {
            Rank::Strongest => member.inside,
            Rank::Distinctive => member.difference(),
        };
        let sign = if rank == Rank::Distinctive && value > 0.0 {
            "+"
        } else {
            ""
        };
        let name = named.labels.display(member.index as usize);
        let line = Line {
            name,
            share: place(member.inside),
            elsewhere: Some(place(member.outside)),
            value: format!("{sign}{}", three_digits(value as f32)),
            color,
            hint: format!(
                "{name}\nMean in the block {}, elsewhere {}",
                three_digits(member.inside as f32),
                three_digits(member.outside as f32)
            ),
            clickable: true,
        };
        if line_ui(ui, &line) {
            clicked = Some(member.index as usize);
        }
    }
    clicked
}

/// One row or column.
fn line_details_ui(
    ui: &mut Ui,
    own: &Named<'_>,
    other: &Named<'_>,
    index: usize,
    selection_details: Option<&SelectionDetails>,
    chosen: Chosen,
) -> Option<Picked> {
    let tokens = tokens(ui.ctx());
    let word = if own.what == "row" { "Row" } else { "Column" };
    let mut picked = title_ui(ui, word, chosen);
    if index >= own.labels.len() {
        return picked;
    }
    let width = ui.available_width();
    elided_label(ui, own.labels.display(index), width);
    let cluster = own.side.of.get(index).copied().flatten();
    let mut rows = vec![(
        "Cluster",
        cluster.map_or_else(
            || "set aside: constant".to_owned(),
            |cluster| (cluster + 1).to_string(),
        ),
    )];
    if let Some(classes) = own.classes {
        rows.push((
            "True class",
            class_name(classes, index).unwrap_or("–").to_owned(),
        ));
    }
    if let Some(SelectionDetails::Line { present, mean, .. }) = selection_details {
        rows.push(("Cells with a value", format::count(u64::from(*present))));
        rows.extend(mean.map(|mean| ("Mean", three_digits(mean as f32))));
    }
    key_values(ui, "line", &rows);
    ui.add_space(tokens.space.s);
    section_header(ui, "Soft assignment γ");
    shares_ui(ui, own, index);
    ui.add_space(tokens.space.s);
    let (title, clicked): (_, fn(usize) -> Chosen) = if own.what == "row" {
        ("Its largest cells, by column", Chosen::Column)
    } else {
        ("Its largest cells, by row", Chosen::Row)
    };
    section_header(ui, title);
    let Some(SelectionDetails::Line { cells, .. }) = selection_details else {
        ui.spinner();
        return picked;
    };
    if cells.is_empty() {
        caption(ui, "It has no cells that are neither zero nor missing.");
    }
    let most = cells
        .iter()
        .map(|(_, value)| value.abs())
        .fold(0.0, f32::max);
    for (at, value) in cells {
        let at = *at as usize;
        let cluster = other.side.of.get(at).copied().flatten().map(u32::from);
        let of = cluster.map_or_else(String::new, |cluster| format!("\nCluster {}", cluster + 1));
        let name = other.labels.display(at);
        let line = Line {
            name,
            share: value.abs() / most.max(f32::MIN_POSITIVE),
            elsewhere: None,
            value: three_digits(*value),
            color: cluster_colors::color(&other.cluster_colors.clusters, cluster, tokens),
            hint: format!("{name}{of}"),
            clickable: true,
        };
        if line_ui(ui, &line) {
            picked = Some(Picked::Chosen(clicked(at)));
        }
    }
    picked
}

/// γ of every cluster.
fn shares_ui(ui: &mut Ui, named: &Named<'_>, index: usize) {
    let tokens = tokens(ui.ctx());
    let Some(shares) = named.side.shares(index) else {
        let text = format!(
            "This method assigns each {} to one cluster only.",
            named.what
        );
        caption(ui, text);
        return;
    };
    let mut listed: Vec<(usize, f32)> = shares.iter().copied().enumerate().collect();
    if listed.len() > ALL {
        listed.sort_by(|a, b| b.1.total_cmp(&a.1));
        listed.retain(|(_, share)| *share >= SMALL);
        listed.truncate(ALL);
    }
    for (cluster, share) in listed {
        let name = format!("Cluster {}", cluster + 1);
        line_ui(
            ui,
            &Line {
                name: &name,
                share,
                elsewhere: None,
                value: share_text(share),
                color: cluster_colors::color(
                    &named.cluster_colors.clusters,
                    Some(cluster as u32),
                    tokens,
                ),
                hint: format!("γ = {share:.4}"),
                clickable: false,
            },
        );
    }
}

#[cfg(test)]
mod tests {
    use super::difference;

    #[test]
    fn a_block_is_told_from_the_rest_in_words() {
        let plain = |text: String| text.replace('\u{202f}', " ");
        assert_eq!(difference(6.4, 2.0), "3.2 times the mean of the rest");
        assert_eq!(
            plain(difference(0.5, 2.0)),
            "Only 25 % of the mean of the rest"
        );
        assert_eq!(difference(2.0, 2.0), "About as large as the rest");
        assert_eq!(difference(0.5, -0.1), "0.6 above the mean of the rest");
        assert_eq!(difference(-0.5, -0.1), "0.4 below the mean of the rest");
        assert_eq!(difference(0.5, 0.0), "0.5 above the mean of the rest");
    }
}
