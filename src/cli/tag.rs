//! `atelier tag`.

use super::args::TagArgs;
use super::failure::{Failure, Outcome, ResultExt as _};
use super::list;
use super::output::Output;
use super::runs_dir;
use super::table::{Align, Table};
use crate::runs::{Labels, RunFolder};

/// Writes tags, notes and pins beside runs, and prints what stands there then.
pub(super) fn run(args: &TagArgs, out: &mut Output) -> Outcome {
    let tags = |texts: &[String]| Labels::parse_tags(&texts.join(" "));
    let added = tags(&args.add).or_wrong()?;
    let removed = tags(&args.remove).or_wrong()?;
    if let Some(both) = added.intersection(&removed).next() {
        return Err(Failure::wrong(format!(
            "the tag {both} is to be added and removed; name it once"
        )));
    }
    // All of them, before any is changed.
    let folders = args
        .run
        .iter()
        .map(|run| RunFolder::open(&runs_dir::find_run(run, &args.runs)))
        .collect::<Result<Vec<_>, _>>()
        .or_wrong()?;
    let mut table = Table::new(&[
        ("run", Align::Left),
        ("tags", Align::Left),
        ("note", Align::Left),
    ]);
    for folder in &folders {
        let labels = Labels::change(folder.path(), |labels| {
            labels.tags.extend(added.iter().cloned());
            labels.tags.retain(|tag| !removed.contains(tag));
            if let Some(note) = &args.note {
                note.trim().clone_into(&mut labels.note);
            }
            labels.pinned = (labels.pinned || args.pin) && !args.unpin;
        })
        .or_wrong()?;
        let name = folder.path().file_name().unwrap_or_default();
        table.row([
            name.to_string_lossy().into_owned(),
            list::tags(&labels),
            labels.note,
        ]);
    }
    table.write(out)?;
    Ok(())
}
