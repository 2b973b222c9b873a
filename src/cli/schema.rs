//! `atelier schema`.

use super::args::SchemaArgs;
use super::failure::{Failure, Outcome, ResultExt as _};
use super::output::Output;
use crate::data::Source;
use crate::systems;

/// Prints the JSON schema of a system's config, and under `x-data` that of its `[data]` table.
pub(super) fn run(args: &SchemaArgs, out: &mut Output) -> Outcome {
    let system = systems::get(&args.system).map_err(|error| Failure::wrong(error.problem))?;
    let mut schema = system.schema().clone();
    schema["x-data"] = Source::schema(system.data_kind());
    let text = serde_json::to_string_pretty(&schema).or_failed()?;
    out.line(&text)?;
    Ok(())
}
