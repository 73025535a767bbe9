//! The security figures, measured: each prints its number, its denominator and its aim, and fails where the aim is missed.
//! `./dev proof` runs them and shows the lines.
#![allow(clippy::unwrap_used)]

#[path = "../support/mod.rs"]
#[allow(dead_code, reason = "shared with the journeys")]
mod support;

mod attacker;
mod bodies;
mod figure;
mod shapes;
mod the_answers;
mod the_gate;
mod the_log;
mod the_network;
mod the_rows;
mod the_sessions;
mod stand;
mod the_backups;
