//! Words of a text.

use crate::{CompileError, CompileErrorKind};

/// A word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Token<'t> {
    /// Digits.
    Number(i64),
    /// A letter, and then letters and digits.
    Name(&'t str),
    /// Any other letter.
    Sign(char),
    /// Nothing is left.
    End,
}

/// Takes words from a text.
pub(crate) struct Lexer<'t> {
    text: &'t str,
    /// Where the word that was taken last starts.
    start: usize,
    /// Where the rest starts.
    rest: usize,
}

impl<'t> Lexer<'t> {
    pub(crate) fn new(text: &'t str) -> Self {
        Self { text, start: 0, rest: 0 }
    }

    /// Where the word that was taken last starts.
    pub(crate) fn at(&self) -> usize {
        self.start
    }

    /// The next word, left in its place.
    pub(crate) fn peek(&self) -> Result<Token<'t>, CompileError> {
        self.read().map(|(token, _, _)| token)
    }

    /// The next word.
    pub(crate) fn next(&mut self) -> Result<Token<'t>, CompileError> {
        let (token, start, end) = self.read()?;
        (self.start, self.rest) = (start, end);
        Ok(token)
    }

    /// Take the next word if it is this one.
    pub(crate) fn take(&mut self, token: Token<'t>) -> Result<bool, CompileError> {
        let found = self.peek()? == token;
        if found {
            self.next()?;
        }
        Ok(found)
    }

    fn read(&self) -> Result<(Token<'t>, usize, usize), CompileError> {
        let word = self.text[self.rest..].trim_start();
        let start = self.text.len() - word.len();
        let Some(first) = word.chars().next() else { return Ok((Token::End, start, start)) };
        let end = |keep: fn(char) -> bool| start + word.find(|c| !keep(c)).unwrap_or(word.len());
        if first.is_ascii_digit() {
            let end = end(|c| c.is_ascii_digit());
            let number = self.text[start..end].parse();
            let number = number.map_err(|_| CompileError { at: start, kind: CompileErrorKind::NumberTooLarge })?;
            return Ok((Token::Number(number), start, end));
        }
        if first.is_alphabetic() {
            let end = end(char::is_alphanumeric);
            return Ok((Token::Name(&self.text[start..end]), start, end));
        }
        Ok((Token::Sign(first), start, start + first.len_utf8()))
    }
}
