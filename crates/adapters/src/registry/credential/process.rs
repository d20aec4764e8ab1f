//! Programs that give tokens: cargo's protocol for them, version 1, and commands that print one. What they say is shown to
//! nobody, for it may be the token; their standard error is the user's own terminal, where they may ask for a touch or a word.

use std::{
    io,
    process::{ExitStatus, Stdio},
    time::Duration,
};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    process::{Child, ChildStdout, Command},
    time::timeout,
};

use super::{Found, Given, NoToken, Provider, Reuse, Subject};
use crate::http::Token;

/// A person may have to look for a key.
const PATIENCE: Duration = Duration::from_secs(300);
/// No token is longer.
const LONGEST: u64 = 64 * 1024;

/// What the token is for.
#[derive(Debug, Serialize)]
#[serde(tag = "operation", rename_all = "lowercase")]
pub(crate) enum Operation<'a> {
    /// To read: asked to find out whether there is one at all.
    Read,
    /// To upload a crate.
    Publish { name: &'a str, vers: &'a str, cksum: &'a str },
    /// To ask who owns a crate.
    Owners { name: &'a str },
    /// To withdraw a version.
    Yank { name: &'a str, vers: &'a str },
}

#[derive(Deserialize)]
struct Hello {
    v: Vec<u32>,
}

#[derive(Serialize)]
struct Request<'a> {
    v: u32,
    registry: RegistryInfo<'a>,
    kind: &'static str,
    #[serde(flatten)]
    operation: &'a Operation<'a>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    args: &'a [String],
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct RegistryInfo<'a> {
    index_url: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
}

#[derive(Deserialize)]
enum Response {
    Ok(Answer),
    Err(Problem),
}

#[derive(Deserialize)]
struct Answer {
    token: String,
    cache: String,
    expiration: Option<i64>,
    #[serde(default = "independent")]
    operation_independent: bool,
}

/// What cargo assumes where a provider does not say.
fn independent() -> bool {
    true
}

#[derive(Deserialize)]
struct Problem {
    kind: String,
    message: Option<String>,
    #[serde(default, rename = "caused-by")]
    caused_by: Vec<String>,
}

/// Ask a program that speaks cargo's protocol.
pub(super) async fn converse(
    subject: &Subject,
    provider: &Provider,
    operation: &Operation<'_>,
) -> Result<Given, NoToken> {
    let mut command = Command::new(&provider.program);
    command.arg("--cargo-plugin").stdin(Stdio::piped());
    let registry = RegistryInfo { index_url: &subject.index, name: subject.name.as_deref() };
    let request = Request { v: 1, registry, kind: "get", operation, args: &provider.args };
    let mut request = serde_json::to_vec(&request).expect("only texts");
    request.push(b'\n');
    let (mut child, stdout) = spawn(command)?;
    let talk = async {
        let mut answers = BufReader::new(stdout.take(LONGEST)).lines();
        let hello: Hello = message(answers.next_line().await, "greeting")?;
        if !hello.v.contains(&1) {
            return Err(failed("it does not speak version 1 of cargo's protocol"));
        }
        let mut stdin = child.stdin.take().ok_or_else(|| failed("it takes no requests"))?;
        stdin.write_all(&request).await.map_err(|error| failed(format!("it takes no requests: {error}")))?;
        let response: Response = message(answers.next_line().await, "answer")?;
        // The end of its input tells it to go.
        drop(stdin);
        let status = child.wait().await;
        match response {
            Response::Ok(answer) => ended_well(status).and_then(|()| answer.given(&provider.program)),
            Response::Err(problem) => Err(problem.meaning()),
        }
    };
    timeout(PATIENCE, talk).await.unwrap_or_else(|_| Err(silent()))
}

