//! Contents of a data set: counts, distributions and a picture of the matrix.

mod cells;
mod charts;
mod images;
mod matrix;
mod pane;
mod picture;
mod preview;
mod ratings;
mod thumbnail;

use std::sync::Arc;

use eframe::egui::{Align, Label, Layout, ScrollArea, Ui};
use egui_material_icons::icons::{ICON_DATASET, ICON_FOLDER_OPEN, ICON_PHOTO_LIBRARY};
use serde::{Deserialize, Serialize};

use crate::data::images::ImageDomains;
use crate::data::{MatrixData, MatrixSummary, Monitor, RatingsData, RatingsSummary};
use crate::draw::format;
use crate::ui::state::ReadingEdit;
use crate::ui::theme::title;
use crate::ui::theme::tokens;
use crate::ui::widgets::{
    EmptyAction, EmptyState, caption, failed, primary_button, quiet_button, waiting,
};

use images::ImagesView;
use matrix::Matrix;
use picture::Picture;
use preview::PreviewView;
pub use preview::{Editable, Reading};

/// Input of the data view.
#[derive(Clone, Copy)]
pub enum DataState<'a> {
    /// No data is chosen.
    Empty,
    /// A file is being read.
    Loading {
        /// Its name.
        name: &'a str,
        /// How far it is.
        monitor: &'a Monitor,
    },
    /// A file could not be read.
    Failed {
        /// Its name.
        name: &'a str,
        /// The problem, its place, and the remedy.
        message: &'a str,
        /// True for the data of a run: it can be at another place now.
        of_run: bool,
    },
    /// Ratings.
    Ratings {
        /// The name of the file.
        name: &'a str,
        /// The ratings.
        data: &'a RatingsData,
        /// Their summary.
        summary: &'a Arc<RatingsSummary>,
    },
    /// A matrix.
    Matrix {
        /// The name of the file.
        name: &'a str,
        /// The matrix.
        data: &'a Arc<MatrixData>,
        /// Its summary.
        summary: &'a Arc<MatrixSummary>,
    },
    /// Images of two domains.
    Images {
        /// The name of the folder.
        name: &'a str,
        /// The images.
        data: &'a Arc<ImageDomains>,
    },
    /// A folder of images of one domain, without the other.
    OneDomain {
        /// Its name.
        name: &'a str,
    },
}

/// Requests of the data view to the shell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DataRequest {
    /// Let a person choose a file.
    Open,
    /// Let a person choose the images of domain B.
    OpenOther,
    /// Take the sample data.
    UseSample,
    /// Stop reading.
    Cancel,
    /// Read the same file again.
    Retry,
    /// Find the data of a run where it is now.
    Find,
    /// Read the file otherwise.
    Read(ReadingEdit),
    /// Show the data in the place of the preview.
    ShowData,
}

/// How data is shown; kept over a restart.
#[derive(Debug, Default, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
struct Settings {
    /// True if the popularity curve's axes are linear.
    linear: bool,
    /// Of ratings.
    matrix: matrix::Shown,
    /// Of what is a matrix itself.
    picture: picture::Shown,
    images: images::Settings,
}

/// The data view.
#[derive(Default)]
pub struct DataView {
    /// True if the popularity curve's axes are linear.
    linear: bool,
    matrix: Matrix,
    /// Of what is a matrix itself.
    picture: Picture,
    images: ImagesView,
    preview: PreviewView,
}

impl DataView {
    /// Opens the preview of a file.
    pub fn open_preview(&mut self, file: &str) {
        self.preview.open(file);
    }

    /// Fills `ui`. `file` is the name of what is looked at, `reading` how it is read.
    pub fn ui(
        &mut self,
        ui: &mut Ui,
        file: &str,
        state: DataState<'_>,
        reading: Option<Reading<'_>>,
    ) -> Option<DataRequest> {
        if let Some(reading) = &reading
            && self.preview.is_open(file, &state, reading)
        {
            return self.preview.ui(ui, &state, reading);
        }
        match state {
            DataState::Empty => empty_ui(ui),
            DataState::Loading { name, monitor } => {
                let canceled = waiting(ui, &format!("Reading {name}…"), monitor.fraction());
                canceled.then_some(DataRequest::Cancel)
            }
            DataState::Failed {
                name,
                message,
                of_run,
            } => failed_ui(ui, name, message, of_run),
            DataState::Ratings { data, summary, .. } => {
                scrolled(ui, |ui| {
                    self.ratings_ui(ui, file, data, summary, reading);
                });
                None
            }
            DataState::Matrix { data, summary, .. } => {
                scrolled(ui, |ui| {
                    if head_ui(ui, file, None, reading) {
                        self.preview.open(file);
                    }
                    let notices = preview::other_notices(&data.notices, reading.as_ref());
                    cells::matrix_ui(ui, &mut self.picture, data, summary, &notices);
                });
                None
            }
            DataState::Images { name, data } => {
                self.images.ui(ui, name, data);
                None
            }
            DataState::OneDomain { name } => one_domain_ui(ui, name),
        }
    }
}

