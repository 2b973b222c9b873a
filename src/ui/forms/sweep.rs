//! How a sweep goes about what the form varies: method, runs, measure, seeds, early stopping, how many side by side.

use eframe::egui::{Ui, UiBuilder};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::editors::{Edit, Field, menu};
use super::row::Row;
use crate::experiments::slurm::{Host, SlurmOptions, There};
use crate::experiments::sweep::{Method, StopEarly, SweepSpec};
use crate::record::schema::{Choice, ParameterKind, ParameterSpec};
use crate::ui::theme::tokens;
use crate::ui::widgets::{caption, outline_boxes};

/// Settings that a method that draws them tries at first.
const RUNS: u32 = 20;
/// ASHA as in its paper, with a first look that leaves a run time to show something.
const STOP_EARLY: StopEarly = StopEarly {
    reduction: 3,
    first: 0.11,
};

/// How the next sweep goes about it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct SweepForm {
    /// A name that a person gave it.
    pub name: Option<String>,
    /// How settings are chosen.
    #[serde(with = "method_name")]
    pub method: Method,
    /// Settings to try; all of a grid if absent.
    pub runs: Option<u32>,
    /// The measures to choose by; the system's own if empty.
    pub measures: Vec<String>,
    /// Losers are stopped before their end.
    pub stop_early: bool,
    /// Runs side by side; as many as the machine has room for if absent.
    pub parallel: Option<usize>,
    /// Its runs are submitted to a Slurm cluster.
    pub cluster: bool,
    /// What is asked of the cluster.
    pub slurm: SlurmOptions,
    /// A person's own template of the script.
    pub template: Option<String>,
    /// The login node, where this computer is none.
    pub host: Option<Host>,
    /// What is to know of the disks there.
    pub there: There,
}

/// A measure that a sweep can choose by.
#[derive(Debug, Clone, PartialEq)]
pub struct OfferedMeasure {
    /// The scalar's name.
    pub name: String,
    /// Its title.
    pub title: String,
    /// The same where room is short: one of validation needs no word for that.
    pub short: String,
    /// What choosing by it means, where that is worth a warning.
    pub caution: Option<String>,
}

/// What the group of a sweep shows besides its own settings.
#[derive(Debug, Clone, Default)]
pub struct SweepContext {
    /// The measures to choose by: those of validation first.
    pub measures: Vec<OfferedMeasure>,
    /// What it is chosen by if none is named.
    pub usual: Option<String>,
    /// The seeds of each setting.
    pub seeds: Vec<u64>,
    /// A sentence that says how many runs it comes to.
    pub count: String,
    /// What else a person should know.
    pub notes: Vec<String>,
    /// Pairs of key (`method`, `runs`, `measure`, …) and problem.
    pub problems: Vec<(String, String)>,
}

/// What a person did in the group.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SweepResponse {
    /// Each setting is to be run with so many seeds.
    pub seeds: Option<usize>,
}

impl SweepForm {
    /// As it stands in a config file.
    #[must_use]
    pub fn of(spec: &SweepSpec) -> Self {
        Self {
            name: spec.name.clone(),
            method: spec.method,
            runs: spec.runs,
            measures: spec.measures.clone(),
            stop_early: spec.stop_early.is_some(),
            parallel: spec.parallel,
            ..Self::default()
        }
    }

    /// True if settings are drawn, not all of them tried.
    #[must_use]
    pub fn draws(&self) -> bool {
        self.method != Method::Grid
    }

    /// The table `[sweep]` but for its values and seeds.
    #[must_use]
    pub fn spec(&self) -> SweepSpec {
        SweepSpec {
            name: self.name.clone(),
            method: self.method,
            runs: match self.method {
                Method::Grid => None,
                _ => Some(self.runs.unwrap_or(RUNS)),
            },
            parallel: self.parallel,
            measures: self.measures.clone(),
            stop_early: self.stop_early.then_some(STOP_EARLY),
            ..SweepSpec::default()
        }
    }

