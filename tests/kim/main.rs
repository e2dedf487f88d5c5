//! All stories and house rules, told to the program as people and machines use it; `world` is their one builder.

mod findings;
mod layers;
mod mail;
mod runs;
#[path = "../support/smtp.rs"]
mod smtp;
mod truth;
mod world;
