//! Presets of the person's own, beside those of the systems: one small file each in the program's folder.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::record::files;
use crate::systems::{self, ConfigMap};

/// Longest file of a preset.
const MAX_FILE: u64 = 1 << 20;
/// More presets of a system are not read.
const MOST: usize = 500;
/// The folder of all presets.
const FOLDER: &str = "presets";

/// A preset that a person made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OwnPreset {
    /// The name in menus.
    pub name: String,
    /// What it sets, as a config file has it.
    pub values: ConfigMap,
}

/// All of them by system, by name.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct OwnPresets(BTreeMap<String, Vec<OwnPreset>>);

impl OwnPresets {
    /// Reads them from the program's folder; slow. What cannot be read is left out, and the log says why.
    #[must_use]
    pub fn read(data: &Path) -> Self {
        let mut presets = Self::default();
        for system in systems::all() {
            let folder = data.join(FOLDER).join(system.id());
            let Ok(entries) = std::fs::read_dir(&folder) else {
                continue;
            };
            let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
            let is_preset = |path: &PathBuf| path.extension().is_some_and(|own| own == "json");
            for path in paths.filter(is_preset).take(MOST) {
                let text = files::read_text(&path, MAX_FILE);
                let read =
                    text.and_then(|text| serde_json::from_str(&text).map_err(io::Error::from));
                match read {
                    Ok(preset) => presets.put(system.id(), preset),
                    Err(error) => tracing::warn!("{}: {error}", path.display()),
                }
            }
        }
        presets
    }

    /// Those of a system, by name.
    #[must_use]
    pub fn of(&self, system: &str) -> &[OwnPreset] {
        self.0.get(system).map_or(&[], Vec::as_slice)
    }

    /// Takes one in, in the place of one of the same name.
    pub fn put(&mut self, system: &str, preset: OwnPreset) {
        let own = self.0.entry(system.to_owned()).or_default();
        own.retain(|other| other.name != preset.name);
        let at = own.partition_point(|other| other.name < preset.name);
        own.insert(at, preset);
    }

    /// Takes one out.
    pub fn remove(&mut self, system: &str, name: &str) {
        if let Some(own) = self.0.get_mut(system) {
            own.retain(|other| other.name != name);
        }
    }
}

/// Writes a preset; slow.
///
/// # Errors
/// A sentence, if the folder cannot be written.
pub fn write_preset(data: &Path, system: &str, preset: &OwnPreset) -> Result<(), String> {
    let path = place(data, system, &preset.name);
    let write = || -> io::Result<()> {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        let text = serde_json::to_vec_pretty(preset)?;
        // Whole or not at all.
        let new = path.with_extension("new");
        io::Write::write_all(&mut files::create(&new)?, &text)?;
        std::fs::rename(&new, &path)
    };
    write().map_err(|error| {
        let path = path.display();
        format!("The preset cannot be saved as {path}: {error}")
    })
}

/// Deletes the file of a preset; slow.
///
/// # Errors
/// A sentence, if it is there and cannot be deleted.
pub fn delete_preset(data: &Path, system: &str, name: &str) -> Result<(), String> {
    let path = place(data, system, name);
    match std::fs::remove_file(&path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            let path = path.display();
            Err(format!("The preset {path} cannot be deleted: {error}"))
        }
        _ => Ok(()),
    }
}

/// The file of a preset: what a file's name cannot hold is written as a number.
fn place(data: &Path, system: &str, name: &str) -> PathBuf {
    let mut file = String::new();
    for letter in name.chars() {
        if letter.is_ascii_alphanumeric() || matches!(letter, ' ' | '-') {
            file.push(letter);
        } else {
            file.push_str(&format!("_{:x}_", u32::from(letter)));
        }
    }
    // Longer ones are refused by file systems.
    file.truncate(200);
    data.join(FOLDER).join(system).join(format!("{file}.json"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn preset(name: &str, hidden: u64) -> OwnPreset {
        let values = [("hidden".to_owned(), json!(hidden))];
        OwnPreset {
            name: name.to_owned(),
            values: values.into_iter().collect(),
        }
    }

    #[test]
    fn presets_come_back_by_name_and_a_name_has_one() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path();
        for own in [
            preset("Best of hidden × λ", 50),
            preset("../a", 20),
            preset("../a", 30),
        ] {
            write_preset(data, "autorec", &own).unwrap();
        }
        let mut presets = OwnPresets::read(data);
        let expected = [preset("../a", 30), preset("Best of hidden × λ", 50)];
        assert_eq!(presets.of("autorec"), expected);
        assert!(presets.of("deepcc").is_empty());
        presets.remove("autorec", "../a");
        assert_eq!(presets.of("autorec"), &expected[1..]);
        delete_preset(data, "autorec", "../a").unwrap();
        delete_preset(data, "autorec", "../a").unwrap();
        assert_eq!(OwnPresets::read(data), presets);
        assert_eq!(std::fs::read_dir(data).unwrap().count(), 1);
    }

    #[test]
    fn a_damaged_preset_leaves_out_itself_alone() {
        let folder = tempfile::tempdir().unwrap();
        write_preset(folder.path(), "autorec", &preset("good", 1)).unwrap();
        let bad = folder.path().join("presets/autorec/bad.json");
        std::fs::write(bad, "{").unwrap();
        let presets = OwnPresets::read(folder.path());
        assert_eq!(presets.of("autorec"), [preset("good", 1)]);
    }
}
