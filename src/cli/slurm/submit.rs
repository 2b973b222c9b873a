//! `atelier sweep CONFIG.toml --on slurm`, and `--resubmit` and `--cancel` of its folder.

use std::fs;
use std::io::Write as _;
use std::path::Path;

use super::args::{SlurmArgs, TemplateArgs};
use crate::cli::args::DeviceArg;
use crate::cli::failure::{Failure, Outcome, ResultExt as _};
use crate::cli::output::{Output, say};
use crate::cli::plain_text;
use crate::experiments::slurm::{
    self, Cluster, DEFAULT_TEMPLATE, Order, Prepared, SlurmError, Submission, submissions,
};
use crate::experiments::sweep::{SweepConfig, SweepFolder};
use crate::record::files;

/// A longer template is none.
const MOST_BYTES: u64 = 1 << 20;

/// Makes the folder of a sweep, and submits its runs.
pub(crate) fn submit(
    config: &SweepConfig,
    base: &Path,
    runs: &Path,
    args: &SlurmArgs,
    device: DeviceArg,
    out: &mut Output,
) -> Outcome {
    let cluster = Cluster::new(args.host());
    let mut order = order(args, device)?;
    // What is wrong is said before anything is written.
    if let Some(host) = cluster.host() {
        host.check().map_err(wrong)?;
    }
    slurm::preview(runs, config, &order).map_err(wrong)?;
    let mut config = config.clone();
    config.base.data = config.base.data.absolute(base).or_wrong()?;
    if args.host.is_none() {
        if !args.dry_run {
            cluster.check().map_err(wrong)?;
        }
        let path = config.base.data.path();
        if !path.exists() {
            return Err(Failure::wrong(format!(
                "data.path: {} is not there; it must be on a disk that the cluster's nodes share",
                path.display()
            )));
        }
    } else {
        order.program = cluster
            .remote_program(args.remote_program.as_deref())
            .map_err(wrong)?;
        if args.send_data {
            say!("sending the data");
            config.base.data = cluster.send_data(&config.base.data).or_failed()?;
        } else if let Some(path) = &args.remote_data {
            config.base.data = slurm::data_at(&config.base.data, path).map_err(wrong)?;
        }
    }
    let (folder, notes) = SweepFolder::create(runs, &config, base).or_wrong()?;
    for note in notes {
        say!("{note}");
    }
    let submitted = order_and_submit(&folder, order, &cluster, args.dry_run, out);
    if let Err(Refusal {
        failure,
        is_certain,
    }) = submitted
    {
        if is_certain {
            // It has no runs, and the next try makes another.
            if let Err(error) = fs::remove_dir_all(folder.path()) {
                say!(
                    "warning: cannot remove {}: {error}",
                    folder.path().display()
                );
            }
        } else {
            say!(
                "the sweep's folder is kept; see what became of it with: atelier sweep {} --status",
                plain_text::path(folder.path())
            );
        }
        return Err(failure);
    }
    Ok(())
}

/// Submits what is left of a sweep that was on a cluster before, or never was.
pub(crate) fn resubmit(
    folder: &SweepFolder,
    args: &SlurmArgs,
    device: DeviceArg,
    out: &mut Output,
) -> Outcome {
    let last = submissions(folder.path()).or_failed()?.pop();
    let mut order = order(args, device)?;
    if let Some(last) = last {
        inherit(&mut order, last, args);
    }
    let cluster = Cluster::new(order.host.clone());
    if order.host.is_some() && order.program.is_empty() {
        order.program = cluster
            .remote_program(args.remote_program.as_deref())
            .map_err(wrong)?;
    }
    order.again = true;
    if !args.dry_run {
        let status = slurm::status(folder.path(), false).or_failed()?;
        if let Some(problem) = &status.problem {
            return Err(Failure::failed(format!(
                "{problem}\n  nothing is submitted again while it is not known what still works"
            )));
        }
        order.busy = status.busy();
    }
    order_and_submit(folder, order, &cluster, args.dry_run, out).map_err(|refusal| refusal.failure)
}

/// Cancels what Slurm has of a sweep.
pub(crate) fn cancel(folder: &SweepFolder) -> Outcome {
    let status = slurm::status(folder.path(), false).or_failed()?;
    if let Some(problem) = status.problem {
        return Err(Failure::failed(problem));
    }
    let jobs = status.active_jobs();
    let host = submissions(folder.path())
        .or_failed()?
        .pop()
        .and_then(|last| last.host);
    if jobs.is_empty() {
        say!("nothing is queued or running");
        return Ok(());
    }
    slurm::cancel(folder, &jobs, &Cluster::new(host)).or_failed()?;
    say!(
        "canceled: runs that train write a checkpoint first; go on with: atelier sweep {} --resubmit",
        plain_text::path(folder.path())
    );
    Ok(())
}

/// Refuses to train here what tasks of a cluster may be training.
pub(crate) fn check_not_there(folder: &SweepFolder) -> Outcome {
    let was = submissions(folder.path()).or_failed()?;
    if was.iter().all(|own| own.job.is_none()) {
        return Ok(());
    }
    let status = slurm::status(folder.path(), false).or_failed()?;
    let shown = plain_text::path(folder.path());
    if status.is_active() {
        return Err(Failure::wrong(format!(
            "{shown} is on a cluster, which still works on it; see how it stands with --status, or --cancel it first to train the rest here"
        )));
    }
    match status.problem {
        Some(problem) => Err(Failure::failed(format!(
            "{shown} is on a cluster, and what still works there is not known: {problem}"
        ))),
        None => Ok(()),
    }
}

