//! Uploads and yanks, over the registry's HTTP API.

use jiff::Timestamp;
use reqwest::{RequestBuilder, header};
use serde::Deserialize;
use stationmaster_core::model::{CrateRelease, UploadKind};
use stationmaster_engine::ports::{PortError, PortResult, StagedCrate, UploadReply};
use tokio::task::spawn_blocking;

use super::{
    CargoRegistry, PackagedCrate, RegistryTarget,
    credential::Operation,
    framed::Framed,
    index::git_index,
    location::http_base,
    package::Home,
    reply::Answer,
    trusted::{Place, Trusted},
};
use crate::{
    http::{self, Room, Token, Unread},
    release_folder,
};

#[derive(Deserialize)]
struct IndexConfig {
    api: Option<String>,
}

impl CargoRegistry {
    pub(super) async fn put(&self, staged: &StagedCrate, kind: UploadKind) -> PortResult<UploadReply> {
        let CrateRelease { name, version, .. } = &staged.release;
        let what = format!("upload of {name} {version}");
        let refused = |why: String| PortError::Refused { what: what.clone(), why };
        let failed = |why: String| PortError::Failed { what: what.clone(), why };
        let packaged = read_staged(staged).await.map_err(failed)?.map_err(refused)?;
        let home = self.target.home(self.project.as_deref()).map_err(|error| failed(error.to_string()))?;
        let metadata = packaged.upload_metadata(match self.target {
            RegistryTarget::CratesIo | RegistryTarget::StandIn(_) => Home::CratesIo(&home),
            RegistryTarget::Named(_) | RegistryTarget::Index(_) => Home::Other(&home),
        });
        let vers = version.to_string();
        let operation = Operation::Publish { name, vers: &vers, cksum: &staged.checksum };
        let api = self.api(&what).await?;
        let client = self.client(&what).await?;
        let framed = Framed::new(&metadata, staged).map_err(refused)?;
        let request = || framed.request(client.put(format!("{api}/api/v1/crates/new")));
        let (sent, help) = match self.minting(kind) {
            Some(trusted) => (self.send_trusted(&what, trusted, request).await?, trusted.help()),
            None => {
                let found = self.token(&what, &operation).await?;
                (self.send(&found.token, request()).await, found.help())
            }
        };
        match sent {
            Ok(answer) if answer.is_unknown_token() => Err(self.token_refused(&what, &answer, help).await),
            Ok(answer) => answer.of_upload(&what, Timestamp::now()),
            // Without a connection nothing was sent. After that the registry may have taken it, whatever we heard.
            Err(Unread::NotSent(why)) => Err(failed(why)),
            Err(Unread::Broken(why) | Unread::TooLarge(why)) => Ok(UploadReply::Unclear(why)),
        }
    }

    pub(super) async fn delete(&self, name: &str, version: &semver::Version) -> PortResult<UploadReply> {
        let what = format!("yank of {name} {version}");
        let api = self.api(&what).await?;
        let request = self.client(&what).await?.delete(format!("{api}/api/v1/crates/{name}/{version}/yank"));
        let found = self.token(&what, &Operation::Yank { name, vers: &version.to_string() }).await?;
        let failed = |why: String| PortError::Failed { what: what.clone(), why };
        let answer = match self.send(&found.token, request).await {
            Ok(answer) => answer,
            Err(Unread::NotSent(why) | Unread::Broken(why) | Unread::TooLarge(why)) => return Err(failed(why)),
        };
        if answer.is_unknown_token() {
            return Err(self.token_refused(&what, &answer, found.help()).await);
        }
        answer.of_upload(&what, Timestamp::now())
    }

    /// Take back what was minted for uploads.
    pub(super) async fn take_back(&self) -> PortResult<()> {
        let Some(trusted) = &self.trusted else { return Ok(()) };
        if trusted.is_idle().await {
            return Ok(());
        }
        let what = "taking back a short-lived token";
        trusted.take_back(self.exchange_place(what).await?).await
    }

