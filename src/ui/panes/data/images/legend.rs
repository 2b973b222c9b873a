//! The classes of the masks: colors, names, shares of pixels.

use eframe::egui::{
    Atom, Button, Color32, CornerRadius, IdSalt, Rect, RichText, Role, ScrollArea, Stroke,
    StrokeKind, TextWrapMode, Ui, WidgetInfo, vec2,
};

use super::pictures::Hidden;
use crate::data::images::{Class, Domain, ImageDomains};
use crate::draw::Tokens;
use crate::draw::format;
use crate::ui::theme::tokens;
use crate::ui::widgets::caption;

/// The classes, and which of them are hidden.
pub(super) struct Classes {
    /// Class, share of A's and of B's labeled pixels; by index.
    entries: Vec<(Class, [Option<f64>; 2])>,
    /// Share of A's and of B's pixels of no class, or of one that is ignored.
    ignored: [Option<f64>; 2],
    pub(super) hidden: Hidden,
}

impl Classes {
    pub(super) fn of(data: &ImageDomains) -> Self {
        let table = data.classes.as_deref();
        let masks = data.a.masks() + data.b.masks();
        let count = if masks == 0 {
            0
        } else {
            table.map_or(0, |table| table.len())
        };
        let entries = (0..count.min(255))
            .filter_map(|index| {
                let class = table?.class(index as u8)?.clone();
                let share = |domain: &Domain| {
                    let total: u64 = domain.class_pixels.iter().sum();
                    let own = domain.class_pixels.get(index)?;
                    (total > 0).then(|| *own as f64 / total as f64)
                };
                Some((class, [share(&data.a), share(&data.b)]))
            })
            .collect();
        Self {
            entries,
            ignored: [&data.a, &data.b].map(Domain::ignored_share),
            hidden: Hidden::default(),
        }
    }

    pub(super) fn has_masks(&self) -> bool {
        !self.entries.is_empty()
    }
}

/// One entry a class; a click hides it and shows it again.
pub(super) fn legend_ui(ui: &mut Ui, data: &ImageDomains, classes: &mut Classes) {
    let tokens = tokens(ui.ctx());
    ScrollArea::vertical()
        .id_salt("legend")
        .max_height(4.0 * tokens.size.control)
        .auto_shrink([false, true])
        .show(ui, |ui| {
            ui.horizontal_wrapped(|ui| {
                ui.spacing_mut().item_spacing = vec2(tokens.space.xs, tokens.space.hair);
                ui.spacing_mut().button_padding.x = tokens.space.xs;
                for (index, (class, shares)) in (0..).zip(&classes.entries) {
                    let is_hidden = classes.hidden.contains(index);
                    if entry_ui(ui, tokens, data, class, *shares, is_hidden) {
                        classes.hidden.toggle(index);
                    }
                }
                ignored_ui(ui, data, classes.ignored);
            });
        });
}

/// The share of pixels that are no class, where there are some.
fn ignored_ui(ui: &mut Ui, data: &ImageDomains, shares: [Option<f64>; 2]) {
    if shares.iter().flatten().all(|share| *share == 0.0) {
        return;
    }
    let texts: Vec<String> = shares
        .iter()
        .flatten()
        .map(|share| format::percent(*share))
        .collect();
    let response = caption(ui, format!("Ignored {}", texts.join(" / ")));
    response.on_hover_ui(|ui| {
        for (domain, share) in [&data.a, &data.b].into_iter().zip(shares) {
            if let Some(share) = share {
                let share = format::percent(share);
                ui.label(format!(
                    "{share} of the pixels of the masks of {} are of no class, or of one that is ignored",
                    domain.name
                ));
            }
        }
    });
}

/// True if it was clicked.
fn entry_ui(
    ui: &mut Ui,
    tokens: &Tokens,
    data: &ImageDomains,
    class: &Class,
    shares: [Option<f64>; 2],
    is_hidden: bool,
) -> bool {
    let [red, green, blue] = class.color;
    let color = Color32::from_rgb(red, green, blue);
    let texts: Vec<String> = shares
        .iter()
        .flatten()
        .map(|share| format::percent(*share))
        .collect();
    let text_color = if is_hidden {
        tokens.text_disabled
    } else {
        tokens.text
    };
    let (swatch, id) = (vec2(tokens.space.m, tokens.space.m), IdSalt::new("swatch"));
    let name = RichText::new(&class.name).color(text_color);
    let numbers = RichText::new(texts.join(" / "))
        .small()
        .color(tokens.text_tertiary);
    let button = Button::new((Atom::custom(id, swatch), name, numbers))
        .frame_when_inactive(false)
        .wrap_mode(TextWrapMode::Extend)
        .atom_ui(ui);
    let place = button.rect(id).unwrap_or(Rect::NOTHING);
    let response = button.response;
    let corner = CornerRadius::same(tokens.radius.small);
    let painter = ui.painter();
    if is_hidden {
        let stroke = Stroke::new(tokens.size.line, color);
        painter.rect_stroke(place, corner, stroke, StrokeKind::Inside);
    } else {
        painter.rect_filled(place, corner, color);
        let stroke = Stroke::new(tokens.size.hairline, tokens.border_strong);
        painter.rect_stroke(place, corner, stroke, StrokeKind::Inside);
    }
    response.widget_info(|| WidgetInfo::selected(Role::Button, true, !is_hidden, &class.name));
    let clicked = response.clicked();
    response.on_hover_ui(|ui| {
        ui.label(&class.name);
        for (domain, share) in [&data.a, &data.b].into_iter().zip(shares) {
            if let Some(share) = share {
                let share = format::percent(share);
                ui.label(format!("{share} of the labeled pixels of {}", domain.name));
            }
        }
        ui.label(if is_hidden {
            "Click to show it"
        } else {
            "Click to hide it"
        });
    });
    clicked
}
