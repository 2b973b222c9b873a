//! How delimited text is read: keys that say what is otherwise found out from the file. A data form shows those that have a value.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How delimited text is read where the file does not say it well enough.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct TextSource {
    /// What stands between the fields of a line: `,` `;` `|` `::`, `tab`, `space` for any number of spaces, or another character.
    #[schemars(extend("x-group" = "Reading", "x-when" = "given"))]
    pub delimiter: Option<String>,
    /// What encloses a field that holds the delimiter: `"`, `'`, or `off` if quotes are letters like others.
    #[schemars(extend("x-group" = "Reading", "x-label" = "Quotes", "x-when" = "given"))]
    pub quote: Option<String>,
    /// How a quote within quotes is written.
    #[schemars(extend("x-group" = "Reading", "x-label" = "Inner quotes", "x-when" = "given"))]
    pub escape: Option<Escape>,
    /// The sign before decimals: `.` or `,`.
    #[schemars(extend("x-group" = "Reading", "x-label" = "Decimal sign", "x-when" = "given"))]
    pub decimal: Option<String>,
    /// The sign between groups of three digits: `,` `.` `'`, `space`, or `off`.
    #[schemars(extend("x-group" = "Reading", "x-label" = "Thousands sign", "x-when" = "given"))]
    pub thousands: Option<String>,
    /// Words and numbers that stand for a missing value, such as `NA, -, 99`. They replace the usual ones; an empty field is always missing.
    #[schemars(extend("x-group" = "Reading", "x-label" = "Missing words", "x-when" = "given"))]
    pub missing_words: Option<Vec<String>>,
    /// Lines to skip above the table, comments and blank lines among them.
    #[schemars(
        range(max = 1_000_000),
        extend("x-group" = "Reading", "x-label" = "Lines above", "x-when" = "given")
    )]
    pub skip_lines: Option<u32>,
    /// How a line of comment begins, such as `#`; or `off`.
    #[schemars(extend("x-group" = "Reading", "x-label" = "Comments", "x-when" = "given"))]
    pub comment: Option<String>,
    /// Whether the first line of the table names the columns.
    #[schemars(extend("x-group" = "Reading", "x-when" = "given"))]
    pub header: Option<bool>,
}

impl TextSource {
    /// The first of its keys that has a value.
    pub(crate) fn given(&self) -> Option<&'static str> {
        const KEYS: [&str; 9] = [
            "delimiter",
            "quote",
            "escape",
            "decimal",
            "thousands",
            "missing_words",
            "skip_lines",
            "comment",
            "header",
        ];
        let table = serde_json::to_value(self).ok()?;
        KEYS.into_iter().find(|key| !table[key].is_null())
    }
}

/// How a quote within quotes is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Escape {
    /// Twice: `"say ""hi"""`.
    #[schemars(title = "Doubled")]
    Double,
    /// With a backslash: `"say \"hi\""`.
    #[schemars(title = "Backslash")]
    Backslash,
}

/// Which side of a matrix of ratings holds the users.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Orientation {
    /// Every row is a user, every column an item.
    #[default]
    #[schemars(title = "Users are rows")]
    UsersAreRows,
    /// Every column is a user, every row an item.
    #[schemars(title = "Users are columns")]
    UsersAreColumns,
}

/// What stands first in dates such as `03/04/2019`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DateOrder {
    /// The day: the third of April.
    #[schemars(title = "Day first")]
    DayFirst,
    /// The month: the fourth of March.
    #[schemars(title = "Month first")]
    MonthFirst,
}

impl DateOrder {
    /// The value of the key: `day_first`.
    pub(crate) fn key(self) -> &'static str {
        match self {
            Self::DayFirst => "day_first",
            Self::MonthFirst => "month_first",
        }
    }

    /// For messages: `day first`.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::DayFirst => "day first",
            Self::MonthFirst => "month first",
        }
    }
}

/// A column of delimited text, by the name above it or by its number from 1.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum ColumnName {
    /// The number, from 1.
    Number(u32),
    /// The name in the header.
    Name(String),
}

/// The columns of a list of ratings.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct RatingColumns {
    /// Who rates.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<ColumnName>,
    /// What is rated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub item: Option<ColumnName>,
    /// The rating.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rating: Option<ColumnName>,
    /// When it was rated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time: Option<ColumnName>,
}

/// The columns of a list of cells, or those of a table that are no cells.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct MatrixColumns {
    /// The row of a cell; in a table the names of the rows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub row: Option<ColumnName>,
    /// The column of a cell, in a list of cells.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<ColumnName>,
    /// The value of a cell, in a list of cells.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<ColumnName>,
    /// The true class of a row, in a table.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub class: Option<ColumnName>,
}
