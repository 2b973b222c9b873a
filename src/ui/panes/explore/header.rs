//! The controls above every part: which runs, the filter, which part.

use std::collections::BTreeMap;

use eframe::egui::{Role, TextEdit, Ui, WidgetInfo};

use super::store::RowStore;
use super::{Look, PartKind, RunSet, Shared};
use crate::ui::panes::PaneContext;
use crate::ui::theme::tokens;
use crate::ui::widgets::{Keep, Menu, caption, menu_entry, segmented, toolbar};

/// The sets that can be chosen, with their names.
pub(super) fn sets(context: &PaneContext<'_>, store: &RowStore) -> Vec<(RunSet, String)> {
    let mut sweeps: BTreeMap<&str, usize> = BTreeMap::new();
    for run in context.runs {
        if let Some(row) = store.row(&run.id)
            && let Some(place) = &row.summary.sweep
        {
            *sweeps.entry(&place.id).or_default() += 1;
        }
    }
    let mut sets = vec![
        (RunSet::All, "All runs".to_owned()),
        (RunSet::Marked, "Marked runs".to_owned()),
    ];
    let newest_first = sweeps.into_iter().rev();
    sets.extend(newest_first.map(|(id, count)| {
        let name = format!("{id} · {count} runs");
        (RunSet::Sweep(id.to_owned()), name)
    }));
    sets
}

/// Shows the controls.
pub(super) fn header_ui(
    ui: &mut Ui,
    shared: &mut Shared,
    shown: &mut PartKind,
    look: &Look<'_>,
    sets: &[(RunSet, String)],
    of: usize,
) {
    let tokens = tokens(ui.ctx());
    let parts: Vec<(PartKind, &str)> = PartKind::ALL
        .into_iter()
        .filter(|kind| kind.is_useful(look))
        .map(|kind| (kind, kind.title()))
        .collect();
    toolbar(ui, "explore", |bar| {
        bar.item("set", Keep::Always, |ui| {
            let own = sets
                .iter()
                .find(|(set, _)| Some(set) == shared.set.as_ref());
            let name = own.map_or("Runs", |(_, name)| name);
            Menu::new("Which runs")
                .text(name)
                .closes()
                .scrolls()
                .show(ui, |ui| {
                    for (set, name) in sets {
                        if menu_entry(ui, name) {
                            shared.set = Some(set.clone());
                            shared.clear_brushes();
                        }
                    }
                });
        });
        bar.item("filter", Keep::Always, |ui| {
            let edit = TextEdit::singleline(&mut shared.filter)
                .hint_text("Filter runs")
                .desired_width(tokens.size.panel_min);
            let response = ui.add(edit);
            let text = shared.filter.clone();
            response.widget_info(|| {
                let mut info = WidgetInfo::labeled(Role::SearchInput, true, "Filter runs");
                info.current_text_value = Some(text.clone());
                info
            });
        });
        bar.item("count", Keep::Short, |ui| {
            let rows = look.rows.len();
            caption(
                ui,
                match rows == of {
                    true => format!("{rows} runs"),
                    false => format!("{rows} of {of} runs"),
                },
            );
        });
        bar.end();
        bar.item("part", Keep::Long, |ui| {
            segmented(ui, shown, &parts);
        });
    });
    ui.add_space(tokens.space.xs);
}
