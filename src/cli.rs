//! The command line: a command a line, each calls one function. Exit codes: 0 done, 1 refused or failed, 2 wrong use.

mod backup;
mod codebook;
mod snapshot;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

use crate::db::cluster::PrivateCluster;
use crate::db::log_chain::{self, Chain};
use crate::demo;
use crate::http;
use crate::notices::Mail;
use crate::routes;
use crate::start::{self, Bureau, StartError};
use crate::typesetting;

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

/// How mail leaves.
#[derive(Args, Clone)]
struct Post {
    /// The mail server: smtps://user:password@host:465, or smtp://host:587 (TLS is required, but on this machine). Without one,
    /// messages stay in the outbox; the demo writes them to files.
    #[arg(long, env = "LERING_SMTP", hide_env_values = true)]
    smtp: Option<String>,
    /// A certificate in PEM: mail goes only to a server whose certificate that authority made. Without, those of the public authorities count.
    #[arg(long, env = "LERING_SMTP_CA")]
    smtp_ca: Option<PathBuf>,
    /// The sender of mail.
    #[arg(long, env = "LERING_MAIL_FROM", default_value = "lering@localhost")]
    mail_from: String,
    /// The address people type to reach this server; it stands in mail.
    #[arg(long, env = "LERING_ADDRESS")]
    address: Option<String>,
    /// The file anchors of the log are added to, on storage of its own; without, `anchors.jsonl` in the folder.
    #[arg(long, env = "LERING_ANCHORS")]
    anchors: Option<PathBuf>,
}

impl Post {
    /// Where mail goes.
    fn mail(&self, files: Option<PathBuf>) -> Result<Mail, StartError> {
        let mail = match (&self.smtp, files) {
            (Some(url), _) => Mail::smtp(url, &self.mail_from, self.smtp_ca.as_deref()),
            (None, Some(folder)) => Mail::files(&folder),
            (None, None) => Ok(Mail::Nowhere),
        };
        mail.map_err(|why| StartError::Configuration(why.to_string()))
    }
}

#[derive(Subcommand)]
enum Command {
    /// Starts everything: database, migrations, server.
    Up {
        /// Address to listen on.
        #[arg(long, default_value = "127.0.0.1:8080", env = "LERING_LISTEN")]
        listen: String,
        /// Without the demo bureau.
        #[arg(long)]
        empty: bool,
        #[command(flatten)]
        post: Post,
    },
    /// Serves, without a demo bureau: for a bureau's own installation.
    Serve {
        /// Address to listen on.
        #[arg(long, default_value = "127.0.0.1:8080", env = "LERING_LISTEN")]
        listen: String,
        #[command(flatten)]
        post: Post,
    },
    /// The demo accounts, with the one-time code of this moment.
    Demo,
    /// Brings the database up to date and stops.
    Migrate,
    /// Bureaus.
    #[command(subcommand)]
    Tenant(Tenant),
    /// People who belong to no bureau.
    #[command(subcommand)]
    Person(Person),
    /// The log.
    #[command(subcommand)]
    Audit(Audit),
    /// Practice cases.
    #[command(subcommand)]
    Scenario(ScenarioCommand),
    /// Codebooks of the register.
    #[command(subcommand)]
    Codebook(CodebookCommand),
    /// The register.
    #[command(subcommand)]
    Register(RegisterCommand),
    /// Backs up the database: two encrypted files, content and keys. Files of the folder that are past their time go.
    Backup(backup::Wanted),
    /// Makes the pair backups are encrypted to: the secret half goes into a file, to be kept away from this machine; the other half is printed.
    BackupKey {
        /// The new file.
        file: PathBuf,
    },
    /// Restores a backup into an empty database, and compares rows, log and keys.
    Restore(backup::Files),
    /// Prints the description of the API.
    Openapi,
    /// Sets one report: what the server calls itself for.
    #[command(name = typesetting::ARGUMENT, hide = true)]
    Typeset,
}

#[derive(Subcommand)]
enum RegisterCommand {
    /// Freezes the register, by the rules of the page: a register manager signs in for it. Passphrase and one-time code are the first two
    /// lines of standard input; at a terminal they are asked for.
    Snapshot {
        /// The register manager's sign-in name.
        #[arg(long = "as", value_name = "NAME", env = "LERING_SIGN_IN_NAME")]
        name: String,
        /// For a practice register: how many records to invent.
        #[arg(long, value_name = "CASES")]
        invent: Option<u32>,
        /// Which records are invented: the same seed gives the same.
        #[arg(long, default_value_t = 1, requires = "invent")]
        seed: u64,
        /// Print the snapshot as one JSON line.
        #[arg(long)]
        json: bool,
    },
}