    /// Shows the group as wide as `ui`.
    pub fn ui(&mut self, ui: &mut Ui, context: &SweepContext) -> SweepResponse {
        let mut response = SweepResponse::default();
        ui.scope(|ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            self.method_ui(ui, context);
            self.measure_ui(ui, context);
            response.seeds = seeds_ui(ui, context);
            self.stop_ui(ui, context);
            self.place_ui(ui, context);
            if !self.cluster {
                self.parallel_ui(ui, context);
            }
            ui.add_space(tokens(ui.ctx()).space.xs);
            caption(ui, &context.count);
            for note in &context.notes {
                caption(ui, note);
            }
        });
        response
    }

    fn method_ui(&mut self, ui: &mut Ui, context: &SweepContext) {
        let choices = METHODS.iter().map(|(method, label, help)| Choice {
            name: method.name().to_owned(),
            label: (*label).to_owned(),
            help: (*help).to_owned(),
        });
        let spec = spec("method", "Method", ParameterKind::Choice(choices.collect()));
        let value = Value::from(self.method.name());
        let help = METHODS.iter().find(|own| own.0 == self.method);
        let help = help.map_or("", |own| own.2);
        if let Some(Value::String(name)) = field_ui(ui, &spec, &value, help, context)
            && let Some(method) = method_name::find(&name)
        {
            self.method = method;
        }
        if self.method == Method::Grid {
            return;
        }
        let kind = ParameterKind::Integer {
            min: 1,
            max: 10_000,
        };
        let value = Value::from(self.runs.unwrap_or(RUNS));
        let help = "How many settings are tried";
        let edit = field_ui(
            ui,
            &self::spec("runs", "Settings", kind),
            &value,
            help,
            context,
        );
        if let Some(runs) = edit.and_then(|value| u32::try_from(value.as_u64()?).ok()) {
            self.runs = Some(runs);
        }
    }

    /// The measures to choose by; several for a Pareto front.
    fn measure_ui(&mut self, ui: &mut Ui, context: &SweepContext) {
        let title = |name: &String| {
            let known = context.measures.iter().find(|own| own.name == *name);
            known.map_or_else(|| name.clone(), |own| own.short.clone())
        };
        let usual = context.usual.iter().cloned().collect();
        let chosen = if self.measures.is_empty() {
            &usual
        } else {
            &self.measures
        };
        let shown = match chosen.as_slice() {
            [] => "Choose…".to_owned(),
            [one] => title(one),
            several => format!("{} measures", several.len()),
        };
        let row = Row {
            problem: problem(context, "measure"),
            ..plain_row("Chosen by")
        };
        let help = "The measure that tells which setting is best. With several, all that no other beats in every one are kept";
        let mut ticked = chosen.clone();
        ui.push_id("measure", |ui| {
            row.show(
                ui,
                |ui| drop(ui.label(help)),
                |ui, label, width| {
                    let response = menu(ui, "measure", &shown, width, |ui| {
                        outline_boxes(ui);
                        for measure in &context.measures {
                            let mut on = ticked.contains(&measure.name);
                            let entry = ui.checkbox(&mut on, &measure.title);
                            let entry = match &measure.caution {
                                Some(caution) => entry.on_hover_text(caution),
                                None => entry,
                            };
                            if entry.changed() && on {
                                ticked.push(measure.name.clone());
                            } else if entry.changed() {
                                ticked.retain(|name| *name != measure.name);
                            }
                        }
                    });
                    response.labelled_by(label.id);
                },
            );
        });
        let cautions = context.measures.iter();
        let cautions = cautions.filter(|own| chosen.contains(&own.name));
        for caution in cautions.filter_map(|own| own.caution.as_deref()) {
            warn_ui(ui, caution);
        }
        if ticked != *chosen {
            self.measures = ticked;
        }
    }

    fn stop_ui(&mut self, ui: &mut Ui, context: &SweepContext) {
        let help = if self.measures.len() > 1 {
            "At a ninth and a third of a run's length, only the best third goes on: those that no other beats in all measures first (MOASHA)"
        } else {
            "At a ninth and a third of a run's length, only the best third goes on (ASHA)"
        };
        let spec = spec("stop_early", "Stop losers", ParameterKind::Flag);
        let value = Value::from(self.stop_early);
        if let Some(value) = field_ui(ui, &spec, &value, help, context) {
            self.stop_early = value.as_bool().unwrap_or(false);
        }
    }

    /// Which machines train.
    fn place_ui(&mut self, ui: &mut Ui, context: &SweepContext) {
        let choices = PLACES.iter().map(|(name, label, help)| Choice {
            name: (*name).to_owned(),
            label: (*label).to_owned(),
            help: (*help).to_owned(),
        });
        let spec = spec("on", "Where", ParameterKind::Choice(choices.collect()));
        let (name, _, help) = PLACES[usize::from(self.cluster)];
        if let Some(Value::String(name)) = field_ui(ui, &spec, &Value::from(name), help, context) {
            self.cluster = name == PLACES[1].0;
        }
    }

    fn parallel_ui(&mut self, ui: &mut Ui, context: &SweepContext) {
        let kind = ParameterKind::Integer { min: 1, max: 256 };
        let spec = ParameterSpec {
            optional: true,
            absent: Some("auto".to_owned()),
            first: Value::from(2),
            ..spec("parallel", "Side by side", kind)
        };
        let value = self.parallel.map_or(Value::Null, Value::from);
        let help = "Runs that train at a time; auto: as many as cores and memory have room for";
        match field_ui(ui, &spec, &value, help, context) {
            Some(Value::Null) => self.parallel = None,
            Some(value) => {
                let many = value.as_u64().and_then(|many| usize::try_from(many).ok());
                self.parallel = many.or(self.parallel);
            }
            None => (),
        }
    }
}

