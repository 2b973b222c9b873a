//! `atelier schema`.

use super::args::SchemaArgs;
use super::failure::{Failure, Outcome, ResultExt as _};
use super::output::Output;
use crate::systems;

/// Prints the JSON schema of a system's config.
pub(super) fn run(args: &SchemaArgs, out: &mut Output) -> Outcome {
    let system = systems::get(&args.system).map_err(|error| Failure::wrong(error.problem))?;
    let text = serde_json::to_string_pretty(system.schema()).or_failed()?;
    out.line(&text)?;
    Ok(())
}
