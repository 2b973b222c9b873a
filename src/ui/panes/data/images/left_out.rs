//! The parts left out, with the reasons.

use eframe::egui::{Align2, Rect, Role, ScrollArea, Sense, TextStyle, Ui, WidgetInfo, pos2, vec2};
use egui_material_icons::icons::ICON_CONTENT_COPY;

use crate::data::images::{ImageDomains, LeftOut};
use crate::draw::format;
use crate::record::words::capitalized;
use crate::ui::theme::tokens;
use crate::ui::widgets::{IconButton, caption, elide_middle, segmented};

/// Which files are listed.
pub(super) struct LeftOutList {
    counts: Vec<(&'static str, usize)>,
    /// `None` lists all.
    heading: Option<&'static str>,
    /// The search that `rows` was made for.
    made_for: Option<Option<&'static str>>,
    rows: Vec<usize>,
}

impl LeftOutList {
    pub(super) fn of(data: &ImageDomains) -> Self {
        Self {
            counts: data.left_out_by_reason(),
            heading: None,
            made_for: None,
            rows: Vec::new(),
        }
    }

    pub(super) fn ui(&mut self, ui: &mut Ui, data: &ImageDomains) {
        let tokens = tokens(ui.ctx());
        let names: Vec<String> = self
            .counts
            .iter()
            .map(|(heading, count)| {
                format!("{} {}", capitalized(heading), format::count(*count as u64))
            })
            .collect();
        ui.horizontal_wrapped(|ui| {
            ui.set_min_height(tokens.size.control);
            let all = format!("All {}", format::count(data.left_out.len() as u64));
            let mut options = vec![(None, all.as_str())];
            let headings = self.counts.iter().zip(&names);
            options.extend(headings.map(|((heading, _), name)| (Some(*heading), name.as_str())));
            if self.counts.len() > 1 {
                segmented(ui, &mut self.heading, &options);
            } else if let Some(name) = names.first() {
                caption(ui, name);
            }
            let copy = IconButton::new(ICON_CONTENT_COPY, "Copy the list");
            if ui.add(copy).clicked() {
                ui.copy_text(self.text(data));
            }
        });
        if self.made_for != Some(self.heading) {
            let heading = self.heading;
            let fits = |left_out: &LeftOut| {
                heading.is_none_or(|heading| left_out.reason.heading() == heading)
            };
            let rows = (0..).zip(&data.left_out);
            self.rows = rows
                .filter(|(_, left_out)| fits(left_out))
                .map(|(row, _)| row)
                .collect();
            self.made_for = Some(self.heading);
        }
        ui.spacing_mut().item_spacing.y = 0.0;
        let height = tokens.size.row;
        ScrollArea::vertical()
            .id_salt("left out")
            .auto_shrink(false)
            .show_rows(ui, height, self.rows.len(), |ui, range| {
                for row in range {
                    let left_out = self.rows.get(row).and_then(|at| data.left_out.get(*at));
                    if let Some(left_out) = left_out {
                        row_ui(ui, data, left_out, row, height);
                    }
                }
            });
    }

    /// The files that are listed with their reasons, tab-separated.
    fn text(&self, data: &ImageDomains) -> String {
        let rows = self.rows.iter().filter_map(|at| data.left_out.get(*at));
        rows.map(|left_out| format!("{}\t{}\n", left_out.path.display(), left_out.reason))
            .collect()
    }
}

fn row_ui(ui: &mut Ui, data: &ImageDomains, left_out: &LeftOut, row: usize, height: f32) {
    let tokens = tokens(ui.ctx());
    let (rect, response) =
        ui.allocate_exact_size(vec2(ui.available_width(), height), Sense::click());
    let within = left_out.path.strip_prefix(&data.fingerprint.path);
    let name = within.unwrap_or(&left_out.path).display().to_string();
    let reason = left_out.reason.to_string();
    response.widget_info(|| WidgetInfo::labeled(Role::ListItem, true, format!("{name} {reason}")));
    if !ui.is_rect_visible(rect) {
        return;
    }
    let background = if response.hovered() {
        tokens.hovered
    } else if row % 2 == 1 {
        tokens.stripe
    } else {
        tokens.surface
    };
    let painter = ui.painter();
    painter.rect_filled(rect, 0.0, background);
    let font = TextStyle::Body.resolve(ui.style());
    let inner = rect.shrink2(vec2(tokens.space.s, 0.0));
    let middle = inner.left() + (inner.width() * 0.4).round();
    let left = Rect::from_min_max(inner.min, pos2(middle - tokens.space.m, inner.max.y));
    let right = Rect::from_min_max(pos2(middle, inner.min.y), inner.max);
    for (text, room, color) in [
        (&name, left, tokens.text),
        (&reason, right, tokens.text_secondary),
    ] {
        let text = elide_middle(ui, text, &font, room.width());
        painter.text(
            room.left_center(),
            Align2::LEFT_CENTER,
            text,
            font.clone(),
            color,
        );
    }
    response.on_hover_text(format!("{} {reason}", left_out.path.display()));
}
