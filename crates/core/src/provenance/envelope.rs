//! DSSE: a signed payload of a stated type, as one line of JSON.

use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The type of the payload that we sign: an in-toto statement.
pub const IN_TOTO: &str = "application/vnd.in-toto+json";

/// A payload, and who signed it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Envelope {
    /// What the payload is.
    pub payload_type: String,
    /// Its bytes.
    #[serde(with = "as_base64")]
    pub payload: Vec<u8>,
    /// Any number; none means that nobody vouches for it.
    pub signatures: Vec<EnvelopeSignature>,
}

/// One signature over the type and the payload.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnvelopeSignature {
    /// A hint which key made it; nothing is decided by it.
    #[serde(default)]
    pub keyid: String,
    /// Its bytes.
    #[serde(with = "as_base64")]
    pub sig: Vec<u8>,
}

/// Why a text is no envelope.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum EnvelopeError {
    /// There must be one line, with one envelope.
    #[error("it holds {0} envelopes instead of one")]
    Count(usize),
    /// The line is not an envelope.
    #[error("it is not a DSSE envelope: {0}")]
    Shape(String),
    /// The payload is of another sort.
    #[error("its payload is `{0}`, not an in-toto statement")]
    Type(String),
}

impl Envelope {
    /// An envelope that nobody has signed yet.
    pub fn unsigned(payload: Vec<u8>) -> Self {
        Self { payload_type: IN_TOTO.to_owned(), payload, signatures: Vec::new() }
    }

    /// The bytes that are signed: DSSE's pre-authentication encoding of type and payload.
    pub fn signed_bytes(&self) -> Vec<u8> {
        let (sort, payload) = (&self.payload_type, &self.payload);
        let mut bytes = format!("DSSEv1 {} {sort} {} ", sort.len(), payload.len()).into_bytes();
        bytes.extend_from_slice(payload);
        bytes
    }

    /// As a file of lines: one envelope, one line.
    pub fn to_line(&self) -> String {
        let text = serde_json::to_string(self).expect("an envelope is plain data with text keys");
        text + "\n"
    }

    /// The envelope in a bundle of Sigstore.
    ///
    /// # Errors
    /// It holds something else.
    pub fn of_bundle(text: &str) -> Result<Self, EnvelopeError> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Bundle {
            dsse_envelope: Envelope,
        }
        let bundle: Bundle = serde_json::from_str(text).map_err(|error| EnvelopeError::Shape(error.to_string()))?;
        bundle.dsse_envelope.of_statement()
    }

    /// Read a file that holds one envelope with an in-toto statement.
    ///
    /// # Errors
    /// It holds something else.
    pub fn read(text: &str) -> Result<Self, EnvelopeError> {
        let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
        let [line] = lines[..] else { return Err(EnvelopeError::Count(lines.len())) };
        let envelope: Self = serde_json::from_str(line).map_err(|error| EnvelopeError::Shape(error.to_string()))?;
        envelope.of_statement()
    }

    fn of_statement(self) -> Result<Self, EnvelopeError> {
        if self.payload_type == IN_TOTO { Ok(self) } else { Err(EnvelopeError::Type(self.payload_type)) }
    }
}

/// Bytes as base64; both alphabets are read, as DSSE asks.
mod as_base64 {
    use base64::Engine as _;
    use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};

    use super::{STANDARD, URL_SAFE};

    pub(super) fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&STANDARD.encode(bytes))
    }

    pub(super) fn deserialize<'d, D: Deserializer<'d>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
        let text = String::deserialize(deserializer)?;
        STANDARD.decode(&text).or_else(|_| URL_SAFE.decode(&text)).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_signed_bytes_are_those_of_the_specification() {
        // The example of DSSE's protocol page.
        let envelope = Envelope {
            payload_type: "http://example.com/HelloWorld".to_owned(),
            payload: b"hello world".to_vec(),
            signatures: Vec::new(),
        };
        assert_eq!(envelope.signed_bytes(), b"DSSEv1 29 http://example.com/HelloWorld 11 hello world");
    }

    #[test]
    fn an_envelope_is_one_line_and_read_back() {
        let mut envelope = Envelope::unsigned(b"{\"a\":\"\xff\"}".to_vec());
        envelope.signatures.push(EnvelopeSignature { keyid: "1F".into(), sig: vec![0xfb, 0xff] });
        let line = envelope.to_line();
        assert_eq!(line.matches('\n').count(), 1);
        assert_eq!(Envelope::read(&line), Ok(envelope.clone()));
        assert_eq!(Envelope::read(&line.replace("+/8=", "-_8=")), Ok(envelope), "the other alphabet of base64");
    }

    #[test]
    fn what_is_no_envelope_says_why() {
        let line = Envelope::unsigned(Vec::new()).to_line();
        assert_eq!(Envelope::read(""), Err(EnvelopeError::Count(0)));
        assert_eq!(Envelope::read(&line.repeat(2)), Err(EnvelopeError::Count(2)));
        assert!(matches!(Envelope::read("{}"), Err(EnvelopeError::Shape(_))));
        let other = line.replace(IN_TOTO, "text/plain");
        assert_eq!(Envelope::read(&other), Err(EnvelopeError::Type("text/plain".into())));
    }
}
