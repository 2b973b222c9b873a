//! The way to the login node: the system's `ssh`, so that keys, `ProxyJump` and second factors work as they do for the person.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::child::Answer;
use super::message::Message;
use super::template::quoted;
use super::{Host, SlurmError, hint};

/// `ssh` leaves with this where the connection is what failed.
const NO_CONNECTION: i32 = 255;
/// A shell leaves with this where it knows no such program.
const NO_PROGRAM: i32 = 127;
/// What stands before the answer: profiles greet, also on stderr.
const MARK: &str = "--- atelier ---";
/// The longest path of a socket: 104 bytes on macOS, of which `ssh` takes some while it makes one.
const MOST_SOCKET: usize = 104 - 1 - 17;
/// As long as `%C` becomes: a hash of the host, its port and the user.
const HASH: usize = 40;

/// Options of every connection; with `silent`, nobody can type a password.
pub(super) fn options(silent: bool) -> Vec<String> {
    let mut options: Vec<String> = vec![
        "-oConnectTimeout=30".to_owned(),
        // A connection that breaks without a word is noticed within a minute.
        "-oServerAliveInterval=15".to_owned(),
        "-oServerAliveCountMax=3".to_owned(),
    ];
    options.extend(shared());
    if silent {
        options.push("-oBatchMode=yes".to_owned());
    }
    options
}

/// One connection for all, so that a password or a second factor is asked for once; none where there is no place for its socket.
fn shared() -> Vec<String> {
    match socket() {
        None => Vec::new(),
        Some(socket) => vec![
            "-oControlMaster=auto".to_owned(),
            format!("-oControlPath={socket}"),
            "-oControlPersist=30m".to_owned(),
        ],
    }
}

/// Where the shared connection is found.
fn socket() -> Option<String> {
    // The SSH of Windows knows no such thing.
    if !cfg!(unix) {
        return None;
    }
    let own = directories::BaseDirs::new().map(|dirs| dirs.home_dir().join(".ssh"));
    let of_session = std::env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from);
    own.into_iter()
        .chain(of_session)
        .find_map(|folder| socket_in(&folder))
}

fn socket_in(folder: &Path) -> Option<String> {
    let name = folder.join("atelier-").to_str()?.to_owned();
    // `rsync` splits what it is told at spaces, and `ssh` takes % for a word of its own.
    let is_plain = name
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b"/._-@+".contains(&byte));
    let fits = name.len() + HASH <= MOST_SOCKET;
    (is_plain && fits && folder.is_absolute() && folder.is_dir()).then(|| format!("{name}%C"))
}

/// What is typed to sign in once for all that follow.
pub(super) fn sign_in_line(host: &Host) -> String {
    let name = quoted(&host.name);
    match socket() {
        None => format!("ssh {name}"),
        Some(socket) => {
            format!(
                "ssh -oControlMaster=auto -oControlPath={socket} -oControlPersist=8h {name} true"
            )
        }
    }
}

/// A line of shell on the login node.
pub(super) fn command(host: &Host, line: &str, silent: bool) -> Command {
    let mut command = Command::new("ssh");
    command.args(options(silent)).arg("--").arg(&host.name);
    // A login shell: many clusters put Slurm into PATH there alone.
    let line = format!("echo '{MARK}'; echo '{MARK}' >&2; {line}");
    command.arg(format!("bash -lc {}", quoted(&line)));
    command
}

/// An answer without what a profile said before.
pub(super) fn without_greeting(answer: Answer) -> Answer {
    Answer {
        stdout: after_mark(answer.stdout),
        stderr: after_mark(answer.stderr),
        ..answer
    }
}

fn after_mark(text: String) -> String {
    match text.split_once(MARK) {
        Some((_, rest)) => rest.trim_start_matches(['\r', '\n']).to_owned(),
        None => text,
    }
}

/// Why a program that was called through `ssh`, or `rsync`, failed, where that has to do with the way there or what is there.
pub(super) fn failed(host: &Host, program: &str, answer: &Answer) -> Option<SlurmError> {
    let words = answer.stderr.trim();
    // Of Slurm's own programs some leave with the same code.
    let is_slurm = !matches!(program, "ssh" | "rsync");
    let by_program = is_slurm && words.contains(&format!("{program}: "));
    if answer.code == Some(NO_CONNECTION) && !by_program {
        let message = reason(words);
        return Some(SlurmError::Connection {
            host: host.name.clone(),
            remedy: hint::connection(words, host, &sign_in_line(host)),
            reached: !never_reached(words),
            message,
        });
    }
    let unknown = ["command not found", "rsync: not found", "Unknown command"]
        .iter()
        .any(|own| words.contains(own));
    if answer.code == Some(NO_PROGRAM) || (program == "rsync" && unknown) {
        return Some(SlurmError::Missing {
            program: program.to_owned(),
            host: Some(host.name.clone()),
            remedy: hint::missing_there(program),
        });
    }
    if program == "rsync" {
        return Some(SlurmError::Refused {
            program: format!("rsync with {}", host.name),
            message: reason(words),
            remedy: hint::copying(words, host),
        });
    }
    None
}

/// What matters of what `ssh` and `rsync` say: they frame warnings, and repeat in general words what they said before.
fn reason(words: &str) -> String {
    let mut lines: Vec<_> = words
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('@'))
        .filter(|line| !line.starts_with("rsync error:") && !line.starts_with("(see the rsync"))
        .map(|line| line.strip_prefix("ssh: ").unwrap_or(line))
        .map(|line| line.strip_prefix("rsync: ").unwrap_or(line))
        .collect();
    // A password that nobody can type is asked for several times.
    lines.dedup();
    match lines.as_slice() {
        [] => "the connection broke off without a word".to_owned(),
        [.., last] if lines.len() > 4 => (*last).to_owned(),
        lines => lines.join("; "),
    }
}

