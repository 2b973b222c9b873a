//! How the tasks of a sweep stand on a cluster, in its panel: what runs, what waits and why, what failed with the end of its log.

use eframe::egui::collapsing_header::CollapsingState;
use eframe::egui::{
    Align, Frame, Label, Layout, Margin, RichText, Role, ScrollArea, Sense, TextStyle, Ui,
    UiBuilder, WidgetInfo, vec2,
};
use egui_material_icons::icons as icon;

use super::SweepDo;
use crate::experiments::slurm::{ClusterStatus, TaskState, TaskStatus};
use crate::record::Status;
use crate::record::words::capitalized;
use crate::ui::app::Action;
use crate::ui::state::{Sweep, in_window};
use crate::ui::theme::tokens;
use crate::ui::widgets::{
    Severity, caption, elided_label, message, quiet_button, section_header, status_mark,
};

/// Tasks of one state that have a row of their own.
const MOST: usize = 20;
/// Lines of a log that are seen at once.
const LOG_LINES: f32 = 9.0;

/// Shows it, where the sweep was on a cluster.
pub(super) fn on_cluster_ui(ui: &mut Ui, sweep: &Sweep, actions: &mut Vec<Action>) {
    let Some(cluster) = sweep.cluster.as_deref() else {
        return;
    };
    let tokens = tokens(ui.ctx());
    section_header(ui, "On the cluster");
    let counts = cluster.counts();
    if !counts.is_empty() {
        caption(ui, counts.join(" \u{b7} "));
    }
    ui.horizontal_wrapped(|ui| {
        for (what, name) in [
            (SweepDo::Resume, "Submit again\u{2026}"),
            (SweepDo::Stop, "Cancel"),
        ] {
            if what.is_enabled(sweep) && ui.button(name).on_hover_text(what.help()).clicked() {
                actions.push(Action::ForSweep(sweep.id().clone(), what));
            }
        }
    });
    if let Some(problem) = &cluster.problem {
        let text = format!(
            "{}\nUntil it answers, tasks are shown as their logs say.",
            in_window(problem)
        );
        message(ui, Severity::Warning, &text, |_| ());
    }
    ui.add_space(tokens.space.xs);
    for state in [TaskState::Failed, TaskState::Running] {
        each_ui(ui, sweep, cluster, state, actions);
    }
    for state in [
        TaskState::Queued,
        TaskState::Canceled,
        TaskState::Unknown,
        TaskState::Written,
    ] {
        together_ui(ui, cluster, state);
    }
    ui.add_space(tokens.space.m);
}

/// A row for each task that stands so.
fn each_ui(
    ui: &mut Ui,
    sweep: &Sweep,
    cluster: &ClusterStatus,
    state: TaskState,
    actions: &mut Vec<Action>,
) {
    let tasks: Vec<_> = cluster
        .newest()
        .filter(|task| task.state == state)
        .collect();
    let reasons: Vec<String> = tasks.iter().map(|task| why(sweep, task)).collect();
    for (at, task) in tasks.iter().enumerate().take(MOST) {
        // What several failed for stands once, below the last of them.
        let is_last = at + 1 == MOST || reasons.get(at + 1) != reasons.get(at);
        let reason = reasons.get(at).filter(|_| is_last);
        task_ui(ui, sweep, task, reason, actions);
    }
    let others = tasks.len().saturating_sub(MOST);
    if others > 0 {
        caption(ui, format!("and {others} more {}", state.word()));
    }
}

/// One row for all tasks that stand so, with their reasons.
fn together_ui(ui: &mut Ui, cluster: &ClusterStatus, state: TaskState) {
    let mut count = 0;
    let mut reasons: Vec<String> = Vec::new();
    for task in cluster.newest().filter(|task| task.state == state) {
        count += 1;
        let reason = capitalized(&in_window(&task.message));
        if !reason.is_empty() && !reasons.contains(&reason) {
            reasons.push(reason);
        }
    }
    if count == 0 {
        return;
    }
    let space = tokens(ui.ctx()).space;
    ui.horizontal(|ui| {
        ui.add_space(space.l + space.xs);
        status_mark(ui, mark(state), None);
        ui.label(format!("{count} {}", state.word()));
    });
    for reason in reasons {
        reason_ui(ui, &reason);
    }
}

fn task_ui(
    ui: &mut Ui,
    sweep: &Sweep,
    task: &TaskStatus,
    reason: Option<&String>,
    actions: &mut Vec<Action>,
) {
    let id = ui.make_persistent_id(("task of a cluster", sweep.id().as_str(), task.name()));
    let mut state = CollapsingState::load_with_default_open(ui.ctx(), id, false);
    if row_ui(ui, sweep, task, state.is_open()) {
        state.toggle(ui);
    }
    if let Some(reason) = reason.filter(|own| !own.is_empty()) {
        reason_ui(ui, reason);
    }
    state.show_body_unindented(ui, |ui| log_ui(ui, task, actions));
}

