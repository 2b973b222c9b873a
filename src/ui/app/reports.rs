//! Reports and tables of runs: written where a person chooses, away from the window's thread.

use eframe::egui::Context;

use super::AtelierApp;
use crate::report::{Format, ReportError, Subject};
use crate::ui::save::{Content, SaveFile};
use crate::ui::state::Selection;

/// Letters of a proposed file name.
const MOST_LETTERS: usize = 60;

impl AtelierApp {
    /// Of the selected run, or the selected sweep as a whole.
    pub(super) fn report_selected(&mut self, ctx: &Context, format: Format) {
        if let Some(subject) = self.selected_subject() {
            self.save_report(ctx, subject, format);
        }
    }

    /// Of the marked runs, in the order of the list.
    pub(super) fn report_marked(&mut self, ctx: &Context, format: Format) {
        let subject = self.marked_subject();
        self.save_report(ctx, subject, format);
    }

    /// Of the marked runs if there are several, else of what is selected.
    pub(super) fn report_shown(&mut self, ctx: &Context, format: Format) {
        if self.settings.compared.len() > 1 {
            self.report_marked(ctx, format);
        } else {
            self.report_selected(ctx, format);
        }
    }

    /// Lets a person choose where, and writes it there.
    pub(super) fn save_report(&mut self, ctx: &Context, subject: Subject, format: Format) {
        let name = format!("{}.{}", self.file_name(&subject), format.extension());
        let content = Content::new(move |to, monitor| {
            subject
                .write(format, to, monitor)
                .map_err(|error: ReportError| error.to_string())
        });
        self.save_file(ctx, SaveFile::new(name, content));
    }

    fn selected_subject(&self) -> Option<Subject> {
        match &self.settings.selection {
            Selection::Draft => None,
            Selection::Run(id) => {
                let path = self.runs.get(id)?.path.clone();
                Some(Subject::of_runs(vec![path]))
            }
            Selection::Sweep(id) => Some(Subject {
                sweep: Some(self.sweeps.get(id)?.state.path.clone()),
                ..Subject::default()
            }),
        }
    }

    fn marked_subject(&self) -> Subject {
        let marked = self.runs.all().iter();
        let marked = marked.filter(|run| self.settings.compared.contains(&run.id));
        // The oldest first, as they were tried.
        Subject::of_runs(marked.map(|run| run.path.clone()).rev().collect())
    }

    /// Of one run its name, of several that they are some.
    fn file_name(&self, subject: &Subject) -> String {
        let one = match &subject.runs[..] {
            [one] if subject.sweep.is_none() => {
                let run = self.runs.all().iter().find(|run| run.path == *one);
                run.map(|run| run.title().to_owned())
            }
            _ => None,
        };
        let name = one.unwrap_or_else(|| match subject.sweep {
            Some(_) => "sweep".to_owned(),
            None => format!("{} runs", subject.runs.len()),
        });
        let plain = |letter: char| {
            if letter.is_alphanumeric() || "-_., ".contains(letter) {
                letter
            } else {
                '-'
            }
        };
        name.chars().take(MOST_LETTERS).map(plain).collect()
    }
}
