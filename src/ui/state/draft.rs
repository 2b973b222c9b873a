//! The next run while a person sets it up.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::Found;
use crate::data::DataKind;
use crate::data::images::ImageNeeds;
use crate::runs::RunConfig;
use crate::systems::{self, ConfigMap};
use crate::ui::forms::{DataForm, ParameterForm};

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
    /// What a system with parameters needs of images.
    #[serde(skip)]
    needs: RefCell<Option<(String, ConfigMap, ImageNeeds)>>,
}

impl Default for Draft {
    fn default() -> Self {
        let first = systems::all().first().map(|system| system.id());
        Self {
            system: first.unwrap_or_default().to_owned(),
            data: DataForm::default(),
            forms: BTreeMap::new(),
            needs: RefCell::default(),
        }
    }
}

impl Draft {
    /// The form of the chosen system.
    pub fn form(&mut self) -> &mut ParameterForm {
        let system = &self.system;
        let starting = || ParameterForm::starting(system);
        self.forms.entry(system.clone()).or_insert_with(starting)
    }

    /// The config that the forms stand for.
    #[must_use]
    pub fn config(&self) -> RunConfig {
        let mut config = RunConfig::new(&self.system, self.data.config(self.kind()));
        config.seed = self.data.seed;
        config.parameters = match self.forms.get(&self.system) {
            Some(form) => form.values.clone(),
            None => ParameterForm::starting(&self.system).values,
        };
        if config.data.kind == DataKind::Images {
            self.add_needs(&mut config);
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
        self.data.fill(&data, config.seed);
        self.form().replace(config.parameters.clone());
        Ok(())
    }

    /// What the chosen system learns from.
    #[must_use]
    pub fn kind(&self) -> DataKind {
        systems::find(&self.system).map_or_else(DataKind::default, |system| system.data_kind())
    }

    /// Takes a file that was opened for what the chosen system learns from; if it can only be a matrix, a system that learns from one is
    /// chosen. Settings that belonged to another file go, and what lies beside this one is taken.
    pub fn take_data(&mut self, found: &Found) {
        if found.images {
            self.choose_for(DataKind::Images);
            self.data.images.take(found);
            return;
        }
        if found.only_matrix {
            self.choose_for(DataKind::Matrix);
        } else if self.kind() == DataKind::Images {
            self.choose_for(DataKind::Ratings);
        }
        if self.kind() == DataKind::Matrix {
            self.data.matrix.take(found, true);
            if self.data.path.is_none() && !found.only_matrix {
                self.data.take_ratings(found);
            }
        } else {
            if self.data.matrix.path.is_none() {
                self.data.matrix.take(found, false);
            }
            self.data.take_ratings(found);
        }
    }
}

impl Draft {
    /// Adds what the system needs of images: looked up when parameters change, since this is asked for in every frame.
    fn add_needs(&self, config: &mut RunConfig) {
        let mut known = self.needs.borrow_mut();
        match &*known {
            Some((system, parameters, needs))
                if *system == config.system && *parameters == config.parameters =>
            {
                config.data.needs = *needs;
            }
            _ => {
                if let Some(system) = systems::find(&config.system) {
                    config.refresh_needs(system);
                }
                *known = Some((
                    config.system.clone(),
                    config.parameters.clone(),
                    config.data.needs,
                ));
            }
        }
    }

