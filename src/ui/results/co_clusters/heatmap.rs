//! A matrix with its bars: zoomed, moved, pointed at and clicked.

use eframe::egui::{
    Align2, Color32, Key, Response, Role, Sense, Stroke, StrokeKind, TextStyle, Ui, WidgetInfo,
    pos2,
};

use super::axes;
use super::cluster_colors::ClusterColors;
use super::frame::{COLUMNS, FIT, Frame, Named, ROWS};
use super::picture::{Layer, Picture};
use super::settings::Pick;
use super::snapshot::Snapshot;
use crate::data::MatrixData;
use crate::draw::format;
use crate::draw::matrix::Arrangement;
use crate::ui::theme::tokens;
use crate::ui::widgets::elide_middle;
use crate::ui::widgets::{Placed, Viewport};

/// A row and a column, or one of them, by their numbers in the file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Pointed {
    pub(super) row: Option<usize>,
    pub(super) column: Option<usize>,
}

/// The target of the click.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Chosen {
    /// A row cluster and a column cluster.
    Block(u16, u16),
    /// By its number in the file.
    Row(usize),
    /// By its number in the file.
    Column(usize),
}

/// A person's action.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Done {
    pub(super) pointed: Option<Pointed>,
    pub(super) chosen: Option<Chosen>,
    /// True if Escape was pressed.
    pub(super) cleared: bool,
}

/// A matrix with its bars.
pub(super) struct Heatmap<'a> {
    /// Above it; its accessible name begins with it.
    pub(super) title: &'a str,
    /// The color of its run and the step of its snapshot, where there are two.
    pub(super) mark: Option<(Color32, u64)>,
    pub(super) frame: Frame,
    pub(super) named: Named,
    pub(super) data: &'a MatrixData,
    pub(super) snapshot: Option<&'a Snapshot>,
    pub(super) cluster_colors: &'a ClusterColors,
    pub(super) borders: bool,
    pub(super) pick: Pick,
    /// The thing under the pointer, in any of the matrices.
    pub(super) pointed: Option<Pointed>,
    pub(super) chosen: Option<Chosen>,
}

