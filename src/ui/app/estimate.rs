//! Time and memory of the next run, above its parameters.

use std::collections::BTreeSet;

use eframe::egui::Ui;

use super::AtelierApp;
use crate::draw::format;
use crate::engine::{DeviceChoice, DeviceInfo};
use crate::runs::RunConfig;
use crate::systems::{AnySystem, ConfigMap, DataFacts, Estimate};
use crate::ui::state::{DataState, Memory};
use crate::ui::theme::tokens;
use crate::ui::widgets::{Severity, key_values, message, section_header};

/// Share of a large product's speed that training reaches: convolutions gather, normalize and move pictures besides. CycleGAN's Quick
/// preset reached 77 of 180 billion operations a second on two cores that had other work, too.
const EFFICIENCY: f64 = 0.45;
/// Memory that other programs should be left.
const SPARE: f64 = 0.9;

/// The estimate of the settings that it was made for.
#[derive(Default)]
pub(super) struct Estimated {
    system: &'static str,
    parameters: ConfigMap,
    facts: DataFacts,
    known: Option<(Estimate, u64)>,
    /// True if it is of earlier settings, as those of now do not hold.
    is_old: bool,
    /// Systems without weights of their own.
    weightless: BTreeSet<&'static str>,
}

impl Estimated {
    /// Of these settings, or while they do not hold of the last that did; the steps of the whole run, 0 where the config does not tell.
    fn of(
        &mut self,
        system: &'static dyn AnySystem,
        config: &RunConfig,
        facts: DataFacts,
    ) -> Option<(Estimate, u64)> {
        let is_of_these = self.system == system.id() && self.facts == facts;
        if !is_of_these || self.parameters != config.parameters {
            let resolved = config.resolve(system);
            self.is_old = resolved.is_err() && self.system == system.id();
            if let Ok(parameters) = &resolved {
                let steps = parameters.get("max_steps").and_then(|value| value.as_u64());
                let estimate = system.estimate(parameters, &facts);
                self.known = estimate.map(|estimate| (estimate, steps.unwrap_or(0)));
                if estimate.is_some_and(|own| own.parameters == 0) {
                    self.weightless.insert(system.id());
                }
            } else if !self.is_old {
                self.known = None;
            }
            self.system = system.id();
            self.facts = facts;
            self.parameters.clone_from(&config.parameters);
        }
        self.known
    }
}

/// What stands where a number will be.
const UNKNOWN: &str = "…";

/// The rows of an estimate while the data is being read: as many as there will be.
fn reading_rows(weights: bool) -> Vec<(&'static str, String)> {
    let names = ["Weights", "Memory", "With the program", "Free now"];
    let names = names.into_iter().skip(usize::from(!weights));
    names.map(|name| (name, UNKNOWN.to_owned())).collect()
}

