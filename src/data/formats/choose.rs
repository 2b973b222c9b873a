//! Which of several arrays of a file is the matrix, and which holds the true classes of its rows or columns.

use super::npy::Wrong;

/// An array as a file announces it.
#[derive(Debug, Clone)]
pub(crate) struct Announced {
    pub name: String,
    pub shape: Vec<u64>,
    pub holds: Holds,
}

/// The type of the elements of an array.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Holds {
    /// Real numbers.
    Numbers,
    /// A text each, which can be the name of a class.
    Texts,
    /// Something else: `a struct`.
    Other(&'static str),
}

impl Holds {
    /// A string array, a table or another object of MATLAB, which only MATLAB reads.
    pub(crate) const OBJECT: Self = Self::Other("an object");

    /// Its kind, if it does not hold real numbers.
    fn unusable(self) -> Option<&'static str> {
        match self {
            Self::Numbers => None,
            Self::Texts => Some("text"),
            Self::Other(what) => Some(what),
        }
    }
}

impl Announced {
    /// True if it can be clustered: a matrix with at least two rows and columns.
    fn is_matrix(&self) -> bool {
        self.holds == Holds::Numbers
            && matches!(self.shape[..], [rows, columns] if rows > 1 && columns > 1)
    }

    /// Its name without the struct or the group it is in.
    fn own_name(&self) -> &str {
        self.name.rsplit(['.', '/']).next().unwrap_or_default()
    }

    /// The struct or the group it is in.
    pub(super) fn within(&self) -> &str {
        self.name[..self.name.len() - self.own_name().len()].trim_end_matches(['.', '/'])
    }

    /// True if its own name is one of `names`, in lower or upper case.
    pub(super) fn is_called(&self, names: &[&str]) -> bool {
        let own = self.own_name();
        names.iter().any(|name| name.eq_ignore_ascii_case(own))
    }

    /// The length, if it is a vector.
    pub(crate) fn length(&self) -> Option<u64> {
        match self.shape[..] {
            _ if matches!(self.holds, Holds::Other(_)) => None,
            [length] | [length, 1] | [1, length] => Some(length),
            _ => None,
        }
    }

    /// `fea (195 × 1703)`.
    fn described(&self) -> String {
        let sides: Vec<String> = self.shape.iter().map(u64::to_string).collect();
        let shape = Some(sides.join(" × ")).filter(|shape| !shape.is_empty());
        let what = self.holds.unusable().map(str::to_owned);
        let parts: Vec<String> = [shape, what].into_iter().flatten().collect();
        format!("{} ({})", self.name, parts.join(", "))
    }
}

/// The names of those that can be clustered.
pub(crate) fn names_of_matrices(arrays: &[Announced]) -> Vec<String> {
    let matrices = arrays.iter().filter(|array| array.is_matrix());
    matrices.map(|array| array.name.clone()).collect()
}

/// Positions of arrays in the list they were chosen from.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Choice {
    pub matrix: usize,
    pub row_classes: Option<usize>,
    pub column_classes: Option<usize>,
    /// Found among what is left, see [`super::array_names`].
    pub row_names: Option<usize>,
    pub column_names: Option<usize>,
}

impl Choice {
    /// All that have a use.
    pub(super) fn taken(&self) -> impl Iterator<Item = usize> {
        let beside = [
            self.row_classes,
            self.column_classes,
            self.row_names,
            self.column_names,
        ];
        std::iter::once(self.matrix).chain(beside.into_iter().flatten())
    }
}

/// What to do with a table of MATLAB, or another of its objects.
const OF_TABLE: &str = "Save a numeric matrix with at least two rows and columns; in MATLAB: X = table2array(T) makes one of a table, and X = double(S) one of strings that are numbers";

