//! Short-lived tokens of one publish: when one is minted, renewed, replaced, and when there is none any more (X10).
//!
//! Nothing is asked in here, and no secret is looked at: a token is whatever its holder calls it.

use jiff::{SignedDuration, Timestamp};

/// The tokens that one publish got for the word of a CI.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tokens<T> {
    life: SignedDuration,
    renews: bool,
    current: Option<Current<T>>,
    /// All that were minted and not taken back.
    open: Vec<T>,
    /// The CI's word was taken, and it gives no other.
    spent: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Current<T> {
    token: T,
    /// From then on no upload is begun with it.
    renew_at: Timestamp,
}

/// What an upload is sent with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next<T> {
    /// This one.
    Send(T),
    /// One that is to be minted first.
    Mint,
    /// Nothing: the only one there was is used up.
    Spent,
}

impl<T: Clone + PartialEq> Tokens<T> {
    /// None yet. Each will live for so long; `renews` says whether the CI gives its word more than once.
    pub fn new(renews: bool, life: SignedDuration) -> Self {
        Self { life, renews, current: None, open: Vec::new(), spent: false }
    }

    /// With what an upload that begins now is sent.
    pub fn next(&self, now: Timestamp) -> Next<T> {
        match &self.current {
            Some(current) if now < current.renew_at => Next::Send(current.token.clone()),
            _ if self.spent => Next::Spent,
            _ => Next::Mint,
        }
    }

    /// One was minted. It was asked for at `asked`, before which its life cannot have begun.
    pub fn minted(&mut self, token: T, asked: Timestamp) {
        // Where there is no other, it is used until the registry refuses it.
        let renew_at = if self.renews { renewal(asked, self.life) } else { Timestamp::MAX };
        self.current = Some(Current { token: token.clone(), renew_at });
        self.spent = !self.renews;
        self.open.push(token);
    }

    /// The registry does not know this token. It is sent no more; and with what the same upload is tried once more, if at all.
    /// `fresh`: it was minted for this very upload, so that another would be refused as well.
    pub fn refused(&mut self, token: &T, fresh: bool, now: Timestamp) -> Option<Next<T>> {
        if self.current.as_ref().is_some_and(|current| current.token == *token) {
            self.current = None;
        }
        (!fresh).then(|| self.next(now))
    }

    /// Nothing is begun with the tokens any more. Says which are still to be taken back.
    pub fn close(&mut self) -> Option<T> {
        self.current = None;
        self.open.last().cloned()
    }

    /// One was taken back, or has ended by itself.
    pub fn taken_back(&mut self, token: &T) {
        self.open.retain(|open| open != token);
    }

    /// Whether there is anything to take back.
    pub fn is_idle(&self) -> bool {
        self.open.is_empty()
    }
}

/// When a token that was asked for is renewed: with a sixth of its life left, at crates.io five minutes, which is as long as an
/// upload may take.
fn renewal(asked: Timestamp, life: SignedDuration) -> Timestamp {
    asked.checked_add(life * 5 / 6).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use jiff::ToSpan;

    use super::*;

    const START: Timestamp = Timestamp::UNIX_EPOCH;

    fn tokens(renews: bool) -> Tokens<u8> {
        Tokens::new(renews, SignedDuration::from_mins(30))
    }

    #[test]
    fn a_token_is_renewed_while_an_upload_can_still_end_with_it() {
        let mut tokens = tokens(true);
        assert_eq!(tokens.next(START), Next::Mint);
        tokens.minted(1, START);
        assert_eq!(tokens.next(START + 24.minutes()), Next::Send(1));
        assert_eq!(tokens.next(START + 25.minutes()), Next::Mint);
    }

    #[test]
    fn one_that_was_refused_is_never_sent_again_even_if_no_other_can_be_had_at_once() {
        let mut tokens = tokens(true);
        tokens.minted(1, START);
        assert_eq!(tokens.refused(&1, false, START), Some(Next::Mint));
        assert_eq!(tokens.next(START), Next::Mint, "and so it stays until another is minted");
        tokens.minted(2, START);
        assert_eq!(tokens.refused(&1, false, START), Some(Next::Send(2)), "another upload was faster");
        assert_eq!(tokens.next(START), Next::Send(2));
    }

    #[test]
    fn one_that_was_minted_for_the_upload_that_is_refused_is_not_followed_by_another() {
        let mut tokens = tokens(true);
        tokens.minted(1, START);
        assert_eq!(tokens.refused(&1, true, START), None);
        assert_eq!(tokens.next(START), Next::Mint);
    }

    #[test]
    fn a_word_that_is_given_once_is_used_until_it_is_refused_and_then_there_is_none() {
        let mut tokens = tokens(false);
        tokens.minted(1, START);
        assert_eq!(tokens.next(START + 50.minutes()), Next::Send(1));
        assert_eq!(tokens.refused(&1, false, START), Some(Next::Spent));
        assert_eq!(tokens.next(START), Next::Spent);
    }

    #[test]
    fn all_that_were_minted_are_taken_back_and_none_is_sent_meanwhile() {
        let mut tokens = tokens(true);
        tokens.minted(1, START);
        tokens.minted(2, START);
        assert_eq!(tokens.close(), Some(2));
        assert_eq!(tokens.next(START), Next::Mint);
        tokens.taken_back(&2);
        assert_eq!((tokens.close(), tokens.is_idle()), (Some(1), false));
        tokens.taken_back(&1);
        assert_eq!((tokens.close(), tokens.is_idle()), (None, true));
    }
}