/// The name of the file, and how it was read: quiet where all is clear. True if a person wants to look at it.
fn head_ui(ui: &mut Ui, name: &str, dates: Option<String>, reading: Option<Reading<'_>>) -> bool {
    let tokens = tokens(ui.ctx());
    ui.spacing_mut().item_spacing.y = tokens.space.xs;
    let mut look = false;
    ui.horizontal(|ui| {
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if reading.is_some_and(|reading| reading.look.shown().is_some()) {
                let button = quiet_button(ui, "How it was read");
                look = button
                    .on_hover_text("The first lines of the file, and what was found out about it")
                    .clicked();
            }
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                ui.add(Label::new(title(name)).truncate());
                if let Some(dates) = dates {
                    caption(ui, format!("Rated {dates}"));
                }
            });
        });
    });
    if let Some(reading) = &reading {
        look |= preview::doubts_ui(ui, reading);
    }
    ui.add_space(tokens.space.s);
    look
}

/// A value to four digits, without zeros behind it: `0.5`, `5.858`, `−12`.
fn short(value: f32) -> String {
    if !value.is_finite() {
        return format::number(f64::from(value));
    }
    // The text of four digits is read back as the number nearest to it.
    let rounded = format!("{value:.3e}").parse();
    let rounded = rounded.unwrap_or(f64::from(value));
    format::setting(rounded)
        .replace('-', "−")
        .replace("e−", "e-")
}

/// To two digits behind the point as long as they mean something: `3.46`, `−0.07`, `293 k`.
fn hundredths(value: f64) -> String {
    if value.abs() < 1_000.0 {
        format!("{value:.2}").replace('-', "−")
    } else {
        format::number(value)
    }
}

/// `1–5`, and `−9.95 to 9.87`, where a dash would look like a sign.
fn from_to(low: &str, high: &str) -> String {
    if low.starts_with('−') || high.starts_with('−') {
        format!("{low} to {high}")
    } else {
        format!("{low}–{high}")
    }
}

/// What is higher than the pane. It ends beside the bar, which would lie on the ends of charts.
fn scrolled(ui: &mut Ui, content: impl FnOnce(&mut Ui)) {
    ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
        let bar = ui.spacing().scroll.bar_width;
        ui.set_max_width(ui.available_width() - bar);
        content(ui);
    });
}

fn empty_ui(ui: &mut Ui) -> Option<DataRequest> {
    let text = "Open ratings (one user, item and rating per line, as in MovieLens) or a matrix: CSV, TSV, NumPy, SciPy, MatrixMarket or MATLAB, compressed or not. Or drop two folders of images, or begin with the sample data.";
    let state = EmptyState::new(ICON_DATASET, "No data yet", text)
        .action(ICON_FOLDER_OPEN, "Open data…")
        .second("Use the sample data");
    Some(match state.show(ui)? {
        EmptyAction::First => DataRequest::Open,
        EmptyAction::Second => DataRequest::UseSample,
    })
}

fn one_domain_ui(ui: &mut Ui, name: &str) -> Option<DataRequest> {
    let text = format!(
        "{name} looks like one domain: its names do not tell two apart. Images are translated between two domains: choose the folder of the other, or drop it here. If {name} holds both, choose the folder of each on the right."
    );
    let state = EmptyState::new(ICON_PHOTO_LIBRARY, "One domain so far", &text)
        .action(ICON_FOLDER_OPEN, "Choose domain B…")
        .second("Use the sample data");
    Some(match state.show(ui)? {
        EmptyAction::First => DataRequest::OpenOther,
        EmptyAction::Second => DataRequest::UseSample,
    })
}

fn failed_ui(ui: &mut Ui, name: &str, why: &str, of_run: bool) -> Option<DataRequest> {
    failed(ui, &format!("{name} cannot be read"), why, |ui| {
        if of_run {
            if primary_button(ui, Some(ICON_FOLDER_OPEN), "Find the data…").clicked() {
                return Some(DataRequest::Find);
            }
            return ui
                .button("Try again")
                .clicked()
                .then_some(DataRequest::Retry);
        }
        if primary_button(ui, Some(ICON_FOLDER_OPEN), "Open data…").clicked() {
            return Some(DataRequest::Open);
        }
        if ui.button("Try again").clicked() {
            return Some(DataRequest::Retry);
        }
        ui.button("Use the sample data")
            .clicked()
            .then_some(DataRequest::UseSample)
    })
    .flatten()
}

#[cfg(test)]
mod tests {
    use super::{from_to, hundredths, short};

    #[test]
    fn a_range_with_a_sign_has_no_dash() {
        assert_eq!(from_to("1", "5"), "1–5");
        assert_eq!(from_to("−9.95", "9.87"), "−9.95 to 9.87");
    }

    #[test]
    fn a_mean_has_its_sign_and_no_digits_without_a_meaning() {
        assert_eq!(hundredths(3.456), "3.46");
        assert_eq!(hundredths(-0.07), "−0.07");
        assert_eq!(hundredths(292_743.2), "293\u{202f}k");
    }

    #[test]
    fn values_have_four_digits_and_no_zeros_behind() {
        let cases = [
            (0.0, "0"),
            (0.5, "0.5"),
            (5.857_7, "5.858"),
            (-12.0, "−12"),
            (1_486_282.0, "1486000"),
            (0.000_012_345_6, "1.235e-5"),
            (f32::MAX, "3.403e38"),
        ];
        for (value, expected) in cases {
            assert_eq!(short(value), expected);
        }
    }
}