/// The usual names of the matrix in files that hold more: `fea` in the data sets of Deng Cai, `X` in most others.
const MATRIX: [&str; 2] = ["fea", "X"];
/// The usual names of classes, of rows or of columns, whichever fit.
const CLASSES: [&str; 16] = [
    "gnd",
    "Y",
    "labels",
    "label",
    "classes",
    "class",
    "class_labels",
    "true_labels",
    "truth",
    "target",
    "targets",
    "gt",
    "ground_truth",
    "groundtruth",
    "category",
    "categories",
];
/// `doc_labels` is coclust's.
const ROW_CLASSES: [&str; 3] = ["row_labels", "row_classes", "doc_labels"];
const COLUMN_CLASSES: [&str; 4] = [
    "column_labels",
    "column_classes",
    "col_labels",
    "col_classes",
];

/// Takes the array that is called `variable`, or else the only matrix, or else the one with a usual name.
pub(crate) fn choose(arrays: &[Announced], variable: Option<&str>) -> Result<Choice, Wrong> {
    let matrix = match variable {
        Some(name) => {
            let found = arrays.iter().position(|array| array.name == name);
            let found = found.ok_or_else(|| {
                let problem = format!("holds no array called {name}; it holds {}", list(arrays));
                Wrong::new(problem, "Set data.variable to one of these")
            })?;
            check(&arrays[found])?;
            found
        }
        None => guess(arrays)?,
    };
    let mut choice = Choice {
        matrix,
        ..Choice::default()
    };
    let &[rows, columns] = &arrays[matrix].shape[..] else {
        return Ok(choice);
    };
    let find = |names: &[&str], length: u64, taken: Option<usize>| {
        let fits = |at: &usize| {
            *at != matrix
                && Some(*at) != taken
                && arrays[*at].length() == Some(length)
                && arrays[*at].is_called(names)
        };
        let beside = |at: &usize| arrays[*at].within() == arrays[matrix].within();
        let fitting = || (0..arrays.len()).filter(fits);
        fitting().find(beside).or_else(|| fitting().next())
    };
    choice.row_classes = find(&ROW_CLASSES, rows, None).or_else(|| find(&CLASSES, rows, None));
    choice.column_classes = find(&COLUMN_CLASSES, columns, None)
        .or_else(|| find(&CLASSES, columns, choice.row_classes));
    Ok(choice)
}

/// The only matrix, or else the one with a usual name.
fn guess(arrays: &[Announced]) -> Result<usize, Wrong> {
    let matrices: Vec<usize> = (0..arrays.len())
        .filter(|&at| arrays[at].is_matrix())
        .collect();
    match matrices[..] {
        [only] => Ok(only),
        [] if arrays.is_empty() => Err(Wrong::new("holds no array", "Save the matrix in it again")),
        [] => Err(Wrong::new(
            format!("holds no matrix of real numbers; it holds {}", list(arrays)),
            match arrays.iter().any(|array| array.holds == Holds::OBJECT) {
                true => OF_TABLE,
                false => "Save a numeric matrix with at least two rows and columns",
            },
        )),
        _ => {
            let named = |name: &&str| {
                let called = |at: &&usize| arrays[**at].is_called(&[*name]);
                matrices.iter().find(called).copied()
            };
            MATRIX.iter().find_map(named).ok_or_else(|| {
                Wrong::new(
                    format!("holds several matrices: {}", list(arrays)),
                    "Set data.variable to the one to use",
                )
            })
        }
    }
}

/// The arrays of a file, in words; of very many the first.
pub(crate) fn list(arrays: &[Announced]) -> String {
    let described: Vec<String> = arrays.iter().take(20).map(Announced::described).collect();
    let more = if arrays.len() > 20 { ", …" } else { "" };
    format!("{}{more}", described.join(", "))
}

impl Choice {
    /// What is said of a matrix that a person didn't name, if it could be another or is in something.
    pub(crate) fn guessed(&self, arrays: &[Announced]) -> Option<String> {
        let chosen = &arrays[self.matrix];
        let others: Vec<Announced> = (0..arrays.len())
            .filter(|&at| at != self.matrix && arrays[at].is_matrix())
            .map(|at| arrays[at].clone())
            .collect();
        if !others.is_empty() {
            return Some(format!(
                "{} was read as the matrix, for its name; data.variable can name another: {}",
                chosen.described(),
                list(&others)
            ));
        }
        let inside = chosen.name.contains(['.', '/', '{']);
        inside.then(|| format!("{} was read as the matrix", chosen.described()))
    }

