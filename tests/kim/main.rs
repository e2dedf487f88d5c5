//! All stories, in one binary.

#![allow(clippy::unwrap_used, reason = "what fails in a story fails it")]

mod away;
mod checks;
mod cli;
mod english;
mod findings;
mod force;
mod fuzz;
mod hostile;
mod kept;
mod laws;
mod layers;
mod left;
mod mail;
mod order;
mod real;
mod restore;
mod retention;
mod runs;
mod serve;
mod shared;
#[path = "../support/smtp.rs"]
#[allow(dead_code, reason = "not every story needs every answer of a mail server")]
mod smtp;
mod tools;
mod truth;
mod unattended;
mod untidy;
mod watch;
mod world;