#[derive(Subcommand)]
enum CodebookCommand {
    /// Reads a codebook and compares it with the one in force: what a new version may not do, and why. What is in use is read from the
    /// database, where there is one. Exit code 1 when something stops it.
    Check {
        /// The file.
        file: PathBuf,
        /// Another file to compare with.
        #[arg(long)]
        against: Option<PathBuf>,
        /// A file of codes in use, instead of the database: lines of variable, code, how often, under a header.
        #[arg(long, value_name = "FILE")]
        used: Option<PathBuf>,
        /// A JSON line per difference.
        #[arg(long)]
        json: bool,
        /// The language of what is told, `nl` or `en`; without it that of the terminal (`LC_ALL`, `LC_MESSAGES`, `LANG`).
        #[arg(long, value_parser = ["nl", "en"])]
        language: Option<String>,
    },
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
        /// The number people can call; the administrator can set it later.
        #[arg(long, default_value = "")]
        phone: String,
        /// Where the button to leave a page at once leads, an address with https; without, the weather.
        #[arg(long, default_value = "")]
        neutral_site: String,
    },
    /// Invites another administrator of a bureau and prints the code: for a bureau whose administrators are gone.
    Administrator {
        /// The bureau's name, or its id where several have that name.
        name: String,
    },
}

#[derive(Subcommand)]
enum Audit {
    /// Recomputes the whole log, and compares it with the anchors; names the first entry that was touched.
    Verify {
        /// Anchors that were kept elsewhere; without, those in the folder.
        #[arg(long)]
        anchors: Option<PathBuf>,
    },
}

#[derive(Subcommand)]
enum ScenarioCommand {
    /// Plays a practice case through the public interface and prints one JSON line.
    Play {
        /// The file.
        file: PathBuf,
        /// The server; without it, one is started on the data folder.
        #[arg(long)]
        server: Option<String>,
        /// Code of a practice bureau's first administrator, for a server elsewhere.
        #[arg(long)]
        code: Option<String>,
        /// Stop the first time this state is reached.
        #[arg(long)]
        until: Option<String>,
        /// Where the PDF goes.
        #[arg(long, default_value = "var/reports")]
        folder: PathBuf,
        /// Tell the steps.
        #[arg(long)]
        verbose: bool,
    },
}

