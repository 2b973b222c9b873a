//! The dialog that asks what a cluster needs to know before a sweep is submitted, for the first time or again.

use std::path::{Path, PathBuf};

use eframe::egui::{FontId, RichText, Role, ScrollArea, TextEdit, Ui, WidgetInfo};

use super::super::overlays::buttons;
use crate::experiments::slurm::{self, DEFAULT_TEMPLATE, Host, Order, SlurmOptions, Term, There};
use crate::experiments::sweep::SweepConfig;
use crate::ui::forms::SweepForm;
use crate::ui::state::{in_window, label};
use crate::ui::theme::{title, tokens};
use crate::ui::widgets::{caption, segmented};

/// Lines of the script that are seen at once.
const LINES: usize = 10;

/// What is asked for, and an example of what to write.
const FIELDS: [(Term, &str); 12] = [
    (Term::Partition, "the default one"),
    (Term::TimeLimit, "02:00:00"),
    (Term::Memory, "8G"),
    (Term::Gpus, "none"),
    (Term::Cores, "1"),
    (Term::Account, "yours"),
    (Term::RunsPerTask, "1"),
    (Term::TasksAtOnce, "as many as there is room for"),
    (Term::LoginNode, "this computer"),
    (Term::FolderThere, "/scratch/you/atelier"),
    (Term::ProgramThere, "atelier"),
    (Term::SendData, "sent from here"),
];
/// The first of those that are about another computer; only asked the first time.
const ELSEWHERE: usize = 8;

/// What is asked before a sweep is submitted.
pub(super) struct Dialog {
    pub(super) config: SweepConfig,
    /// The sweep's folder and what was ordered last time, where it was submitted before.
    pub(super) again: Option<(PathBuf, Order)>,
    /// The values of [`FIELDS`], as they are typed.
    fields: [String; FIELDS.len()],
    template: String,
    page: Page,
    pub(super) problem: Option<String>,
    /// It is being submitted.
    pub(super) submitting: bool,
}

/// What the dialog shows below its fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Page {
    /// The script as it is submitted.
    Script,
    /// The template that it is made of.
    Template,
}

impl Dialog {
    /// For a new sweep, as the last one was submitted.
    pub(super) fn new(config: SweepConfig, form: &SweepForm) -> Self {
        let host = form.host.as_ref();
        let elsewhere = [
            host.map(|own| own.name.clone()),
            host.map(|own| own.folder.display().to_string()),
            form.there.program.clone(),
            form.there
                .data
                .as_ref()
                .map(|own| own.display().to_string()),
        ];
        Self::with(config, &form.slurm, form.template.as_deref(), elsewhere)
    }

    /// For what failed or was canceled of a sweep.
    pub(super) fn again(config: SweepConfig, sweep: PathBuf, last: Order) -> Self {
        let template = last.template.as_ref().map(|(_, text)| text.as_str());
        let mut own = Self::with(config, &last.options, template, Default::default());
        own.again = Some((sweep, last));
        own
    }

    fn with(
        config: SweepConfig,
        options: &SlurmOptions,
        template: Option<&str>,
        elsewhere: [Option<String>; FIELDS.len() - ELSEWHERE],
    ) -> Self {
        let text = |own: &Option<String>| own.clone().unwrap_or_default();
        let number = |own: Option<u32>| own.map(|own| own.to_string()).unwrap_or_default();
        let [host, folder, program, data] = elsewhere.map(Option::unwrap_or_default);
        Self {
            config,
            again: None,
            fields: [
                text(&options.partition),
                text(&options.time),
                text(&options.mem),
                text(&options.gpus),
                number(options.cpus),
                text(&options.account),
                number((options.pack > 1).then_some(options.pack)),
                number(options.max_parallel),
                host,
                folder,
                program,
                data,
            ],
            template: template.unwrap_or(DEFAULT_TEMPLATE).to_owned(),
            page: Page::Script,
            problem: None,
            submitting: false,
        }
    }

    fn text(&self, at: usize) -> Option<String> {
        let own = self.fields[at].trim();
        (!own.is_empty()).then(|| own.to_owned())
    }

    /// What was typed.
    fn options(&self, device: &str) -> Result<SlurmOptions, String> {
        let number = |at: usize| match self.text(at) {
            None => Ok(None),
            Some(own) => own
                .parse::<u32>()
                .map(Some)
                .map_err(|_| format!("{}: must be a whole number", name(FIELDS[at].0))),
        };
        // What the dialog does not ask for is as it was.
        let base = match &self.again {
            Some((_, last)) => last.options.clone(),
            None => SlurmOptions {
                device: device.to_owned(),
                ..SlurmOptions::default()
            },
        };
        Ok(SlurmOptions {
            partition: self.text(0),
            time: self.text(1),
            mem: self.text(2),
            gpus: self.text(3),
            cpus: number(4)?,
            account: self.text(5),
            pack: number(6)?.unwrap_or(1),
            max_parallel: number(7)?,
            ..base
        })
    }

    /// What a computer that shares no disk with the cluster has to know.
    pub(super) fn there(&self) -> There {
        There {
            program: self.text(ELSEWHERE + 2),
            data: self.text(ELSEWHERE + 3).map(PathBuf::from),
        }
    }

