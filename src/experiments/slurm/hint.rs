//! What to do about what Slurm and ssh say.

/// What to do where a program is missing.
pub(super) fn missing(program: &str) -> &'static str {
    match program {
        "sbatch" | "squeue" | "scancel" | "scontrol" | "sinfo" => {
            "it belongs to Slurm: run this on a login node of the cluster, or name one with --host USER@LOGIN --remote-dir DIR; \
             --dry-run writes everything to be submitted by hand"
        }
        "ssh" => "install an SSH client (Debian: apt install openssh-client)",
        "rsync" => "install it here and on the cluster (Debian: apt install rsync)",
        _ => "install it, or check PATH",
    }
}

/// What to do where Slurm refuses; empty if its own words must do.
pub(super) fn refused(message: &str) -> &'static str {
    let says = |words: &str| message.to_lowercase().contains(&words.to_lowercase());
    if says("invalid partition") {
        "give one that exists with --partition; `sinfo -s` lists them"
    } else if says("invalid account") || says("invalid qos") {
        "give --account (and --sbatch --qos=…) as your cluster's support told you; `sacctmgr show associations user=$USER` lists yours"
    } else if says("time limit") || says("invalid --time") {
        "give a shorter --time: a run that takes longer goes on in the next turn; `sinfo -o '%P %l'` lists the limits of the partitions"
    } else if says("generic resource") || says("invalid gres") {
        "the cluster has no such GPUs; `sinfo -o '%P %G'` lists what there is; without --gpus runs train on cores"
    } else if says("memory specification") || says("node configuration") || says("cpu count") {
        "no node has that much: ask for less with --mem, --cpus, --gpus, or for another --partition; `sinfo -o '%P %c %m %G'` lists the nodes"
    } else if says("invalid job array") || says("array index") {
        "the cluster takes no array of so many tasks: put several runs into one with --pack (`scontrol show config | grep MaxArraySize`)"
    } else if says("unable to contact slurm")
        || says("connection refused")
        || says("socket timed out")
    {
        "Slurm does not answer at the moment: try again in a while; `squeue --me` tells whether something was submitted"
    } else if says("policy") || says("limit") {
        "you have as many jobs as you may have, or ask for more than you may: wait, use --pack, or ask for less"
    } else if says("configuration source") {
        "this machine has Slurm's programs but belongs to no cluster: run this on a login node, or name one with --host"
    } else if says("no such file or directory") && says("chdir") {
        "the folder is not on the cluster's nodes: use a runs folder on a disk that they share"
    } else {
        ""
    }
}

/// What to do where `ssh` or `rsync` fails.
pub(super) fn connection(message: &str) -> &'static str {
    let says = |words: &str| message.contains(words);
    if says("Permission denied") || says("Too many authentication") {
        "sign in once by hand (`ssh -M` with ControlMaster keeps the connection, also with a second factor), or set up a key"
    } else if says("Host key verification failed") {
        "sign in once by hand with ssh, and accept the host's key if it is right"
    } else if says("Could not resolve") || says("Name or service not known") {
        "check the name after --host; names in ~/.ssh/config work too"
    } else if says("Connection refused")
        || says("timed out")
        || says("No route")
        || says("Connection closed")
    {
        "the login node is not reachable from here: check the network or VPN, and ProxyJump in ~/.ssh/config"
    } else if says("rsync: command not found") || says("rsync: not found") {
        "install rsync on the cluster"
    } else if says("No space left") || says("Disk quota") {
        "free some space there, or give another --remote-dir"
    } else {
        ""
    }
}

/// Why a task waits, in words; empty if Slurm's own word must do.
pub(super) fn waiting(reason: &str) -> &'static str {
    match reason {
        "Resources" | "None" => "waits for free nodes",
        "Priority" => "others are before it",
        "BeginTime" => "begins again in a moment, after it was queued again",
        "JobArrayTaskLimit" => "waits for another task (--max-parallel)",
        "Dependency" => "waits for another job",
        "DependencyNeverSatisfied" => "waits for a job that failed: cancel it",
        "PartitionTimeLimit" => {
            "asks for more time than the partition gives: cancel it, and submit with a shorter --time"
        }
        "PartitionDown" | "PartitionInactive" => "the partition is closed at the moment",
        "PartitionNodeLimit" | "BadConstraints" => {
            "no node can do it: cancel it, and ask for less or another partition"
        }
        "JobHeldUser" | "JobHeldAdmin" => "it is held; `scontrol release` lets it go on",
        "launch failed requeued held" => {
            "it could not be started twice (often a log folder that the node does not see); `scontrol release` tries again"
        }
        "InvalidAccount" | "InvalidQOS" => {
            "the account may not use this: cancel it, and give another --account"
        }
        reason if reason.starts_with("ReqNodeNotAvail") => "the nodes are down or reserved",
        reason if reason.starts_with("Nodes required for job are DOWN") => {
            "all nodes that it could run on are down or reserved: it begins when one is back"
        }
        reason if reason.starts_with("QOS") || reason.starts_with("Assoc") => {
            "you have as much as you may have at a time"
        }
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_slurm_says_is_followed_by_what_to_do() {
        // As Slurm 22.05 says it.
        for (message, remedy) in [
            (
                "sbatch: error: invalid partition specified: nope",
                "--partition",
            ),
            (
                "sbatch: error: Batch job submission failed: Invalid account or account/partition combination specified",
                "--account",
            ),
            ("sbatch: error: Invalid --time specification", "--time"),
            (
                "sbatch: error: Batch job submission failed: Requested time limit is invalid (missing or exceeds some limit)",
                "--time",
            ),
            (
                "sbatch: error: Invalid generic resource (gres) specification",
                "--gpus",
            ),
            (
                "sbatch: error: Memory specification can not be satisfied",
                "--mem",
            ),
            (
                "sbatch: error: Batch job submission failed: Invalid job array specification",
                "--pack",
            ),
            (
                "sbatch: error: Batch job submission failed: Unable to contact slurm controller (connect failure)",
                "try again",
            ),
            (
                "sbatch: fatal: Could not establish a configuration source",
                "login node",
            ),
        ] {
            assert!(
                refused(message).contains(remedy),
                "{message}: {}",
                refused(message)
            );
        }
        assert_eq!(refused("something else"), "");
        assert!(connection("ada@login: Permission denied (publickey).").contains("key"));
        assert!(waiting("Resources").contains("free nodes"));
        assert!(waiting("QOSMaxJobsPerUserLimit").contains("as much as you may"));
    }
}
