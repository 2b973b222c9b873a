//! Everything that can be done in the window, once: menus, shortcuts and the palette are made from it.

use eframe::egui::{Key, KeyboardShortcut, Modifiers};
use egui_material_icons::MaterialIcon;
use egui_material_icons::icons as icon;

use super::layout::Pane;
use crate::record::Status;

/// One thing that can be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Command {
    /// Go back to the settings of the next run.
    NewRun,
    /// Choose a file of ratings or a matrix; a folder of images where the next run learns from them.
    OpenData,
    /// Choose a folder of images.
    OpenImages,
    /// Take the sample that the next run can learn from.
    UseSample,
    /// Take the sample streets.
    UseStreet,
    /// Choose a config file and fill the form with it.
    OpenConfig,
    /// Write the form to a config file.
    SaveConfig,
    /// Choose a run folder that is elsewhere.
    OpenRun,
    /// Keep runs in another folder.
    ChooseRunsFolder,
    /// Start, resume or repeat, whichever the selection allows.
    Start,
    /// Pause the selected run.
    Pause,
    /// Stop the selected run.
    Stop,
    /// Write a checkpoint now.
    Checkpoint,
    /// Fill the form with the settings of the selected run.
    DuplicateSettings,
    /// Give the selected run another name.
    RenameRun,
    /// Copy the results of the selected run.
    ExportRun,
    /// Write a page about the selected run or sweep.
    Report,
    /// Write a page about the marked runs.
    ReportMarked,
    /// Write the measures of what is selected or marked as a table in LaTeX.
    MeasuresLatex,
    /// The same for a spreadsheet.
    MeasuresCsv,
    /// Show the folder of the selected run.
    RevealRun,
    /// Move the selected run to the trash.
    DeleteRun,
    /// Take the run that was deleted last back out of the trash.
    UndoDelete,
    /// Translate a picture of the person's own with the selected run.
    TranslatePicture,
    /// Translate a folder of pictures with the selected run.
    TranslateFolder,
    /// Show the next test picture.
    NextPicture,
    /// Show the test picture before.
    PreviousPicture,
    /// Bring a pane to the front, opening it if it was closed.
    Show(Pane),
    /// Close the pane under the pointer, else the one in front.
    ClosePane,
    /// All panes as tabs.
    ResetLayout,
    /// Panes side by side.
    SplitLayout,
    /// Show or hide the list of runs.
    ToggleRuns,
    /// Show or hide the parameters.
    ToggleParameters,
    /// Light or dark.
    ToggleTheme,
    /// Find a command, a run or a recent file.
    Palette,
    /// How to start, and what this is.
    Help,
    /// Close the window.
    Quit,
}

/// The state of the window that decides which commands can be used.
#[derive(Debug, Clone, Copy, Default)]
pub struct Situation {
    /// Status of the selected run; `None` while the next run is being set up.
    pub run: Option<Status>,
    /// The selection is a sweep: `run` is its status.
    pub sweep: bool,
    /// True if the selected run works in this window.
    pub active: bool,
    /// True if the sample ratings are there.
    pub has_sample: bool,
    /// A run was deleted in this session.
    pub has_deleted: bool,
    /// The selected run translates pictures.
    pub translates: bool,
    /// How many runs are marked.
    pub marked: usize,
}

const CTRL_SHIFT: Modifiers = Modifiers::COMMAND.plus(Modifiers::SHIFT);

impl Command {
    /// Every command, in the order of the palette.
    pub const ALL: [Self; 41] = [
        Self::Start,
        Self::Pause,
        Self::Stop,
        Self::Checkpoint,
        Self::NewRun,
        Self::OpenData,
        Self::OpenImages,
        Self::UseSample,
        Self::UseStreet,
        Self::OpenConfig,
        Self::SaveConfig,
        Self::OpenRun,
        Self::ChooseRunsFolder,
        Self::DuplicateSettings,
        Self::RenameRun,
        Self::ExportRun,
        Self::Report,
        Self::ReportMarked,
        Self::MeasuresLatex,
        Self::MeasuresCsv,
        Self::RevealRun,
        Self::DeleteRun,
        Self::UndoDelete,
        Self::TranslatePicture,
        Self::TranslateFolder,
        Self::NextPicture,
        Self::PreviousPicture,
        Self::Show(Pane::Data),
        Self::Show(Pane::Curves),
        Self::Show(Pane::Result),
        Self::Show(Pane::Log),
        Self::Show(Pane::Explore),
        Self::ClosePane,
        Self::SplitLayout,
        Self::ResetLayout,
        Self::ToggleRuns,
        Self::ToggleParameters,
        Self::ToggleTheme,
        Self::Palette,
        Self::Help,
        Self::Quit,
    ];