/// True if nothing can have happened on the other side.
fn never_reached(words: &str) -> bool {
    [
        "Could not resolve",
        "Connection refused",
        "Connection timed out",
        "Operation timed out",
        "No route to host",
        "Network is unreachable",
        "Permission denied",
        "Host key verification failed",
        "Too many authentication",
        "banner exchange",
        "kex_exchange_identification",
    ]
    .iter()
    .any(|own| words.contains(own))
}

/// What to do about an answer that broke off while a job was submitted.
pub(super) fn perhaps_submitted() -> Message {
    Message::from(
        "the connection broke off while it was submitted, so that it is not known whether it is queued; its panel (`--status`) tells once the connection is back: submit it again only if it is still not submitted then",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn host() -> Host {
        Host {
            name: "ada@login".to_owned(),
            folder: "/scratch/ada".into(),
        }
    }

    fn answer(code: i32, stderr: &str) -> Answer {
        Answer {
            ok: false,
            code: Some(code),
            stdout: String::new(),
            stderr: stderr.to_owned(),
        }
    }

    #[test]
    fn what_a_profile_says_is_no_answer() {
        let noisy = Answer {
            ok: true,
            code: Some(0),
            stdout: format!("Welcome!\n{MARK}\n12\n"),
            stderr: format!("module: command not found\n{MARK}\n"),
        };
        let clean = without_greeting(noisy);
        assert_eq!((clean.stdout.as_str(), clean.stderr.as_str()), ("12\n", ""));
    }

    #[test]
    fn who_failed_is_told_with_what_to_do() {
        // As OpenSSH 9.2 and rsync 3.5 say it.
        for (program, code, words, told) in [
            (
                "sbatch",
                255,
                "ssh: connect to host login port 22: Connection refused",
                "ssh to ada@login: connect to host login port 22: Connection refused\n  the login node is not reachable",
            ),
            (
                "ssh",
                255,
                "ssh: Could not resolve hostname login: Name or service not known",
                "check the name after --host",
            ),
            (
                "rsync",
                255,
                "ssh: Could not resolve hostname login: Name or service not known\r\nrsync: connection unexpectedly closed (0 bytes received so far) [Receiver]\nrsync error: unexplained error (code 255) at io.c(232)",
                "check the name after --host",
            ),
            (
                "squeue",
                255,
                "No ED25519 host key is known for login and you have requested strict checking.\nHost key verification failed.",
                "`ssh ada@login`",
            ),
            (
                "squeue",
                255,
                "@@@@@@\n@ WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED! @\n@@@@@@\na\nb\nc\nd\nHost key verification failed.",
                "ssh to ada@login: Host key verification failed.\n  the key of this host is not the one",
            ),
            (
                "squeue",
                255,
                "ada@login: Permission denied (publickey,password).",
                "ssh-copy-id ada@login",
            ),
            (
                "sbatch",
                127,
                "bash: line 1: sbatch: command not found",
                "sbatch is not on ada@login: ",
            ),
            (
                "rsync",
                12,
                "bash: line 1: rsync: command not found\nrsync: connection unexpectedly closed (0 bytes received so far) [sender]\nrsync error: error in rsync protocol data stream (code 12) at io.c(232) [sender=3.5.0]",
                "rsync is not on ada@login: install it there",
            ),
            (
                "rsync",
                2,
                "protocol version mismatch -- is your shell clean?\n(see the rsync manpage for an explanation)\nrsync error: protocol incompatibility (code 2) at compat.c(625) [sender=3.5.0]",
                "`ssh ada@login true`",
            ),
        ] {
            let error = failed(&host(), program, &answer(code, words)).unwrap();
            let text = error.to_string();
            assert!(text.contains(told), "{words}: {text}");
        }
        // Slurm's own refusal is none of the connection.
        let own = "sbatch: error: invalid partition specified: nope";
        assert!(failed(&host(), "sbatch", &answer(255, own)).is_none());
        assert!(failed(&host(), "sbatch", &answer(1, own)).is_none());
    }

    #[test]
    fn a_connection_that_breaks_off_may_have_submitted() {
        let certain = |words: &str| {
            failed(&host(), "sbatch", &answer(255, words))
                .unwrap()
                .is_certain()
        };
        assert!(certain(
            "ssh: connect to host login port 22: Connection refused"
        ));
        assert!(!certain("Timeout, server login not responding."));
        assert!(!certain("client_loop: send disconnect: Broken pipe"));
    }

    #[cfg(unix)]
    #[test]
    fn a_socket_is_where_there_is_room_for_it() {
        let place = tempfile::tempdir_in("/tmp").unwrap();
        let short = place.path().to_owned();
        assert_eq!(
            socket_in(&short),
            Some(format!("{}/atelier-%C", short.display()))
        );
        let long = short.join("a-folder-with-a-name-that-is-longer-than-sockets-are");
        assert_eq!(socket_in(&long), None, "not there");
        std::fs::create_dir(&long).unwrap();
        assert_eq!(socket_in(&long), None, "too long");
        let spaced = short.join("a b");
        std::fs::create_dir(&spaced).unwrap();
        assert_eq!(socket_in(&spaced), None);
    }
}
