//! The body of an upload: length and JSON, length and crate file, lengths as 32-bit little-endian numbers.

use std::path::PathBuf;

use futures_util::{StreamExt as _, future, stream};
use reqwest::{Body, RequestBuilder, header};
use stationmaster_engine::ports::StagedCrate;
use tokio::{fs::File, io::AsyncReadExt as _};

use super::package::UploadMetadata;

/// So much of a crate file is in memory at a time, in bytes.
const PIECE: usize = 1 << 17;

/// An upload that can be sent again and again. The crate file is read while it is sent.
pub(super) struct Framed {
    /// All that comes before the file.
    head: Vec<u8>,
    path: PathBuf,
    size: u64,
}

impl Framed {
    /// The upload of a staged crate.
    ///
    /// # Errors
    /// The protocol has no number for its size; in words.
    pub(super) fn new(metadata: &UploadMetadata, staged: &StagedCrate) -> Result<Self, String> {
        let json = serde_json::to_vec(metadata).expect("metadata has only string keys");
        let too_large = |_| "the registry's protocol takes no crate of four gigabytes or more".to_owned();
        let length = |size: u64| u32::try_from(size).map(u32::to_le_bytes).map_err(too_large);
        let mut head = length(json.len() as u64)?.to_vec();
        head.extend_from_slice(&json);
        head.extend_from_slice(&length(staged.size)?);
        Ok(Self { head, path: staged.path.clone(), size: staged.size })
    }

    /// A request with this body.
    pub(super) fn request(&self, request: RequestBuilder) -> RequestBuilder {
        let head = stream::once(future::ready(Ok(self.head.clone())));
        let body = Body::wrap_stream(head.chain(pieces(self.path.clone())));
        // Without a length, it would be sent in chunks, which some registries do not take.
        let length = self.head.len() as u64 + self.size;
        let request = request.header(header::CONTENT_TYPE, "application/octet-stream");
        request.header(header::CONTENT_LENGTH, length).body(body)
    }
}

fn pieces(path: PathBuf) -> impl stream::Stream<Item = std::io::Result<Vec<u8>>> + Send + 'static {
    stream::try_unfold((path, None::<File>), |(path, open)| async move {
        let mut file = match open {
            Some(file) => file,
            None => File::open(&path).await?,
        };
        let mut piece = vec![0; PIECE];
        let length = file.read(&mut piece).await?;
        piece.truncate(length);
        Ok((length > 0).then_some((piece, (path, Some(file)))))
    })
}