impl Heatmap<'_> {
    pub(super) fn show(&self, ui: &mut Ui, picture: &mut Picture, viewport: &mut Viewport) -> Done {
        if !self.frame.plot.is_positive() {
            return Done::default();
        }
        self.title_ui(ui);
        let cells = [self.data.observed.columns(), self.data.observed.rows()];
        let plot = self.frame.plot;
        let id = ui.scope_id().with(("matrix", self.title));
        let response = ui.interact(plot, id, Sense::click_and_drag());
        response.widget_info(|| {
            let mut name = format!(
                "{} matrix, {} rows, {} columns",
                self.title, cells[1], cells[0]
            );
            if let Some((_, step)) = self.mark {
                name += &format!(", step {step}");
            }
            WidgetInfo::labeled(Role::Canvas, true, name)
        });
        let sides = [ROWS, COLUMNS].map(|side| {
            let name = ["Rows of the", "Columns of the"][side];
            let response = ui.interact(self.frame.sides[side], id.with(side), Sense::click());
            response.widget_info(|| {
                let name = format!("{name} {} matrix", self.title.to_lowercase());
                WidgetInfo::labeled(Role::Canvas, true, name)
            });
            response
        });
        if response.clicked() || response.drag_started() {
            response.request_focus();
        }
        // Over a bar the wheel zooms its side alone.
        let bars = [(&sides[ROWS], 1), (&sides[COLUMNS], 0)];
        let place = |viewport: &Viewport| viewport.place(plot, cells, FIT);
        viewport.navigate(ui, &response, &bars, place, true);
        let placed = place(viewport);

        ui.painter().rect_filled(plot, 0.0, tokens(ui.ctx()).raised);
        picture.draw(ui, &placed);
        let Some(layer) = picture.layer() else {
            return Done::default();
        };
        let arrangement = layer.arrangement();
        let pointed = self.pointed_at(&placed, arrangement, &response, &sides);
        self.beside_ui(ui, &placed, layer, picture, pointed.or(self.pointed));
        self.marks_ui(ui, &placed, layer, pointed);
        let mut done = Done {
            pointed,
            ..Done::default()
        };
        if response.has_focus() {
            let tokens = tokens(ui.ctx());
            let focus = Stroke::new(tokens.size.hairline, tokens.accent_text);
            ui.painter()
                .rect_stroke(plot, 0.0, focus, StrokeKind::Outside);
            done.cleared = ui.input(|input| input.key_pressed(Key::Escape));
        }
        done.chosen = pointed.and_then(|pointed| self.clicked(pointed, &response, &sides));
        done
    }

    fn title_ui(&self, ui: &Ui) {
        let tokens = tokens(ui.ctx());
        let rect = self.frame.title;
        let mut left = self.frame.plot.left();
        if let Some((color, _)) = self.mark {
            let center = pos2(left + tokens.size.mark / 2.0, rect.center().y);
            ui.painter()
                .circle_filled(center, tokens.size.mark / 2.0, color);
            left += tokens.size.mark + tokens.space.s;
        }
        let small = TextStyle::Small.resolve(ui.style());
        let note = |text: String| {
            ui.painter()
                .layout_no_wrap(text, small.clone(), tokens.text_tertiary)
        };
        let cells = &self.data.observed;
        let mut notes = vec![note(format!(
            "{} × {}",
            format::count(cells.rows() as u64),
            format::count(cells.columns() as u64)
        ))];
        // Two runs are rarely at the same step: it goes before the size.
        notes.extend(
            self.mark
                .map(|(_, step)| note(format!("step {}", format::count(step)))),
        );
        notes.reverse();
        let gap = tokens.space.s;
        let kept = self.mark.map_or(0.0, |_| notes[0].size().x + gap);
        let font = TextStyle::Heading.resolve(ui.style());
        let title = elide_middle(ui, self.title, &font, rect.right() - left - kept);
        let center = rect.center().y;
        let text = ui.painter().text(
            pos2(left, center),
            Align2::LEFT_CENTER,
            title,
            font,
            tokens.text,
        );
        let mut left = text.right() + gap;
        for note in notes {
            let size = note.size();
            if left + size.x > rect.right() {
                return;
            }
            let corner = pos2(left, center - size.y / 2.0);
            ui.painter().galley(corner, note, tokens.text_tertiary);
            left += size.x + gap;
        }
    }

    fn pointed_at(
        &self,
        placed: &Placed,
        arrangement: &Arrangement,
        response: &Response,
        sides: &[Response; 2],
    ) -> Option<Pointed> {
        let row = |place: usize| arrangement.rows.order.get(place).map(|row| *row as usize);
        let column = |place: usize| {
            arrangement
                .columns
                .order
                .get(place)
                .map(|row| *row as usize)
        };
        if response.dragged() {
            return None;
        }
        if let Some([x, y]) = response
            .hover_pos()
            .and_then(|pointer| placed.pick(pointer))
        {
            return Some(Pointed {
                row: row(y),
                column: column(x),
            });
        }
        let beside = |side: usize| {
            let pointer = sides[side].hover_pos()?;
            placed.pick(placed.rect.shrink(0.5).clamp(pointer))
        };
        if let Some([_, y]) = beside(ROWS) {
            return Some(Pointed {
                row: row(y),
                column: None,
            });
        }
        beside(COLUMNS).map(|[x, _]| Pointed {
            row: None,
            column: column(x),
        })
    }

    fn clicked(
        &self,
        pointed: Pointed,
        response: &Response,
        sides: &[Response; 2],
    ) -> Option<Chosen> {
        if sides[ROWS].clicked() {
            return pointed.row.map(Chosen::Row);
        }
        if sides[COLUMNS].clicked() {
            return pointed.column.map(Chosen::Column);
        }
        if !response.clicked() {
            return None;
        }
        match self.pick {
            Pick::Row => pointed.row.map(Chosen::Row),
            Pick::Column => pointed.column.map(Chosen::Column),
            Pick::Block => {
                let clusters = &self.snapshot?.clusters;
                let row = clusters.rows.of.get(pointed.row?).copied().flatten()?;
                let column = clusters
                    .columns
                    .of
                    .get(pointed.column?)
                    .copied()
                    .flatten()?;
                Some(Chosen::Block(row, column))
            }
        }
    }

    /// Numbers or names, bars, and borders of blocks.
    fn beside_ui(
        &self,
        ui: &Ui,
        placed: &Placed,
        layer: &Layer,
        picture: &Picture,
        pointed: Option<Pointed>,
    ) {
        let tokens = tokens(ui.ctx());
        let arrangement = layer.arrangement();
        let now = ui.input(|input| input.time);
        let moving = picture
            .moving()
            .and_then(|motion| motion.spans(arrangement, now));
        let [columns, rows] = moving.unwrap_or_else(|| {
            [
                axes::spans_of(&arrangement.columns),
                axes::spans_of(&arrangement.rows),
            ]
        });
        let side_bars = [&layer.rows, &layer.columns];
        let cluster_colors = [&self.cluster_colors.rows, &self.cluster_colors.columns];
        let named = [self.named.rows, self.named.columns];
        let along = [&arrangement.rows, &arrangement.columns];
        let labels = [&self.data.rows, &self.data.columns];
        let marked = pointed.map_or([None; 2], |pointed| [pointed.row, pointed.column]);
        let spans = [&rows, &columns];
        for side in [ROWS, COLUMNS] {
            let gutter = self.frame.gutters[side];
            if named[side] {
                axes::names(
                    ui,
                    gutter,
                    placed,
                    side,
                    along[side],
                    labels[side],
                    marked[side],
                );
            } else {
                axes::numbers(ui, gutter, placed, side);
            }
            if let Some(bar) = self.frame.cluster_bars[side] {
                if spans[side].is_empty() {
                    if let Some(label_bar) = &side_bars[side].clusters {
                        axes::bar(
                            ui,
                            bar,
                            placed,
                            side,
                            label_bar,
                            &cluster_colors[side].clusters,
                        );
                    }
                } else {
                    axes::cluster_bar(
                        ui,
                        bar,
                        placed,
                        side,
                        spans[side],
                        &cluster_colors[side].clusters,
                    );
                }
            }
            if let (Some(bar), Some(label_bar)) =
                (self.frame.class_bars[side], &side_bars[side].classes)
            {
                axes::bar(
                    ui,
                    bar,
                    placed,
                    side,
                    label_bar,
                    &cluster_colors[side].classes,
                );
            }
        }
        if self.borders {
            let painter = ui.painter().with_clip_rect(placed.rect);
            let foreground = self.foreground(ui, layer);
            axes::borders(&painter, placed, [&columns, &rows], foreground, tokens);
        }
    }
}
