//! The known formats: how each is recognized, and what it can be read as.

use super::choose::Announced;
use super::list::Wanted;
use super::raw::RawMatrix;
use super::source::Source;
use super::{Names, Table, hdf5, mat, matrix_market, npy, npz, structured, text};
use crate::data::{ColumnName, DataError, DateOrder, Orientation, TextSource};

/// How a file is to be read, as far as the `[data]` table says so.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Options<'o> {
    /// How delimited text is read.
    pub text: Option<TextKeys<'o>>,
    /// Which array of a file that holds several.
    pub variable: Option<&'o str>,
    /// Which file of an archive of several.
    pub member: Option<&'o str>,
    /// True of a file of test ratings, in which no key chooses.
    pub is_test: bool,
    /// The encoding of the text, where it is not to be guessed.
    pub encoding: Option<&'o str>,
}

/// The keys of delimited text.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TextKeys<'o> {
    pub text: &'o TextSource,
    /// Which columns hold what; the user is the row of a matrix, the item its column.
    pub columns: Wanted<'o>,
    /// The column with the classes of the rows of a table.
    pub class: Option<&'o ColumnName>,
    pub orientation: Option<Orientation>,
    /// What stands first in the dates of a list of ratings.
    pub date_order: Option<DateOrder>,
}

impl Default for TextKeys<'_> {
    fn default() -> Self {
        static NONE: TextSource = TextSource {
            delimiter: None,
            quote: None,
            escape: None,
            decimal: None,
            thousands: None,
            missing_words: None,
            skip_lines: None,
            comment: None,
            header: None,
        };
        Self {
            text: &NONE,
            columns: Wanted::default(),
            class: None,
            orientation: None,
            date_order: None,
        }
    }
}

/// A format of files that hold ratings, a matrix or both.
pub(crate) trait Format: Sync {
    /// Its name in messages: `MatrixMarket`.
    fn name(&self) -> &'static str;

    /// True if a file that begins like this is of this format. The beginning is unpacked text in UTF-8, or the bytes of a binary file.
    fn recognizes(&self, head: &[u8]) -> bool;

    /// Reads ratings; new ids are added to `names`.
    fn ratings(
        &self,
        source: &mut Source<'_>,
        names: &mut Names,
        options: &Options<'_>,
    ) -> Result<Table, DataError>;

    /// Reads a matrix, with names and classes where there are some.
    fn matrix(
        &self,
        source: &mut Source<'_>,
        options: &Options<'_>,
    ) -> Result<RawMatrix, DataError>;

    /// True if a file can hold several arrays, of which `Options::variable` names one.
    fn has_variables(&self) -> bool {
        false
    }

    /// The arrays of a file that can hold several; none if it cannot be read.
    fn arrays(&self, _source: &mut Source<'_>) -> Vec<Announced> {
        Vec::new()
    }

    /// True if `data.columns` can name what holds the parts of a rating.
    fn takes_columns(&self) -> bool {
        false
    }

    /// True if this file holds a matrix that cannot be ratings, or that nobody takes for ratings unless told to.
    fn holds_only_a_matrix(&self, _source: &mut Source<'_>) -> bool {
        false
    }
}

/// Every format, in the order in which files are tried; delimited text, which anything may be, is last.
static FORMATS: &[&dyn Format] = &[
    &npy::Npy,
    &npz::Npz,
    &hdf5::Hdf5,
    &mat::Mat,
    &matrix_market::MatrixMarket,
    &structured::BagOfWords,
    &structured::Netflix,
    &structured::ReviewBlocks,
    &structured::Jester,
    &structured::Gct,
    &structured::Geo,
    &structured::Arff,
    &structured::Json,
    &structured::Orange,
    &structured::LdaC,
    &structured::SvmLight,
    &structured::SizedList,
    &structured::Cluto,
    &structured::Unsupported,
    &text::Text,
];

/// The format of a file.
pub(crate) fn format_of(head: &[u8]) -> &'static dyn Format {
    let known = FORMATS.iter().find(|format| format.recognizes(head));
    *known.unwrap_or(&(&text::Text as &dyn Format))
}

/// The format of a file, of which a person may have said how its text is read: then it is delimited text.
pub(crate) fn format_for(
    source: &Source<'_>,
    options: &Options<'_>,
) -> Result<&'static dyn Format, DataError> {
    let found = format_of(source.head());
    let Some(key) = options.text.and_then(|keys| keys.given()) else {
        return Ok(found);
    };
    let classes = options.text.is_some_and(|keys| keys.class.is_some());
    if key == "columns" && found.takes_columns() && !classes {
        return Ok(found);
    }
    if !source.head().contains(&0) {
        return Ok(&text::Text);
    }
    Err(DataError::Config {
        key,
        problem: format!(
            "is only for delimited text, and {} is {}: remove it",
            source.path().display(),
            found.name()
        ),
    })
}