#[derive(Subcommand)]
enum Person {
    /// Makes an invitation to a role of the nation and prints its code.
    ///
    /// NC (co-signs), RM (register), QA (reads the quality), CD (codes), RS, RC and OC (research) wait until two recovery officers of the nation have
    /// confirmed them: make two officers first, with RP. They sign in and confirm on their page People. TA ends roles of the nation. RP and TA begin at
    /// once, with the code.
    National {
        /// Two letters of the role: RP, NC, RM, QA, CD, RS, RC, OC, TA.
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

/// Checks the log, and says what was found.
fn verify(installation: &start::Installation, file: Option<&std::path::Path>) -> Result<(), StartError> {
    let anchors = installation.anchors(file)?;
    let told = anchors.read(anchors.file())?;
    if let (Some(file), true) = (file, told.is_empty()) {
        return Err(StartError::Refused(format!("{} holds no anchors", file.display())));
    }
    match log_chain::verify(&installation.migrate_url, &told)? {
        Chain::Whole(last) => {
            println!("{last} entries, all whole; {} anchors agree", told.len());
            Ok(())
        }
        Chain::Broken(first) => Err(StartError::Refused(format!("entry {first} was changed, moved or removed"))),
    }
}

fn run(cli: Cli) -> Result<(), StartError> {
    let open = || start::open_beside(&cli.place.data, cli.place.database_url.as_deref());
    match cli.command {
        Command::Codebook(CodebookCommand::Check { file, against, used, json, language }) => {
            // Without a database there are no codes in use: none is made for the question.
            let database = cli.place.database_url.is_some() || PrivateCluster::stands(&cli.place.data);
            let installation = if database && used.is_none() { Some(open()?) } else { None };
            codebook::check(&codebook::Asked { file, against, used, json, words: codebook::words(language.as_deref()) }, installation.as_ref())
        }
        Command::Register(RegisterCommand::Snapshot { name, invent, seed, json }) => {
            let invented = invent.map(|cases| crate::register::Invented { cases, seed });
            snapshot::take(&open()?, &snapshot::Wanted { name, invented, json })
        }
        Command::Backup(wanted) => backup::make(&cli.place.data, cli.place.database_url.as_deref(), &wanted),
        Command::BackupKey { file } => backup::new_key(&file),
        Command::Restore(files) => backup::restore(&cli.place.data, cli.place.database_url.as_deref(), &files),
        Command::Typeset => typesetting::child().map_err(|why| StartError::Refused(why.to_string())),
        Command::Openapi => {
            println!("{:#}", http::open_api(routes::all().infos()));
            Ok(())
        }
        Command::Audit(Audit::Verify { anchors }) => verify(&open()?, anchors.as_deref()),
        Command::Migrate => open().map(|_| println!("up to date")),
        Command::Tenant(Tenant::Create { name, zone, calendar, language, practice, phone, neutral_site }) => {
            let code = start::tenant(&open()?, &Bureau { name, zone, calendar, language, practice, phone, neutral_site })?;
            println!("{code}");
            Ok(())
        }
        Command::Tenant(Tenant::Administrator { name }) => {
            println!("{}", start::administrator(&open()?, &name)?);
            Ok(())
        }
        Command::Person(Person::National { role }) => {
            let role = crate::access::Role::from_code(&role.to_uppercase()).filter(|role| role.may_be_national())
                .ok_or_else(|| StartError::Refused(format!("{role}: no role of the nation; write RP, NC, RM, QA, CD, RS, RC, OC or TA")))?;
            if role.needs_two_confirmations() {
                eprintln!("lering: {} waits until two recovery officers of the nation (lering person national RP) have confirmed it on their page People", role.code());
            }
            println!("{}", start::national(&open()?, role)?);
            Ok(())
        }
        Command::Scenario(ScenarioCommand::Play { file, server, code, until, folder, verbose }) => {
            let name = file.display().to_string();
            let bytes = std::fs::read(&file).map_err(|why| StartError::File(file.clone(), why))?;
            let text = scenario::decoded(&name, bytes).map_err(|why| StartError::Refused(why.to_string()))?;
            let told = demo::read(&name, &text)?;
            let runtime = runtime()?;
            let bureau = Bureau { name: told.bureau.name.clone(), zone: told.bureau.time_zone(), calendar: told.bureau.calendar.clone(), language: language_of(&told.language), practice: true, phone: demo::PHONE.into(), ..Bureau::default() };
            let mut installation = None;
            let server = match server {
                Some(server) => server,
                None => {
                    let opened = installation.insert(open()?.with_typesetter());
                    opened.serve_beside()?
                }
            };
            let code = match code {
                Some(code) => code,
                None => {
                    let opened = match &installation {
                        Some(opened) => opened,
                        None => installation.insert(open()?),
                    };
                    start::tenant_to_play(opened, &bureau)?
                }
            };
            let server = server.parse().map_err(|why| StartError::Refused(format!("--server {server}: {why}")))?;
            let progress = |step: &str| if verbose { eprintln!("  {step}") };
            let options = scenario::Options { server, bootstrap_code: code, until, pdf_folder: folder, factors: demo::factors()?, progress };
            let played = runtime.block_on(scenario::play(&told, options)).map_err(|why| StartError::Refused(scenario::told(&name, &text, &told, &why)))?;
            println!("{}", serde_json::to_string(&played).map_err(|why| StartError::Refused(why.to_string()))?);
            if played.disagreements.is_empty() { Ok(()) } else { Err(StartError::Refused("the case went another way than the file expects".into())) }
        }
        Command::Demo => {
            println!("{}", demo::table(&cli.place.data)?);
            Ok(())
        }
        Command::Serve { listen, post } => {
            start::with_few_arenas();
            let mail = post.mail(None)?;
            let listener = start::listen(&listen)?;
            let installation = start::open(&cli.place.data, cli.place.database_url.as_deref())?.with_typesetter();
            let runtime = runtime()?;
            tokio::task::LocalSet::new().block_on(&runtime, installation.serve(listener, &http::Settings::default(), mail, post.address, post.anchors.as_deref()))
        }
        Command::Up { listen, empty, post } => {
            start::with_few_arenas();
            let mail = post.mail((!empty).then(|| cli.place.data.join("mail")))?;
            // Before the database is started: who asks for a port that is taken hears so at once.
            let listener = start::listen(&listen)?;
            let server = format!("http://{}", listener.local_addr().map_err(|why| StartError::Listen { address: listen.clone(), why })?);
            let installation = start::open(&cli.place.data, cli.place.database_url.as_deref())?.with_typesetter();
            let runtime = runtime()?;
            let folder = installation.folder.path().to_owned();
            let code = if empty || demo::is_loaded(&folder) { None } else { Some(demo::code(&installation)?) };
            // The server's own threads are actix's; this one waits and holds the database.
            let local = tokio::task::LocalSet::new();
            local.block_on(&runtime, async {
                let demo = runtime.spawn(async move {
                    let Some(code) = code else { return };
                    tokio::time::sleep(std::time::Duration::from_millis(500)).await;
                    eprintln!("loading the demo bureau: about three minutes; you may look around meanwhile");
                    match demo::load(&folder, &server, code, true).await {
                        Ok(accounts) => println!("demo loaded: {} accounts; `lering demo` (or ./dev demo) shows them with their codes", accounts.len()),
                        Err(why) => eprintln!("the demo was not loaded: {why}"),
                    }
                });
                let served = installation.serve(listener, &http::Settings::default(), mail, post.address, post.anchors.as_deref()).await;
                demo.abort();
                served
            })
        }
    }
}

fn language_of(code: &str) -> String {
    if matches!(code, "nl" | "en" | "pap") { code.to_owned() } else { "nl".to_owned() }
}

fn runtime() -> Result<tokio::runtime::Runtime, StartError> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(|why| StartError::Refused(why.to_string()))
}
