//! The colors of clusters and classes.

use eframe::egui::Color32;

use super::snapshot::Snapshot;
use crate::data::MatrixData;
use crate::draw::Tokens;

/// Numbers of colors, so that what goes together looks alike: a class has the color of the cluster that it is matched with.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct ClusterColors {
    pub(super) rows: SideColors,
    pub(super) columns: SideColors,
}

/// Of one side.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct SideColors {
    pub(super) clusters: Vec<usize>,
    pub(super) classes: Vec<usize>,
}

impl SideColors {
    /// `partners` are clusters of which each shares a color with the given one, where there is one: classes of clusters, or clusters of
    /// another run.
    fn shared(own: &[usize], partners: &[Option<u32>], count: usize) -> Vec<usize> {
        let mut cluster_colors: Vec<Option<usize>> = vec![None; count];
        for (own, partner) in own.iter().zip(partners) {
            if let Some(color_index) =
                partner.and_then(|partner| cluster_colors.get_mut(partner as usize))
            {
                *color_index = Some(*own);
            }
        }
        let mut free = (0..).filter(|color_index| !own.contains(color_index));
        cluster_colors
            .into_iter()
            .map(|color_index| color_index.or_else(|| free.next()).unwrap_or_default())
            .collect()
    }

    fn new(clusters: usize, class_of: &[Option<u32>], classes: usize) -> Self {
        let own: Vec<usize> = (0..clusters).collect();
        Self {
            classes: Self::shared(&own, class_of, classes),
            clusters: own,
        }
    }

    /// With clusters in the colors of those of another run that they are matched with; classes keep the other run's colors.
    fn matched(other: &Self, partners: &[Option<u32>], clusters: usize) -> Self {
        Self {
            clusters: Self::shared(&other.clusters, partners, clusters),
            classes: other.classes.clone(),
        }
    }
}

impl ClusterColors {
    pub(super) fn of(snapshot: Option<&Snapshot>, data: Option<&MatrixData>) -> Self {
        let side = |counts: Option<&super::snapshot::Counts>, classes: usize| {
            let clusters = counts.map_or(0, |counts| counts.sizes.len());
            let class_of = counts
                .and_then(|counts| counts.confusion.as_ref())
                .map_or(&[][..], |confusion| &confusion.class_of);
            SideColors::new(clusters, class_of, classes)
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
            rows: SideColors::matched(&first.rows, rows, snapshot.rows.sizes.len()),
            columns: SideColors::matched(&first.columns, columns, snapshot.columns.sizes.len()),
        }
    }
}

/// The color of a cluster or class; of none, a quiet gray.
pub(super) fn color(cluster_colors: &[usize], index: Option<u32>, tokens: &Tokens) -> Color32 {
    index
        .and_then(|index| cluster_colors.get(index as usize))
        .map_or(tokens.border_strong, |&color_index| {
            tokens.category(color_index)
        })
}

/// The other of the two colors of [`contrasting`](crate::draw::contrasting).
pub(super) fn against(foreground: Color32, tokens: &Tokens) -> Color32 {
    if foreground == tokens.text {
        tokens.surface
    } else {
        tokens.text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draw::{DARK, LIGHT, Sequential, contrast, contrasting};

    #[test]
    fn a_foreground_or_its_edge_stands_out_from_every_color_of_the_maps() {
        for tokens in [&DARK, &LIGHT] {
            let foreground = contrasting(Sequential::Viridis.color(0.0), tokens);
            let edge = against(foreground, tokens);
            assert_ne!(foreground, edge);
            for place in 0..=20 {
                let ground = Sequential::Viridis.color(place as f32 / 20.0);
                let best = contrast(foreground, ground).max(contrast(edge, ground));
                assert!(best > 3.5, "{place}: {best}");
            }
        }
    }

    #[test]
    fn a_class_has_the_color_of_its_cluster_and_the_rest_get_their_own() {
        let cluster_colors = SideColors::new(3, &[Some(2), None, Some(0)], 4);
        assert_eq!(cluster_colors.clusters, [0, 1, 2]);
        assert_eq!(cluster_colors.classes, [2, 3, 0, 4]);
        // Cluster 0 of the first run goes with 1 of the other.
        let other = SideColors::matched(&cluster_colors, &[Some(1), None, None], 2);
        assert_eq!(other.clusters, [3, 0]);
        assert_eq!(other.classes, cluster_colors.classes);
    }
}
