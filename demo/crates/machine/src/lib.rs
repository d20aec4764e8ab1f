//! The stack machine that runs what Abacist compiles.

use std::fmt;

use abacist_ir::{Instruction, Operator, Program};

/// Why a program stopped without a result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trap {
    /// A result has no place in 64 bits.
    Overflow,
    /// The right side of `/` or `%` is 0.
    DivisionByZero,
    /// The program takes what is not there: the compiler makes no such program.
    Malformed,
}

impl fmt::Display for Trap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Overflow => "the result is too large",
            Self::DivisionByZero => "division by zero",
            Self::Malformed => "the program is malformed",
        })
    }
}

impl std::error::Error for Trap {}

/// Run a program.
pub fn run(program: &Program) -> Result<i64, Trap> {
    let mut stack: Vec<i64> = Vec::new();
    let mut locals: Vec<i64> = Vec::new();
    for instruction in &program.instructions {
        match *instruction {
            Instruction::Push(number) => stack.push(number),
            Instruction::Load(local) => stack.push(*locals.get(local).ok_or(Trap::Malformed)?),
            Instruction::Bind => locals.push(stack.pop().ok_or(Trap::Malformed)?),
            Instruction::Negate => {
                let number = stack.pop().ok_or(Trap::Malformed)?;
                stack.push(number.checked_neg().ok_or(Trap::Overflow)?);
            }
            Instruction::Apply(operator) => {
                let right = stack.pop().ok_or(Trap::Malformed)?;
                let left = stack.pop().ok_or(Trap::Malformed)?;
                stack.push(apply(operator, left, right)?);
            }
        }
    }
    match stack[..] {
        [result] => Ok(result),
        _ => Err(Trap::Malformed),
    }
}

fn apply(operator: Operator, left: i64, right: i64) -> Result<i64, Trap> {
    let result = match operator {
        Operator::Divide | Operator::Remainder if right == 0 => return Err(Trap::DivisionByZero),
        Operator::Add => left.checked_add(right),
        Operator::Subtract => left.checked_sub(right),
        Operator::Multiply => left.checked_mul(right),
        Operator::Divide => left.checked_div(right),
        Operator::Remainder => left.checked_rem(right),
    };
    result.ok_or(Trap::Overflow)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_that_takes_too_much_is_refused() {
        let program = Program { instructions: vec![Instruction::Push(1), Instruction::Apply(Operator::Add)] };
        assert_eq!(run(&program), Err(Trap::Malformed));
    }

    #[test]
    fn nothing_wraps_around() {
        assert_eq!(apply(Operator::Multiply, i64::MAX, 2), Err(Trap::Overflow));
        assert_eq!(apply(Operator::Divide, i64::MIN, -1), Err(Trap::Overflow));
        assert_eq!(apply(Operator::Remainder, 7, 0), Err(Trap::DivisionByZero));
    }
}
