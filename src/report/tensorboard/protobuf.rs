//! Messages of protocol buffers, as far as event files need them: <https://protobuf.dev/programming-guides/encoding>.

/// A message that is being written.
#[derive(Debug, Clone, Default)]
pub(super) struct Message {
    bytes: Vec<u8>,
}

/// Wire types.
const VARINT: u64 = 0;
const FIXED_64: u64 = 1;
const LENGTH: u64 = 2;
const FIXED_32: u64 = 5;

impl Message {
    pub(super) fn bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// A whole number (`int32`, `int64`, `bool`, an enum).
    pub(super) fn whole(mut self, field: u64, value: u64) -> Self {
        self.varint(field << 3 | VARINT);
        self.varint(value);
        self
    }

    pub(super) fn double(mut self, field: u64, value: f64) -> Self {
        self.varint(field << 3 | FIXED_64);
        self.bytes.extend(value.to_le_bytes());
        self
    }

    pub(super) fn float(mut self, field: u64, value: f32) -> Self {
        self.varint(field << 3 | FIXED_32);
        self.bytes.extend(value.to_le_bytes());
        self
    }

    /// A text, bytes, or the bytes of a message.
    pub(super) fn content(mut self, field: u64, content: &[u8]) -> Self {
        self.varint(field << 3 | LENGTH);
        self.varint(content.len() as u64);
        self.bytes.extend(content);
        self
    }

    pub(super) fn message(self, field: u64, message: Self) -> Self {
        self.content(field, &message.bytes)
    }

    /// Seven bits a byte, the lowest first.
    fn varint(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.bytes.push(value as u8 | 0x80);
            value >>= 7;
        }
        self.bytes.push(value as u8);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The examples of the encoding guide: 150 in field 1, "testing" in field 2, both nested in field 3.
    #[test]
    fn messages_are_as_the_encoding_guide_has_them() {
        let whole = Message::default().whole(1, 150);
        assert_eq!(whole.bytes, [0x08, 0x96, 0x01]);
        let text = Message::default().content(2, b"testing");
        assert_eq!(
            text.bytes,
            [0x12, 0x07, 0x74, 0x65, 0x73, 0x74, 0x69, 0x6e, 0x67]
        );
        let nested = Message::default().message(3, whole);
        assert_eq!(nested.bytes, [0x1a, 0x03, 0x08, 0x96, 0x01]);
    }
}
