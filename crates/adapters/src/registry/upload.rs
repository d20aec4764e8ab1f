//! Uploads and yanks, over the registry's HTTP API.

use std::time::Duration;

use jiff::Timestamp;
use reqwest::{RequestBuilder, header};
use serde::Deserialize;
use stationmaster_core::model::{CrateRelease, UploadKind};
use stationmaster_engine::ports::{PortError, PortResult, StagedCrate, UploadReply};
use tokio::task::spawn_blocking;

use super::{
    CargoRegistry, PackagedCrate, RegistryTarget, Token, client,
    credential::Operation,
    framed::Framed,
    index::git_index,
    location::http_base,
    package::Home,
    reply::Answer,
    trusted::{Place, Trusted},
};
use crate::release_folder;

/// An upload of ten megabytes over a slow line ends within this time.
const UPLOAD_TIME: Duration = Duration::from_secs(300);

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
        let request = || framed.request(client.put(format!("{api}/api/v1/crates/new"))).timeout(UPLOAD_TIME);
        let (sent, mend) = match self.minting(kind) {
            Some(trusted) => (self.send_trusted(&what, trusted, request).await?, trusted.mend()),
            None => {
                let found = self.token(&what, &operation).await?;
                (self.send(&what, &found.token, request()).await?, found.mend())
            }
        };
        match sent {
            Ok(answer) if answer.is_unknown_token() => Err(self.token_refused(&what, &answer, mend).await),
            Ok(answer) => answer.of_upload(&what, Timestamp::now()),
            // Without a connection nothing was sent. After that the registry may have taken it, whatever we heard.
            Err(error) if error.is_connect() || error.is_builder() => Err(client::failed(what, &error)),
            Err(error) => Ok(UploadReply::Unclear(client::causes(&error))),
        }
    }

    pub(super) async fn delete(&self, name: &str, version: &semver::Version) -> PortResult<UploadReply> {
        let what = format!("yank of {name} {version}");
        let api = self.api(&what).await?;
        let request = self.client(&what).await?.delete(format!("{api}/api/v1/crates/{name}/{version}/yank"));
        let found = self.token(&what, &Operation::Yank { name, vers: &version.to_string() }).await?;
        let answer = self.send(&what, &found.token, request).await?.map_err(|error| client::failed(&*what, &error))?;
        if answer.is_unknown_token() {
            return Err(self.token_refused(&what, &answer, found.mend()).await);
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
        trusted.take_back(Place { client: self.client(what).await?, api: self.api(what).await? }).await
    }

    /// The registry does not take this token. A kept one is looked for anew the next time: a person may have changed it.
    async fn token_refused(&self, what: &str, answer: &Answer, mend: String) -> PortError {
        self.credentials.forget().await;
        PortError::TokenRefused { what: what.to_owned(), why: answer.words(), mend }
    }

    /// Send with a short-lived token. For one that was good for another upload, and now is not, another one is got, once.
    async fn send_trusted(
        &self,
        what: &str,
        trusted: &Trusted,
        request: impl Fn() -> RequestBuilder,
    ) -> PortResult<Result<Answer, reqwest::Error>> {
        let place = Place { client: self.client(what).await?, api: self.api(what).await? };
        let mut held = trusted.token(place, what).await?;
        loop {
            let sent = self.send(what, &held.token, request()).await?;
            if !sent.as_ref().is_ok_and(Answer::is_unknown_token) {
                return Ok(sent);
            }
            match trusted.instead_of(&held, place, what).await? {
                Some(other) => held = other,
                None => return Ok(sent),
            }
        }
    }

    /// Send with a token, and read the whole answer. The outer error is ours, the inner one the network's.
    async fn send(
        &self,
        what: &str,
        token: &Token,
        request: RequestBuilder,
    ) -> PortResult<Result<Answer, reqwest::Error>> {
        let mut secret = header::HeaderValue::from_str(token.expose())
            .map_err(|_| PortError::Refused { what: what.to_owned(), why: "the token cannot be sent".to_owned() })?;
        secret.set_sensitive(true);
        let answer = Answer::of(request.header(header::AUTHORIZATION, secret)).await;
        Ok(answer.map(|answer| Answer { body: token.hidden_in(&answer.body), ..answer }))
    }

    /// Address of the API, as the index says it.
    pub(super) async fn api(&self, what: &str) -> PortResult<&String> {
        let failed = |why: String| PortError::Failed { what: what.to_owned(), why };
        let ask = || async {
            let home = self.target.home(self.project.as_deref()).map_err(|error| failed(error.to_string()))?;
            let text = self.index_config(what, &home).await?;
            let config: IndexConfig = serde_json::from_str(&text)
                .map_err(|error| failed(format!("the index's config.json does not parse: {error}")))?;
            let api =
                config.api.ok_or_else(|| failed("the registry takes no uploads: its index names no API".to_owned()))?;
            Ok(api.trim_end_matches('/').to_owned())
        };
        self.api.get_or_try_init(ask).await
    }

    /// The index's `config.json` as it is now.
    async fn index_config(&self, what: &str, home: &str) -> PortResult<String> {
        let client = self.client(what).await?;
        let Some(base) = http_base(home) else {
            let failed = |why: String| PortError::Failed { what: what.to_owned(), why };
            return git_index(home, self.cache.as_deref()).await.and_then(|index| index.config()).map_err(failed);
        };
        let request = client::get_uncached(client, &format!("{base}config.json"));
        let response = request.send().await.and_then(reqwest::Response::error_for_status);
        let response = response.map_err(|error| client::failed(what, &error))?;
        response.text().await.map_err(|error| client::failed(what, &error))
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