    /// Its name in menus, in sentence case; ends in `…` if it asks for more.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::NewRun => "New run",
            Self::OpenData => "Open data…",
            Self::OpenImages => "Open images…",
            Self::UseSample => "Use the sample data",
            Self::UseStreet => "Use the sample streets",
            Self::OpenConfig => "Open config file…",
            Self::SaveConfig => "Save config file…",
            Self::OpenRun => "Open run folder…",
            Self::ChooseRunsFolder => "Choose runs folder…",
            Self::Start => "Start",
            Self::Pause => "Pause",
            Self::Stop => "Stop",
            Self::Checkpoint => "Write checkpoint",
            Self::DuplicateSettings => "Duplicate settings",
            Self::RenameRun => "Rename…",
            Self::ExportRun => "Export results…",
            Self::Report => "Report…",
            Self::ReportMarked => "Report on marked runs…",
            Self::MeasuresLatex => "Measures as LaTeX table…",
            Self::MeasuresCsv => "Measures as CSV…",
            Self::RevealRun => "Open folder",
            Self::DeleteRun => "Delete",
            Self::UndoDelete => "Undo delete",
            Self::TranslatePicture => "Translate a picture…",
            Self::TranslateFolder => "Translate a folder…",
            Self::NextPicture => "Next picture",
            Self::PreviousPicture => "Previous picture",
            Self::Show(pane) => pane.command_name(),
            Self::ClosePane => "Close pane",
            Self::ResetLayout => "Reset layout",
            Self::SplitLayout => "Split layout",
            Self::ToggleRuns => "Show or hide runs",
            Self::ToggleParameters => "Show or hide parameters",
            Self::ToggleTheme => "Switch light and dark",
            Self::Palette => "Command palette",
            Self::Help => "Help",
            Self::Quit => "Quit",
        }
    }

    /// Its name where the selection gives it another meaning.
    #[must_use]
    pub fn name_in(self, situation: Situation) -> &'static str {
        match (self, situation.run) {
            (Self::Start, Some(Status::Paused | Status::Stopped | Status::Interrupted)) => "Resume",
            (Self::Start, Some(Status::Failed)) if situation.sweep => "Resume",
            (Self::Start, Some(Status::Finished)) if situation.sweep => "New sweep like this",
            (Self::Start, Some(Status::Finished | Status::Failed)) => "Run again",
            _ => self.name(),
        }
    }

    /// One sentence for tooltips.
    #[must_use]
    pub fn help(self) -> &'static str {
        match self {
            Self::NewRun => "Set up the next run",
            Self::OpenData => {
                "Choose ratings or a matrix: CSV, MovieLens, MATLAB, MatrixMarket, NumPy; for image translation a folder of images"
            }
            Self::OpenImages => {
                "Choose a folder with two domains of images, or with one of them; masks beside them are found, too"
            }
            Self::UseSample => {
                "600 users, 400 invented films, with groups to discover; for image translation the streets"
            }
            Self::UseStreet => "Synthetic streets by day and by night, with segmentation masks",
            Self::OpenConfig => "Fill the form from a config file (TOML)",
            Self::SaveConfig => "Write the form to a config file for `atelier run`",
            Self::OpenRun => "Open a run from another folder",
            Self::ChooseRunsFolder => "Save runs in another folder, and list the runs in it",
            Self::Start => "Train with these parameters, or continue the selected run",
            Self::Pause => "Write a checkpoint and wait; parameters can be changed meanwhile",
            Self::Stop => "Write a checkpoint and the results, then stop; the run can be resumed",
            Self::Checkpoint => "Save the state of the selected run now",
            Self::DuplicateSettings => "Set up a new run with the settings of the selected one",
            Self::RenameRun => "Give the selected run another name",
            Self::Report => {
                "Write one page about the selected run or sweep: settings, curves, results, measures, how to repeat it"
            }
            Self::ReportMarked => "Write one page that compares the marked runs",
            Self::MeasuresLatex => {
                "A table for a paper, with the package booktabs: the marked runs, or what is selected"
            }
            Self::MeasuresCsv => {
                "Settings and measures for a spreadsheet: the marked runs, or what is selected"
            }
            Self::ExportRun => "Copy config, metrics, predictions and weights into a folder",
            Self::RevealRun => "Show the files of the selected run",
            Self::DeleteRun => "Move the selected run to the trash; can be undone",
            Self::UndoDelete => "Bring back the run that was deleted last",
            Self::TranslatePicture => {
                "Translate a picture of your own with the newest weights of the selected run"
            }
            Self::TranslateFolder => "Translate every picture of a folder with the selected run",
            Self::NextPicture => "Show the next test picture of the selected run",
            Self::PreviousPicture => "Show the previous test picture of the selected run",
            Self::Show(pane) => pane.help(),
            Self::ClosePane => "Close the pane under the pointer, or the one in front",
            Self::ResetLayout => "All panes as tabs, both side panels open",
            Self::SplitLayout => "Curves and log beside result, data and what explores many runs",
            Self::ToggleRuns => "Show or hide the list of runs",
            Self::ToggleParameters => "Show or hide the parameters",
            Self::ToggleTheme => "Change between the light and the dark theme",
            Self::Palette => "Find a command, a run or a recent file by a few letters",
            Self::Help => "How to start",
            Self::Quit => "Save the runs in progress and close the window",
        }
    }

    /// Its icon.
    #[must_use]
    pub fn icon(self) -> MaterialIcon {
        match self {
            Self::NewRun => icon::ICON_ADD,
            Self::OpenData => icon::ICON_FOLDER_OPEN,
            Self::OpenImages => icon::ICON_PHOTO_LIBRARY,
            Self::UseSample | Self::UseStreet => icon::ICON_DATASET,
            Self::OpenConfig => icon::ICON_FILE_OPEN,
            Self::SaveConfig => icon::ICON_SAVE,
            Self::OpenRun | Self::RevealRun | Self::ChooseRunsFolder => icon::ICON_FOLDER,
            Self::Start => icon::ICON_PLAY_ARROW,
            Self::Pause => icon::ICON_PAUSE,
            Self::Stop => icon::ICON_STOP,
            Self::Checkpoint => icon::ICON_BOOKMARK_ADD,
            Self::DuplicateSettings => icon::ICON_CONTENT_COPY,
            Self::RenameRun => icon::ICON_EDIT,
            Self::ExportRun => icon::ICON_DOWNLOAD,
            Self::Report | Self::ReportMarked => icon::ICON_DESCRIPTION,
            Self::MeasuresLatex | Self::MeasuresCsv => icon::ICON_TABLE,
            Self::DeleteRun => icon::ICON_DELETE,
            Self::UndoDelete => icon::ICON_UNDO,
            Self::TranslatePicture => icon::ICON_ADD_PHOTO_ALTERNATE,
            Self::TranslateFolder => icon::ICON_DRIVE_FOLDER_UPLOAD,
            Self::NextPicture => icon::ICON_CHEVRON_RIGHT,
            Self::PreviousPicture => icon::ICON_CHEVRON_LEFT,
            Self::Show(pane) => pane.icon(),
            Self::ResetLayout => icon::ICON_TAB,
            Self::SplitLayout => icon::ICON_SPLITSCREEN_RIGHT,
            Self::ToggleRuns => icon::ICON_DOCK_TO_RIGHT,
            Self::ToggleParameters => icon::ICON_DOCK_TO_LEFT,
            Self::ToggleTheme => icon::ICON_CONTRAST,
            Self::Palette => icon::ICON_SEARCH,
            Self::Help => icon::ICON_HELP,
            Self::ClosePane | Self::Quit => icon::ICON_CLOSE,
        }
    }

    /// The keys that do it from anywhere.
    #[must_use]
    pub fn shortcut(self) -> Option<KeyboardShortcut> {
        let command = |key| Some(KeyboardShortcut::new(Modifiers::COMMAND, key));
        let shifted = |key| Some(KeyboardShortcut::new(CTRL_SHIFT, key));
        match self {
            Self::NewRun => command(Key::N),
            Self::OpenData => command(Key::O),
            Self::OpenConfig => shifted(Key::O),
            Self::SaveConfig => command(Key::S),
            Self::Start => command(Key::Enter),
            Self::Pause => command(Key::P),
            Self::Stop => command(Key::Period),
            Self::DuplicateSettings => command(Key::D),
            Self::RenameRun => Some(KeyboardShortcut::new(Modifiers::NONE, Key::F2)),
            Self::ExportRun => command(Key::E),
            Self::DeleteRun => Some(KeyboardShortcut::new(Modifiers::NONE, Key::Delete)),
            Self::UndoDelete => command(Key::Z),
            Self::ClosePane => command(Key::W),
            Self::TranslatePicture => command(Key::T),
            Self::NextPicture => command(Key::CloseBracket),
            Self::PreviousPicture => command(Key::OpenBracket),
            Self::Show(pane) => command(pane.key()),
            Self::ResetLayout => command(Key::Num0),
            Self::ToggleRuns => command(Key::B),
            Self::ToggleParameters => shifted(Key::B),
            Self::ToggleTheme => shifted(Key::L),
            Self::Palette => command(Key::K),
            Self::Help => Some(KeyboardShortcut::new(Modifiers::NONE, Key::F1)),
            Self::Quit => command(Key::Q),
            Self::OpenImages
            | Self::UseSample
            | Self::UseStreet
            | Self::OpenRun
            | Self::ChooseRunsFolder
            | Self::Checkpoint
            | Self::RevealRun
            | Self::ReportMarked
            | Self::MeasuresLatex
            | Self::MeasuresCsv
            | Self::TranslateFolder
            | Self::SplitLayout => None,
            Self::Report => shifted(Key::E),
        }
    }

    /// True if it can be used now.
    #[must_use]
    pub fn is_enabled(self, situation: Situation) -> bool {
        let Situation {
            run,
            sweep,
            active,
            has_sample,
            has_deleted,
            translates,
            marked,
        } = situation;
        match self {
            Self::Start => !matches!(run, Some(Status::Running | Status::Queued)),
            Self::Pause => active && run == Some(Status::Running),
            Self::Stop => {
                active && matches!(run, Some(Status::Running | Status::Paused | Status::Queued))
            }
            Self::Checkpoint => active && !sweep,
            Self::ExportRun => run.is_some() && !sweep,
            Self::DuplicateSettings | Self::RenameRun | Self::RevealRun => run.is_some(),
            Self::Report => run.is_some() || sweep,
            Self::ReportMarked => marked > 1,
            Self::MeasuresLatex | Self::MeasuresCsv => run.is_some() || sweep || marked > 1,
            Self::DeleteRun => {
                run.is_some_and(|status| status != Status::Running && status != Status::Queued)
                    && !active
            }
            Self::UndoDelete => has_deleted,
            Self::UseSample | Self::UseStreet => has_sample,
            Self::TranslatePicture
            | Self::TranslateFolder
            | Self::NextPicture
            | Self::PreviousPicture => translates,
            _ => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::{Command, Situation};
    use crate::record::Status;

    #[test]
    fn no_two_commands_share_a_shortcut_or_a_name() {
        let mut shortcuts = HashSet::new();
        let mut names = HashSet::new();
        for command in Command::ALL {
            assert!(names.insert(command.name()), "{}", command.name());
            if let Some(keys) = command.shortcut() {
                assert!(shortcuts.insert(keys), "{}", command.name());
            }
        }
        assert_eq!(names.len(), Command::ALL.len());
    }

    #[test]
    fn the_start_button_says_what_it_will_do() {
        let with = |run| Situation {
            run,
            ..Situation::default()
        };
        for (run, name, enabled) in [
            (None, "Start", true),
            (Some(Status::Running), "Start", false),
            (Some(Status::Paused), "Resume", true),
            (Some(Status::Interrupted), "Resume", true),
            (Some(Status::Finished), "Run again", true),
        ] {
            assert_eq!(Command::Start.name_in(with(run)), name);
            assert_eq!(Command::Start.is_enabled(with(run)), enabled);
        }
    }

    #[test]
    fn a_run_that_works_cannot_be_deleted() {
        let paused = Situation {
            run: Some(Status::Paused),
            active: true,
            ..Situation::default()
        };
        assert!(!Command::DeleteRun.is_enabled(paused));
        assert!(Command::Stop.is_enabled(paused));
    }
}
