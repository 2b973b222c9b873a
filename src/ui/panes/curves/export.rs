//! Files made from the curves.

use std::io::Write;

use super::curve::PlotContent;
use super::fit::Span;
use crate::draw::chart::{Figure, Style};

/// Something to write to a file of the person's choice, away from the window's thread.
#[derive(Debug, Clone)]
pub enum CurvesExport {
    /// The points in view.
    Csv(CurvesTable),
    /// The plots in view, in pixels.
    Png(Figure),
    /// The plots in view, as vectors.
    Svg(Figure),
}

impl CurvesExport {
    /// The name of the file that is proposed.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Csv(_) => "curves.csv",
            Self::Png(_) => "curves.png",
            Self::Svg(_) => "curves.svg",
        }
    }

    /// Writes the file.
    ///
    /// # Errors
    /// If `to` cannot be written to.
    pub fn write(&self, to: &mut dyn Write) -> Result<(), String> {
        let picture = |figure: &Figure| figure.picture(&Style::print());
        match self {
            Self::Csv(table) => table.write(to).map_err(|error| error.to_string()),
            Self::Png(figure) => {
                let written = picture(figure).write_png(to);
                written.map_err(|error| error.to_string())
            }
            Self::Svg(figure) => {
                let written = to.write_all(picture(figure).svg().as_bytes());
                written.map_err(|error| error.to_string())
            }
        }
    }
}

/// The points in view.
#[derive(Debug, Clone, Default)]
pub struct CurvesTable {
    lines: Vec<Line>,
}

#[derive(Debug, Clone)]
struct Line {
    run: String,
    name: String,
    scalar: String,
    steps: Vec<u64>,
    epochs: Vec<f64>,
    seconds: Vec<f64>,
    values: Vec<f64>,
    main: Vec<f64>,
}

impl CurvesTable {
    pub(super) fn of<'a>(plots: impl Iterator<Item = &'a PlotContent<'a>>, x: Span) -> Self {
        let curves = plots.flat_map(|plot| &plot.curves);
        let lines = curves.map(|curve| {
            let range = curve.x.before(x.0)..curve.x.before(x.1.next_up());
            let (main, _) = curve.cache.main(curve.series);
            Line {
                run: curve.run.id.to_owned(),
                name: curve.run.name.to_owned(),
                scalar: curve.name.to_owned(),
                steps: curve.series.steps[range.clone()].to_vec(),
                epochs: curve.series.epochs[range.clone()].to_vec(),
                seconds: curve.series.seconds[range.clone()].to_vec(),
                values: curve.series.values[range.clone()].to_vec(),
                main: main[range].to_vec(),
            }
        });
        Self {
            lines: lines.collect(),
        }
    }

    /// Writes `run,name,scalar,step,epoch,seconds,value,smoothed`, one row a point.
    ///
    /// # Errors
    /// If `to` cannot be written to.
    pub fn write(&self, to: impl Write) -> csv::Result<()> {
        let mut writer = csv::Writer::from_writer(to);
        writer.write_record([
            "run", "name", "scalar", "step", "epoch", "seconds", "value", "smoothed",
        ])?;
        for line in &self.lines {
            for (point, step) in line.steps.iter().enumerate() {
                writer.serialize((
                    &line.run,
                    &line.name,
                    &line.scalar,
                    step,
                    line.epochs[point],
                    line.seconds[point],
                    line.values[point],
                    line.main[point],
                ))?;
            }
        }
        writer.flush()?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_has_where_a_point_is_and_both_values() {
        let table = CurvesTable {
            lines: vec![Line {
                run: "r1".to_owned(),
                name: "first, with a comma".to_owned(),
                scalar: "test/rmse".to_owned(),
                steps: vec![7, 8],
                epochs: vec![1.5, 2.0],
                seconds: vec![0.25, 0.5],
                values: vec![0.9038, f64::NAN],
                main: vec![0.91, f64::NAN],
            }],
        };
        let mut bytes = Vec::new();
        table.write(&mut bytes).unwrap();
        assert_eq!(
            String::from_utf8(bytes).unwrap(),
            "run,name,scalar,step,epoch,seconds,value,smoothed\n\
             r1,\"first, with a comma\",test/rmse,7,1.5,0.25,0.9038,0.91\n\
             r1,\"first, with a comma\",test/rmse,8,2.0,0.5,NaN,NaN\n"
        );
    }
}
