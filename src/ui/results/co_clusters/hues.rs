//! The colours of clusters and classes.

use eframe::egui::Color32;

use super::snapshot::Snapshot;
use crate::data::MatrixData;
use crate::draw::{Tokens, contrast};

/// Numbers of colours, so that what goes together looks alike: a class has the colour of the cluster that it is matched with.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Hues {
    pub(super) rows: SideHues,
    pub(super) columns: SideHues,
}

/// Of one side.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct SideHues {
    pub(super) clusters: Vec<usize>,
    pub(super) classes: Vec<usize>,
}

impl SideHues {
    /// `partners` are clusters of which each shares a colour with the given one, where there is one: classes of clusters, or clusters of
    /// another run.
    fn shared(own: &[usize], partners: &[Option<u32>], count: usize) -> Vec<usize> {
        let mut hues: Vec<Option<usize>> = vec![None; count];
        for (own, partner) in own.iter().zip(partners) {
            if let Some(hue) = partner.and_then(|partner| hues.get_mut(partner as usize)) {
                *hue = Some(*own);
            }
        }
        let mut free = (0..).filter(|hue| !own.contains(hue));
        hues.into_iter()
            .map(|hue| hue.or_else(|| free.next()).unwrap_or_default())
            .collect()
    }

    fn new(clusters: usize, class_of: &[Option<u32>], classes: usize) -> Self {
        let own: Vec<usize> = (0..clusters).collect();
        Self {
            classes: Self::shared(&own, class_of, classes),
            clusters: own,
        }
    }

    /// With clusters in the colours of those of another run that they are matched with; classes keep the other run's colours.
    fn matched(other: &Self, partners: &[Option<u32>], clusters: usize) -> Self {
        Self {
            clusters: Self::shared(&other.clusters, partners, clusters),
            classes: other.classes.clone(),
        }
    }
}

impl Hues {
    pub(super) fn of(snapshot: Option<&Snapshot>, data: Option<&MatrixData>) -> Self {
        let side = |counts: Option<&super::snapshot::Counts>, classes: usize| {
            let clusters = counts.map_or(0, |counts| counts.sizes.len());
            let class_of = counts
                .and_then(|counts| counts.confusion.as_ref())
                .map_or(&[][..], |confusion| &confusion.class_of);
            SideHues::new(clusters, class_of, classes)
        };
        let count = |classes: Option<&crate::data::Classes>| classes.map_or(0, |c| c.names.len());
        Self {
            rows: side(
                snapshot.map(|snapshot| &snapshot.rows),
                count(data.and_then(|data| data.row_classes.as_ref())),
            ),
            columns: side(
                snapshot.map(|snapshot| &snapshot.columns),
                count(data.and_then(|data| data.column_classes.as_ref())),
            ),
        }
    }

    /// Of a run that is compared: `rows` and `columns` say which of its clusters each of the first run's goes with.
    pub(super) fn matched(
        first: &Self,
        rows: &[Option<u32>],
        columns: &[Option<u32>],
        snapshot: &Snapshot,
    ) -> Self {
        Self {
            rows: SideHues::matched(&first.rows, rows, snapshot.rows.sizes.len()),
            columns: SideHues::matched(&first.columns, columns, snapshot.columns.sizes.len()),
        }
    }
}

/// The colour of a cluster or class; of none, a quiet grey.
pub(super) fn color(hues: &[usize], index: Option<u32>, tokens: &Tokens) -> Color32 {
    index
        .and_then(|index| hues.get(index as usize))
        .map_or(tokens.border_strong, |&hue| tokens.category(hue))
}

/// The one of two colours that stands out more from `ground`.
pub(super) fn ink_on(ground: Color32, tokens: &Tokens) -> Color32 {
    let (one, other) = (tokens.text, tokens.surface);
    if contrast(one, ground) >= contrast(other, ground) {
        one
    } else {
        other
    }
}

/// The other of the two colours of [`ink_on`].
pub(super) fn against(ink: Color32, tokens: &Tokens) -> Color32 {
    if ink == tokens.text {
        tokens.surface
    } else {
        tokens.text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draw::{DARK, LIGHT, Sequential};

    #[test]
    fn an_ink_or_its_edge_stands_out_from_every_colour_of_the_maps() {
        for tokens in [&DARK, &LIGHT] {
            let ink = ink_on(Sequential::Viridis.color(0.0), tokens);
            let edge = against(ink, tokens);
            assert_ne!(ink, edge);
            for place in 0..=20 {
                let ground = Sequential::Viridis.color(place as f32 / 20.0);
                let best = contrast(ink, ground).max(contrast(edge, ground));
                assert!(best > 3.5, "{place}: {best}");
            }
        }
    }

    #[test]
    fn a_class_has_the_colour_of_its_cluster_and_the_rest_get_their_own() {
        let hues = SideHues::new(3, &[Some(2), None, Some(0)], 4);
        assert_eq!(hues.clusters, [0, 1, 2]);
        assert_eq!(hues.classes, [2, 3, 0, 4]);
        // Cluster 0 of the first run goes with 1 of the other.
        let other = SideHues::matched(&hues, &[Some(1), None, None], 2);
        assert_eq!(other.clusters, [3, 0]);
        assert_eq!(other.classes, hues.classes);
    }
}
