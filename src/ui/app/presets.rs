//! Presets of the person's own: named, kept, chosen, deleted.

use eframe::egui::Context;

use super::AtelierApp;
use super::actions::Action;
use super::overlays::{Named, name_ui};
use super::tasks::Task;
use crate::experiments::sweep::SweepId;
use crate::systems::ConfigMap;
use crate::ui::state::{OwnPreset, OwnPresets, delete_preset, write_preset};
use crate::ui::toasts::Tone;

/// Something that can be done with a preset of the person's own.
#[derive(Debug, Clone, PartialEq)]
pub enum PresetDo {
    /// Ask for a name, and keep the values of the form under it.
    KeepForm,
    /// Fill the form of the chosen system with it.
    Choose(OwnPreset),
    /// Keep it for a system.
    Keep(String, OwnPreset),
    /// Delete it from a system.
    Delete(String, OwnPreset),
}

impl AtelierApp {
    pub(super) fn read_presets(&mut self, ctx: &Context) {
        let data = self.places.data.clone();
        self.spawn(ctx, "read presets", move || {
            Task::Presets(OwnPresets::read(&data))
        });
    }

    pub(super) fn do_with_preset(&mut self, ctx: &Context, what: PresetDo) {
        let data = self.places.data.clone();
        match what {
            PresetDo::KeepForm => {
                let draft = &mut self.settings.draft;
                let values = draft.form().values.clone();
                self.naming_preset = Some((draft.system.clone(), values, String::new()));
            }
            PresetDo::Choose(preset) => self.settings.draft.form().replace(preset.values),
            PresetDo::Keep(system, preset) => {
                self.own_presets.put(&system, preset.clone());
                self.spawn(ctx, "keep preset", move || {
                    let kept = write_preset(&data, &system, &preset);
                    let name = &preset.name;
                    Task::Notified(kept.map(|()| format!("{name} is in the menu of presets")))
                });
            }
            PresetDo::Delete(system, preset) => {
                self.own_presets.remove(&system, &preset.name);
                let text = format!("Deleted the preset {}", preset.name);
                let undo = PresetDo::Keep(system.clone(), preset.clone());
                self.toasts
                    .push_with(Tone::Info, text, "Undo", Action::Preset(undo));
                self.spawn(ctx, "delete preset", move || {
                    Task::Changed(delete_preset(&data, &system, &preset.name))
                });
            }
        }
    }

    /// Asks for a name for the best setting of a sweep.
    pub(super) fn promote(&mut self, id: &SweepId) {
        let Some(sweep) = self.sweeps.get(id) else {
            return;
        };
        let Some(best) = sweep.best() else {
            return;
        };
        let base = &sweep.state.config.base;
        let mut values: ConfigMap = base.parameters.clone();
        let own = best.setting.iter();
        let own = own.filter(|(key, _)| !key.starts_with("data."));
        values.extend(own.map(|(key, value)| (key.clone(), value.clone())));
        let name = format!("Best of {}", sweep.title());
        self.naming_preset = Some((base.system.clone(), values, name));
    }

    pub(super) fn name_preset_ui(&mut self, ctx: &Context) {
        let Some((system, values, mut name)) = self.naming_preset.take() else {
            return;
        };
        match name_ui(ctx, "Save as preset", "Save", &mut name) {
            Named::Yes => {
                let name = name.trim().to_owned();
                let preset = OwnPreset { name, values };
                self.actions
                    .push(Action::Preset(PresetDo::Keep(system, preset)));
            }
            Named::NotYet => self.naming_preset = Some((system, values, name)),
            Named::No => (),
        }
    }
}
