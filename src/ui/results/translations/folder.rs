//! The dialog that translates a folder of pictures.

use std::path::{Path, PathBuf};

use eframe::egui::{
    Checkbox, Context, Grid, Label, ProgressBar, RichText, Role, ScrollArea, Ui, WidgetInfo, vec2,
};

use super::cell::direction_of;
use crate::data::images::Side;
use crate::draw::format;
use crate::engine::DeviceChoice;
use crate::engine::translate::{self, FolderReport, FolderTask};
use crate::systems::TranslateOptions;
use crate::ui::jobs::Job;
use crate::ui::theme::title;
use crate::ui::theme::tokens;
use crate::ui::widgets::{
    Severity, caption, dialog, elide_middle, message, primary_button, quiet_button, segmented,
};

/// Pictures that were left out and are named, at most.
const MOST_NAMED: usize = 200;

/// Which folder a person is to choose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FolderEnd {
    /// Where the pictures are.
    Input,
    /// Where the results go.
    Output,
}

/// The dialog.
#[derive(Default)]
pub(super) struct FolderDialog {
    open: bool,
    input: Option<PathBuf>,
    output: Option<PathBuf>,
    to: Option<Side>,
    overwrite: bool,
    job: Option<Job<Result<FolderReport, String>>>,
    outcome: Option<Result<(FolderReport, Side), String>>,
    /// Path of the run that it was opened for.
    run: Option<PathBuf>,
}

/// The run whose weights are used.
pub(super) struct Of<'a> {
    pub(super) name: &'a str,
    pub(super) path: &'a Path,
    pub(super) device: DeviceChoice,
}

impl FolderDialog {
    pub(super) fn open(&mut self) {
        self.open = true;
        if self.job.is_none() {
            self.outcome = None;
        }
    }

    pub(super) fn is_working(&self) -> bool {
        self.job.is_some()
    }

    /// True if a dropped folder is meant for it.
    pub(super) fn takes_drops(&self) -> bool {
        self.open && self.job.is_none()
    }

    /// A dropped folder: first that of the pictures, then that for the results.
    pub(super) fn take_dropped(&mut self, path: PathBuf) {
        let end = match (&self.input, &self.output) {
            (Some(_), None) => FolderEnd::Output,
            _ => FolderEnd::Input,
        };
        self.take(end, path);
    }

    /// A folder was chosen or dropped.
    pub(super) fn take(&mut self, end: FolderEnd, path: PathBuf) {
        self.open();
        match end {
            FolderEnd::Input => self.input = Some(path),
            FolderEnd::Output => self.output = Some(path),
        }
    }

    /// Shows it, if it is open; the folder that is to be chosen.
    pub(super) fn ui(&mut self, ctx: &Context, run: &Of<'_>) -> Option<FolderEnd> {
        self.poll();
        if self.job.is_none() && self.run.as_deref().is_some_and(|own| own != run.path) {
            // What was opened at one run does not come up again at another.
            self.open = false;
            self.outcome = None;
        }
        self.run = self.open.then(|| run.path.to_owned());
        if !self.open {
            return None;
        }
        let tokens = tokens(ctx);
        let mut asked = None;
        let modal = dialog(ctx, "translate folder").show(ctx, |ui| {
            ui.set_width(tokens.size.dialog);
            ui.label(title("Translate a folder"));
            ui.add_space(tokens.space.xs);
            caption(
                ui,
                format!(
                    "Uses the newest weights of {}. Folders can be dropped here. Results are PNG files with the same names; existing ones are kept.",
                    run.name
                ),
            );
            ui.add_space(tokens.space.m);
            ui.add_enabled_ui(self.job.is_none(), |ui| asked = self.choices_ui(ui));
            ui.add_space(tokens.space.m);
            self.progress_ui(ui);
            self.buttons_ui(ui, run)
        });
        if modal.inner || modal.should_close() {
            self.open = false;
        }
        asked
    }