/// How many seeds each setting is run with.
fn seeds_ui(ui: &mut Ui, context: &SweepContext) -> Option<usize> {
    let kind = ParameterKind::Integer { min: 1, max: 100 };
    let value = Value::from(context.seeds.len().max(1));
    let help = "Each setting is run with so many seeds: what differs between them is chance. The row of the seed has their numbers";
    let edit = field_ui(ui, &spec("seeds", "Seeds", kind), &value, help, context)?;
    edit.as_u64().and_then(|many| usize::try_from(many).ok())
}

fn spec(key: &str, label: &str, kind: ParameterKind) -> ParameterSpec {
    ParameterSpec {
        key: key.to_owned(),
        label: label.to_owned(),
        kind,
        ..ParameterSpec::default()
    }
}

fn plain_row(label: &str) -> Row<'_> {
    Row {
        label,
        symbol: None,
        live: false,
        roomy: false,
        reset_to: None,
        problem: None,
        locked: None,
        can_try: false,
    }
}

fn problem<'a>(context: &'a SweepContext, key: &str) -> Option<&'a str> {
    let found = context.problems.iter().find(|(own, _)| own == key);
    found.map(|(_, problem)| problem.as_str())
}

/// A row with the editor of one value; the value that was set.
fn field_ui(
    ui: &mut Ui,
    spec: &ParameterSpec,
    value: &Value,
    help: &str,
    context: &SweepContext,
) -> Option<Value> {
    let row = Row {
        problem: problem(context, &spec.key),
        ..plain_row(&spec.label)
    };
    let tooltip = |ui: &mut Ui| drop(ui.label(help));
    let edit = ui
        .push_id(("sweep", &spec.key), |ui| {
            row.show(ui, tooltip, |ui, label, width| {
                let field = Field {
                    spec,
                    value,
                    unfinished: None,
                    label,
                    width,
                    focus: false,
                    found: None,
                    offered: &[],
                };
                field.ui(ui)
            })
        })
        .inner;
    match edit.inner {
        Some(Edit::Commit(value) | Edit::Draft(value)) => spec.check(&value).ok(),
        _ => None,
    }
}

/// A sentence below a row that a person should not overlook.
fn warn_ui(ui: &mut Ui, text: &str) {
    let tokens = tokens(ui.ctx());
    let indent = tokens.size.icon - tokens.space.hair;
    let mut room = ui.available_rect_before_wrap();
    room.min.x += indent;
    let mut inner = ui.new_child(UiBuilder::new().max_rect(room));
    let text = eframe::egui::RichText::new(text)
        .small()
        .color(tokens.warning);
    inner.add(eframe::egui::Label::new(text).wrap());
    inner.add_space(tokens.space.xs);
    let used = inner.min_rect();
    ui.advance_cursor_after_rect(used);
}

const PLACES: [(&str, &str, &str); 2] = [
    ("here", "Here", "Runs train on this computer, side by side"),
    (
        "cluster",
        "Cluster…",
        "Runs are submitted to Slurm: start asks for partition, time and memory first",
    ),
];

const METHODS: [(Method, &str, &str); 4] = [
    (Method::Grid, "Grid", "Every combination of the values"),
    (
        Method::Random,
        "Random",
        "Settings drawn independently of each other",
    ),
    (
        Method::Sobol,
        "Sobol",
        "Settings drawn so that they keep their distance: covers a space with few runs",
    ),
    (
        Method::Tpe,
        "TPE",
        "Settings drawn near what was good so far (tree-structured Parzen estimator)",
    ),
];

/// Methods by their names in config files.
mod method_name {
    use serde::{Deserialize, Deserializer, Serializer};

    use crate::experiments::sweep::Method;

    pub(super) fn find(name: &str) -> Option<Method> {
        let known = Method::NAMES.iter().find(|(own, _)| *own == name);
        known.map(|(_, method)| *method)
    }

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde calls it")]
    pub(super) fn serialize<S: Serializer>(
        method: &Method,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(method.name())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Method, D::Error> {
        let name = String::deserialize(deserializer)?;
        Ok(find(&name).unwrap_or_default())
    }
}
