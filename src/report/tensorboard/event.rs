//! Events: what TensorBoard reads of a run. The numbers of fields are those of `event.proto`, `summary.proto` and `plugin_data.proto`.

use serde_json::Value;

use super::protobuf::Message;
use crate::experiments::table::as_number;
use crate::report::values::setting;

/// How hyperparameters, a status and scalars become records.
#[derive(Debug, Clone, Copy)]
pub(super) struct Moment {
    /// Seconds since 1970.
    pub(super) time: f64,
    /// Updates of the weights.
    pub(super) step: u64,
}

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ended {
    Well = 1,
    Badly = 2,
    NotYet = 3,
}

/// The first record of every file.
pub(super) fn version(time: f64) -> Vec<u8> {
    Message::default()
        .double(1, time)
        .content(3, b"brain.Event:2")
        .bytes()
}

pub(super) fn scalar(at: Moment, tag: &str, value: f64) -> Vec<u8> {
    let value = Message::default()
        .content(1, tag.as_bytes())
        .float(2, value as f32);
    summary(at, value)
}

/// A picture of three colors, as PNG.
pub(super) fn picture(at: Moment, tag: &str, png: &[u8], (width, height): (u32, u32)) -> Vec<u8> {
    let image = Message::default()
        .whole(1, u64::from(height))
        .whole(2, u64::from(width))
        .whole(3, 3)
        .content(4, png);
    let value = Message::default()
        .content(1, tag.as_bytes())
        .message(4, image);
    summary(at, value)
}

/// The settings of a run, for the plugin of hyperparameters.
pub(super) fn settings<'a>(
    time: f64,
    group: &str,
    settings: impl Iterator<Item = (&'a str, &'a Value)>,
) -> Vec<u8> {
    let mut session = Message::default();
    for (key, value) in settings {
        // An entry of a map is a message of its key and its value.
        let entry = Message::default()
            .content(1, key.as_bytes())
            .message(2, value_of(value));
        session = session.message(1, entry);
    }
    let session = session.content(4, group.as_bytes()).double(5, time);
    let data = Message::default().message(3, session);
    plugin(
        Moment { time, step: 0 },
        "_hparams_/session_start_info",
        data,
    )
}

/// How a run ended, for the same.
pub(super) fn ended(time: f64, ended: Ended) -> Vec<u8> {
    let session = Message::default().whole(1, ended as u64).double(2, time);
    let data = Message::default().message(4, session);
    plugin(Moment { time, step: 0 }, "_hparams_/session_end_info", data)
}

/// `google.protobuf.Value`.
fn value_of(value: &Value) -> Message {
    let own = Message::default();
    match value {
        Value::Bool(flag) => own.whole(4, u64::from(*flag)),
        other => match as_number(other) {
            Some(number) => own.double(2, number),
            None => own.content(3, setting(other).as_bytes()),
        },
    }
}

/// A message of the plugin of hyperparameters; its own value is an empty tensor.
fn plugin(at: Moment, tag: &str, data: Message) -> Vec<u8> {
    let data = Message::default()
        .content(1, b"hparams")
        .content(2, &data.bytes());
    let metadata = Message::default().message(1, data);
    // DT_FLOAT with one dimension of size 0.
    let shape = Message::default().message(2, Message::default().whole(1, 0));
    let tensor = Message::default().whole(1, 1).message(2, shape);
    let value = Message::default()
        .content(1, tag.as_bytes())
        .message(8, tensor)
        .message(9, metadata);
    summary(at, value)
}

fn summary(at: Moment, value: Message) -> Vec<u8> {
    let summary = Message::default().message(1, value);
    Message::default()
        .double(1, at.time)
        .whole(2, at.step)
        .message(5, summary)
        .bytes()
}