    fn choices_ui(&mut self, ui: &mut Ui) -> Option<FolderEnd> {
        let tokens = tokens(ui.ctx());
        let mut asked = None;
        Grid::new("folders")
            .num_columns(2)
            .spacing(vec2(tokens.space.m, tokens.space.s))
            .min_col_width(tokens.space.xxl * 2.0)
            .show(ui, |ui| {
                for (end, name, button, path) in [
                    (
                        FolderEnd::Input,
                        "Pictures",
                        "Choose the folder of pictures…",
                        &self.input,
                    ),
                    (
                        FolderEnd::Output,
                        "Results",
                        "Choose the folder for results…",
                        &self.output,
                    ),
                ] {
                    ui.label(RichText::new(name).color(tokens.text_secondary));
                    let text = path
                        .as_ref()
                        .map_or_else(|| button.to_owned(), |path| path.display().to_string());
                    let width = tokens.size.dialog - 4.0 * tokens.space.xxl;
                    let font = eframe::egui::TextStyle::Button.resolve(ui.style());
                    let shown = elide_middle(ui, &text, &font, width);
                    let response = ui.button(shown);
                    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, button));
                    if response.on_hover_text(&text).clicked() {
                        asked = Some(end);
                    }
                    ui.end_row();
                }
                ui.label(RichText::new("Direction").color(tokens.text_secondary));
                let mut to = self.to.unwrap_or(Side::B);
                let directions = [
                    (Side::B, direction_of(Side::A)),
                    (Side::A, direction_of(Side::B)),
                ];
                segmented(ui, &mut to, &directions);
                self.to = Some(to);
                ui.end_row();
                ui.label("");
                crate::ui::widgets::outline_boxes(ui);
                ui.add(Checkbox::new(
                    &mut self.overwrite,
                    "Overwrite existing results",
                ));
                ui.end_row();
            });
        asked
    }

    fn progress_ui(&self, ui: &mut Ui) {
        let tokens = tokens(ui.ctx());
        if let Some(job) = &self.job {
            let fraction = job.monitor().fraction();
            let text = if fraction.is_some() {
                "Translating"
            } else {
                "Reading the weights"
            };
            caption(ui, text);
            let bar = ProgressBar::new(fraction.unwrap_or(0.0))
                .fill(tokens.accent)
                .desired_height(tokens.space.xs)
                .desired_width(ui.available_width());
            ui.add(bar).widget_info(|| {
                let mut info = WidgetInfo::labeled(Role::ProgressIndicator, true, text);
                info.value = fraction.map(f64::from);
                info
            });
            if let Some(fraction) = fraction {
                caption(ui, format::percent(f64::from(fraction)));
            }
            ui.ctx()
                .request_repaint_after(std::time::Duration::from_millis(100));
            ui.add_space(tokens.space.m);
        }
        match &self.outcome {
            Some(Err(why)) => {
                message(ui, Severity::Error, why, |_| ());
                ui.add_space(tokens.space.m);
            }
            Some(Ok((report, to))) => {
                let severity = if report.skipped.is_empty() && !report.canceled {
                    Severity::Info
                } else {
                    Severity::Warning
                };
                message(ui, severity, &report.summary(*to), |_| ());
                skipped_ui(ui, report);
                ui.add_space(tokens.space.m);
            }
            None => (),
        }
    }

    /// True if the dialog is to close.
    fn buttons_ui(&mut self, ui: &mut Ui, run: &Of<'_>) -> bool {
        ui.horizontal(|ui| {
            if let Some(job) = &self.job {
                if ui.button("Cancel").clicked() {
                    job.monitor().cancel();
                }
                return quiet_button(ui, "Continue in the background").clicked();
            }
            let ready = self.input.is_some() && self.output.is_some();
            let pressed = ui
                .add_enabled_ui(ready, |ui| primary_button(ui, None, "Translate the folder"))
                .inner
                .on_disabled_hover_text("Choose both folders first");
            if pressed.clicked() {
                self.start(ui.ctx(), run);
            }
            quiet_button(ui, "Close").clicked()
        })
        .inner
    }

    fn start(&mut self, ctx: &Context, run: &Of<'_>) {
        let (Some(input), Some(output)) = (self.input.clone(), self.output.clone()) else {
            return;
        };
        let task = FolderTask {
            input,
            output,
            to: self.to.unwrap_or(Side::B),
            overwrite: self.overwrite,
            options: TranslateOptions::default(),
        };
        self.outcome = None;
        let (path, device) = (run.path.to_owned(), run.device);
        let job = Job::spawn("translate folder", ctx, move |monitor| {
            let translator = translate::open_translator(&path, device);
            translator
                .and_then(|translator| translate::translate_folder(&*translator, &task, monitor))
                .map_err(|error| error.to_string())
        });
        match job {
            Ok(job) => self.job = Some(job),
            Err(error) => self.outcome = Some(Err(error.to_string())),
        }
    }

    fn poll(&mut self) {
        let Some(outcome) = self.job.as_ref().and_then(Job::poll) else {
            return;
        };
        self.job = None;
        // Whoever let it work in the background wants to see what came of it.
        self.open = true;
        let to = self.to.unwrap_or(Side::B);
        self.outcome = Some(match outcome.map_err(|panicked| panicked.to_string()) {
            Ok(Ok(report)) => Ok((report, to)),
            Ok(Err(why)) | Err(why) => Err(why),
        });
    }
}

/// The parts left out, with the reasons.
fn skipped_ui(ui: &mut Ui, report: &FolderReport) {
    if report.skipped.is_empty() {
        return;
    }
    let tokens = tokens(ui.ctx());
    ui.add_space(tokens.space.s);
    caption(ui, "Skipped");
    ScrollArea::vertical()
        .max_height(5.0 * tokens.size.row)
        .auto_shrink([false, true])
        .show(ui, |ui| {
            for (path, why) in report.skipped.iter().take(MOST_NAMED) {
                let name = path
                    .file_name()
                    .map_or_else(String::new, |name| name.to_string_lossy().into_owned());
                let text = RichText::new(format!("{name} {why}")).small();
                ui.add(Label::new(text).wrap())
                    .on_hover_text(path.display().to_string());
            }
            if let Some(more) = report.skipped.len().checked_sub(MOST_NAMED + 1) {
                caption(ui, format!("and {} more", more + 1));
            }
        });
}
