//! Watching the program itself: is it alive, did what was due happen, who must be told.
//!
//! In: the ledger, the schedule, the disk, an instant. Out: troubles in the ledger and mail about them, a heartbeat, a
//! line for monitoring plugins, figures for Prometheus, words for systemd.
//! Never: reads a workbook, waits for the lock of the data folder, tells the owner the same twice.
//!
//! One picture of the world ([`vitals::Vitals`]) serves all of them, so that mail, monitoring and figures agree.

mod disk;
pub(crate) mod doctor;
pub(crate) mod health;
pub(crate) mod heartbeat;
mod ledgerless;
mod letter;
mod metrics;
pub(crate) mod pulse;
pub(crate) mod sources;
mod systemd;
mod tell;
mod trouble;
pub(crate) mod vitals;
pub(crate) mod watchman;
