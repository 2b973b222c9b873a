//! The controls above every part: which runs, the filter, the measure, which part; what limits them, and what is left out.

use eframe::egui::{TextStyle, Ui};
use egui_material_icons::icons;

use super::chips::chips_ui;
use super::filter_field;
use super::{Judge, Look, PartKind, Question, RunSet, Shared};
use crate::draw::format;
use crate::experiments::sweep::Purpose;
use crate::experiments::table::Row;
use crate::record::Better;
use crate::report::{Format, Subject};
use crate::ui::app::Action;
use crate::ui::theme::tokens;
use crate::ui::widgets::{
    Keep, Menu, Severity, caption, elide_middle, menu_entry, message, quiet_button, segmented,
    toolbar,
};

/// Shows the controls.
pub(super) fn header_ui(
    ui: &mut Ui,
    shared: &mut Shared,
    shown: &mut PartKind,
    look: &Look<'_>,
    question: &Question,
    actions: &mut Vec<Action>,
) {
    let tokens = tokens(ui.ctx());
    toolbar(ui, "explore", |bar| {
        bar.item("set", Keep::Always, |ui| set_ui(ui, shared, look, question));
        bar.item("filter", Keep::Always, |ui| {
            filter_field::ui(ui, shared, &question.whole, question.problem.as_deref());
        });
        bar.item("count", Keep::Short, |ui| {
            let mut text = counted(look.rows.len(), question.of);
            if let Some(best) = question.best {
                text = format!("{text} · best {}", format::number(best));
            }
            caption(ui, text);
        });
        bar.end();
        bar.item("report", Keep::Short, |ui| {
            report_ui(ui, look, question, actions);
        });
        bar.item("measure", Keep::Long, |ui| {
            measure_ui(ui, shared, look, question);
        });
    });
    ui.add_space(tokens.space.xs);
    let parts: Vec<(PartKind, &str)> = PartKind::ALL
        .into_iter()
        .filter(|kind| kind.is_useful(look))
        .map(|kind| (kind, kind.title()))
        .collect();
    if parts.iter().all(|(kind, _)| kind != shown) {
        *shown = PartKind::default();
    }
    // Limits stand beside the switch: a row of their own would move the axis that is being limited.
    ui.horizontal(|ui| {
        segmented(ui, shown, &parts);
        ui.add_space(tokens.space.s);
        chips_ui(ui, shared, look);
    });
    ui.add_space(tokens.space.xs);
    // The table shows all of them.
    if *shown != PartKind::Table {
        left_out_ui(ui, shared, look, question);
    }
}

fn counted(rows: usize, of: usize) -> String {
    match (rows, of) {
        (1, 1) => "1 run".to_owned(),
        (rows, of) if rows == of => format!("{rows} runs"),
        (rows, of) => format!("{rows} of {of} runs"),
    }
}

/// The sets that can be chosen.
fn sets(look: &Look<'_>) -> Vec<RunSet> {
    let mut sets = vec![RunSet::All, RunSet::Marked];
    let sweeps = look.context.sweeps.iter();
    sets.extend(sweeps.map(|sweep| RunSet::Sweep(sweep.id().as_str().to_owned())));
    // A sweep's folder may be gone while its runs are there.
    for row in look.rows {
        if let Some(place) = &row.summary.sweep {
            let set = RunSet::Sweep(place.id.clone());
            if !sets.contains(&set) {
                sets.push(set);
            }
        }
    }
    sets
}

fn set_ui(ui: &mut Ui, shared: &mut Shared, look: &Look<'_>, question: &Question) {
    let width = tokens(ui.ctx()).size.panel_min;
    let sweeps = look.context.sweeps;
    let font = TextStyle::Button.resolve(ui.style());
    let own = question.set.as_ref().map(|set| set.title(sweeps));
    let name = elide_middle(ui, own.as_deref().unwrap_or("Runs"), &font, width);
    let menu = Menu::new("Which runs").text(&name).closes().scrolls();
    menu.show(ui, |ui| {
        for set in sets(look) {
            if menu_entry(ui, &set.title(sweeps)) {
                shared.set = Some(set);
                shared.clear_brushes();
            }
        }
    });
}

/// What can be written of the runs in view: of a whole sweep with its question.
fn report_ui(ui: &mut Ui, look: &Look<'_>, question: &Question, actions: &mut Vec<Action>) {
    let menu = Menu::new("Report on these runs").icon(icons::ICON_DESCRIPTION);
    menu.closes().show(ui, |ui| {
        for (name, format) in [
            ("Report…", Format::Html),
            ("Measures as LaTeX table…", Format::Latex),
            ("Measures as CSV…", Format::Csv),
        ] {
            if menu_entry(ui, name) {
                actions.push(Action::Report(subject(look, question), format));
            }
        }
    });
}

