//! The next run while a person sets it up.

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::data::DataKind;
use crate::runs::RunConfig;
use crate::systems;
use crate::ui::parameters::{DataForm, Holdout, ParameterForm};

/// System, parameters, data and seed of the next run. Each system keeps its own form.
#[derive(Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct Draft {
    /// The system's id.
    pub system: String,
    /// Where the data comes from, and the seed.
    pub data: DataForm,
    /// What was set, by system.
    pub forms: BTreeMap<String, ParameterForm>,
}

impl Default for Draft {
    fn default() -> Self {
        let first = systems::all().first().map(|system| system.id());
        Self {
            system: first.unwrap_or_default().to_owned(),
            data: DataForm::default(),
            forms: BTreeMap::new(),
        }
    }
}

impl Draft {
    /// The form of the chosen system.
    pub fn form(&mut self) -> &mut ParameterForm {
        self.forms.entry(self.system.clone()).or_default()
    }

    /// The config that the forms stand for.
    #[must_use]
    pub fn config(&self) -> RunConfig {
        let kind =
            systems::find(&self.system).map_or_else(DataKind::default, |system| system.data_kind());
        let mut config = RunConfig::new(&self.system, self.data.config(kind));
        config.seed = self.data.seed;
        if let Some(form) = self.forms.get(&self.system) {
            config.parameters.clone_from(&form.values);
        }
        config
    }

    /// Fills the forms from a config whose relative paths start at `base`.
    ///
    /// # Errors
    /// If the current folder is not known.
    pub fn fill(&mut self, config: &RunConfig, base: &Path) -> std::io::Result<()> {
        let data = config.data.absolute(base)?;
        self.system.clone_from(&config.system);
        self.data = DataForm::of(&data, config.seed);
        self.form().replace(config.parameters.clone());
        Ok(())
    }

    /// Takes a file of ratings. Settings that belonged to another file go; a test file that lies beside it is taken.
    pub fn take_data(&mut self, path: &Path) {
        self.data.path = Some(path.to_path_buf());
        self.data.items = None;
        self.data.test = None;
        match test_beside(path) {
            Some(test) => {
                self.data.test = Some(test);
                self.data.holdout = Holdout::File;
            }
            None if matches!(self.data.holdout, Holdout::File | Holdout::None) => {
                self.data.holdout = Holdout::Random;
            }
            None => (),
        }
    }
}

/// `u1.test` for `u1.base`, `test.csv` for `train.csv`.
fn test_beside(path: &Path) -> Option<std::path::PathBuf> {
    let name = path.file_name()?.to_str()?;
    let test = if let Some(stem) = name.strip_suffix(".base") {
        format!("{stem}.test")
    } else if name.contains("train") {
        name.replace("train", "test")
    } else {
        return None;
    };
    let test = path.with_file_name(test);
    test.is_file().then_some(test)
}

#[cfg(test)]
mod tests {
    use super::Draft;
    use crate::ui::parameters::Holdout;

    #[test]
    fn a_movielens_split_is_recognised() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["u1.base", "u1.test", "u.data"] {
            std::fs::write(folder.path().join(name), "1\t1\t3\t0\n").unwrap();
        }
        let mut draft = Draft::default();
        draft.take_data(&folder.path().join("u1.base"));
        assert_eq!(draft.data.holdout, Holdout::File);
        assert_eq!(draft.data.test, Some(folder.path().join("u1.test")));
        draft.take_data(&folder.path().join("u.data"));
        assert_eq!(draft.data.holdout, Holdout::Random);
        assert_eq!(draft.data.test, None);
    }
}
