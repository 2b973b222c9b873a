//! What each command of the menus and keys does.

use eframe::egui::{Context, Theme, ThemePreference, ViewportCommand};

use crate::data::DataKind;
use crate::engine;
use crate::report::Format;
use crate::ui::app::AtelierApp;
use crate::ui::app::side_panels::SidePanel;
use crate::ui::commands::Command;
use crate::ui::layout::{self, Pane};
use crate::ui::results::ViewInput;
use crate::ui::save::{Content, SaveFile};
use crate::ui::state::Selection;

impl AtelierApp {
    pub(super) fn command(&mut self, ctx: &Context, command: Command) {
        if !command.is_enabled(self.situation()) || self.command_for_sweep(ctx, command) {
            return;
        }
        match command {
            Command::NewRun => self.select(Selection::Draft),
            Command::OpenData if self.settings.draft.kind() == DataKind::Images => {
                self.choose_images(ctx);
            }
            Command::OpenData => self.choose_data(ctx),
            Command::OpenImages => self.choose_images(ctx),
            Command::UseSample if self.settings.draft.kind() == DataKind::Images => {
                self.use_street(ctx);
            }
            Command::UseSample => {
                if let Some(samples) = &self.samples {
                    let path = samples.ratings.clone();
                    self.look_at_data(ctx, path);
                }
            }
            Command::UseStreet => self.use_street(ctx),
            Command::OpenConfig => self.choose_config(ctx),
            Command::SaveConfig => {
                let draft = &self.settings.draft;
                let text = match draft.sweep_config() {
                    Some(sweep) => sweep.to_toml(),
                    None => draft.config().to_toml(),
                };
                let name = format!("{}.toml", self.settings.draft.system);
                self.save_file(ctx, SaveFile::new(name, Content::text(text)));
            }
            Command::OpenRun => self.choose_run(ctx),
            Command::ChooseRunsFolder => self.choose_runs_folder(ctx),
            Command::Start => self.start(ctx),
            Command::Pause => self.send(engine::Command::Pause),
            Command::Stop => self.send(engine::Command::Stop),
            Command::Checkpoint => self.send(engine::Command::Checkpoint),
            Command::DuplicateSettings => self.duplicate(),
            Command::RenameRun => {
                self.renaming = self
                    .selected()
                    .map(|run| (run.id.clone(), run.title().to_owned()));
            }
            Command::ExportRun => self.choose_export(ctx),
            Command::Report => self.report_selected(ctx, Format::Html),
            Command::ReportMarked => self.report_marked(ctx, Format::Html),
            Command::MeasuresLatex => self.report_shown(ctx, Format::Latex),
            Command::MeasuresCsv => self.report_shown(ctx, Format::Csv),
            Command::RevealRun => self.reveal(ctx),
            Command::DeleteRun => {
                let runs = self.runs_to_delete();
                self.delete(ctx, &runs);
            }
            Command::UndoDelete => self.undo_delete(ctx),
            Command::ClosePane => {
                let pane = self.hovered_pane;
                layout::close(&mut self.settings.layout, pane);
            }
            Command::TranslatePicture => {
                layout::show(&mut self.settings.layout, Pane::Result);
                self.choose_picture(ctx);
            }
            Command::TranslateFolder => {
                layout::show(&mut self.settings.layout, Pane::Result);
                self.panes.result.views.take(&ViewInput::TranslateFolder);
            }
            Command::NextPicture => {
                self.panes.result.views.take(&ViewInput::StepPicture(1));
            }
            Command::PreviousPicture => {
                self.panes.result.views.take(&ViewInput::StepPicture(-1));
            }
            Command::Show(pane) => layout::show(&mut self.settings.layout, pane),
            Command::ResetLayout => {
                self.settings.layout = layout::tabs();
                self.set_open(SidePanel::Runs, true);
                self.set_open(SidePanel::Parameters, true);
            }
            Command::SplitLayout => self.settings.layout = layout::split(),
            Command::ToggleRuns => self.toggle(SidePanel::Runs),
            Command::ToggleParameters => {
                self.toggle(SidePanel::Parameters);
            }
            Command::ToggleTheme => {
                self.settings.theme = match ctx.theme() {
                    Theme::Dark => ThemePreference::Light,
                    Theme::Light => ThemePreference::Dark,
                };
                ctx.set_theme(self.settings.theme);
            }
            Command::Palette => self.palette.open(ctx),
            Command::Help => self.help_open = true,
            Command::Quit => ctx.send_viewport_cmd(ViewportCommand::Close),
        }
    }
}