/// What failed, by what is trained there; true if it was clicked.
fn row_ui(ui: &mut Ui, sweep: &Sweep, task: &TaskStatus, open: bool) -> bool {
    let tokens = tokens(ui.ctx());
    let name = name(sweep, task);
    let size = vec2(ui.available_width(), tokens.size.row);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    let heard = format!("Task {}, {name}, {}", task.name(), task.state.word());
    response.widget_info(|| WidgetInfo::selected(Role::Button, true, open, &heard));
    if response.hovered() || response.has_focus() {
        ui.painter()
            .rect_filled(rect, tokens.radius.medium, tokens.hovered);
    }
    let mut row = ui.new_child(
        UiBuilder::new()
            .max_rect(rect)
            .layout(Layout::left_to_right(Align::Center)),
    );
    row.style_mut().interaction.selectable_labels = false;
    row.spacing_mut().item_spacing.x = tokens.space.xs;
    let chevron = if open {
        icon::ICON_EXPAND_MORE
    } else {
        icon::ICON_CHEVRON_RIGHT
    };
    row.label(
        chevron
            .rich_text()
            .size(tokens.size.icon)
            .color(tokens.text_tertiary),
    );
    status_mark(&mut row, mark(task.state), None);
    row.with_layout(Layout::right_to_left(Align::Center), |ui| {
        ui.add_space(tokens.space.xs);
        caption(ui, place(task));
        ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
            let width = ui.available_width();
            elided_label(ui, &name, width);
        });
    });
    response.clicked()
}

/// `12_3 on node7`.
fn place(task: &TaskStatus) -> String {
    match task.node.as_str() {
        "" => task.name(),
        node => format!("{} on {node}", task.name()),
    }
}

/// What a task trains: one run by what differs, several by their number.
fn name(sweep: &Sweep, task: &TaskStatus) -> String {
    match task.trials[..] {
        [] => format!("Task {}", task.task),
        [one] => sweep
            .name_of(one)
            .unwrap_or_else(|| format!("Task {}", task.task)),
        _ => format!("{} runs", task.trials.len()),
    }
}

/// Why a task failed, empty of others: a run's own reason says more than an exit code.
fn why(sweep: &Sweep, task: &TaskStatus) -> String {
    if task.state != TaskState::Failed {
        return String::new();
    }
    let of_run = task.trials.iter().find_map(|number| {
        let own = sweep.trial(*number)?;
        let is_failed = own.status == Status::Failed;
        own.message.clone().filter(|_| is_failed)
    });
    capitalized(&of_run.unwrap_or_else(|| in_window(&task.message)))
}

fn reason_ui(ui: &mut Ui, text: &str) {
    let tokens = tokens(ui.ctx());
    let mut margin = Margin::ZERO;
    margin.left = (tokens.space.l + tokens.space.xs) as i8;
    Frame::new().inner_margin(margin).show(ui, |ui| {
        let text = RichText::new(text)
            .text_style(TextStyle::Small)
            .color(tokens.text_secondary);
        ui.add(Label::new(text).wrap());
    });
}

/// The end of its log.
fn log_ui(ui: &mut Ui, task: &TaskStatus, actions: &mut Vec<Action>) {
    let tokens = tokens(ui.ctx());
    if task.tail.is_empty() {
        reason_ui(ui, "It has written nothing yet.");
        return;
    }
    Frame::new()
        .fill(tokens.canvas)
        .corner_radius(tokens.radius.small)
        .inner_margin(Margin::same(tokens.space.s as i8))
        .show(ui, |ui| {
            let mut font = TextStyle::Monospace.resolve(ui.style());
            font.size = TextStyle::Small.resolve(ui.style()).size;
            let height = LOG_LINES * font.size * 1.4;
            ScrollArea::vertical()
                .id_salt(("log", task.name()))
                .max_height(height)
                .stick_to_bottom(true)
                .auto_shrink([false, true])
                .show(ui, |ui| {
                    let text = RichText::new(&task.tail)
                        .font(font)
                        .color(tokens.text_secondary);
                    ui.add(Label::new(text).wrap());
                });
        });
    if let Some(log) = &task.log
        && quiet_button(ui, "Show log file").clicked()
    {
        actions.push(Action::ShowInFolder(log.clone()));
    }
}

/// The mark of a run that stands so.
fn mark(state: TaskState) -> Status {
    match state {
        TaskState::Queued | TaskState::Written => Status::Queued,
        TaskState::Running => Status::Running,
        TaskState::Finished => Status::Finished,
        TaskState::Failed => Status::Failed,
        TaskState::Canceled => Status::Stopped,
        TaskState::Unknown => Status::Interrupted,
    }
}
