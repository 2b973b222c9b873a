//! True classes of rows or columns.

/// A class for each row (or column); some may have none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Classes {
    /// The names of the classes.
    pub names: Vec<String>,
    /// The class of each row.
    pub of: Vec<Option<u32>>,
}

impl Classes {
    /// From the name of the class of each row; classes are numbered by name, numbers as numbers.
    #[must_use]
    pub fn from_names<S: AsRef<str>>(of: &[Option<S>]) -> Self {
        let mut names: Vec<&str> = of.iter().flatten().map(AsRef::as_ref).collect();
        names.sort_by(|a, b| match (a.parse::<f64>(), b.parse::<f64>()) {
            (Ok(a), Ok(b)) => a.total_cmp(&b),
            _ => a.cmp(b),
        });
        names.dedup();
        let number: rustc_hash::FxHashMap<&str, u32> = names.iter().copied().zip(0..).collect();
        Self {
            of: of
                .iter()
                .map(|name| Some(number[name.as_ref()?.as_ref()]))
                .collect(),
            names: names.into_iter().map(str::to_owned).collect(),
        }
    }
}