    /// The registry does not take this token. A kept one is looked for anew the next time: a person may have changed it.
    async fn token_refused(&self, what: &str, answer: &Answer, help: String) -> PortError {
        self.keeper.forget().await;
        PortError::TokenRefused { what: what.to_owned(), why: answer.words(), help }
    }

    /// Send with a short-lived token. For one that was good for another upload, and now is not, another one is got, once.
    async fn send_trusted(
        &self,
        what: &str,
        trusted: &Trusted,
        request: impl Fn() -> RequestBuilder,
    ) -> PortResult<Result<Answer, Unread>> {
        let place = self.exchange_place(what).await?;
        let mut held = trusted.token(place, what).await?;
        loop {
            let sent = self.send(&held.token, request()).await;
            if !sent.as_ref().is_ok_and(Answer::is_unknown_token) {
                return Ok(sent);
            }
            match trusted.instead_of(&held, place, what).await? {
                Some(other) => held = other,
                None => return Ok(sent),
            }
        }
    }

    /// Send with a token, and read the whole answer.
    async fn send(&self, token: &Token, request: RequestBuilder) -> Result<Answer, Unread> {
        let request = request.header(header::AUTHORIZATION, token.header()).header(header::ACCEPT, "application/json");
        let room = Room { time: self.patience.time_for(Room::UPLOAD.time), ..Room::UPLOAD };
        let answer = Answer::from(http::send(request, room).await?);
        Ok(Answer { body: token.hidden_in(&answer.body), ..answer })
    }

    /// Where short-lived tokens are got, and taken back.
    async fn exchange_place(&self, what: &str) -> PortResult<Place<'_>> {
        Ok(Place { client: self.client(what).await?, api: self.api(what).await?, patience: &self.patience })
    }

    /// Address of the API, as the index says it.
    pub(super) async fn api(&self, what: &str) -> PortResult<&String> {
        let failed = |why: String| PortError::Failed { what: what.to_owned(), why };
        let ask = || async {
            let home = self.target.home(self.project.as_deref()).map_err(|error| failed(error.to_string()))?;
            let api = self.named_api(what, &home).await?;
            let api = api.ok_or_else(|| failed("the registry takes no uploads: its index names no API".to_owned()))?;
            Ok(api.trim_end_matches('/').to_owned())
        };
        self.api.get_or_try_init(ask).await
    }

    /// What the index's `config.json` has for `api`.
    async fn named_api(&self, what: &str, home: &str) -> PortResult<Option<String>> {
        let failed = |why: String| PortError::Failed { what: what.to_owned(), why };
        if self.offline {
            return Err(failed("offline".to_owned()));
        }
        if let Some(base) = http_base(home) {
            let sparse = self.sparse(&base).await?;
            let config = sparse.config().await.map_err(|error| match error {
                PortError::Failed { why, .. } => failed(why),
                other => other,
            })?;
            return Ok(config.ok_or_else(|| failed("the index has no config.json".to_owned()))?.api.clone());
        }
        let index = git_index(&self.patience, home, self.cache.as_deref()).await.map_err(failed)?;
        let text = index.config().map_err(failed)?;
        let config: IndexConfig = serde_json::from_str(&text)
            .map_err(|error| failed(format!("the index's config.json does not parse: {error}")))?;
        Ok(config.api)
    }
}

/// A staged crate, read back. The outer error is that the file cannot be read, the inner one that it is not the crate.
async fn read_staged(staged: &StagedCrate) -> Result<Result<PackagedCrate, String>, String> {
    let (path, stem) = (staged.path.clone(), format!("{}-{}", staged.release.name, staged.release.version));
    let checksum = staged.checksum.clone();
    let read = move || {
        let found = release_folder::digest(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        if found.to_string() != checksum {
            return Ok(Err("the staged file is not the one that was packaged: its checksum differs".to_owned()));
        }
        Ok(PackagedCrate::read_file(&path, &stem).map_err(|error| error.to_string()))
    };
    spawn_blocking(read).await.map_err(|error| error.to_string())?
}
