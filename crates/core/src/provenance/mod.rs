//! What lies beside the files of a release, so that anybody can check them offline (X10).
//!
//! [`attest`] makes it from the digests of the finished files and from what one commit says: an SBOM for each archive, a
//! statement of which files belong to which commit, in an envelope that a key signs or in a bundle of Sigstore, and `SHA256SUMS`
//! over all of these. The same files, commit and key give the same bytes. [`verify`] judges a folder, and says what holds and what that proves.
//!
//! Nothing here watched a build. The statement is the word of whoever signed it.

mod closure;
mod delivery;
mod envelope;
mod release;
mod sbom;
mod seal;
mod statement;
mod sums;
mod verify;

pub use delivery::{DeliveryError, delivery, expected_files};
pub use envelope::{Envelope, EnvelopeError, EnvelopeSignature, IN_TOTO};
pub use release::{AttestError, Attestation, Release, Source, changed_since, is_left_over, is_made_here, is_statement};
pub use sbom::SbomError;
pub use seal::{Signer, sealed, source_of};
pub use statement::{BUILD_TYPE, BUILDER, Statement, StatementError};
pub use sums::{Sums, SumsError, SumsProblem, read_sums, write_sums};
pub use verify::{Claim, OpenQuestion, Seen, SignatureState, Signed, Verdict, Word, verify};

/// The list of sums.
pub const SUMS: &str = "SHA256SUMS";
/// The signature of the list of sums.
pub const SUMS_SIGNATURE: &str = "SHA256SUMS.minisig";
/// The envelope with the statement.
pub const PROVENANCE: &str = "provenance.intoto.jsonl";
/// The statement in a bundle of Sigstore.
pub const PROVENANCE_BUNDLE: &str = "provenance.sigstore.json";
/// What the name of an archive's SBOM has after that of the archive.
pub const SBOM_ENDING: &str = ".cdx.json";
