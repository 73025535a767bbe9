//! How fast records are made, examined and laid out: `cargo run --release -p synthetic --example speed -- CODEBOOK RECORDS`.

use std::time::Instant;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut words = std::env::args().skip(1);
    let book = codebook::Codebook::parse(&std::fs::read_to_string(words.next().unwrap_or_else(|| "config/codebook/2026.1.toml".into()))?)?;
    let many = words.next().map_or(Ok(10_000), |word| word.parse())?;
    let begin = Instant::now();
    let (mut rows, mut sample) = (0, vec![]);
    for record in synthetic::generate(&book, 1, many)? {
        rows += record.0.values().map(Vec::len).sum::<usize>();
        if sample.len() < 1000 {
            sample.push(record);
        }
    }
    println!("{many} records, {rows} rows made in {:.2?}", begin.elapsed());
    let begin = Instant::now();
    let derived: usize = sample.iter().map(|record| book.examine(record).derived.len()).sum();
    println!("{} examined in {:.2?}, {derived} derivations", sample.len(), begin.elapsed());
    let begin = Instant::now();
    let values: usize = sample.iter().map(|record| book.flat(record).values().flatten().map(|row| row.values.len()).sum::<usize>()).sum();
    println!("{} laid out in {:.2?}, {values} values", sample.len(), begin.elapsed());
    Ok(())
}