fn subject(look: &Look<'_>, question: &Question) -> Subject {
    if let Some(RunSet::Sweep(id)) = &question.set
        && look.rows.len() == question.of
        && let Some(sweep) = look
            .context
            .sweeps
            .iter()
            .find(|own| own.id().as_str() == id)
    {
        return Subject {
            sweep: Some(sweep.state.path.clone()),
            ..Subject::default()
        };
    }
    // The oldest first, as they were tried.
    let rows = look.rows.iter().rev();
    Subject::of_runs(rows.map(|row| row.path.clone()).collect())
}

/// The measure with its direction: `Validation RMSE ↓`.
fn judged(judge: &Judge) -> String {
    let arrow = match judge.scalar.better {
        Better::Lower => " ↓",
        Better::Higher => " ↑",
        Better::Neither => "",
    };
    format!("{}{arrow}", judge.scalar.title())
}

fn measure_ui(ui: &mut Ui, shared: &mut Shared, look: &Look<'_>, question: &Question) {
    let Some(judge) = look.judge(shared) else {
        return;
    };
    let direction = match judge.scalar.better {
        Better::Lower => "lower is better",
        Better::Higher => "higher is better",
        Better::Neither => "neither direction is better",
    };
    let unit = match judge.scalar.unit {
        "" => String::new(),
        unit => format!(" in {unit}"),
    };
    let mut hint = format!("{}{unit}: {direction}.", judge.scalar.title());
    if let Some(warning) = &judge.warning {
        hint = format!("{hint}\n{warning}");
    }
    if let (Some(sentence), [_]) = (&question.sentence, &question.groups[..]) {
        hint = format!("{hint}\n{sentence}");
    }
    let text = judged(&judge);
    let color = match judge.warning {
        Some(_) => tokens(ui.ctx()).warning,
        None => tokens(ui.ctx()).text_secondary,
    };
    let menu = Menu::new("Measure").text(&text).hint(&hint).color(color);
    menu.closes().scrolls().show(ui, |ui| {
        if menu_entry(ui, "As the runs are chosen") {
            shared.measure = None;
        }
        ui.separator();
        for measured in look.plots.table.measures() {
            if menu_entry(ui, &measured.scalar.title()) {
                shared.measure = Some(measured.name.clone());
            }
        }
    });
}

/// Says which runs are in no plot, and offers to show them instead.
fn left_out_ui(ui: &mut Ui, shared: &mut Shared, look: &Look<'_>, question: &Question) {
    let left = question.all.len() - question.plotted.len();
    if left == 0 || look.rows.is_empty() {
        return;
    }
    if let Some(text) = results_left_out(look, question) {
        caption(ui, text).on_hover_text(
            "They learned from all training data, so that nothing was left to choose by. The table shows them, and any run can be the baseline of groups.",
        );
        ui.add_space(tokens(ui.ctx()).space.xs);
        return;
    }
    let sentence = question.sentence.as_deref().unwrap_or_default();
    let runs = if left == 1 {
        "1 run is"
    } else {
        &format!("{left} runs are")
    };
    let text = format!("{sentence} {runs} not in the plots.");
    message(ui, Severity::Warning, text.trim_start(), |ui| {
        ui.horizontal_wrapped(|ui| {
            for group in question
                .groups
                .iter()
                .filter(|group| !group.is_shown)
                .take(3)
            {
                let name = format!("Show {} ({})", group.name, group.runs);
                if quiet_button(ui, &name).clicked() {
                    shared.group = Some(group.id.clone());
                }
            }
        });
    });
    ui.add_space(tokens(ui.ctx()).space.xs);
}

/// What to say where only results of sweeps are in no plot, which differ from what was searched by design.
fn results_left_out(look: &Look<'_>, question: &Question) -> Option<String> {
    let is_result = |row: &Row| {
        let place = row.summary.sweep.as_ref()?;
        let mut sweeps = look.context.sweeps.iter();
        let sweep = sweeps.find(|own| own.id().as_str() == place.id)?;
        Some(sweep.trial(place.trial)?.trial.purpose == Purpose::Result)
    };
    let mut plotted = question.rows.iter().peekable();
    let mut results = 0;
    // Both are in order.
    for (at, row) in question.all.rows().iter().enumerate() {
        if plotted.next_if_eq(&&at).is_some() {
            continue;
        }
        if is_result(row) != Some(true) {
            return None;
        }
        results += 1;
    }
    match results {
        0 => None,
        1 => Some(
            "The run of the result, trained on all training data, stands in the table alone."
                .to_owned(),
        ),
        count => Some(format!(
            "The {count} runs of the result, trained on all training data, stand in the table alone."
        )),
    }
}