/// Run a command that prints the token and nothing else.
pub(super) async fn token_from_stdout(subject: &Subject, args: &[String]) -> Result<Given, NoToken> {
    let (program, args) = args.split_first().ok_or_else(|| failed("no command is named after it"))?;
    let mut command = Command::new(program);
    command.args(args.iter().map(|arg| arg.replace("{index_url}", &subject.index)));
    command.env("CARGO_REGISTRY_INDEX_URL", &subject.index);
    if let Some(name) = &subject.name {
        command.env("CARGO_REGISTRY_NAME_OPT", name);
    }
    let (mut child, stdout) = spawn(command)?;
    let listen = async {
        let mut text = String::new();
        let read = stdout.take(LONGEST).read_to_string(&mut text).await;
        read.map_err(|error| failed(format!("what `{program}` prints cannot be read: {error}")))?;
        ended_well(child.wait().await)?;
        Ok(text)
    };
    let text = timeout(PATIENCE, listen).await.unwrap_or_else(|_| Err(silent()))?;
    if text.trim_end_matches(['\n', '\r']).contains('\n') {
        return Err(failed(format!("`{program}` printed more than one line, and a token is one")));
    }
    let token = Token::new(&text).ok_or_else(|| failed(format!("`{program}` printed nothing that can be sent")))?;
    let from = format!("`cargo:token-from-stdout {program}`");
    Ok(Given { found: Found { token, from }, reusable: Some(Reuse::Always) })
}

impl Answer {
    fn given(self, program: &str) -> Result<Given, NoToken> {
        let token = Token::new(&self.token).ok_or_else(|| failed("its token cannot be sent"))?;
        let reuse = match (self.cache.as_str(), self.expiration) {
            ("session", _) => Some(Reuse::Always),
            ("expires", Some(end)) => Timestamp::from_second(end).ok().map(Reuse::Until),
            // `never`, and what later versions may call theirs.
            _ => None,
        };
        let reusable = reuse.filter(|_| self.operation_independent);
        Ok(Given { found: Found { token, from: format!("credential provider `{program}`") }, reusable })
    }
}

impl Problem {
    fn meaning(self) -> NoToken {
        if matches!(self.kind.as_str(), "not-found" | "url-not-supported") {
            return NoToken::Elsewhere;
        }
        let words = self.message.into_iter().chain(self.caused_by).collect::<Vec<_>>().join(": ");
        NoToken::Failed(match (self.kind.as_str(), words.is_empty()) {
            ("operation-not-supported", true) => "it does not give tokens for this operation".to_owned(),
            (kind, true) => format!("it answered `{kind}`"),
            (_, false) => words,
        })
    }
}

fn spawn(mut command: Command) -> Result<(Child, ChildStdout), NoToken> {
    let program = command.as_std().get_program().to_string_lossy().into_owned();
    let does_not_run = |error: io::Error| failed(format!("`{program}` does not run: {error}"));
    let mut child = command.stdout(Stdio::piped()).kill_on_drop(true).spawn().map_err(does_not_run)?;
    let stdout = child.stdout.take().ok_or_else(|| failed(format!("`{program}` says nothing")))?;
    Ok((child, stdout))
}

/// One line of JSON. The error never quotes it.
fn message<T: serde::de::DeserializeOwned>(line: io::Result<Option<String>>, what: &str) -> Result<T, NoToken> {
    let line = line.map_err(|error| failed(format!("its {what} cannot be read: {error}")))?;
    let line = line.ok_or_else(|| failed(format!("it ended before its {what}")))?;
    serde_json::from_str(&line).map_err(|_| failed(format!("its {what} is not what cargo's protocol has there")))
}

fn ended_well(status: io::Result<ExitStatus>) -> Result<(), NoToken> {
    match status {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(failed(format!("it ended with {status}"))),
        Err(error) => Err(failed(format!("how it ended is not known: {error}"))),
    }
}

fn silent() -> NoToken {
    failed(format!("it did not answer in {PATIENCE:?}"))
}

fn failed(why: impl Into<String>) -> NoToken {
    NoToken::Failed(why.into())
}