    /// Arrays with a usual name of classes that were not read as such.
    pub(crate) fn left_out(&self, arrays: &[Announced]) -> Vec<String> {
        let chosen = &arrays[self.matrix];
        let &[rows, columns] = &chosen.shape[..] else {
            return Vec::new();
        };
        let of_classes = |at: &usize| {
            let array = &arrays[*at];
            !self.taken().any(|taken| taken == *at)
                && array.within() == chosen.within()
                && [&CLASSES[..], &ROW_CLASSES, &COLUMN_CLASSES]
                    .iter()
                    .any(|names| array.is_called(names))
        };
        let said = |at: usize| {
            let array = &arrays[at];
            let why = match (array.holds, array.length()) {
                (Holds::OBJECT, _) => format!(
                    "objects of MATLAB such as string arrays are not read; save a cell array of texts, cellstr({}), in its place",
                    array.own_name()
                ),
                (Holds::Other(_), _) => "classes are read from numbers or texts".to_owned(),
                (_, None) => "it is no vector".to_owned(),
                (_, Some(length)) if length != rows && length != columns => {
                    format!("the matrix has {rows} rows and {columns} columns")
                }
                _ => "another array was".to_owned(),
            };
            format!("{} was not read as true classes: {why}", array.described())
        };
        (0..arrays.len()).filter(of_classes).map(said).collect()
    }
}

/// True if an array that was asked for by name is a matrix.
fn check(array: &Announced) -> Result<(), Wrong> {
    if let Some(what) = array.holds.unusable() {
        return Err(Wrong::new(
            format!("{} is {what}, not a matrix of real numbers", array.name),
            match array.holds {
                Holds::OBJECT => OF_TABLE,
                _ => "Set data.variable to another array",
            },
        ));
    }
    if array.shape.len() != 2 {
        return Err(Wrong::new(
            format!(
                "{} has {} dimension{}, where a matrix has 2",
                array.described(),
                array.shape.len(),
                if array.shape.len() == 1 { "" } else { "s" }
            ),
            "Set data.variable to another array, or save it as a matrix",
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn array(name: &str, shape: &[u64]) -> Announced {
        Announced {
            name: name.to_owned(),
            shape: shape.to_vec(),
            holds: Holds::Numbers,
        }
    }

    #[test]
    fn classes_belong_to_the_side_whose_length_fits() {
        let choose = |arrays: &[Announced]| choose(arrays, None).ok();
        let rows = [array("gnd", &[5, 1]), array("fea", &[5, 3])];
        let expected = Choice {
            matrix: 1,
            row_classes: Some(0),
            column_classes: None,
            ..Choice::default()
        };
        assert_eq!(choose(&rows), Some(expected));
        let columns = [
            array("X", &[5, 3]),
            array("Y", &[1, 3]),
            array("Z", &[9, 9]),
        ];
        let expected = Choice {
            matrix: 0,
            row_classes: None,
            column_classes: Some(1),
            ..Choice::default()
        };
        assert_eq!(choose(&columns), Some(expected));
        let square = [
            array("A", &[4, 4]),
            array("labels", &[4]),
            array("column_labels", &[4]),
        ];
        let expected = Choice {
            matrix: 0,
            row_classes: Some(1),
            column_classes: Some(2),
            ..Choice::default()
        };
        assert_eq!(choose(&square), Some(expected));
    }

    #[test]
    fn several_matrices_are_listed_unless_one_is_named() {
        let arrays = [array("A", &[4, 4]), array("B", &[2, 9])];
        let wrong = choose(&arrays, None).expect_err("two of them");
        assert!(wrong.problem.contains("A (4 × 4), B (2 × 9)"));
        assert!(wrong.remedy.contains("data.variable"));
        assert_eq!(choose(&arrays, Some("B")).map(|c| c.matrix).ok(), Some(1));
        assert!(choose(&arrays, Some("C")).is_err());
    }
}