/// Writes the template that scripts are made of.
pub(crate) fn template(args: &TemplateArgs, out: &mut Output) -> Outcome {
    match &args.to {
        None => {
            for line in DEFAULT_TEMPLATE.lines() {
                out.line(line)?;
            }
            Ok(())
        }
        Some(path) => {
            let written = std::fs::OpenOptions::new()
                .write(true)
                .create_new(true)
                .open(path)
                .and_then(|mut file| file.write_all(DEFAULT_TEMPLATE.as_bytes()));
            written.map_err(|error| {
                Failure::failed(format!("cannot write {}: {error}", path.display()))
            })
        }
    }
}

/// Why nothing was submitted, and whether that is certain.
struct Refusal {
    failure: Failure,
    is_certain: bool,
}

fn order_and_submit(
    folder: &SweepFolder,
    order: Order,
    cluster: &Cluster,
    dry_run: bool,
    out: &mut Output,
) -> Result<(), Refusal> {
    let refused = |error: SlurmError| Refusal {
        is_certain: error.is_certain(),
        failure: wrong(error),
    };
    let written = |error: std::io::Error| Refusal {
        failure: error.into(),
        is_certain: false,
    };
    let prepared = slurm::prepare(folder, order).map_err(refused)?;
    let tasks = prepared.submission.tasks.len();
    let count = format!(
        "{} in {}",
        counted(prepared.runs, "run"),
        counted(tasks, "task")
    );
    let are = if prepared.runs == 1 { "is" } else { "are" };
    let shown = plain_text::path(folder.path());
    out.line(&format!("sweep            {shown}"))
        .map_err(written)?;
    if dry_run {
        out.line(&format!(
            "script           {}",
            plain_text::path(&prepared.script)
        ))
        .map_err(written)?;
        say!("{count} {are} written and not submitted; submit them with:");
        return submit_lines(&prepared, folder, cluster, out).map_err(written);
    }
    let job = slurm::submit(folder, &prepared, cluster).map_err(refused)?;
    out.line(&format!("job              {job}"))
        .map_err(written)?;
    say!(
        "{count} {are} queued; nothing here has to stay open\n  atelier sweep {shown} --status     how they stand\n  atelier sweep {shown} --cancel     stop them, with checkpoints\n  atelier sweep {shown} --resubmit   go on with what failed or was canceled"
    );
    Ok(())
}

/// What a person types instead.
fn submit_lines(
    prepared: &Prepared,
    folder: &SweepFolder,
    cluster: &Cluster,
    out: &mut Output,
) -> std::io::Result<()> {
    if let Some(line) = cluster.send_line(folder.path()) {
        out.line(&line)?;
    }
    out.line(&cluster.submit_line(&prepared.place))
}

fn counted(count: usize, what: &str) -> String {
    match count {
        1 => format!("1 {what}"),
        count => format!("{count} {what}s"),
    }
}

/// What the arguments order.
fn order(args: &SlurmArgs, device: DeviceArg) -> Outcome<Order> {
    let template = match &args.template {
        None => None,
        Some(path) => {
            let text = files::read_named_text(path, MOST_BYTES).map_err(|error| {
                Failure::wrong(format!(
                    "cannot read {}: {error}; `atelier slurm-template` writes one to begin with",
                    path.display()
                ))
            })?;
            Some((path.display().to_string(), text))
        }
    };
    Ok(Order {
        options: args.options(device),
        template,
        host: args.host(),
        program: match &args.host {
            None => slurm::own_program().map_err(wrong)?,
            Some(_) => String::new(),
        },
        ..Order::default()
    })
}

/// What was not given is as it was last time.
fn inherit(order: &mut Order, last: Submission, args: &SlurmArgs) {
    let (own, old) = (&mut order.options, last.options);
    own.partition = own.partition.take().or(old.partition);
    own.time = own.time.take().or(old.time);
    own.mem = own.mem.take().or(old.mem);
    own.gpus = own.gpus.take().or(old.gpus);
    own.cpus = own.cpus.or(old.cpus);
    own.account = own.account.take().or(old.account);
    own.pack = args.pack.unwrap_or(old.pack);
    own.max_parallel = own.max_parallel.or(old.max_parallel);
    if own.device == "auto" {
        own.device = old.device;
    }
    if own.sbatch.is_empty() {
        own.sbatch = old.sbatch;
    }
    if own.before.is_empty() {
        own.before = old.before;
    }
    if order.host.is_none() {
        order.host = last.host;
        if order.host.is_some() {
            order.program = args.remote_program.clone().unwrap_or(last.program);
        }
    }
    if order.template.is_none() {
        order.template = last.template;
    }
}

fn wrong(error: SlurmError) -> Failure {
    match error {
        SlurmError::Option { .. } | SlurmError::Missing { .. } | SlurmError::Nothing(_) => {
            Failure::Wrong(error.into())
        }
        error => Failure::Failed(error.into()),
    }
}