    /// Chooses a system that learns from this kind of data, unless one is chosen.
    fn choose_for(&mut self, kind: DataKind) {
        if self.kind() == kind {
            return;
        }
        let mut fitting = systems::all()
            .iter()
            .filter(|system| system.data_kind() == kind);
        let first = fitting.clone().find(|system| !system.is_baseline());
        if let Some(system) = first.or_else(|| fitting.next()) {
            system.id().clone_into(&mut self.system);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use super::Draft;
    use crate::data::DataKind;
    use crate::systems;
    use crate::ui::forms::Holdout;
    use crate::ui::state::Found;

    #[test]
    fn a_movielens_split_is_recognized() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["u1.base", "u1.test", "u.data"] {
            std::fs::write(folder.path().join(name), "1\t1\t3\t0\n").unwrap();
        }
        let mut draft = Draft::default();
        draft.take_data(&Found::look(&folder.path().join("u1.base")));
        assert_eq!(draft.data.holdout, Holdout::File);
        assert_eq!(draft.data.test, Some(folder.path().join("u1.test")));
        draft.take_data(&Found::look(&folder.path().join("u.data")));
        assert_eq!(draft.data.holdout, Holdout::Random);
        assert_eq!(draft.data.test, None);
    }

    fn fixture(name: &str) -> Found {
        let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
        Found::look(&fixtures.join(name))
    }

    #[test]
    fn a_new_run_starts_with_the_preset_that_its_system_names() {
        let mut draft = Draft {
            system: "cyclegan".to_owned(),
            ..Draft::default()
        };
        let parameters = draft.config().parameters;
        assert_eq!(parameters["preset"], "Quick");
        // Looked at, the form is the same.
        assert_eq!(draft.form().values, parameters);
        draft.system = "autorec".to_owned();
        assert!(draft.config().parameters.is_empty());
    }

    #[test]
    fn what_can_only_be_a_matrix_is_told_apart() {
        for name in ["fea_gnd.mat", "several.npz", "array.mtx", "pattern.mtx"] {
            assert!(fixture(&format!("matrices/{name}")).only_matrix, "{name}");
        }
        for name in ["ratings/csr.npz", "ratings/matrix.mtx", "ratings/nan.npy"] {
            assert!(!fixture(name).only_matrix, "{name}");
        }
        assert!(!Found::look(Path::new("nowhere")).only_matrix);
    }

    #[test]
    fn a_matlab_file_chooses_a_system_that_learns_from_a_matrix() {
        let mut draft = Draft::default();
        assert_eq!(draft.kind(), DataKind::Ratings);
        draft.take_data(&fixture("ratings/matrix.mtx"));
        assert_eq!(draft.kind(), DataKind::Ratings);
        draft.take_data(&fixture("matrices/fea_gnd.mat"));
        let system = systems::find(&draft.system).unwrap();
        assert_eq!(system.data_kind(), DataKind::Matrix);
        assert!(draft.config().data.path.ends_with("fea_gnd.mat"));
        // The ratings are still those of the systems that learn from them.
        assert!(
            draft
                .data
                .config(DataKind::Ratings)
                .path
                .ends_with("matrix.mtx")
        );
    }

    #[test]
    fn groups_beside_ratings_are_the_labels_of_their_matrix() {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str| -> PathBuf { folder.path().join(name) };
        for name in [
            "ratings.csv",
            "user_groups.csv",
            "item_groups.csv",
            "other.csv",
        ] {
            std::fs::write(file(name), "1,1,3\n").unwrap();
        }
        let mut draft = Draft::default();
        draft.take_data(&Found::look(&file("ratings.csv")));
        let config = draft.data.config(DataKind::Matrix);
        assert_eq!(config.path, file("ratings.csv"));
        assert_eq!(config.row_labels, Some(file("user_groups.csv")));
        assert_eq!(config.column_labels, Some(file("item_groups.csv")));
        assert_eq!(draft.data.config(DataKind::Ratings).row_labels, None);
        // A matrix keeps its file when others are opened for ratings.
        draft.system = matrix_system().to_owned();
        draft.take_data(&Found::look(&file("ratings.csv")));
        draft.system = "autorec".to_owned();
        draft.take_data(&Found::look(&file("other.csv")));
        assert_eq!(
            draft.data.config(DataKind::Matrix).path,
            file("ratings.csv")
        );
        assert_eq!(draft.data.config(DataKind::Ratings).path, file("other.csv"));
    }

    fn matrix_system() -> &'static str {
        let all = systems::all().iter();
        let mut fitting = all.filter(|system| system.data_kind() == DataKind::Matrix);
        fitting.next().unwrap().id()
    }
}
