//! The augmentation report: the IoU of segmenters by what they learned from, as CSV.

use std::borrow::Cow;
use std::path::Path;

use super::{ArtifactContent, CsvTable, files};

/// Bytes that are read, at most.
const MOST: u64 = 1 << 20;
/// The name of the row of means.
const MEAN: &str = "mean";

/// IoU by class and by what a segmenter learned from.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct AugmentationScores {
    /// `a`, `a_and_translated`, `translated`, `b`; the last is the domain of the test images.
    pub columns: Vec<String>,
    /// A class and its IoU in each column; `None` where the class does not occur. The last row is the mean.
    pub rows: Vec<(String, Vec<Option<f64>>)>,
}

impl AugmentationScores {
    /// The name of its file in a run's artifacts.
    pub const FILE: &str = "augmentation.csv";

    /// With the mean of each column as the last row.
    #[must_use]
    pub fn new(
        columns: Vec<String>,
        mut classes: Vec<(String, Vec<Option<f64>>)>,
        means: Vec<Option<f64>>,
    ) -> Self {
        classes.push((MEAN.to_owned(), means));
        Self {
            columns,
            rows: classes,
        }
    }

    /// Reads a file.
    ///
    /// # Errors
    /// If it cannot be read, is too large or holds no report, in a sentence.
    pub fn read(path: &Path) -> Result<Self, String> {
        let failed = |why: String| format!("{}: {why}", path.display());
        let text = files::read_text(path, MOST).map_err(|error| failed(error.to_string()))?;
        Self::parse(&text).map_err(failed)
    }

    /// Reads the text of a file.
    ///
    /// # Errors
    /// If it holds no report.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let header = reader.headers().map_err(|error| error.to_string())?;
        let columns: Vec<String> = header.iter().skip(1).map(str::to_owned).collect();
        let mut rows = Vec::new();
        for record in reader.records() {
            let record = record.map_err(|error| error.to_string())?;
            let name = record.get(0).unwrap_or_default().to_owned();
            let values = record.iter().skip(1).map(|cell| cell.parse().ok());
            rows.push((name, values.collect()));
        }
        if columns.is_empty() || rows.is_empty() {
            return Err("holds no report".to_owned());
        }
        Ok(Self { columns, rows })
    }

    /// The row of means, the last.
    #[must_use]
    pub fn means(&self) -> Option<&[Option<f64>]> {
        let last = self.rows.last().filter(|(name, _)| name == MEAN)?;
        Some(&last.1)
    }

    /// The rows of classes.
    #[must_use]
    pub fn classes(&self) -> &[(String, Vec<Option<f64>>)] {
        let count = self.rows.len() - usize::from(self.means().is_some());
        &self.rows[..count]
    }

    /// The letter of the domain of the test images.
    #[must_use]
    pub fn target(&self) -> &'static str {
        match self.columns.last() {
            Some(last) if last == "a" => "A",
            _ => "B",
        }
    }

    /// The images that the segmenter of a column learned from, in words.
    #[must_use]
    pub fn learned_from(column: &str) -> String {
        match column {
            "a" => "Real A".to_owned(),
            "b" => "Real B".to_owned(),
            "a_and_translated" => "Real A and A → B".to_owned(),
            "b_and_translated" => "Real B and B → A".to_owned(),
            "translated" => "Translated alone".to_owned(),
            other => other.replace('_', " "),
        }
    }
}

/// `class,…` with a line for each class; empty cells where there is no IoU.
impl ArtifactContent for AugmentationScores {
    fn encode(&self) -> Cow<'_, [u8]> {
        let header = std::iter::once("class").chain(self.columns.iter().map(String::as_str));
        let mut table = CsvTable::new(&header.collect::<Vec<_>>());
        for (name, values) in &self.rows {
            let cells = values
                .iter()
                .map(|value| value.map_or_else(String::new, |value| format!("{value:.4}")));
            table.row(
                &std::iter::once(name.clone())
                    .chain(cells)
                    .collect::<Vec<_>>(),
            );
        }
        Cow::Owned(table.bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_is_read_with_its_gaps_and_written_as_it_was() {
        let text = "class,a,a_and_translated,translated,b\nroad,0.8000,0.9000,0.7000,0.9500\nlamp,,0.1000,,0.2000\nmean,0.4000,0.5000,0.3000,0.6000\n";
        let scores = AugmentationScores::parse(text).unwrap();
        assert_eq!(scores.columns.len(), 4);
        assert_eq!(scores.classes().len(), 2);
        assert_eq!(scores.classes()[1].1, [None, Some(0.1), None, Some(0.2)]);
        assert_eq!(scores.means().unwrap()[3], Some(0.6));
        assert_eq!(scores.target(), "B");
        let learned = AugmentationScores::learned_from(&scores.columns[1]);
        assert_eq!(learned, "Real A and A → B");
        assert_eq!(scores.encode(), text.as_bytes());
        assert!(AugmentationScores::parse("class\n").is_err());
    }
}
