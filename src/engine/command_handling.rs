//! Commands of a person to a run, and waiting for them.

use std::path::Path;

use crossbeam_channel::{RecvTimeoutError, select};
use serde_json::Value;

use super::Command;
use super::guard::{WorkError, guarded};
use super::worker::{End, POLL_INTERVAL, Worker};
use crate::record::LogLevel;
use crate::record::{Event, Status};
use crate::runs::RunError;

impl Worker {
    /// Takes the commands that have come since the last step, and waits if they say so.
    pub(super) fn process_commands(&mut self) -> Result<(), End> {
        if self.outbox.is_closing() {
            return Err(End::Closing);
        }
        if !self.commands.is_empty() {
            let commands: Vec<Command> = self.commands.try_iter().collect();
            for (at, command) in commands.iter().enumerate() {
                // A slider that is dragged sends many values; the last one counts.
                if !commands[at + 1..]
                    .iter()
                    .any(|later| replaces(later, command))
                {
                    self.execute(command)?;
                }
            }
        }
        if self.paused {
            self.persist(Self::checkpoint)?;
        }
        // A person who resumed while it could not be written meant both.
        if self.paused {
            self.hold()?;
            self.await_turn()?;
            self.status(Status::Running, None);
        }
        Ok(())
    }

    /// Waits until fewer runs train than may.
    pub(super) fn await_turn(&mut self) -> Result<(), End> {
        loop {
            if self.paused {
                self.hold()?;
            }
            let ticket = self.slots.queue(self.beside);
            if ticket.granted().try_recv().is_ok() {
                self.slot = Some(ticket.take());
                return Ok(());
            }
            self.status(Status::Queued, None);
            self.persist(|worker| Ok(worker.writer.flush()?))?;
            if self.slot.is_some() {
                // Waiting out a full disk ended with a turn of its own.
                return Ok(());
            }
            let commands = self.commands.clone();
            while !self.paused {
                select! {
                    recv(ticket.granted()) -> _ => {
                        self.slot = Some(ticket.take());
                        return Ok(());
                    }
                    recv(commands) -> command => {
                        self.execute(&command.map_err(|_| End::Closing)?)?;
                    }
                    default(POLL_INTERVAL) => {}
                }
                if self.outbox.is_closing() {
                    return Err(End::Closing);
                }
            }
        }
    }

    /// Waits for a person to say resume; others may train meanwhile.
    fn hold(&mut self) -> Result<(), End> {
        self.slot = None;
        self.status(Status::Paused, None);
        self.persist(|worker| Ok(worker.writer.flush()?))?;
        while self.paused {
            let command = self.next_command()?;
            self.execute(&command)?;
            self.persist(|worker| Ok(worker.writer.flush()?))?;
        }
        Ok(())
    }

    /// Waits for a person to make writing possible again. Everything stays in memory.
    pub(super) fn wait_out(&mut self, error: &RunError) -> Result<(), End> {
        let advice = "free some space there and resume, or move the run to another folder";
        self.slot = None;
        self.status(Status::Paused, Some(format!("{error}; {advice}")));
        loop {
            match self.next_command() {
                Ok(Command::Resume) => {
                    self.paused = false;
                    break;
                }
                Ok(Command::Checkpoint) => break,
                Ok(Command::MoveTo(runs)) => {
                    if self.move_to(&runs) {
                        break;
                    }
                }
                Ok(Command::Set { key, value }) => self.set(&key, &value)?,
                Ok(Command::Rename(name)) => self.writer.summary().name = name,
                Ok(Command::Pause) => self.paused = true,
                Ok(Command::Stop) => {
                    let message = format!("stopped without saving the newest state: {error}");
                    return Err(End::Stopped(Some(message)));
                }
                Err(end) => return Err(end),
            }
        }
        if self.paused {
            self.status(Status::Paused, None);
            return Ok(());
        }
        self.await_turn()?;
        self.status(Status::Running, None);
        Ok(())
    }

    fn next_command(&mut self) -> Result<Command, End> {
        loop {
            if self.outbox.is_closing() {
                return Err(End::Closing);
            }
            match self.commands.recv_timeout(POLL_INTERVAL) {
                Ok(command) => return Ok(command),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return Err(End::Closing),
            }
        }
    }

    /// Does what a command says; pausing itself is up to the caller.
    pub(super) fn execute(&mut self, command: &Command) -> Result<(), End> {
        match command {
            Command::Pause => self.paused = true,
            Command::Resume => self.paused = false,
            Command::Stop => return Err(End::StopAsked),
            Command::Checkpoint => self.persist(Self::checkpoint)?,
            Command::Set { key, value } => self.set(key, value)?,
            Command::MoveTo(runs) => {
                if self.move_to(runs) {
                    self.persist(Self::checkpoint)?;
                }
            }
            Command::Rename(name) => {
                self.writer.summary().name.clone_from(name);
                self.persist(|worker| Ok(worker.writer.flush()?))?;
            }
        }
        Ok(())
    }

    /// Changes a live parameter, whose range the engine has checked; before the trainer is there it is only kept.
    fn set(&mut self, key: &str, value: &Value) -> Result<(), End> {
        let mut live = self.progress.live.clone();
        live.insert(key.to_owned(), value.clone());
        let config = self.plan.config_with(&live);
        let changed = match (self.plan.system.check(&config), &mut self.trainer) {
            (Ok(()), Some(trainer)) => guarded(|| Ok(trainer.reconfigure(&config))),
            (checked, _) => Ok(checked),
        };
        match changed {
            Ok(Ok(())) => {}
            Ok(Err(error)) => {
                self.log(LogLevel::Warning, format!("not changed: {error}"));
                return Ok(());
            }
            Err(WorkError::Failed(message)) => return Err(End::Failed(message)),
            Err(WorkError::Write(error)) => return Err(End::Failed(error.to_string())),
        }
        self.progress.live = live;
        self.emit(Event::Parameter {
            key: key.to_owned(),
            value: value.clone(),
            step: self.progress.position.step,
            seconds: self.progress.seconds,
        });
        Ok(())
    }

    /// Goes on in another runs folder; whether that worked.
    fn move_to(&mut self, runs: &Path) -> bool {
        let old = self.writer.path().to_owned();
        match self.writer.move_to(runs) {
            Ok(lost) => {
                self.show_place();
                // What of the old checkpoint could be copied is not known to be whole.
                self.saved = None;
                self.saved_best = None;
                for error in lost {
                    self.log(LogLevel::Warning, format!("not moved: {error}"));
                }
                let message = format!(
                    "moved from {} to {}",
                    old.display(),
                    self.writer.path().display()
                );
                self.log(LogLevel::Info, message);
                true
            }
            Err(error) => {
                self.log(LogLevel::Error, format!("not moved: {error}"));
                false
            }
        }
    }
}

/// True if `earlier` need not be done, since `later` says the same thing anew.
fn replaces(later: &Command, earlier: &Command) -> bool {
    matches!(
        (later, earlier),
        (Command::Set { key: new, .. }, Command::Set { key: old, .. }) if new == old
    )
}
