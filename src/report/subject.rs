//! What is reported, and as what.

use std::io::Write;
use std::path::{Path, PathBuf};

use super::material::Material;
use super::{ReportError, document, latex, spreadsheet};
use crate::data::Monitor;
use crate::experiments::sweep::SweepFolder;
use crate::runs;

/// The runs that a report is about.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Subject {
    /// The folders of the runs, in the order in which they are listed.
    pub runs: Vec<PathBuf>,
    /// The folder of the sweep that they belong to, if the report is about it as a whole.
    pub sweep: Option<PathBuf>,
    /// The title; made from the runs if absent.
    pub title: Option<String>,
}

/// What is written of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// One self-contained page for a browser.
    Html,
    /// A table of the measures for a paper, with booktabs.
    Latex,
    /// A table of settings and measures for a spreadsheet.
    Csv,
}

impl Format {
    /// The end of the names of such files.
    #[must_use]
    pub fn extension(self) -> &'static str {
        match self {
            Self::Html => "html",
            Self::Latex => "tex",
            Self::Csv => "csv",
        }
    }
}

impl Subject {
    /// A report of these runs.
    #[must_use]
    pub fn of_runs(runs: Vec<PathBuf>) -> Self {
        Self {
            runs,
            ..Self::default()
        }
    }

    /// A report of what these folders are: of a sweep as a whole where there is one alone, else of all runs, those of sweeps too.
    ///
    /// # Errors
    /// If the folder of a sweep cannot be read.
    pub fn of_folders(folders: Vec<PathBuf>) -> Result<Self, ReportError> {
        if let [one] = &folders[..]
            && SweepFolder::is_one(one)
        {
            return Ok(Self {
                sweep: Some(one.clone()),
                ..Self::default()
            });
        }
        let mut runs = Vec::new();
        for folder in folders {
            if SweepFolder::is_one(&folder) {
                runs.extend(runs_of(&folder)?);
            } else {
                runs.push(folder);
            }
        }
        Ok(Self::of_runs(runs))
    }

    /// The folders of all runs, those of the sweep too.
    ///
    /// # Errors
    /// If the folder of the sweep cannot be read.
    pub fn all_runs(&self) -> Result<Vec<PathBuf>, ReportError> {
        let of_sweep = self.sweep.iter().map(|sweep| runs_of(sweep));
        let mut runs = of_sweep.collect::<Result<Vec<_>, _>>()?.concat();
        runs.extend(self.runs.iter().cloned());
        Ok(runs)
    }

    /// Reads the runs and writes them as `format`. `monitor` counts what is done of the work.
    ///
    /// # Errors
    /// If no run can be read, it was canceled, or it cannot be written. Single runs that cannot be read are in the report with the reason.
    pub fn write(
        &self,
        format: Format,
        to: &mut dyn Write,
        monitor: &Monitor,
    ) -> Result<(), ReportError> {
        let material = Material::read(self, monitor)?;
        match format {
            Format::Html => document::write(&material, to, monitor),
            Format::Latex => latex::write(&material, to),
            Format::Csv => spreadsheet::write(&material, to),
        }
    }
}

/// The runs of a sweep that are beside it, the oldest first.
fn runs_of(sweep: &Path) -> Result<Vec<PathBuf>, ReportError> {
    let sweep = SweepFolder::open(sweep)?;
    let id = sweep.id().as_str();
    let listed = runs::list(sweep.runs())?.into_iter().rev();
    let own = listed.filter_map(|run| {
        let place = run.summary.ok()?.sweep?;
        (place.id == id).then_some(run.path)
    });
    Ok(own.collect())
}
