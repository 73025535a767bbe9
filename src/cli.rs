//! The command line: a command a line, each calls one function. Exit codes: 0 done, 1 refused or failed, 2 wrong use.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

use crate::http;
use crate::routes;
use crate::start::{self, Bureau, StartError};

/// Case management for HG-reviews.
#[derive(Parser)]
#[command(name = "lering", version, about)]
struct Cli {
    #[command(flatten)]
    place: Place,
    #[command(subcommand)]
    command: Command,
}

#[derive(Args, Clone)]
struct Place {
    /// Folder with the installation's secrets and, where no database is given, the private database.
    #[arg(long, global = true, env = "LERING_DATA", default_value = "var")]
    data: PathBuf,
    /// An existing PostgreSQL 15 or newer.
    #[arg(long, global = true, env = "DATABASE_URL", hide_env_values = true)]
    database_url: Option<String>,
}

#[derive(Subcommand)]
enum Command {
    /// Starts everything: database, migrations, server.
    Up {
        /// Address to listen on.
        #[arg(long, default_value = "127.0.0.1:8080", env = "LERING_LISTEN")]
        listen: String,
    },
    /// Brings the database up to date and stops.
    Migrate,
    /// Bureaus.
    #[command(subcommand)]
    Tenant(Tenant),
    /// People who belong to no bureau.
    #[command(subcommand)]
    Person(Person),
    /// Prints the description of the API.
    Openapi,
}

#[derive(Subcommand)]
enum Tenant {
    /// Makes a bureau and prints the code of its first administrator.
    Create {
        /// Name.
        name: String,
        /// Time zone.
        #[arg(long, default_value = "Europe/Amsterdam")]
        zone: String,
        /// Calendar of public holidays: nl, bonaire, statia, saba.
        #[arg(long, default_value = "nl")]
        calendar: String,
        /// Language: nl, en, pap.
        #[arg(long, default_value = "nl")]
        language: String,
        /// For practice: nothing of it enters register or national figures.
        #[arg(long)]
        practice: bool,
    },
}

#[derive(Subcommand)]
enum Person {
    /// Makes an invitation to a national role (NC, RM, QA, ...) and prints its code.
    National {
        /// Two letters of the role.
        role: String,
    },
}

/// Reads the arguments and does it.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let filter = tracing_subscriber::EnvFilter::try_from_env("LERING_LOG").unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    match run(cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("lering: {why}");
            ExitCode::FAILURE
        }
    }
}

fn run(cli: Cli) -> Result<(), StartError> {
    let open = || start::open_beside(&cli.place.data, cli.place.database_url.as_deref());
    match cli.command {
        Command::Openapi => {
            println!("{:#}", http::open_api(routes::all().infos()));
            Ok(())
        }
        Command::Migrate => open().map(|_| println!("up to date")),
        Command::Tenant(Tenant::Create { name, zone, calendar, language, practice }) => {
            let code = start::tenant(&open()?, &Bureau { name, zone, calendar, language, practice })?;
            println!("{code}");
            Ok(())
        }
        Command::Person(Person::National { role }) => {
            let role = crate::access::Role::from_code(&role.to_uppercase()).ok_or_else(|| StartError::Refused(format!("{role}: there is no such role")))?;
            println!("{}", start::national(&open()?, role)?);
            Ok(())
        }
        Command::Up { listen } => {
            let installation = start::open(&cli.place.data, cli.place.database_url.as_deref())?;
            let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(|why| StartError::Refused(why.to_string()))?;
            // The server's own threads are actix's; this one waits and holds the database.
            let local = tokio::task::LocalSet::new();
            local.block_on(&runtime, installation.serve(&listen, &http::Settings::default()))
        }
    }
}
