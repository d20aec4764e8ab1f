//! The instructions between Abacist's code generator and its machine.

/// One step of a stack machine that knows 64-bit integers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Instruction {
    /// Push a number.
    Push(i64),
    /// Push a copy of a local, counted from the first that was bound.
    Load(usize),
    /// Pop a number and bind it to the next local.
    Bind,
    /// Pop one number, push its negative.
    Negate,
    /// Pop two numbers, push what the operator makes of them.
    Apply(Operator),
}

/// What is done with two numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`, toward zero
    Divide,
    /// `%`, with the sign of the left side
    Remainder,
}

/// A compiled text. It leaves one number on the stack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Program {
    /// In order.
    pub instructions: Vec<Instruction>,
}
