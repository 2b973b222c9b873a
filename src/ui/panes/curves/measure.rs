//! What a scalar's name says: which plot it belongs to, which part of the data, which way is better.

/// Which values of a measure are good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Better {
    /// Errors and losses.
    Lower,
    /// Agreements and accuracies.
    Higher,
    /// Neither: a time.
    Neither,
}

/// The plot that a scalar belongs to: everything after the slash, so that train, validation and test share one. What is
/// told apart by what comes after the slash (`loss/cross`, `time/step`) has a plot of its own; losses of rows and of columns share one.
#[must_use]
pub fn group_of(name: &str) -> &str {
    match name.split_once('/') {
        Some(("loss", _)) => sided(name).map_or(name, |(group, _)| group),
        Some(("time", _)) | None => name,
        Some((_, measure)) => measure,
    }
}

/// What tells the lines of one plot and run apart: `train`, `validation`, `test`; empty if nothing does.
#[must_use]
pub fn part_of(name: &str) -> &str {
    match name.split_once('/') {
        Some(("loss", _)) => sided(name).map_or("", |(_, side)| side),
        Some(("time", _)) | None => "",
        Some((part, _)) => part,
    }
}

/// A loss of one side of a matrix and the side: `loss/energy_rows` is `loss/energy` of the `rows`.
fn sided(name: &str) -> Option<(&str, &str)> {
    ["rows", "columns"].into_iter().find_map(|side| {
        let group = name.strip_suffix(side)?.strip_suffix('_')?;
        Some((group, side))
    })
}

/// The title of a group's plot, with its unit.
#[must_use]
pub fn title_of(group: &str) -> String {
    match group {
        "rmse" => "RMSE".to_owned(),
        "mae" => "MAE".to_owned(),
        "nmi" => "NMI".to_owned(),
        "ari" => "ARI".to_owned(),
        "nmi_geometric" => "NMI, geometric mean".to_owned(),
        "acc" => "Accuracy".to_owned(),
        "loss/kl" => "KL loss".to_owned(),
        "time/step" => "Seconds per step".to_owned(),
        _ => match group.split_once('/') {
            Some(("loss", which)) => sentence(&format!("{which} loss")),
            Some((first, rest)) => sentence(&format!("{first}: {rest}")),
            None => sentence(group),
        },
    }
}

/// The unit of a group's values, for its y axis.
#[must_use]
pub fn unit_of(group: &str) -> Option<&'static str> {
    group.starts_with("time/").then_some("s")
}

/// Which way is better.
#[must_use]
pub fn better(group: &str) -> Better {
    if group.starts_with("time/") {
        Better::Neither
    } else if lower_is_better(group) {
        Better::Lower
    } else {
        Better::Higher
    }
}

/// Where a part stands among others: the parts of a rating system first, in their order.
#[must_use]
pub fn part_rank(part: &str) -> usize {
    ["train", "validation", "test"]
        .iter()
        .position(|known| *known == part)
        .unwrap_or(3)
}

/// Where a group stands among others: quality before loss before time.
#[must_use]
pub fn group_rank(group: &str) -> usize {
    match group {
        "loss" => 0,
        "rmse" => 1,
        "mae" => 2,
        _ if group.starts_with("loss/") => 3,
        _ if group.starts_with("time/") => 5,
        _ => 4,
    }
}

/// Words as a person writes them: a capital first, spaces for underscores.
#[must_use]
pub fn sentence(words: &str) -> String {
    let words = words.replace('_', " ");
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

fn lower_is_better(name: &str) -> bool {
    ["rmse", "mae", "loss", "error"]
        .iter()
        .any(|word| name.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn train_validation_and_test_share_a_plot() {
        assert_eq!(
            ["train/rmse", "validation/rmse", "test/rmse"].map(group_of),
            ["rmse"; 3]
        );
        assert_eq!(["train/rmse", "test/rmse"].map(part_of), ["train", "test"]);
        let sides = ["loss/energy_rows", "loss/energy_columns"];
        assert_eq!(sides.map(group_of), ["loss/energy"; 2]);
        assert_eq!(sides.map(part_of), ["rows", "columns"]);
    }

    #[test]
    fn losses_of_a_system_have_a_plot_each() {
        assert_eq!(group_of("loss/cycle_a"), "loss/cycle_a");
        assert_eq!(part_of("loss/cycle_a"), "");
        assert_eq!(title_of("loss/cycle_a"), "Cycle a loss");
        assert_eq!(group_of("train/loss"), "loss");
    }

    #[test]
    fn errors_are_better_low_agreements_high_times_neither() {
        assert_eq!(better("rmse"), Better::Lower);
        assert_eq!(better("nmi"), Better::Higher);
        assert_eq!(better("fcn_miou"), Better::Higher);
        assert_eq!(better("time/step"), Better::Neither);
    }
}