    fn host(&self) -> Result<Option<Host>, String> {
        let (name, folder) = (self.text(ELSEWHERE), self.text(ELSEWHERE + 1));
        match (name, folder) {
            (None, None) => Ok(None),
            (Some(name), Some(folder)) => Ok(Some(Host {
                name,
                folder: PathBuf::from(folder),
            })),
            (Some(_), None) => Err(
                "Folder there: name one that the cluster's nodes share, such as /scratch/you/atelier"
                    .to_owned(),
            ),
            (None, Some(_)) => Err(
                "Login node: name it as ssh takes it, such as you@login.cluster.org; without one this computer is it"
                    .to_owned(),
            ),
        }
    }

    /// What is ordered, where it can be ordered so.
    pub(super) fn order(&self, device: &str) -> Result<Order, String> {
        let options = self.options(device)?;
        let template = (self.template != DEFAULT_TEMPLATE)
            .then(|| ("template".to_owned(), self.template.clone()));
        if let Some((_, last)) = &self.again {
            return Ok(Order {
                options,
                template,
                ..last.clone()
            });
        }
        let host = self.host()?;
        let program = match &host {
            // It is looked for there.
            Some(_) => self.there().program.unwrap_or_else(|| "atelier".to_owned()),
            None => slurm::own_program().map_err(|error| in_window(&error.message()))?,
        };
        Ok(Order {
            options,
            template,
            host,
            program,
            ..Order::default()
        })
    }

    /// The script that would be submitted.
    pub(super) fn script(&self, runs: &Path, order: &Order) -> Result<String, String> {
        slurm::preview(runs, &self.config, order).map_err(|error| in_window(&error.message()))
    }

    /// Shows it; true if it is canceled. `submit` hears that it is to be submitted.
    pub(super) fn ui(
        &mut self,
        ui: &mut Ui,
        script: &Result<String, String>,
        submit: &mut bool,
    ) -> bool {
        let tokens = tokens(ui.ctx());
        ui.set_width(tokens.size.dialog);
        let asked = if self.again.is_some() {
            ui.label(title("Submit again"));
            caption(
                ui,
                "What failed, was canceled or never began; runs go on from their checkpoints. No finished run is repeated.",
            );
            ELSEWHERE
        } else {
            ui.label(title("Submit to Slurm"));
            FIELDS.len()
        };
        let before = self.fields.clone();
        ui.add_space(tokens.space.s);
        let gap = tokens.space.m;
        let width = (ui.available_width() - gap) / 2.0;
        for (row, pair) in self.fields[..asked].chunks_mut(2).enumerate() {
            ui.horizontal(|ui| {
                ui.spacing_mut().item_spacing.x = gap;
                for (column, value) in pair.iter_mut().enumerate() {
                    field_ui(ui, FIELDS[2 * row + column], value, width);
                }
            });
            ui.add_space(tokens.space.xs);
        }
        if before != self.fields {
            // What was said of the last attempt may hold no longer.
            self.problem = None;
        }
        ui.add_space(tokens.space.xs);
        let pages = [(Page::Script, "Script"), (Page::Template, "Edit template")];
        segmented(ui, &mut self.page, &pages);
        ui.add_space(tokens.space.xs);
        self.page_ui(ui, script);
        // What is wrong with a field stands where the script would: the fields stay where they are while one types.
        let wrong = match (script, self.page) {
            (Err(wrong), Page::Template) => Some(wrong),
            (Err(_), Page::Script) => None,
            (Ok(_), _) => self.problem.as_ref(),
        };
        if let Some(problem) = wrong {
            ui.add_space(tokens.space.s);
            ui.label(RichText::new(problem).color(tokens.error));
        }
        ui.add_space(tokens.space.m);
        let ready = script.is_ok() && !self.submitting;
        let name = if self.submitting {
            "Submitting…"
        } else {
            "Submit"
        };
        buttons(ui, name, |pressed| *submit = pressed && ready)
    }

    fn page_ui(&mut self, ui: &mut Ui, script: &Result<String, String>) {
        let font = FontId::monospace(tokens(ui.ctx()).size.icon * 0.75);
        let height = font.size * 1.4 * LINES as f32;
        if let (Page::Script, Err(wrong)) = (self.page, script) {
            let wrong = RichText::new(wrong).color(tokens(ui.ctx()).error);
            ui.vertical(|ui| {
                ui.set_min_height(height + ui.spacing().button_padding.y);
                ui.label(wrong);
            });
            return;
        }
        let mut shown;
        let (text, name, can_edit) = match self.page {
            Page::Script => {
                shown = script.clone().unwrap_or_default();
                (&mut shown, "Script", false)
            }
            Page::Template => (&mut self.template, "Template of the script", true),
        };
        ScrollArea::vertical()
            .id_salt(name)
            .max_height(height)
            .show(ui, |ui| {
                let edit = TextEdit::multiline(text)
                    .font(font)
                    .desired_rows(LINES)
                    .interactive(can_edit)
                    .desired_width(f32::INFINITY);
                let response = ui.add(edit);
                response.widget_info(|| WidgetInfo::labeled(Role::TextInput, can_edit, name));
            });
    }
}

fn name(term: Term) -> &'static str {
    label(term).unwrap_or_default()
}

fn field_ui(ui: &mut Ui, (term, hint): (Term, &str), value: &mut String, width: f32) {
    ui.vertical(|ui| {
        ui.set_width(width);
        let tokens = tokens(ui.ctx());
        let label = ui.label(
            RichText::new(name(term))
                .small()
                .color(tokens.text_secondary),
        );
        ui.add(
            TextEdit::singleline(value)
                .hint_text(hint)
                .desired_width(f32::INFINITY),
        )
        .labelled_by(label.id);
    });
}
