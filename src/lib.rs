//! Lering: case management for HG-reviews, systematic reviews after a fatal incident of domestic violence or child abuse.
//!
//! The rooms, from the top floor down; a room imports only rooms below it.
#![forbid(unsafe_code)]

pub mod cli;
pub mod demo;
pub mod start;
pub mod worker;
pub mod routes;
pub mod desk;
pub mod documents;
pub mod research;
pub mod library;
pub mod reports;
pub mod findings;
pub mod thematic;
pub mod panels;
pub mod reflections;
pub mod relatives;
pub mod cases;
pub mod register;
pub mod people;
pub mod bureaus;
pub mod sign_in;
pub mod forms;
pub mod notices;
pub mod names;
pub mod compartments;
pub mod http;
pub mod tx;
pub mod counting;
pub mod typesetting;
pub mod db;
pub mod ids;
pub mod access;
pub mod anchors;
pub mod texts;
pub mod settings;
