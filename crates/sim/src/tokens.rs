//! What uploads are made with: a token that somebody keeps, or short-lived ones for the word of a CI. Both may end on the way.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp, ToSpan};
use stationmaster_core::{
    model::UploadKind,
    upload::tokens::{Next, Tokens},
};
use stationmaster_engine::ports::{PortError, PortResult};

use crate::{
    event::Event,
    gate::EffectKind,
    invariants::Breach,
    process::{Process, failed},
    world::State,
};

/// A token, by number.
pub type TokenNumber = u64;

/// How the registry mints tokens for the word of a CI.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Minting {
    /// The CI gives its word whenever it is asked; else once a process.
    pub renews: bool,
    /// Seconds that a token lives.
    pub life: i64,
    /// Seconds that the uploader believes it to live.
    pub believed: i64,
}

/// Tokens that were given, and what became of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenBook {
    /// Whether new versions are uploaded with short-lived tokens.
    pub minting: Option<Minting>,
    /// The one that somebody keeps.
    kept: TokenNumber,
    /// When each ends, if it does by itself. One that is not in here is not good.
    good: BTreeMap<TokenNumber, Option<Timestamp>>,
    given: u64,
    /// Processes whose CI has given its only word.
    spent: BTreeSet<u64>,
    /// A process was told that a token is not good.
    refused: BTreeSet<(u64, TokenNumber)>,
}

impl Default for TokenBook {
    fn default() -> Self {
        let (minting, spent, refused) = (None, BTreeSet::new(), BTreeSet::new());
        Self { minting, kept: 0, good: BTreeMap::from([(0, None)]), given: 0, spent, refused }
    }
}

impl TokenBook {
    /// A person puts another token where the one that is kept was.
    pub fn keep(&mut self, end: Option<Timestamp>) {
        self.kept = self.give(end);
    }

    /// Of how many tokens a process was told that they are not good.
    pub fn refusals(&self) -> usize {
        self.refused.len()
    }

    fn give(&mut self, end: Option<Timestamp>) -> TokenNumber {
        self.given += 1;
        self.good.insert(self.given, end);
        self.given
    }

    /// Whether an upload that comes in now is taken from its holder.
    pub(crate) fn is_good(&self, token: TokenNumber, now: Timestamp) -> bool {
        self.good.get(&token).is_some_and(|end| end.is_none_or(|end| now < end))
    }
}

/// Held by an upload.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Held {
    pub(crate) token: TokenNumber,
    fresh: bool,
    is_minted: bool,
}

impl Process {
    /// With what to send now.
    pub(crate) fn token(&self, kind: UploadKind) -> PortResult<Held> {
        let (now, minting, kept) = self.ask(|state| {
            let book = &state.registry.tokens;
            Ok((state.now, book.minting, book.kept))
        })?;
        let held = match minting.filter(|_| kind == UploadKind::Update) {
            None => Held { token: kept, fresh: false, is_minted: false },
            Some(minting) => {
                let next = self.minted(minting).next(now);
                self.get(minting, next)?
            }
        };
        self.ask(|state| {
            if state.registry.tokens.refused.contains(&(self.number(), held.token)) {
                state.breaches.push(Breach::SentWithRefusedToken { token: held.token });
            }
            Ok(held)
        })
    }

    /// The registry did not take it: another one, or why there is none.
    pub(crate) fn token_instead_of(&self, held: Held, what: &str) -> PortResult<Held> {
        let refused = || PortError::TokenRefused {
            what: what.to_owned(),
            why: "authentication failed".to_owned(),
            help: "get another".to_owned(),
        };
        let (now, minting) = self.ask(|state| {
            let book = &mut state.registry.tokens;
            book.refused.insert((self.number(), held.token));
            Ok((state.now, book.minting))
        })?;
        let (Some(minting), true) = (minting, held.is_minted) else { return Err(refused()) };
        let next = self.minted(minting).refused(&held.token, held.fresh, now);
        match next {
            None | Some(Next::Spent) => Err(refused()),
            Some(next) => self.get(minting, next),
        }
    }

    /// Take back what this process was given.
    pub(crate) fn take_tokens_back(&self) -> PortResult<()> {
        let Some(minting) = self.ask(|state| Ok(state.registry.tokens.minting))? else { return Ok(()) };
        let mut tokens = self.minted(minting);
        while let Some(token) = tokens.close() {
            self.ask(|state| Ok(state.registry.tokens.good.remove(&token)))?;
            tokens.taken_back(&token);
        }
        Ok(())
    }

    fn get(&self, minting: Minting, next: Next<TokenNumber>) -> PortResult<Held> {
        match next {
            Next::Send(token) => Ok(Held { token, fresh: false, is_minted: true }),
            Next::Spent => Err(no_token("the only one is used up")),
            Next::Mint => {
                let lost = || Err(failed("minting a token", "the reply was lost"));
                let (token, asked) = self.effect_or(EffectKind::Mint, |state| self.mint(state, minting), lost)?;
                self.minted(minting).minted(token, asked);
                Ok(Held { token, fresh: true, is_minted: true })
            }
        }
    }

    fn mint(&self, state: &mut State, minting: Minting) -> PortResult<((TokenNumber, Timestamp), Vec<Event>)> {
        let (now, book) = (state.now, &mut state.registry.tokens);
        if !minting.renews && !book.spent.insert(self.number()) {
            return Err(no_token("the word of the CI was taken before"));
        }
        let token = book.give(Some(now + minting.life.seconds()));
        Ok(((token, now), vec![Event::Minted { token }]))
    }

    /// The tokens of this process, as the core keeps them.
    fn minted(&self, minting: Minting) -> std::sync::MutexGuard<'_, Tokens<TokenNumber>> {
        let new = || Tokens::new(minting.renews, SignedDuration::from_secs(minting.believed)).into();
        self.tokens().get_or_init(new).lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

fn no_token(why: &str) -> PortError {
    let (what, help) = ("publishing".to_owned(), "run the job again".to_owned());
    PortError::NoToken { what, why: why.to_owned(), help }
}
