//! Data is chosen, looked at and read otherwise.

use std::path::{Path, PathBuf};

use eframe::egui::Context;
use serde_json::Value;

use super::Action;
use crate::data::{DataKind, Source};
use crate::ui::app::AtelierApp;
use crate::ui::app::tasks::Task;
use crate::ui::layout::{self, Pane};
use crate::ui::state::{Found, ReadingEdit, Recent, Selection};
use crate::ui::toasts::Tone;

impl AtelierApp {
    /// Changes how the file of the draft is read.
    pub(super) fn read_otherwise(&mut self, edit: ReadingEdit) {
        if self.settings.selection != Selection::Draft {
            return;
        }
        let kind = self.settings.draft.kind();
        let data = &mut self.settings.draft.data;
        match edit {
            ReadingEdit::Set(key, Value::Null) => data.reset(kind, &[key]),
            ReadingEdit::Set(key, value) => data.set(kind, &key, value),
            ReadingEdit::Reset(keys) => data.reset(kind, &keys),
            ReadingEdit::Undo => {
                data.undo(kind);
            }
            ReadingEdit::Redo => {
                data.redo(kind);
            }
        }
    }

    /// Looks at a file of data, and takes it into the draft when it is known what it is.
    pub(in crate::ui::app) fn look_at_data(&mut self, ctx: &Context, path: PathBuf) {
        self.spawn(ctx, "look at data", move || Task::Found(Found::look(&path)));
    }

    /// Takes a file of data into the draft and shows it.
    pub(in crate::ui::app) fn take_data(&mut self, found: &Found) {
        if let Err(why) = self.settings.draft.take_data(found) {
            self.toasts.push(Tone::Error, why);
            return;
        }
        let is_sample = self
            .samples
            .as_ref()
            .is_some_and(|samples| samples.ratings == found.path || samples.street == found.path);
        if found.images {
            self.remember_images();
        } else if !is_sample {
            self.settings.opened(Recent::Data(found.path.clone()));
        }
        self.select(Selection::Draft);
        if let Some(key) = self.data_key() {
            self.data.retry(&key);
        }
        self.previews.retry();
        layout::show(&mut self.settings.layout, Pane::Data);
        self.say_what_stays(found);
    }

    /// Says which file the systems for other data keep, where the one that was opened would do for them too.
    fn say_what_stays(&mut self, found: &Found) {
        let Some((kind, kept)) = self.settings.draft.kept_beside(found) else {
            return;
        };
        let name = |path: &Path| {
            path.file_name()
                .unwrap_or(path.as_os_str())
                .to_string_lossy()
                .into_owned()
        };
        let (read_as, others) = match kind {
            DataKind::Ratings => ("a matrix", "predict ratings"),
            DataKind::Matrix | DataKind::Images => ("ratings", "cluster a matrix"),
        };
        let text = format!(
            "{} is read as {read_as}; systems that {others} keep {}",
            name(&found.path),
            name(&kept)
        );
        let follow = Action::UseAlso(found.clone(), kind);
        self.toasts
            .push_with(Tone::Info, text, "Use it there too", follow);
    }

    pub(super) fn use_also(&mut self, found: &Found, kind: DataKind) {
        if let Err(why) = self.settings.draft.take_also(found, kind) {
            self.toasts.push(Tone::Error, why);
        }
    }

    /// Puts the folders of images into the list of what was opened, once they are all there.
    pub(in crate::ui::app) fn remember_images(&mut self) {
        let data = &self.settings.draft.data;
        let sample = self.samples.as_ref().map(|samples| &samples.street);
        if let Source::Images(images) = data.source(DataKind::Images)
            && !images.path.as_os_str().is_empty()
            && Some(&images.path) != sample
            && data.without_b().is_none()
        {
            self.settings
                .opened(Recent::Images(images.path, images.path_b));
        }
    }
}
