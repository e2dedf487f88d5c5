//! All stories, in one binary.

mod cli;
mod findings;
mod laws;
mod layers;
mod mail;
mod runs;
mod serve;
#[path = "../support/smtp.rs"]
mod smtp;
mod tools;
mod truth;
mod world;
