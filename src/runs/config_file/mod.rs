//! Reading a config file, with the line of whatever is wrong.

mod text;

use std::cell::RefCell;
use std::path::Path;

use super::{ConfigFileError, RunConfig};
use crate::data::Source;
use crate::record::schema::unknown_key;
use crate::systems;

pub(crate) use text::ConfigText;

/// What to do about a path with backslashes.
const BACKSLASH: &str = "; in double quotes a backslash begins an escape: write the path in single quotes, or with forward slashes";

/// The table that asks for many runs.
const SWEEP: &str = "sweep";

impl RunConfig {
    /// Longer config files are refused.
    pub const MAX_BYTES: usize = 1 << 20;

    /// Reads a config file and checks every key of it.
    ///
    /// # Errors
    /// If it is not TOML, a key is unknown or missing, or a value cannot be: with the line.
    pub fn parse(text: &str, file: &Path) -> Result<Self, ConfigFileError> {
        Self::read(&ConfigText::new(text, file), None)
    }

    /// Reads a config file that has a table of its own beside those of a run, which is left to whoever knows it.
    ///
    /// # Errors
    /// As [`Self::parse`].
    pub(crate) fn parse_beside(
        text: &ConfigText<'_>,
        table: &'static str,
    ) -> Result<Self, ConfigFileError> {
        Self::read(text, Some(table))
    }

    /// Reads a config file that a newer version may have written: keys that this one does not know are left out, and named.
    ///
    /// # Errors
    /// As [`Self::parse`], but for unknown keys.
    pub(super) fn parse_known(
        text: &str,
        file: &Path,
    ) -> Result<(Self, Vec<String>), ConfigFileError> {
        let source = ConfigText {
            left_out: Some(RefCell::default()),
            ..ConfigText::new(text, file)
        };
        let config = Self::read(&source, None)?;
        let left_out = source.left_out.map(RefCell::into_inner);
        Ok((config, left_out.unwrap_or_default()))
    }

