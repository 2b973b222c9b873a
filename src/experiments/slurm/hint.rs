//! What to do about what Slurm and ssh say.

use super::Host;
use super::message::{Message, Term, message};

/// What to do where a program is missing.
pub(super) fn missing(program: &str) -> Message {
    match program {
        "sbatch" | "squeue" | "scancel" | "scontrol" | "sinfo" => {
            message![
                "it belongs to Slurm: run this on a login node of the cluster, or name one with ",
                Term::LoginNode,
                " and ",
                Term::FolderThere,
                "; ",
                Term::WriteOnly,
                " writes everything to be submitted by hand"
            ]
        }
        "ssh" => Message::from("install an SSH client (Debian: apt install openssh-client)"),
        "rsync" => Message::from("install it here and on the cluster (Debian: apt install rsync)"),
        _ => Message::from("install it, or check PATH"),
    }
}

/// What to do where Slurm refuses; empty if its own words must do.
pub(super) fn refused(message: &str) -> Message {
    let says = |words: &str| message.to_lowercase().contains(&words.to_lowercase());
    if says("invalid partition") {
        message![
            "give one that exists with ",
            Term::Partition,
            "; `sinfo -s` lists them"
        ]
    } else if says("invalid account") || says("invalid qos") {
        message![
            "give ",
            Term::Account,
            " (and ",
            Term::Sbatch("--qos=…"),
            ") as your cluster's support told you; `sacctmgr show associations user=$USER` lists yours"
        ]
    } else if says("time limit") || says("invalid --time") {
        message![
            "give a shorter ",
            Term::TimeLimit,
            ": a run that takes longer goes on in the next turn; `sinfo -o '%P %l'` lists the limits of the partitions"
        ]
    } else if says("generic resource") || says("invalid gres") {
        message![
            "the cluster has no such GPUs; `sinfo -o '%P %G'` lists what there is; without ",
            Term::Gpus,
            " runs train on cores"
        ]
    } else if says("memory specification") || says("node configuration") || says("cpu count") {
        message![
            "no node has that much: ask for less with ",
            Term::Memory,
            ", ",
            Term::Cores,
            ", ",
            Term::Gpus,
            ", or for another ",
            Term::Partition,
            "; `sinfo -o '%P %c %m %G'` lists the nodes"
        ]
    } else if says("invalid job array") || says("array index") {
        message![
            "the cluster takes no array of so many tasks: put several runs into one with ",
            Term::RunsPerTask,
            " (`scontrol show config | grep MaxArraySize`)"
        ]
    } else if says("unable to contact slurm")
        || says("connection refused")
        || says("socket timed out")
    {
        Message::from(
            "Slurm does not answer at the moment: try again in a while; `squeue --me` tells whether something was submitted",
        )
    } else if says("policy") || says("limit") {
        message![
            "you have as many jobs as you may have, or ask for more than you may: wait, use ",
            Term::RunsPerTask,
            ", or ask for less"
        ]
    } else if says("configuration source") {
        message![
            "this machine has Slurm's programs but belongs to no cluster: run this on a login node, or name one with ",
            Term::LoginNode
        ]
    } else if says("no such file or directory") && says("chdir") {
        Message::from(
            "the folder is not on the cluster's nodes: use a runs folder on a disk that they share",
        )
    } else {
        Message::default()
    }
}

/// What to do where a program is missing on the login node.
pub(super) fn missing_there(program: &str) -> Message {
    match program {
        "sbatch" | "squeue" | "scancel" | "scontrol" | "sinfo" => message![
            "it belongs to Slurm: name a login node of the cluster with ",
            Term::LoginNode,
            "; where a module brings Slurm, load it in ~/.bash_profile there"
        ],
        "rsync" => Message::from(
            "install it there (Debian: apt install rsync), or load its module in ~/.bashrc there",
        ),
        _ => Message::from("install it there, or check PATH"),
    }
}

