//! The text about the cell under the pointer.

use eframe::egui::{Grid, RichText, Tooltip, Ui, vec2};

use super::heatmap::Pointed;
use super::legend::swatch;
use super::snapshot::Snapshot;
use crate::data::{Classes, MatrixData};
use crate::draw::ticks::three_digits;
use crate::record::Side;
use crate::ui::results::ResultRun;
use crate::ui::theme::emphasis;
use crate::ui::theme::tokens;

/// Shares of γ that are named.
const SHARES: usize = 3;
/// Longest name, in characters.
const NAME: usize = 48;

/// Names, value, clusters and γ of what is pointed at, beside the pointer; in each of the runs, which are named if there are two.
pub(super) fn tooltip(
    ui: &Ui,
    data: &MatrixData,
    sides: &[(Option<ResultRun<'_>>, &Snapshot)],
    pointed: Pointed,
) {
    let tokens = tokens(ui.ctx());
    let id = ui.scope_id().with("matrix tooltip");
    Tooltip::always_open(
        ui.ctx().clone(),
        ui.layer_id(),
        id,
        eframe::egui::PopupAnchor::Pointer,
    )
    .gap(tokens.space.l)
    .show(|ui| {
        ui.spacing_mut().item_spacing = vec2(tokens.space.m, tokens.space.hair);
        Grid::new(id.with("grid")).num_columns(2).show(ui, |ui| {
            if let Some(row) = pointed.row {
                named(ui, "Row", data.rows.display(row));
                for (run, snapshot) in sides {
                    belongs(ui, row, *run, &snapshot.clusters.rows);
                }
                class(ui, row, data.row_classes.as_ref());
            }
            if let Some(column) = pointed.column {
                named(ui, "Column", data.columns.display(column));
                for (run, snapshot) in sides {
                    belongs(ui, column, *run, &snapshot.clusters.columns);
                }
                class(ui, column, data.column_classes.as_ref());
            }
            if let (Some(row), Some(column)) = (pointed.row, pointed.column) {
                key(ui, "Value");
                match data.value(row, column) {
                    Some(value) => ui.label(emphasis(three_digits(value))),
                    None => ui.label(RichText::new("missing").color(tokens.text_secondary)),
                };
                ui.end_row();
            }
        });
    });
}

fn key(ui: &mut Ui, text: &str) {
    let color = tokens(ui.ctx()).text_tertiary;
    ui.label(RichText::new(text).color(color));
}

fn named(ui: &mut Ui, what: &str, name: &str) {
    key(ui, what);
    ui.label(emphasis(short(name)));
    ui.end_row();
}

/// Cluster and γ.
fn belongs(ui: &mut Ui, row: usize, run: Option<ResultRun<'_>>, side: &Side) {
    let tokens = tokens(ui.ctx());
    key(ui, "");
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = tokens.space.xs;
        if let Some(run) = run {
            swatch(ui, run.color, false);
        }
        let text = RichText::new(membership(side, row)).color(tokens.text_secondary);
        ui.label(text);
    });
    ui.end_row();
}

/// True class.
fn class(ui: &mut Ui, row: usize, classes: Option<&Classes>) {
    if let Some(class) = classes.and_then(|classes| class_name(classes, row)) {
        key(ui, "");
        let text = format!("class {}", short(class));
        ui.label(RichText::new(text).color(tokens(ui.ctx()).text_secondary));
        ui.end_row();
    }
}

/// `cluster 3`, `cluster 3 · γ 0.81, 2: 0.15`, `set aside`.
pub(super) fn membership(side: &Side, row: usize) -> String {
    let Some(cluster) = side.of.get(row).copied().flatten() else {
        return "set aside: constant".to_owned();
    };
    let mut text = format!("cluster {}", cluster + 1);
    if let Some(shares) = side.shares(row) {
        let own = shares.get(usize::from(cluster)).copied().unwrap_or(0.0);
        text += &format!(" · γ {}", share_text(own));
        let mut others: Vec<(usize, f32)> = shares
            .iter()
            .copied()
            .enumerate()
            .filter(|(other, share)| *other != usize::from(cluster) && *share >= 0.005)
            .collect();
        others.sort_by(|a, b| b.1.total_cmp(&a.1));
        for (other, share) in others.iter().take(SHARES - 1) {
            text += &format!(", {}: {}", other + 1, share_text(*share));
        }
    }
    text
}

/// Two decimals, without claiming certainty where there is none.
pub(super) fn share_text(share: f32) -> String {
    if (0.995..1.0).contains(&share) {
        "> 0.99".to_owned()
    } else {
        format!("{share:.2}")
    }
}

pub(super) fn class_name(classes: &Classes, row: usize) -> Option<&str> {
    let class = classes.of.get(row).copied().flatten()?;
    classes.names.get(class as usize).map(String::as_str)
}

fn short(name: &str) -> String {
    if name.chars().count() <= NAME {
        return name.to_owned();
    }
    let head: String = name.chars().take(NAME - 1).collect();
    head + "…"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_shares_are_named() {
        let side = Side::of_active(
            4,
            &[0, 2],
            3,
            &[1, 0],
            &[0.2, 0.7, 0.001, 0.099, 1.0, 0.0, 0.0, 0.0],
        );
        assert_eq!(membership(&side, 0), "cluster 2 · γ 0.70, 1: 0.20, 4: 0.10");
        assert_eq!(membership(&side, 1), "set aside: constant");
        assert_eq!(membership(&side, 2), "cluster 1 · γ 1.00");
        assert_eq!(share_text(0.998), "> 0.99");
        let hard = Side {
            clusters: 2,
            of: vec![Some(1)],
            posterior: Vec::new(),
        };
        assert_eq!(membership(&hard, 0), "cluster 2");
    }
}
