//! The next run while a person sets it up.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{DataKey, Found};
use crate::data::DataKind;
use crate::data::images::ImageNeeds;
use crate::experiments::sweep::{SweepConfig, Values};
use crate::runs::RunConfig;
use crate::systems::{self, ConfigError, ConfigMap, PRESET_KEY};
use crate::ui::forms::{DataForm, FormSchema, ParameterForm, SweepForm, Tried};

/// System, parameters, data and seed of the next run. Each system keeps its own form.
#[derive(Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct Draft {
    /// The system's id.
    pub system: String,
    /// Where the data comes from, and the seed.
    pub data: DataForm,
    /// The parameters that were set, by system.
    pub forms: BTreeMap<String, ParameterForm>,
    /// How a sweep goes about it, where several values are tried.
    pub sweep: SweepForm,
    /// The needs of a system with parameters, of images.
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
            sweep: SweepForm::default(),
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
        let mut config = RunConfig::new(&self.system, self.data.source(self.kind()));
        config.seed = self.data.seed;
        config.parameters = match self.forms.get(&self.system) {
            Some(form) => form.values.clone(),
            None => ParameterForm::starting(&self.system).values,
        };
        config
    }

    /// The key of its data.
    #[must_use]
    pub fn data_key(&self) -> DataKey {
        let config = self.config();
        let needs = self.needs(&config);
        DataKey::new(config.data, needs, config.seed)
    }

    /// Fills the forms from a config whose relative paths start at `base`.
    ///
    /// # Errors
    /// If a path is not UTF-8, or the current folder is not known.
    pub fn fill(&mut self, config: &RunConfig, base: &Path) -> Result<(), ConfigError> {
        let data = config.data.absolute(base)?;
        self.system.clone_from(&config.system);
        self.data.fill(&data, config.seed);
        let kind = self.kind();
        self.data.fill_tried(kind, BTreeMap::new(), &[]);
        let parameters = config.parameters.clone();
        self.form().replace_all(parameters, BTreeMap::new());
        Ok(())
    }

    /// The same with what a sweep tries.
    ///
    /// # Errors
    /// As [`Self::fill`].
    pub fn fill_sweep(&mut self, config: &SweepConfig, base: &Path) -> Result<(), ConfigError> {
        self.fill(&config.base, base)?;
        let system = systems::get(&self.system)?;
        let kind = self.kind();
        let (mut own, mut data) = (BTreeMap::new(), BTreeMap::new());
        for (key, values) in &config.sweep.values {
            if let Some(key) = key.strip_prefix("data.") {
                let specs = &FormSchema::of_source(kind).specs;
                if let Some(spec) = specs.iter().find(|spec| spec.key == key) {
                    data.insert(key.to_owned(), Tried::of(spec, values));
                }
            } else if let (PRESET_KEY, Values::List(presets)) = (key.as_str(), values) {
                let full = |name: &Value| {
                    let named = name.as_str();
                    let preset =
                        named.and_then(|name| systems::preset_named(system.presets(), name));
                    preset.map_or_else(|| name.clone(), |preset| Value::from(preset.name))
                };
                let presets = presets.iter().map(full).collect();
                own.insert(key.clone(), Tried::Ticked(presets));
            } else if let Some(spec) = system.parameter(key) {
                own.insert(key.clone(), Tried::of(spec, values));
            }
        }
        self.data.fill_tried(kind, data, &config.sweep.seeds);
        let form = self.form();
        form.replace_all(form.values.clone(), own);
        self.sweep = SweepForm::of(&config.sweep);
        Ok(())
    }

    /// True if several values of something are tried.
    #[must_use]
    pub fn is_sweep(&self) -> bool {
        let form = self.forms.get(&self.system);
        form.is_some_and(|form| !form.tried.is_empty())
            || !self.data.form(self.kind()).tried.is_empty()
    }

    /// Goes back to one value of everything.
    pub fn try_nothing(&mut self) {
        let kind = self.kind();
        self.data.fill_tried(kind, BTreeMap::new(), &[]);
        let form = self.form();
        form.replace_all(form.values.clone(), BTreeMap::new());
    }

    /// The sweep that the forms stand for, as far as what is typed is right; none if nothing is varied.
    #[must_use]
    pub fn sweep_config(&self) -> Option<SweepConfig> {
        let system = systems::find(&self.system).filter(|_| self.is_sweep())?;
        let kind = self.kind();
        let mut sweep = self.sweep.spec();
        if self.data.tries_seeds(kind) {
            sweep.seeds = self.data.seeds(kind).unwrap_or_default();
        }
        let mut base = self.config();
        let own = self.forms.get(&self.system).map(|form| &form.tried);
        for (key, tried) in own.into_iter().flatten() {
            let values = match (system.parameter(key), tried) {
                (Some(spec), _) => tried.to_values(spec).ok(),
                (None, Tried::Ticked(presets)) => Some(Values::List(presets.clone())),
                (None, _) => None,
            };
            sweep
                .values
                .extend(values.map(|values| (key.clone(), values)));
        }
        for (spec, tried) in self.data.tried(kind) {
            if let Ok(values) = tried.to_values(spec) {
                sweep.values.insert(format!("data.{}", spec.key), values);
            }
        }
        // Its own values count for nothing, but have to hold with the others.
        if base.resolve(system).is_err() {
            for (key, values) in &sweep.values {
                let first = match values {
                    Values::List(list) => list.first().cloned(),
                    Values::Range { from, .. } => Some(Value::from(*from)),
                };
                if let Some(value) = first.filter(|_| system.parameter(key).is_some()) {
                    base.parameters.insert(key.clone(), value);
                }
            }
        }
        Some(SweepConfig { base, sweep })
    }

    /// The kind of data that the chosen system learns from.
    #[must_use]
    pub fn kind(&self) -> DataKind {
        systems::find(&self.system).map_or_else(DataKind::default, |system| system.data_kind())
    }

    /// Takes a file that was opened for what the chosen system learns from; if it can only be a matrix, a system that learns from one is
    /// chosen. Settings that belonged to another file go, and what lies beside this one is taken.
    ///
    /// # Errors
    /// If a name is not UTF-8, in a sentence.
    pub fn take_data(&mut self, found: &Found) -> Result<(), String> {
        if found.images {
            self.choose_for(DataKind::Images);
            return self.data.take_images(found);
        }
        if found.only_matrix {
            self.choose_for(DataKind::Matrix);
        } else if self.kind() == DataKind::Images {
            self.choose_for(DataKind::Ratings);
        }
        if self.kind() == DataKind::Matrix {
            self.data.take_matrix(found, true)?;
            if self.data.path(DataKind::Ratings).is_none() && !found.only_matrix {
                self.data.take_ratings(found)?;
            }
            return Ok(());
        }
        if !self.data.form(DataKind::Matrix).values.contains_key("path") {
            self.data.take_matrix(found, false)?;
        }
        self.data.take_ratings(found)
    }

    /// The kind of data for which another file stays, though the one that was opened would do for it too, and that file.
    #[must_use]
    pub fn kept_beside(&self, found: &Found) -> Option<(DataKind, PathBuf)> {
        let other = match self.kind() {
            DataKind::Matrix if found.is_ratings => DataKind::Ratings,
            DataKind::Ratings if found.is_ratings => DataKind::Matrix,
            _ => return None,
        };
        let kept = self.data.path(other)?;
        (kept != found.path).then_some((other, kept))
    }

    /// Takes a file for a kind of data that the chosen system does not learn from. Settings that belonged to another file go.
    ///
    /// # Errors
    /// If a name is not UTF-8, in a sentence.
    pub fn take_also(&mut self, found: &Found, kind: DataKind) -> Result<(), String> {
        match kind {
            DataKind::Ratings => self.data.take_ratings(found),
            DataKind::Matrix => self.data.take_matrix(found, true),
            DataKind::Images => self.data.take_images(found),
        }
    }

    /// The needs of the system with these parameters, of images: worked out when they change, since this is asked for in every frame.
    fn needs(&self, config: &RunConfig) -> ImageNeeds {
        if config.data.images().is_none() {
            return ImageNeeds::default();
        }
        let mut known = self.needs.borrow_mut();
        match &*known {
            Some((system, parameters, needs))
                if *system == config.system && *parameters == config.parameters =>
            {
                *needs
            }
            _ => {
                let needs = systems::find(&config.system)
                    .map(|system| config.image_needs(system))
                    .unwrap_or_default();
                *known = Some((config.system.clone(), config.parameters.clone(), needs));
                needs
            }
        }
    }

    /// Chooses a system that learns from this kind of data, unless one is chosen.
    fn choose_for(&mut self, kind: DataKind) {
        if self.kind() == kind {
            return;
        }
        let all = systems::all();
        let mut fitting = all.iter().filter(|system| system.data_kind() == kind);
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
    use crate::runs::RunConfig;
    use crate::systems;
    use crate::ui::forms::FormSchema;
    use crate::ui::state::Found;

    #[test]
    fn a_movielens_split_is_recognized() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["u1.base", "u1.test", "u.data"] {
            std::fs::write(folder.path().join(name), "1\t1\t3\t0\n").unwrap();
        }
        let mut draft = Draft::default();
        draft
            .take_data(&Found::look(&folder.path().join("u1.base")))
            .unwrap();
        let test = |draft: &Draft| draft.config().data.ratings().unwrap().test.clone();
        assert_eq!(test(&draft), Some(folder.path().join("u1.test")));
        draft
            .take_data(&Found::look(&folder.path().join("u.data")))
            .unwrap();
        assert_eq!(test(&draft), None);
        let source = draft.data.source(DataKind::Ratings);
        assert_eq!(source.ratings().unwrap().test_fraction, Some(0.1));
    }

    #[test]
    fn ratings_that_are_opened_for_a_matrix_are_offered_to_the_other_systems() {
        let folder = tempfile::tempdir().unwrap();
        let open = |name: &str| {
            let rows = (0..40).map(|at| format!("u{},i{},{}\n", at / 5, at % 5, at % 4 + 1));
            let text = format!("user,item,rating\n{}", rows.collect::<String>());
            let path = folder.path().join(name);
            std::fs::write(&path, text).unwrap();
            Found::look(&path)
        };
        let mut draft = Draft::default();
        let (first, second) = (open("first.csv"), open("second.csv"));
        assert!(first.is_ratings);
        draft.take_data(&first).unwrap();
        assert_eq!(draft.kept_beside(&first), None);
        draft.choose_for(DataKind::Matrix);
        draft.take_data(&second).unwrap();
        // What the others learn from is theirs until a person says otherwise.
        let kept = Some((DataKind::Ratings, first.path.clone()));
        assert_eq!(draft.kept_beside(&second), kept);
        draft.take_also(&second, DataKind::Ratings).unwrap();
        assert_eq!(draft.kept_beside(&second), None);
        assert_eq!(draft.data.path(DataKind::Ratings), Some(second.path));
        // A matrix that can be no ratings is not offered.
        let matrix = fixture("matrices/fea_gnd.mat");
        draft.take_data(&matrix).unwrap();
        assert_eq!(draft.kept_beside(&matrix), None);
    }

    fn fixture(name: &str) -> Found {
        let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
        Found::look(&fixtures.join(name))
    }

    #[test]
    fn the_form_shows_the_preset_that_a_config_names_however_it_writes_it() {
        let written =
            "system = \"auggan\"\n[data]\npath = \"street\"\n[auggan]\npreset = \"quick\"\n";
        let config = RunConfig::parse(written, Path::new("auggan.toml")).expect("a config");
        let mut draft = Draft::default();
        draft.fill(&config, Path::new("/")).expect("filled");
        let schema = FormSchema::of(systems::find("auggan").expect("a system"));
        let form = draft.form();
        let preset = form.preset(&schema.presets).expect("a preset");
        assert_eq!(preset.name, "Quick");
        let shown = form.complete(&schema);
        for (key, value) in &preset.values {
            assert_eq!(shown[key], *value, "{key}");
        }
        assert_eq!(form.changes(&schema), 0);
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
        draft.take_data(&fixture("ratings/matrix.mtx")).unwrap();
        assert_eq!(draft.kind(), DataKind::Ratings);
        draft.take_data(&fixture("matrices/fea_gnd.mat")).unwrap();
        let system = systems::find(&draft.system).unwrap();
        assert_eq!(system.data_kind(), DataKind::Matrix);
        assert!(draft.config().data.path().ends_with("fea_gnd.mat"));
        // The ratings are still those of the systems that learn from them.
        assert!(
            draft
                .data
                .source(DataKind::Ratings)
                .path()
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
        draft.take_data(&Found::look(&file("ratings.csv"))).unwrap();
        let source = draft.data.source(DataKind::Matrix);
        let matrix = source.matrix().unwrap();
        assert_eq!(matrix.path, file("ratings.csv"));
        assert_eq!(matrix.row_labels, Some(file("user_groups.csv")));
        assert_eq!(matrix.column_labels, Some(file("item_groups.csv")));
        // A matrix keeps its file when others are opened for ratings.
        draft.system = matrix_system().to_owned();
        draft.take_data(&Found::look(&file("ratings.csv"))).unwrap();
        draft.system = "autorec".to_owned();
        draft.take_data(&Found::look(&file("other.csv"))).unwrap();
        assert_eq!(
            draft.data.source(DataKind::Matrix).path(),
            file("ratings.csv")
        );
        assert_eq!(
            draft.data.source(DataKind::Ratings).path(),
            file("other.csv")
        );
    }

    fn matrix_system() -> &'static str {
        let mut all = systems::all().into_iter();
        let fitting = all.find(|system| system.data_kind() == DataKind::Matrix);
        fitting.unwrap().id()
    }
}
