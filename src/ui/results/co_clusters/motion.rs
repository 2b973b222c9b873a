//! Rows and columns on their way from where they were to where they are now.

use std::sync::Arc;

use crossbeam_channel::{Receiver, bounded};
use eframe::egui::{Color32, ColorImage, Rect, TextureHandle, TextureOptions, Ui, pos2};

use super::tiles::Scene;
use crate::draw::matrix::{Along, Arrangement, Sampling, Span, Stretch};
use crate::ui::jobs::Job;
use crate::ui::widgets::Placed;

/// How long it takes, in seconds.
const LASTS: f64 = 0.3;
/// Pictures on the way.
const FRAMES: usize = 12;
/// Seconds to wait for the first of them: then the way is cut short.
const PATIENCE: f64 = 0.15;
/// More cells to look at, or rows and columns to sort, than this take too long.
const MOST_CELLS: usize = 1_500_000;
const MOST_SORTED: usize = 30_000;

/// The way from one order to another.
pub(super) struct Motion {
    from: Arrangement,
    /// Makes the pictures, once it is known what is in view.
    work: Option<Work>,
    asked: Option<f64>,
    began: Option<f64>,
    shown: Vec<TextureHandle>,
    placed: Option<Placed>,
}

struct Work {
    _job: Job<()>,
    pictures: Receiver<ColorImage>,
    region: [Sampling; 2],
}

impl Motion {
    pub(super) fn new(from: &Scene) -> Self {
        Self {
            from: from.arrangement.clone(),
            work: None,
            asked: None,
            began: None,
            shown: Vec::new(),
            placed: None,
        }
    }

    /// Draws the picture of this moment; false once it has arrived, or is not worth the wait.
    pub(super) fn draw(&mut self, ui: &Ui, placed: &Placed, to: &Scene) -> bool {
        let now = ui.input(|input| input.time);
        let reduced = ui.style().animation_time <= 0.0;
        // Whoever moves the view meanwhile wants to see where things are.
        if reduced || self.placed.is_some_and(|own| own != *placed) {
            return false;
        }
        self.placed = Some(*placed);
        if self.asked.is_none() {
            self.asked = Some(now);
            self.work = self.start(ui, placed, to);
        }
        let Some(work) = &self.work else {
            return false;
        };
        while let Ok(picture) = work.pictures.try_recv() {
            let texture =
                ui.ctx()
                    .load_texture("matrix on its way", picture, TextureOptions::LINEAR);
            self.shown.push(texture);
        }
        ui.ctx().request_repaint();
        let Some(last) = self.shown.len().checked_sub(1) else {
            return self.asked.is_none_or(|asked| now - asked < PATIENCE);
        };
        let began = *self.began.get_or_insert(now);
        let progress = (now - began) / LASTS;
        if progress >= 1.0 {
            return false;
        }
        let frame = ((progress * FRAMES as f64) as usize).min(last);
        let [x, y] = work.region;
        let rect = Rect::from_min_max(
            placed.cell_point([x.first as f64, y.first as f64]),
            placed.cell_point([end(x), end(y)]),
        );
        let whole = Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
        let painter = ui.painter().with_clip_rect(placed.rect);
        painter.image(self.shown[frame].id(), rect, whole, Color32::WHITE);
        true
    }

    /// Where the clusters are at this moment.
    pub(super) fn spans(&self, to: &Arrangement, now: f64) -> Option<[Vec<Stretch>; 2]> {
        let progress = (now - self.began?) / LASTS;
        let part = eased(progress.clamp(0.0, 1.0));
        let between = |from: &Along, to: &Along| {
            to.spans
                .iter()
                .map(|span| {
                    let old = from
                        .spans
                        .iter()
                        .find(|old| old.cluster == span.cluster)
                        .copied()
                        .unwrap_or(Span {
                            end: span.start,
                            ..*span
                        });
                    (
                        span.cluster,
                        mix(old.start as f64, span.start as f64, part),
                        mix(old.end as f64, span.end as f64, part),
                    )
                })
                .collect()
        };
        Some([
            between(&self.from.columns, &to.columns),
            between(&self.from.rows, &to.rows),
        ])
    }

    fn start(&self, ui: &Ui, placed: &Placed, to: &Scene) -> Option<Work> {
        let region = [0, 1].map(|axis| {
            let (first, end) = placed.range(axis);
            let pixels = f64::from(placed.rect.size()[axis] * ui.pixels_per_point());
            Sampling {
                first,
                ..Sampling::whole(end - first, pixels as usize)
            }
        });
        let sorted = self.from.rows.len() + self.from.columns.len();
        let cost = to.source.cost(region[0], region[1]);
        let same = self.from.rows.len() == to.arrangement.rows.len()
            && self.from.columns.len() == to.arrangement.columns.len();
        if !same || cost > MOST_CELLS || sorted > MOST_SORTED {
            return None;
        }
        let (sender, pictures) = bounded(FRAMES);
        let (from, to, ctx) = (self.from.clone(), to.clone(), ui.ctx().clone());
        let job = Job::spawn("move rows", ui.ctx(), move |monitor| {
            for frame in 0..FRAMES {
                if monitor.is_canceled() {
                    return;
                }
                let part = eased((frame + 1) as f64 / (FRAMES + 1) as f64);
                let arrangement = Arrangement {
                    rows: between(&from.rows, &to.arrangement.rows, part),
                    columns: between(&from.columns, &to.arrangement.columns, part),
                };
                let [x, y] = region;
                let picture = to.source.render(&arrangement, x, y, &to.shade);
                // The view is gone if nobody listens.
                if sender.send(picture).is_err() {
                    return;
                }
                ctx.request_repaint();
            }
        });
        Some(Work {
            _job: job.ok()?,
            pictures,
            region,
        })
    }
}

/// The last texel may stand for fewer cells than the others; it is cut off at the edge of the matrix.
fn end(sampling: Sampling) -> f64 {
    (sampling.first + (sampling.bins() << sampling.shift.max(0))) as f64
}

fn mix(from: f64, to: f64, part: f64) -> f64 {
    from + (to - from) * part
}

/// Slow at both ends.
fn eased(part: f64) -> f64 {
    part * part * (3.0 - 2.0 * part)
}

/// The order in which rows stand once each has gone `part` of its way.
fn between(from: &Along, to: &Along, part: f64) -> Arc<Along> {
    let mut keyed: Vec<(f64, u32)> = (0..from.len())
        .map(|row| {
            let place = mix(f64::from(from.place[row]), f64::from(to.place[row]), part);
            (place, row as u32)
        })
        .collect();
    keyed.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    Arc::new(Along::ordered(
        keyed.into_iter().map(|(_, row)| row).collect(),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_pass_each_other_on_the_way() {
        let from = Along::original(5);
        let to = Along::ordered(vec![4, 3, 2, 1, 0]);
        assert_eq!(between(&from, &to, 0.0).order, from.order);
        assert_eq!(between(&from, &to, 1.0).order, to.order);
        let near = between(&from, &to, 0.6);
        assert_eq!(near.order, to.order, "each keeps a place of its own");
        assert_eq!(between(&from, &to, 0.4).order, from.order);
        let part = Along::ordered(vec![1, 0, 2, 3, 4]);
        assert_eq!(between(&from, &part, 0.9).order, part.order);
    }
}