    fn read(source: &ConfigText<'_>, beside: Option<&str>) -> Result<Self, ConfigFileError> {
        let table = source.toml()?;
        let system = source.system(&table)?;
        let mut config = Self::new(system.id(), Source::empty(system.data_kind()));
        let mut has_data = false;
        for (key, value) in &table {
            let name: &str = key.get_ref();
            match name {
                "system" => {}
                "seed" => config.seed = source.seed(value)?,
                "data" => {
                    config.data = source.data(source.table(name, value)?, system.data_kind())?;
                    has_data = true;
                }
                _ if name == system.id() => {
                    let table = source.table(name, value)?;
                    config.parameters = source.parameters(system, table)?;
                }
                _ if Some(name) == beside => {}
                SWEEP => {
                    let problem = "this file asks for many runs: start them with `atelier sweep` and this file, or remove the table for one run";
                    return Err(source.error(Some(key.span()), Some(name), problem.to_owned()));
                }
                // The table of another system may stay when a person tries this one.
                _ if systems::find(name).is_some() => {}
                _ if source.leaves_out(name) => {}
                _ => {
                    let known = ["system", "seed", "data", system.id()];
                    let problem = unknown_key(name, known.into_iter());
                    return Err(source.error(Some(key.span()), Some(name), problem));
                }
            }
        }
        if !has_data || config.data.path().as_os_str().is_empty() {
            let problem =
                "missing: the file or folder to learn from, as `path` in a table `[data]`";
            return Err(source.error(None, Some("data.path"), problem.to_owned()));
        }
        // Without a table the defaults still have to hold together.
        config
            .resolve(system)
            .map_err(|error| source.config_error(&error, None))?;
        Ok(config)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::systems::toy::TOY;
    use proptest::prelude::*;
    use serde_json::json;

    fn parse(text: &str) -> Result<RunConfig, ConfigFileError> {
        systems::register(&TOY);
        RunConfig::parse(text, Path::new("toy.toml"))
    }

    fn error(text: &str) -> String {
        parse(text).unwrap_err().to_string()
    }

    const GOOD: &str = "system = \"toy\"\nseed = 3\n\n[data]\npath = \"r.csv\"\ntest_fraction = 0.1\n\n[toy]\nhidden = 20\nside = \"user\"\n";

    #[test]
    fn a_config_file_is_read_whole() {
        let config = parse(GOOD).unwrap();
        assert_eq!((config.system.as_str(), config.seed), ("toy", 3));
        assert_eq!(config.data.path(), Path::new("r.csv"));
        let ratings = config.data.ratings().unwrap();
        assert_eq!(ratings.test_fraction, Some(0.1));
        assert_eq!(config.parameters["hidden"], json!(20));
        let short = parse("system = \"toy\"\ndata.path = \"r.csv\"").unwrap();
        assert_eq!((short.seed, short.parameters.len()), (1, 0));
    }

    #[test]
    fn a_path_copied_from_windows_or_a_shell_is_named_with_what_to_write() {
        let with = |path: &str| format!("system = \"toy\"\n[data]\npath = {path}\n");
        let copied = error(&with(r#""C:\Users\me\r.csv""#));
        assert!(copied.starts_with("toy.toml:3:"), "{copied}");
        assert!(copied.contains("single quotes") && copied.contains("forward slashes"));
        let tab = error(&with(r#""data\test\r.csv""#));
        assert!(
            tab.starts_with("toy.toml:3: data.path: there is a tab"),
            "{tab}"
        );
        assert!(tab.contains("single quotes"), "{tab}");
        assert!(error(&with("\"~/r.csv\"")).contains("`~` is not replaced"));
        assert!(error(&with("\"$HOME/r.csv\"")).contains("`$HOME` is not replaced"));
        let literal = parse(&with(r"'C:\Users\~me\r.csv'")).unwrap();
        assert_eq!(literal.data.path(), Path::new(r"C:\Users\~me\r.csv"));
        // Another fault is not blamed on backslashes.
        assert!(!error("system = \"toy\"\nseed = = 1\n").contains("backslash"));
    }

    #[test]
    fn keys_of_a_newer_version_can_be_left_out_and_are_named() {
        systems::register(&TOY);
        let text = "system = \"toy\"\nnewer = 1\n[data]\npath = \"r.csv\"\nsoon = [1]\n[toy]\nhidden = 20\nlater = \"x\"\n";
        let (config, left_out) = RunConfig::parse_known(text, Path::new("toy.toml")).unwrap();
        assert_eq!(config.parameters["hidden"], json!(20));
        let mut left_out = left_out;
        left_out.sort();
        assert_eq!(left_out, ["data.soon", "later", "newer"]);
        // A value that cannot be is still refused.
        let wrong = text.replace("20", "\"many\"");
        assert!(RunConfig::parse_known(&wrong, Path::new("toy.toml")).is_err());
    }

    #[test]
    fn what_is_written_is_read_back_also_where_an_optional_value_is_missing() {
        let mut config = parse(GOOD).unwrap();
        config.parameters.insert("patience".to_owned(), Value::Null);
        let complete = config.completed(&TOY).unwrap();
        let text = complete.to_toml();
        assert!(text.contains("test_fraction = 0.1\n"), "{text}");
        assert!(text.contains("patience = \"none\""), "{text}");
        assert!(text.contains("hidden = [20]"), "{text}");
        let back = parse(&text).unwrap();
        assert_eq!(back, complete);
        assert_eq!(back.resolve(&TOY).unwrap(), config.resolve(&TOY).unwrap());
    }

    #[test]
    fn wrong_configs_are_told_with_file_line_key_and_remedy() {
        let cases = [
            (
                "system = \"toy\"\n[data]\npath = \"r\"\n[toy]\nhiden = 5\n",
                "toy.toml:5: hiden: ",
            ),
            (
                "system = \"toy\"\n[data]\npath = \"r\"\n[toy]\nepochs = 0\n",
                "toy.toml:5: epochs: ",
            ),
            (
                "system = \"toy\"\n[data]\npath = \"r\"\n[toi]\n",
                "toy.toml:4: toi: ",
            ),
            (
                "system = \"toy\"\n[data]\npth = \"r\"\n",
                "toy.toml:3: data.pth: unknown key; did you mean `path`?",
            ),
            (
                "system = \"toy\"\n[data]\npath = \"r\"\nrow_labels = \"l\"\n",
                "toy.toml:4: data.row_labels: is only for systems that learn from a matrix",
            ),
            (
                "system = \"toy\"\n[data]\npath = 5\n",
                "toy.toml:3: data.path: ",
            ),
            ("system = \"toy\"\nseed = -1\n", "toy.toml:2: seed: "),
            (
                "system = \"tooy\"\n",
                "toy.toml:1: system: there is no system `tooy`; did you mean `toy`?",
            ),
            ("seed = 1\n", "toy.toml: system: missing: one of autorec"),
            ("system = \"toy\"\n", "toy.toml: data.path: missing"),
            ("system = \"toy\"\nseed = = 1\n", "toy.toml:2: "),
            (
                "system = \"toy\"\ntoy = 3\n",
                "toy.toml:2: toy: must be a table",
            ),
            (
                "system = \"toy\"\n[data]\npath = \"r\"\n[toy]\nlearning_rate = inf\n",
                "toy.toml:5: learning_rate: ",
            ),
            (
                "system = \"toy\"\n[data]\npath = \"r\"\n[toy]\nwarm_start = true\nepochs = 200\n",
                "toy.toml:6: epochs: must be at most 100",
            ),
        ];
        for (text, expected) in cases {
            let message = error(text);
            assert!(message.starts_with(expected), "{text}\n{message}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_the_reader_panic(text in "(system = \"toy\"\n)?(\\[data\\]\n)?[a-z=\\[\\]\".0-9\n {}_-]{0,80}") {
            let _ = parse(&text);
        }
    }
}
