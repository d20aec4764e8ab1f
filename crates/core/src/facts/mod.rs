//! What can be asked of the world, and what is known of it.
//!
//! A decision is given what is known. Where it lacks a fact it notes its [`Question`] and says [`Lacking`]; others go on, so that
//! one round collects all questions. Whoever can answer does, and asks for the decision again. Nobody else says what is to be
//! looked at.

mod ask;
mod known;
mod question;
mod repository;

pub use ask::{Ask, Lacking, Unseen};
pub use known::Facts;
pub use question::{Question, Questions};
pub use repository::RepositoryFacts;
