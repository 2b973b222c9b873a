//! `atelier schema`.

use super::args::SchemaArgs;
use super::failure::{Failure, Outcome, ResultExt as _};
use super::output::Output;
use crate::systems;

/// Prints the JSON schema of a system's config.
pub(super) fn run(args: &SchemaArgs, out: &mut Output) -> Outcome {
    let ids = || systems::all().iter().map(|system| system.id());
    let Some(system) = systems::find(&args.system) else {
        let hint = crate::record::schema::nearest(&args.system, ids()).map_or_else(
            || format!("the systems are {}", ids().collect::<Vec<_>>().join(", ")),
            |near| format!("did you mean `{near}`?"),
        );
        return Err(Failure::wrong(format!(
            "there is no system `{}`; {hint}",
            args.system
        )));
    };
    let text = serde_json::to_string_pretty(&system.schema()).or_failed()?;
    out.line(&text)?;
    Ok(())
}
