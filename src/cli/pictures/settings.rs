//! What a sweep found, over the two values that it varied.

use serde_json::Value;

use crate::cli::sweep::value_text;
use crate::draw::chart::{Figure, Style};
use crate::draw::runs::{HeatCell, HeatMap, Levels};
use crate::draw::{LIGHT, Picture, Scale};
use crate::experiments::sweep::{SettingState, SweepState};

/// The first measure over two varied keys as a heat map; `None` if the sweep varied another number of keys or nothing has finished.
pub(crate) fn settings(state: &SweepState) -> Option<Picture> {
    let keys: Vec<&String> = state.config.sweep.values.keys().collect();
    let [y, x] = keys[..] else {
        return None;
    };
    let objective = state.objectives.first()?;
    let settings = state.settings();
    let (x, y) = (Values::of(&settings, x), Values::of(&settings, y));
    let cells: Vec<HeatCell> = settings
        .iter()
        .filter_map(|own| {
            let spread = (*own.measures.first()?)?;
            Some(HeatCell {
                at: (x.place(own)?, y.place(own)?),
                mean: spread.mean,
                sd: (spread.count > 1).then_some(spread.deviation),
                runs: spread.count,
                inside: true,
            })
        })
        .collect();
    if cells.is_empty() {
        return None;
    }
    let map = HeatMap {
        x: x.levels(),
        y: y.levels(),
        cells,
        measure: objective.title(),
        better: objective.scalar.better,
        scale: Scale::Linear,
    };
    let figure = Figure {
        title: format!("{} over {}", objective.title(), state.config.title()),
        note: "A cell is a setting; the frame marks the best. Nothing was chosen by test data."
            .to_owned(),
        columns: 1,
        charts: vec![map.chart(&LIGHT)],
        size: Figure::SIZE,
    };
    Some(figure.picture(&Style::print()))
}

/// The values of a key, ascending where they are numbers.
struct Values<'a> {
    key: &'a str,
    values: Vec<&'a Value>,
}

impl<'a> Values<'a> {
    fn of(settings: &'a [SettingState], key: &'a str) -> Self {
        let mut values: Vec<&Value> = Vec::new();
        for value in settings.iter().filter_map(|own| own.setting.get(key)) {
            if !values.contains(&value) {
                values.push(value);
            }
        }
        if values.iter().all(|value| value.is_number()) {
            let number = |value: &Value| value.as_f64().unwrap_or(f64::NAN);
            values.sort_by(|one, other| number(one).total_cmp(&number(other)));
        }
        Self { key, values }
    }

    fn place(&self, own: &SettingState) -> Option<usize> {
        let value = own.setting.get(self.key)?;
        self.values.iter().position(|other| *other == value)
    }

    fn levels(&self) -> Levels {
        Levels {
            name: self.key.replace('_', " "),
            labels: self.values.iter().map(|value| value_text(value)).collect(),
        }
    }
}
