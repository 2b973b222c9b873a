//! Runs by their settings: mean and spread of the measure over seeds, and the difference to a baseline.

mod baseline;
mod model;

use eframe::egui::{
    Align2, Checkbox, FontId, Rect, Role, ScrollArea, Sense, Stroke, TextStyle, Ui, WidgetInfo,
    pos2, vec2,
};
use egui_material_icons::icons;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::export::{save_menu, save_picture};
use super::{Judge, Look, Part, Shared};
use crate::draw::chart::{Figure, Style};
use crate::draw::runs::{Interval, interval_range, intervals, spread};
use crate::draw::{Scale, Tokens, format};
use crate::experiments::table::Variable;
use crate::record::Better;
use crate::report;
use crate::runs::RunId;
use crate::ui::app::Action;
use crate::ui::panes::{from_value, to_value};
use crate::ui::theme::tokens;
use crate::ui::widgets::{EmptyState, Keep, Menu, caption, elide_middle, toggle, toolbar};

use baseline::Baseline;
use model::{Group, Groups};

/// Runs by their settings.
#[derive(Debug, Default)]
pub(super) struct GroupsPart {
    settings: GroupSettings,
    groups: Option<(GroupsKey, Groups)>,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
struct GroupSettings {
    /// The keys of the parameters that groups share; all but the seed while nobody has chosen.
    by: Option<Vec<String>>,
    /// In the order of the parameters, not the best first.
    in_order: bool,
    /// What groups are compared with.
    baseline: Option<Against>,
}

/// What groups are compared with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Against {
    /// A group, by its name.
    Group(String),
    /// A run, of the set or not, by its folder.
    Run(RunId),
}

#[derive(Debug, Clone, PartialEq)]
struct GroupsKey {
    generation: u64,
    brushed: u64,
    measure: String,
    settings: GroupSettings,
}

impl Part for GroupsPart {
    fn ui(&mut self, ui: &mut Ui, look: &Look<'_>, shared: &mut Shared) -> Vec<Action> {
        let Some(judge) = look.judge(shared) else {
            EmptyState::new(
                icons::ICON_STACKED_BAR_CHART,
                "Nothing measured yet",
                "Once runs are measured, those with the same settings are summed up here.",
            )
            .show(ui);
            return Vec::new();
        };
        let key = GroupsKey {
            generation: look.generation,
            brushed: look.brushed,
            measure: judge.name.clone(),
            settings: self.settings.clone(),
        };
        if self.groups.as_ref().is_none_or(|(known, _)| *known != key) {
            let by = self.by(look);
            let table = look.plots.table;
            let in_order = self.settings.in_order;
            let groups = Groups::new(table, look.plots.inside, &by, &judge, in_order);
            self.groups = Some((key, groups));
        }
        let Some((key, groups)) = self.groups.take() else {
            return Vec::new();
        };
        let mut actions = Vec::new();
        self.toolbar_ui(ui, look, &judge, &groups, &mut actions);
        self.rows_ui(ui, look, shared, &judge, &groups);
        // What was done counts from the next frame on.
        self.groups = Some((key, groups));
        actions
    }

    fn settings(&self) -> Value {
        to_value(&self.settings)
    }

    fn restore(&mut self, settings: Value) {
        self.settings = from_value(settings);
    }
}

/// Widths of the columns beside the plot: the value, the difference, the number of runs.
const VALUE: f32 = 128.0;
const DIFFERENCE: f32 = 76.0;
const RUNS: f32 = 40.0;
/// Width and height of a figure, in points.
const FIGURE: (f64, f64) = (860.0, 120.0);
/// Height of a group in a figure.
const FIGURE_ROW: f64 = 22.0;

