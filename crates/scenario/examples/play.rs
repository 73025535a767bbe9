//! Plays a practice case on a server that runs: `play URL CODE CODEBOOK FILE [STATE]`. CODE is that of a new practice bureau's administrator.

use scenario::{Options, play, read};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(server), Some(code), Some(codes), Some(file)) = (arguments.next(), arguments.next(), arguments.next(), arguments.next()) else {
        return Err("play URL CODE CODEBOOK FILE [STATE]".into());
    };
    let told = read(&file, &std::fs::read_to_string(&file)?)?;
    let codebook = codebook::Codebook::parse(&std::fs::read_to_string(&codes)?)?;
    let options = Options {
        server: server.parse()?, bootstrap_code: code, until: arguments.next(), pdf_folder: std::env::temp_dir().join("practice"),
        factors: codebook.factors.into_iter().map(|factor| (factor.id, factor.code)).collect(), progress: |step: &str| eprintln!("  {step}"),
    };
    println!("{}", serde_json::to_string(&play(&told, options).await?)?);
    Ok(())
}