/// What to do where the connection fails; `sign_in` is what is typed to sign in once for all that follow.
pub(super) fn connection(message: &str, host: &Host, sign_in: &str) -> Message {
    let says = |words: &str| message.contains(words);
    let name = &host.name;
    if says("Permission denied") || says("Too many authentication") {
        Message::from(format!(
            "set up a key (`ssh-copy-id {name}`), or sign in once in a terminal, with a password or a second factor, and try again: `{sign_in}`"
        ))
    } else if says("IDENTIFICATION HAS CHANGED") {
        Message::from(format!(
            "the key of this host is not the one that was known: ask whoever runs the cluster whether it was changed, then accept the new one with `ssh-keygen -R` and `ssh {name}`"
        ))
    } else if says("Host key verification failed") {
        Message::from(format!(
            "the key of this host is not known yet: sign in once in a terminal (`ssh {name}`), and accept it if it is right"
        ))
    } else if says("Could not resolve") || says("Name or service not known") {
        message![
            "check the name after ",
            Term::LoginNode,
            "; names in ~/.ssh/config work too"
        ]
    } else {
        Message::from(
            "the login node is not reachable from here, or the connection broke: check the network or VPN, and ProxyJump in ~/.ssh/config, and try again",
        )
    }
}

/// What to do where `rsync` reached the other side and failed.
pub(super) fn copying(message: &str, host: &Host) -> Message {
    let says = |words: &str| message.contains(words);
    let name = &host.name;
    if says("is your shell clean") || says("protocol version mismatch") {
        Message::from(format!(
            "a shell there says something by itself, which rsync takes for an answer: `ssh {name} true` must print nothing; move what prints from ~/.bashrc to ~/.bash_profile there"
        ))
    } else if says("No space left") || says("Disk quota") {
        message!["free some space there, or give another ", Term::FolderThere]
    } else if says("Permission denied") {
        message![
            "you may not write there: give another ",
            Term::FolderThere,
            ", one of your own"
        ]
    } else if says("unexpectedly closed") || says("timeout in data send/receive") {
        Message::from("the connection broke; what has come is kept: try again")
    } else {
        Message::default()
    }
}

/// Why a task waits, in words; empty if Slurm's own word must do.
pub(super) fn waiting(reason: &str) -> Message {
    match reason {
        "Resources" | "None" => Message::from("waits for free nodes"),
        "Priority" => Message::from("others are before it"),
        "BeginTime" => Message::from("begins again in a moment, after it was queued again"),
        "JobArrayTaskLimit" => message!["waits for another task, as ", Term::TasksAtOnce, " says"],
        "Dependency" => Message::from("waits for another job"),
        "DependencyNeverSatisfied" => Message::from("waits for a job that failed: cancel it"),
        "PartitionTimeLimit" => {
            message![
                "asks for more time than the partition gives: cancel it, and submit with a shorter ",
                Term::TimeLimit
            ]
        }
        "PartitionDown" | "PartitionInactive" => {
            Message::from("the partition is closed at the moment")
        }
        "PartitionNodeLimit" | "BadConstraints" => {
            Message::from("no node can do it: cancel it, and ask for less or another partition")
        }
        "JobHeldUser" | "JobHeldAdmin" => {
            Message::from("it is held; `scontrol release` lets it go on")
        }
        "launch failed requeued held" => Message::from(
            "it could not be started twice (often a log folder that the node does not see); `scontrol release` tries again",
        ),
        "InvalidAccount" | "InvalidQOS" => {
            message![
                "the account may not use this: cancel it, and give another ",
                Term::Account
            ]
        }
        reason if reason.starts_with("ReqNodeNotAvail") => {
            Message::from("the nodes are down or reserved")
        }
        reason if reason.starts_with("Nodes required for job are DOWN") => Message::from(
            "all nodes that it could run on are down or reserved: it begins when one is back",
        ),
        reason if reason.starts_with("QOS") || reason.starts_with("Assoc") => {
            Message::from("you have as much as you may have at a time")
        }
        _ => Message::default(),
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
                refused(message).to_string().contains(remedy),
                "{message}: {}",
                refused(message)
            );
        }
        assert!(refused("something else").is_empty());
        assert!(waiting("Resources").to_string().contains("free nodes"));
        assert!(
            waiting("QOSMaxJobsPerUserLimit")
                .to_string()
                .contains("as much as you may")
        );
    }
}