/// The text of an estimate.
#[derive(Debug, PartialEq)]
struct EstimateText {
    rows: Vec<(&'static str, String)>,
    warning: Option<String>,
}

fn estimate_text(
    (estimate, steps): (Estimate, u64),
    on_gpu: bool,
    throughput: Option<f64>,
    machine: Option<Memory>,
) -> EstimateText {
    let Memory { free, program } = machine.unwrap_or_default();
    let memory = format::bytes(estimate.memory);
    let mut rows = Vec::new();
    if estimate.parameters > 0 {
        rows.push(("Weights", format::count_short(estimate.parameters)));
    }
    rows.push(("Memory", memory.clone()));
    // A row has its place before its number is known: what is below stays where it is.
    let mut of_machine = |name, value: Option<String>| match value {
        Some(value) if !on_gpu => rows.push((name, value)),
        None if !on_gpu && machine.is_none() => rows.push((name, UNKNOWN.to_owned())),
        _ => (),
    };
    let whole = program.map(|program| format!("≈ {}", format::bytes(program + estimate.memory)));
    of_machine("With the program", whole);
    of_machine("Free now", free.map(format::bytes));
    let speed = throughput.map(|speed| speed * EFFICIENCY);
    let step = estimate.operations.zip(speed);
    let step = step.map(|(operations, speed)| operations / speed);
    if estimate.operations.is_some() {
        rows.push((
            "A step",
            match step {
                _ if on_gpu => "known after the first, on a GPU".to_owned(),
                Some(step) => format!("≈ {}", format::duration(step)),
                None => "being measured…".to_owned(),
            },
        ));
    }
    if let (Some(_), false, 1..) = (estimate.operations, on_gpu, steps) {
        let whole = step.map(|step| format!("≈ {}", format::duration(step * steps as f64)));
        let whole = whole.unwrap_or_else(|| UNKNOWN.to_owned());
        rows.push(("The whole run", whole));
    }
    let fits = |free: u64| estimate.memory as f64 <= free as f64 * SPARE;
    let warning = free.filter(|free| !on_gpu && !fits(*free)).map(|free| {
        format!(
            "It needs about {memory}, but only {} are free: use smaller networks, batches or pictures.",
            format::bytes(free)
        )
    });
    EstimateText { rows, warning }
}

impl AtelierApp {
    /// Shows what the next run takes, if its system can tell.
    pub(super) fn estimate_ui(&mut self, ui: &mut Ui, system: &'static dyn AnySystem) {
        let config = self.settings.draft.config();
        let key = self.settings.draft.data_key();
        let state = self.data.get(&key);
        let is_reading = matches!(state, DataState::Reading(_));
        let facts = match state {
            DataState::Ready(loaded) => DataFacts::of(&loaded.dataset()),
            _ => DataFacts::Unknown,
        };
        let Some(estimate) = self.estimated.of(system, &config, facts) else {
            if is_reading {
                section_header(ui, "It will take");
                let weights = !self.estimated.weightless.contains(system.id());
                ui.add_enabled_ui(false, |ui| {
                    key_values(ui, "estimate", &reading_rows(weights));
                });
                ui.add_space(tokens(ui.ctx()).space.m);
            }
            return;
        };
        let idle = !self.runs.any_active();
        self.machine
            .want(ui.ctx(), &mut self.settings.throughput, idle);
        let on_gpu = match self.settings.device {
            DeviceChoice::Cpu => false,
            DeviceChoice::Gpu => true,
            DeviceChoice::Auto => self.devices().iter().any(DeviceInfo::is_gpu),
        };
        let estimate_text = estimate_text(
            estimate,
            on_gpu,
            self.settings.throughput,
            self.machine.memory(),
        );
        let tokens = tokens(ui.ctx());
        section_header(ui, "It will take");
        // While the settings do not hold, the last that did stand here in gray: what is below stays in its place.
        let is_old = self.estimated.is_old;
        ui.add_enabled_ui(!is_old, |ui| {
            key_values(ui, "estimate", &estimate_text.rows);
        });
        if let Some(warning) = &estimate_text.warning {
            ui.add_space(tokens.space.xs);
            message(ui, Severity::Warning, warning, |_| ());
        }
        ui.add_space(tokens.space.m);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::systems::ImageFacts;

    const ESTIMATE: Estimate = Estimate {
        parameters: 28_286_000,
        memory: 5 << 30,
        operations: Some(4e11),
    };

    const FACTS: DataFacts = DataFacts::Images(ImageFacts {
        largest: Some((128, 96)),
        images: [60, 60],
        test_images: [20, 20],
        classes: 0,
    });

    #[test]
    fn while_the_settings_do_not_hold_the_last_estimate_stays() {
        let system = crate::systems::find("cyclegan").unwrap();
        let mut config = RunConfig::new("cyclegan", crate::data::ImagesSource::default());
        let mut estimated = Estimated::default();
        let first = estimated.of(system, &config, FACTS);
        assert!(first.is_some() && !estimated.is_old);
        config.parameters.insert("beta1".to_owned(), 160.into());
        assert_eq!(estimated.of(system, &config, FACTS), first);
        assert!(estimated.is_old);
        config.parameters.clear();
        assert_eq!(estimated.of(system, &config, FACTS), first);
        assert!(!estimated.is_old);
    }

    #[test]
    fn a_run_that_does_not_fit_is_warned_about() {
        let memory = |free| {
            Some(Memory {
                free: Some(free),
                program: Some(200 << 20),
            })
        };
        let said = estimate_text((ESTIMATE, 100), false, Some(4e11 / 4.5), memory(4 << 30));
        let rows: Vec<String> = said
            .rows
            .iter()
            .map(|(name, value)| format!("{name} {value}").replace('\u{202f}', " "))
            .collect();
        assert_eq!(rows[0], "Weights 28 M");
        assert_eq!(rows[2], "With the program ≈ 5.6 GB");
        assert_eq!(rows[3], "Free now 4.3 GB");
        assert_eq!(rows[4], "A step ≈ 10 s");
        assert_eq!(rows[5], "The whole run ≈ 16 min 40 s");
        assert!(said.warning.is_some_and(|text| text.contains("smaller")));
        let fits = estimate_text((ESTIMATE, 0), false, None, memory(16 << 30));
        assert!(fits.warning.is_none() && fits.rows.len() == 5);
        let gpu = estimate_text((ESTIMATE, 100), true, Some(1e11), memory(1 << 30));
        assert!(gpu.warning.is_none() && gpu.rows[2].1.contains("GPU"));
        let clusters = Estimate {
            parameters: 0,
            operations: None,
            ..ESTIMATE
        };
        let unknown = estimate_text((clusters, 0), false, None, Some(Memory::default()));
        assert_eq!(unknown.rows.len(), 1, "memory alone");
    }

    #[test]
    fn no_row_arrives_later_than_the_others() {
        let names = |text: EstimateText| {
            let rows = text.rows.into_iter();
            rows.map(|(name, _)| name).collect::<Vec<_>>()
        };
        let memory = Some(Memory {
            free: Some(1 << 40),
            program: Some(1 << 20),
        });
        let known = names(estimate_text((ESTIMATE, 100), false, Some(1e11), memory));
        assert_eq!(
            names(estimate_text((ESTIMATE, 100), false, None, None)),
            known
        );
        let of_ratings = Estimate {
            operations: None,
            ..ESTIMATE
        };
        let known = names(estimate_text((of_ratings, 0), false, None, memory));
        let reading: Vec<_> = reading_rows(true).into_iter().map(|own| own.0).collect();
        assert_eq!(reading, known);
    }
}
