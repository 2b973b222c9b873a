//! How much each parameter matters.

use ecolor::Color32;

use crate::draw::Tokens;
use crate::draw::chart::{Axis, Bar, Chart, Kind};

/// How much a parameter matters: the share of a measure's variance that it explains.
#[derive(Debug, Clone, PartialEq)]
pub struct Importance {
    /// The parameter.
    pub name: String,
    /// Its share, 0 to 1.
    pub share: f64,
    /// From and to: how sure it is.
    pub interval: (f64, f64),
}

/// Bars with intervals, the most important at the top.
#[must_use]
pub fn importance(of: &[Importance], color: Color32, tokens: &Tokens) -> Chart {
    let count = of.len() as f64;
    let most = of.iter().map(|own| own.interval.1.max(own.share));
    let most = most.fold(0.1, f64::max).min(1.0);
    // Row 0 stands at the top.
    let row = |at: usize| count - 1.0 - at as f64;
    let names = of.iter().enumerate();
    let names = names.map(|(at, own)| (row(at), own.name.clone())).collect();
    let mut chart = Chart::new(
        Axis::new("Share of the variance", (0.0, most * 1.04)),
        Axis::new("", (-0.6, count - 0.4)).ticks(names),
    );
    let bars = of.iter().enumerate().map(|(at, own)| Bar {
        x: (0.0, own.share),
        y: (row(at) - 0.3, row(at) + 0.3),
        color,
    });
    chart.add("", color, Kind::Bars(bars.collect()));
    for (at, own) in of.iter().enumerate() {
        let (low, high) = (own.interval.0.max(0.0), own.interval.1.min(1.0));
        let cap = |x: f64| vec![(x, row(at) - 0.12), (x, row(at) + 0.12)];
        for points in [vec![(low, row(at)), (high, row(at))], cap(low), cap(high)] {
            chart.add(
                "",
                tokens.text,
                Kind::Line {
                    points,
                    width: 1.25,
                    dash: None,
                },
            );
        }
    }
    chart
}
