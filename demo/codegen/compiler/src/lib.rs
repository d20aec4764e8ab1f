//! Compiles arithmetic expressions to instructions.
//!
//! A text is any number of `let name = expression;` and one expression. Operators are `+ - * / %` and a leading `-`.

mod lexer;

use std::fmt;

pub use abacist_ir as ir;
use abacist_ir::{Instruction, Operator, Program};
use lexer::{Lexer, Token};

/// Deeper expressions are refused, so that no text can exhaust the stack of the compiler.
const DEEPEST: usize = 200;

/// Why a text does not compile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompileError {
    /// Byte in the text.
    pub at: usize,
    /// What is wrong there.
    pub kind: CompileErrorKind,
}

/// What is wrong with a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CompileErrorKind {
    /// Something else was expected.
    Expected(&'static str),
    /// A name that was not bound before.
    UnknownName(String),
    /// A number that has no place in 64 bits.
    NumberTooLarge,
    /// Too many parentheses and signs inside each other.
    TooDeep,
}

impl fmt::Display for CompileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            CompileErrorKind::Expected(what) => write!(f, "{what} is expected at byte {}", self.at),
            CompileErrorKind::UnknownName(name) => write!(f, "`{name}` is not bound at byte {}", self.at),
            CompileErrorKind::NumberTooLarge => write!(f, "the number at byte {} is too large", self.at),
            CompileErrorKind::TooDeep => write!(f, "the expression is nested too deeply at byte {}", self.at),
        }
    }
}

impl std::error::Error for CompileError {}

/// Compile a text.
pub fn compile(text: &str) -> Result<Program, CompileError> {
    let mut compiler = Compiler { lexer: Lexer::new(text), locals: Vec::new(), instructions: Vec::new(), depth: 0 };
    compiler.program()?;
    Ok(Program { instructions: compiler.instructions })
}

struct Compiler<'t> {
    lexer: Lexer<'t>,
    locals: Vec<&'t str>,
    instructions: Vec<Instruction>,
    depth: usize,
}

impl<'t> Compiler<'t> {
    fn program(&mut self) -> Result<(), CompileError> {
        while self.lexer.take(Token::Name("let"))? {
            let Token::Name(name) = self.lexer.next()? else { return self.expected("a name") };
            self.expect(Token::Sign('='), "`=`")?;
            self.sum()?;
            self.expect(Token::Sign(';'), "`;`")?;
            self.instructions.push(Instruction::Bind);
            self.locals.push(name);
        }
        self.sum()?;
        self.expect(Token::End, "an operator or the end")
    }

    fn sum(&mut self) -> Result<(), CompileError> {
        self.product()?;
        loop {
            let operator = match self.lexer.peek()? {
                Token::Sign('+') => Operator::Add,
                Token::Sign('-') => Operator::Subtract,
                _ => return Ok(()),
            };
            self.lexer.next()?;
            self.product()?;
            self.instructions.push(Instruction::Apply(operator));
        }
    }

    fn product(&mut self) -> Result<(), CompileError> {
        self.factor()?;
        loop {
            let operator = match self.lexer.peek()? {
                Token::Sign('*') => Operator::Multiply,
                Token::Sign('/') => Operator::Divide,
                Token::Sign('%') => Operator::Remainder,
                _ => return Ok(()),
            };
            self.lexer.next()?;
            self.factor()?;
            self.instructions.push(Instruction::Apply(operator));
        }
    }

    fn factor(&mut self) -> Result<(), CompileError> {
        if self.depth == DEEPEST {
            return Err(CompileError { at: self.lexer.at(), kind: CompileErrorKind::TooDeep });
        }
        self.depth += 1;
        match self.lexer.next()? {
            Token::Number(number) => self.instructions.push(Instruction::Push(number)),
            Token::Name(name) => {
                // The last binding of a name wins.
                let Some(local) = self.locals.iter().rposition(|bound| *bound == name) else {
                    let kind = CompileErrorKind::UnknownName(name.to_owned());
                    return Err(CompileError { at: self.lexer.at(), kind });
                };
                self.instructions.push(Instruction::Load(local));
            }
            Token::Sign('-') => {
                self.factor()?;
                self.instructions.push(Instruction::Negate);
            }
            Token::Sign('(') => {
                self.sum()?;
                self.expect(Token::Sign(')'), "`)`")?;
            }
            _ => return self.expected("a number, a name or `(`"),
        }
        self.depth -= 1;
        Ok(())
    }

    fn expect(&mut self, token: Token<'t>, what: &'static str) -> Result<(), CompileError> {
        if self.lexer.next()? == token { Ok(()) } else { self.expected(what) }
    }

    fn expected(&self, what: &'static str) -> Result<(), CompileError> {
        Err(CompileError { at: self.lexer.at(), kind: CompileErrorKind::Expected(what) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn products_bind_closer_than_sums() {
        let program = compile("1 + 2 * 3").expect("an expression");
        let expected = [
            Instruction::Push(1),
            Instruction::Push(2),
            Instruction::Push(3),
            Instruction::Apply(Operator::Multiply),
            Instruction::Apply(Operator::Add),
        ];
        assert_eq!(program.instructions, expected);
    }

    #[test]
    fn what_is_wrong_is_said_with_its_place() {
        let error = |text: &str| compile(text).expect_err("no expression").to_string();
        assert_eq!(error("1 +"), "a number, a name or `(` is expected at byte 3");
        assert_eq!(error("x"), "`x` is not bound at byte 0");
        assert_eq!(error("(1"), "`)` is expected at byte 2");
        assert_eq!(error("9223372036854775808"), "the number at byte 0 is too large");
        assert_eq!(error(&"-".repeat(1000)), "the expression is nested too deeply at byte 199");
    }
}
