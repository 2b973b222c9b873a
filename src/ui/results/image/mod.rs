//! Pictures without a view of their own.

use std::io::Cursor;
use std::sync::Arc;

use eframe::egui::{
    Color32, ColorImage, Rect, Role, Sense, TextureHandle, TextureOptions, Ui, WidgetInfo, pos2,
};
use egui_material_icons::icons;

use super::cache::{Snapshot, SnapshotCache, SnapshotState, Source};
use super::files::{chosen_of, copy_of, files_ui};
use super::{ResultView, RunContext};
use crate::data::images::image_reader;
use crate::record::{self, ArtifactKind};
use crate::ui::app::Action;
use crate::ui::theme::tokens;
use crate::ui::widgets::{
    Fit, IconButton, Keep, Severity, Viewport, message, toolbar, zoom_buttons,
};

/// Longest side of a picture that is drawn; a larger one is reduced.
const LARGEST: u32 = 8192;
/// Bytes that a file may have, and that decoding may take.
const MOST: u64 = 1 << 30;
/// The endings of files that can be shown.
const ENDINGS: &[&str] = &["png", "jpg", "jpeg"];

/// A picture, decoded.
#[derive(Debug)]
struct Picture(Arc<ColorImage>);

impl Snapshot for Picture {
    type Context = ();

    fn read(source: Source, _step: u64, (): &()) -> Result<Self, String> {
        let bytes = match source {
            Source::Memory(content) => content.encode().into_owned(),
            Source::File(path) => record::files::read(&path, MOST)
                .map_err(|error| format!("{}: {error}", path.display()))?,
        };
        let mut bytes = Cursor::new(bytes);
        let mut reader = image_reader(&mut bytes)
            .with_guessed_format()
            .map_err(|error| error.to_string())?;
        let mut limits = ::image::Limits::default();
        limits.max_alloc = Some(MOST);
        reader.limits(limits);
        let mut picture = reader
            .decode()
            .map_err(|error| format!("the picture cannot be read: {error}"))?;
        if picture.width().max(picture.height()) > LARGEST {
            picture = picture.thumbnail(LARGEST, LARGEST);
        }
        let picture = picture.into_rgba8();
        let size = [picture.width() as usize, picture.height() as usize];
        let image = ColorImage::from_rgba_unmultiplied(size, picture.as_raw());
        Ok(Self(Arc::new(image)))
    }

    fn bytes(&self) -> usize {
        4 * self.0.pixels.len()
    }
}

/// The pictures of a run.
#[derive(Default)]
pub struct ImageView {
    chosen: String,
    cache: SnapshotCache<Picture>,
    shown: Option<(Arc<Picture>, TextureHandle)>,
    viewport: Viewport,
    area: Option<Rect>,
}

impl ResultView for ImageView {
    fn kind(&self) -> ArtifactKind {
        ArtifactKind::IMAGE
    }

    fn title(&self) -> &'static str {
        "Pictures"
    }

    fn shows(&self, context: &RunContext<'_>) -> bool {
        !context.artifacts_of(&self.kind(), ENDINGS).is_empty()
    }

    fn is_working(&self) -> bool {
        self.cache.is_reading()
    }

    fn ui(&mut self, ui: &mut Ui, context: &RunContext<'_>) -> Vec<Action> {
        let all = context.artifacts_of(&self.kind(), ENDINGS);
        if all.is_empty() {
            return Vec::new();
        }
        let run = &context.run;
        let mut actions = Vec::new();
        let index = chosen_of(&all, &self.chosen);
        let state = self.cache.get(ui.ctx(), run, &all, index, ());
        let size = state.snapshot().map_or([1, 1], |picture| picture.0.size);
        let fit = fit(ui);
        let placed = self.area.map(|area| self.viewport.place(area, size, fit));
        toolbar(ui, "image", |bar| {
            bar.item("file", Keep::Always, |ui| {
                files_ui(ui, &all, &mut self.chosen);
            });
            bar.end();
            zoom_buttons(bar, &mut self.viewport, placed.as_ref(), "picture");
            bar.item("save", Keep::Long, |ui| {
                let button = IconButton::new(icons::ICON_DOWNLOAD, "Save the picture…");
                if ui.add(button).clicked() {
                    let file = &all[index].file;
                    let path = run.artifacts().join(file);
                    actions.push(Action::Save(copy_of(path, run.name, file)));
                }
            });
        });
        ui.add_space(tokens(ui.ctx()).space.xs);
        match state {
            SnapshotState::Ready(picture, true) => self.picture_ui(ui, &all[index].file, &picture),
            SnapshotState::Failed(why) => {
                let again = message(ui, Severity::Error, &why, |ui| {
                    ui.button("Try again").clicked()
                });
                if again.inner {
                    self.cache.retry();
                }
            }
            SnapshotState::Ready(_, false) | SnapshotState::Reading => {
                ui.spinner();
            }
        }
        actions
    }
}

impl ImageView {
    fn picture_ui(&mut self, ui: &mut Ui, file: &str, picture: &Arc<Picture>) {
        let tokens = tokens(ui.ctx());
        let area = ui.available_rect_before_wrap();
        self.area = Some(area);
        if !area.is_positive() {
            return;
        }
        let known = self
            .shown
            .as_ref()
            .filter(|(own, _)| Arc::ptr_eq(own, picture));
        let texture = match known {
            Some((_, texture)) => texture.id(),
            None => {
                self.viewport.fit();
                let texture =
                    ui.ctx()
                        .load_texture(file, Arc::clone(&picture.0), TextureOptions::LINEAR);
                let id = texture.id();
                self.shown = Some((Arc::clone(picture), texture));
                id
            }
        };
        let response = ui.interact(area, ui.scope_id().with("picture"), Sense::click_and_drag());
        response.widget_info(|| WidgetInfo::labeled(Role::Canvas, true, file));
        if response.clicked() || response.drag_started() {
            response.request_focus();
        }
        let (size, fit) = (picture.0.size, fit(ui));
        let place = |viewport: &Viewport| viewport.place(area, size, fit);
        self.viewport.navigate(ui, &response, &[], place, true);
        let painter = ui.painter().with_clip_rect(area.intersect(ui.clip_rect()));
        painter.rect_filled(area, 0.0, tokens.canvas);
        let whole = Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
        let content = place(&self.viewport).content();
        painter.image(texture, content, whole, Color32::WHITE);
        ui.advance_cursor_after_rect(area);
    }
}

fn fit(ui: &Ui) -> Fit {
    Fit::picture(ui.pixels_per_point())
}
