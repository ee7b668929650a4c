//! Journeys through the whole server: what a person, a caller or a script does, over plain HTTP and the command line.

#![expect(clippy::unwrap_used, reason = "a test ends with a panic")]

mod support;

mod accounts;
mod automatic_certificates;
mod clients;
mod command_line;
mod console;
mod crash;
mod database;
mod demo;
mod observability;
mod pages;
mod publishing;
mod serve;
mod server_functions;
mod shutdown;
mod websocket;