impl GroupsPart {
    /// The parameters that groups share.
    fn by<'a>(&self, look: &Look<'a>) -> Vec<&'a Variable> {
        let varied = look.plots.table.varied().iter();
        let is_place = |key: &str| key == "data.path" || key == "data.test";
        varied
            .filter(|own| match &self.settings.by {
                Some(keys) => keys.contains(&own.key),
                None => !own.is_seed() && !is_place(&own.key),
            })
            .collect()
    }

    fn toolbar_ui(
        &mut self,
        ui: &mut Ui,
        look: &Look<'_>,
        judge: &Judge,
        groups: &Groups,
        actions: &mut Vec<Action>,
    ) {
        let by: Vec<String> = self.by(look).iter().map(|own| own.key.clone()).collect();
        toolbar(ui, "groups", |bar| {
            bar.item("by", Keep::Always, |ui| {
                Menu::new("Group by").scrolls().show(ui, |ui| {
                    for variable in look.plots.table.varied() {
                        let mut on = by.contains(&variable.key);
                        if ui.add(Checkbox::new(&mut on, variable.title())).changed() {
                            let mut keys = by.clone();
                            keys.retain(|key| *key != variable.key);
                            if on {
                                keys.push(variable.key.clone());
                            }
                            self.settings.by = Some(keys);
                        }
                    }
                });
            });
            bar.item("baseline", Keep::Always, |ui| {
                let own = baseline::find(self.settings.baseline.as_ref(), look, judge, groups);
                if let Some(chosen) = baseline::menu_ui(ui, look, judge, groups, own.as_ref()) {
                    self.settings.baseline = chosen;
                }
            });
            bar.item("order", Keep::Short, |ui| {
                let mut best_first = !self.settings.in_order;
                let hint = "The best group at the top, or the order of the parameters";
                if toggle(ui, &mut best_first, "Best first", hint).changed() {
                    self.settings.in_order = !best_first;
                }
            });
            bar.end();
            bar.item("save", Keep::Long, |ui| {
                if let Some(format) = save_menu(ui, "Save the groups") {
                    let style = Style::print();
                    let picture = self.figure(look, judge, groups, &style);
                    actions.push(save_picture("groups", format, picture));
                }
            });
        });
        ui.add_space(tokens(ui.ctx()).space.xs);
    }

    fn figure(
        &self,
        look: &Look<'_>,
        judge: &Judge,
        groups: &Groups,
        style: &Style,
    ) -> crate::draw::Picture {
        let measure = report::axis_title(look.plots.table, &judge.column());
        let mut of = intervals_of(&groups.groups, style.tokens);
        for (interval, group) in of.iter_mut().zip(&groups.groups) {
            interval.name = format!("{}   {}", group.name, told(group));
        }
        let baseline = baseline::find(self.settings.baseline.as_ref(), look, judge, groups);
        let baseline = baseline.as_ref();
        let baseline = baseline.map(|own| (own.value, own.name.as_str()));
        let title = format!("{measure} by settings");
        let note = format!(
            "Mean ± one standard deviation; small dots are runs.{}",
            groups.note
        );
        let height = FIGURE.1 + FIGURE_ROW * of.len() as f64;
        Figure {
            size: (FIGURE.0, height),
            ..Figure::of(title, note, intervals(&of, &measure, baseline))
        }
        .picture(style)
    }

    fn rows_ui(
        &self,
        ui: &mut Ui,
        look: &Look<'_>,
        shared: &mut Shared,
        judge: &Judge,
        groups: &Groups,
    ) {
        let tokens = tokens(ui.ctx());
        let measure = report::axis_title(look.plots.table, &judge.column());
        let note = format!(
            "{measure}: mean ± one standard deviation; small dots are runs.{}",
            groups.note
        );
        caption(ui, note);
        let mut range = interval_range(&intervals_of(&groups.groups, tokens));
        let baseline = baseline::find(self.settings.baseline.as_ref(), look, judge, groups);
        if let Some(own) = &baseline {
            // Its line is seen, wherever it stands.
            let room = 0.02 * (range.1 - range.0);
            range = (range.0.min(own.value - room), range.1.max(own.value + room));
        }
        let height = tokens.size.row;
        ScrollArea::vertical()
            .id_salt("groups")
            .auto_shrink([false, false])
            .show_rows(ui, height, groups.groups.len(), |ui, rows| {
                for group in &groups.groups[rows] {
                    let row = GroupRow {
                        group,
                        range,
                        baseline: baseline.as_ref(),
                        better: judge.scalar.better,
                        is_hovered: look
                            .plots
                            .hovered
                            .is_some_and(|run| group.rows.contains(&run)),
                    };
                    row.show(ui, tokens, look, shared);
                }
            });
    }
}

/// `0.9747 ± 0.0021`.
fn told(group: &Group) -> String {
    let mean = format::number(group.summary.mean);
    match group.summary.sd {
        Some(sd) => format!("{mean} ± {}", spread(sd, group.summary.mean)),
        None => mean,
    }
}

fn intervals_of(groups: &[Group], tokens: &Tokens) -> Vec<Interval> {
    let interval = |group: &Group| Interval {
        name: group.name.clone(),
        mean: group.summary.mean,
        sd: group.summary.sd,
        values: group.values.clone(),
        color: tokens.category(0),
    };
    groups.iter().map(interval).collect()
}

/// A group as a row.
struct GroupRow<'a> {
    group: &'a Group,
    /// The values at the ends of the plot.
    range: (f64, f64),
    baseline: Option<&'a Baseline>,
    better: Better,
    is_hovered: bool,
}

