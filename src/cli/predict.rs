//! `atelier predict`.

use std::path::Path;

use super::args::PredictArgs;
use super::failure::{Failure, Outcome, ResultExt as _};
use super::lookup::Lookup;
use super::model::{Model, items_table};
use super::output::{Output, say};
use super::progress::Progress;
use super::{interrupt, pairs, recommend, runs_dir};
use crate::runs::RunFolder;

/// Items listed where no number is given.
const DEFAULT_TOP: u32 = 10;

/// Predicts with a trained run.
pub(super) fn run(args: &PredictArgs, out: &mut Output) -> Outcome {
    let folder = RunFolder::open(&runs_dir::find_run(&args.run, &args.runs)).or_wrong()?;
    interrupt::watch();
    let mut progress = Progress::new(false);
    let model = Model::open(&folder, &mut progress);
    progress.finish();
    let model = model?;
    let count = args.top.unwrap_or(DEFAULT_TOP) as usize;
    if let Some(pairs) = &args.pairs {
        return pairs::predict(&model, pairs, args.to.as_deref(), args.skip_unknown, out);
    }
    if let Some(item) = &args.similar {
        return similar(&model, item, count, out);
    }
    let to = args.to.as_deref();
    if let Some(ratings) = &args.ratings {
        return recommend::own(&model, ratings, count, to, out);
    }
    let Some(user) = &args.user else {
        return recommend::all(&model, count, to, out);
    };
    let user = Lookup::new("user", &model.data().users).find(user)?;
    match &args.item {
        Some(item) => pair(&model, user, item, out),
        None => top(&model, user, count, to, out),
    }
}

fn pair(model: &Model, user: usize, item: &str, out: &mut Output) -> Outcome {
    let item = Lookup::new("item", &model.data().items).find(item)?;
    let data = model.data();
    let rating = model.predictor().predict(user, item);
    let (items, ratings) = data.train.by_user().row(user);
    let given = items
        .iter()
        .position(|own| usize::try_from(*own) == Ok(item))
        .map(|at| format!(", who rated it {}", ratings[at]))
        .unwrap_or_default();
    say!(
        "{} for user {}{given}",
        data.items.display(item),
        data.users.id(user)
    );
    out.line(&format!("{rating:.4}"))?;
    Ok(())
}

fn top(model: &Model, user: usize, count: usize, to: Option<&Path>, out: &mut Output) -> Outcome {
    let data = model.data();
    let best = model.top(user, count);
    if best.is_empty() {
        say!("user {} has rated every item", data.users.id(user));
        return Ok(());
    }
    recommend::list(model, &best, to, out)
}

fn similar(model: &Model, item: &str, count: usize, out: &mut Output) -> Outcome {
    let data = model.data();
    let item = Lookup::new("item", &data.items).find(item)?;
    let nearest = model
        .predictor()
        .nearest_items(item, count)
        .ok_or_else(|| Failure::wrong("this system has no item representations to compare"))?;
    say!("nearest to {}", data.items.display(item));
    items_table(&data.items, &nearest, "similarity").write(out)?;
    Ok(())
}