impl GroupRow<'_> {
    fn show(&self, ui: &mut Ui, tokens: &Tokens, look: &Look<'_>, shared: &mut Shared) {
        let size = vec2(ui.available_width(), tokens.size.row);
        let (rect, response) = ui.allocate_exact_size(size, Sense::click());
        let difference = self.difference();
        let runs = self.group.summary.runs;
        let mut spoken = format!("{}: {}, {runs} runs", self.group.name, told(self.group));
        if let Some((text, _)) = &difference {
            spoken = format!("{spoken}, difference {text}");
        }
        response.widget_info(|| WidgetInfo::labeled(Role::Row, true, &spoken));
        if response.hovered() || self.is_hovered {
            ui.painter()
                .rect_filled(rect, tokens.radius.medium, tokens.hovered);
        }
        let font = TextStyle::Body.resolve(ui.style());
        let names = (rect.width() * 0.34).min(tokens.size.panel_max);
        let difference_width = if self.baseline.is_some() {
            DIFFERENCE
        } else {
            0.0
        };
        let right = rect.right() - VALUE - difference_width - RUNS;
        let plot = Rect::from_min_max(
            pos2(rect.left() + names + tokens.space.s, rect.top()),
            pos2(right - tokens.space.m, rect.bottom()),
        );
        let name = elide_middle(ui, &self.group.name, &font, names);
        let text = |x: f32, align: Align2, text: &str, color| {
            ui.painter()
                .text(pos2(x, rect.center().y), align, text, font.clone(), color);
        };
        text(
            rect.left() + tokens.space.xs,
            Align2::LEFT_CENTER,
            &name,
            tokens.text,
        );
        text(
            right + VALUE,
            Align2::RIGHT_CENTER,
            &told(self.group),
            tokens.text,
        );
        if let Some((difference, color)) = &difference {
            text(
                right + VALUE + DIFFERENCE,
                Align2::RIGHT_CENTER,
                difference,
                color_of(*color, tokens),
            );
        }
        let small = FontId::new(
            TextStyle::Small.resolve(ui.style()).size,
            font.family.clone(),
        );
        let count = format!("× {runs}");
        let at = pos2(rect.right() - tokens.space.xs, rect.center().y);
        ui.painter()
            .text(at, Align2::RIGHT_CENTER, count, small, tokens.text_tertiary);
        self.paint(ui, tokens, plot);
        if response.hovered()
            && let Some(run) = self
                .group
                .rows
                .first()
                .and_then(|row| look.plots.table.rows().get(*row))
        {
            shared.hover(&run.id);
        }
        if response.clicked() {
            for (column, brush) in &self.group.limits {
                shared.brush(column, Some(brush.clone()));
            }
        }
        let hint = format!("{}\nClick to limit the runs to this group", self.group.name);
        response.on_hover_text(hint);
    }

    /// The difference of the means, and whether it is better than the baseline.
    fn difference(&self) -> Option<(String, Option<bool>)> {
        let baseline = self.baseline?;
        if baseline.against == Against::Group(self.group.name.clone()) {
            return Some(("baseline".to_owned(), None));
        }
        let own = self.group.summary.mean - baseline.value;
        let decimals = spread(own.abs(), baseline.value);
        let sign = if own < 0.0 { "−" } else { "+" };
        let is_better = match self.better {
            Better::Neither => None,
            _ if own == 0.0 => None,
            better => Some(better.prefers(self.group.summary.mean, baseline.value)),
        };
        Some((format!("{sign}{decimals}"), is_better))
    }

    fn paint(&self, ui: &Ui, tokens: &Tokens, plot: Rect) {
        let x = |value: f64| {
            let place = Scale::Linear.position(value, self.range);
            plot.left() + place as f32 * plot.width()
        };
        let painter = ui.painter().with_clip_rect(plot.expand(tokens.space.xs));
        let middle = plot.center().y;
        painter.hline(
            plot.x_range(),
            middle,
            Stroke::new(tokens.size.hairline, tokens.grid),
        );
        if let Some(baseline) = self.baseline {
            let line = Stroke::new(tokens.size.hairline, tokens.accent_text);
            painter.vline(x(baseline.value), plot.y_range(), line);
        }
        let color = tokens.category(0);
        let mean = self.group.summary.mean;
        if let Some(sd) = self.group.summary.sd {
            let line = Stroke::new(tokens.size.line + 1.5, color.gamma_multiply(0.45));
            painter.hline(x(mean - sd)..=x(mean + sd), middle, line);
        }
        for value in &self.group.values {
            painter.circle_filled(pos2(x(*value), middle), 1.8, color.gamma_multiply(0.7));
        }
        painter.circle_filled(pos2(x(mean), middle), 3.8, color);
    }
}

fn color_of(is_better: Option<bool>, tokens: &Tokens) -> eframe::egui::Color32 {
    match is_better {
        Some(true) => tokens.success,
        Some(false) => tokens.text_secondary,
        None => tokens.text_tertiary,
    }
}
