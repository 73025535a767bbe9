//! A table of two keys and an outcome out of 100,000 and 1,000,000 invented records, gate included: beside the bare counting of
//! PostgreSQL and of DuckDB, which hide, perturb and refuse nothing. And the attack the gate tries on itself.

use std::io::Write;
use std::process::Command;
use std::time::Instant;

use diesel::prelude::*;
use diesel::connection::SimpleConnection;
use diesel::sql_types::{Array, BigInt, SmallInt};
use gate::attack::Attack;
use gate::{Attacker, Builder, Catalogue, Columns, Ledger, Question, Register, Role, Seed, Table, Terms, Variable};
use serde_json::{Value, json};

use crate::Res;
use crate::figure::{Figure, number};
use crate::world::World;

/// Keys and outcomes with their codes.
const VARIABLES: [(&str, u16); 6] = [("period", 3), ("part", 4), ("relation", 3), ("age", 3), ("known", 2), ("method", 5)];
const SIZES: [u32; 2] = [100_000, 1_000_000];
/// Runs of each; the median is told.
const RUNS: usize = 21;
/// Tables of the attack.
const TABLES: usize = 60;

/// A generator good enough for inventing records.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: u16) -> u16 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        u16::try_from((self.0 >> 33) % u64::from(limit)).unwrap_or_default()
    }
}

fn invented(records: u32) -> Vec<[u16; 6]> {
    let mut dice = Dice(u64::from(records));
    (0..records).map(|_| VARIABLES.map(|(_, codes)| dice.below(codes))).collect()
}

fn columns(records: &[[u16; 6]]) -> Res<Columns> {
    let mut builder = Builder::new("case", &VARIABLES)?;
    let mut dice = Dice(7);
    for (case, codes) in (0..).zip(records) {
        builder.push(case, u8::try_from(dice.below(256))?, codes)?;
    }
    Ok(builder.finish())
}

fn catalogue() -> Res<Catalogue> {
    let unit = || "case".to_owned();
    Ok(Catalogue::new(VARIABLES.iter().enumerate().map(|(place, (id, codes))| Variable {
        id: (*id).to_owned(), codes: *codes,
        role: match place { 0 => Role::Period, 1..4 => Role::Key { units: [unit()].into() }, _ => Role::Outcome { unit: unit(), kin: [].into(), outside: None, by_answer: false } },
    }))?)
}

fn median(mut work: impl FnMut() -> Res<()>) -> Res<f64> {
    let mut times = vec![];
    for _ in 0..RUNS {
        let began = Instant::now();
        work()?;
        times.push(began.elapsed().as_secs_f64() * 1e3);
    }
    times.sort_by(f64::total_cmp);
    Ok(times[RUNS / 2])
}

#[derive(QueryableByName)]
struct Counted {
    #[diesel(sql_type = SmallInt)]
    period: i16,
    #[diesel(sql_type = SmallInt)]
    part: i16,
    #[diesel(sql_type = SmallInt)]
    method: i16,
    #[diesel(sql_type = BigInt)]
    n: i64,
}

const COUNT: &str = "select period, part, method, count(*) as n from bench_register group by 1, 2, 3 order by 1, 2, 3";

/// PostgreSQL counts the same records: milliseconds, and what it found.
fn postgres(world: &World, records: &[[u16; 6]]) -> Res<(f64, Vec<i64>)> {
    let mut database = world.database()?;
    database.batch_execute("drop table if exists bench_register; create table bench_register (period smallint, part smallint, method smallint)")?;
    for part in records.chunks(100_000) {
        let column = |place: usize| -> Vec<i16> { part.iter().filter_map(|codes| i16::try_from(codes[place]).ok()).collect() };
        diesel::sql_query("insert into bench_register select * from unnest($1, $2, $3)")
            .bind::<Array<SmallInt>, _>(column(0)).bind::<Array<SmallInt>, _>(column(1)).bind::<Array<SmallInt>, _>(column(5)).execute(&mut database)?;
    }
    database.batch_execute("vacuum analyze bench_register")?;
    let mut found: Vec<Counted> = vec![];
    let time = median(|| { found = diesel::sql_query(COUNT).load(&mut database)?; Ok(()) })?;
    database.batch_execute("drop table bench_register")?;
    assert!(found.windows(2).all(|pair| (pair[0].period, pair[0].part, pair[0].method) < (pair[1].period, pair[1].part, pair[1].method)));
    Ok((time, found.into_iter().map(|row| row.n).collect()))
}

const DUCK: &str = "import duckdb, json, sys, time
db = duckdb.connect()
db.execute('create table bench_register as select period::smallint as period, part::smallint as part, method::smallint as method from read_csv(?)', [sys.argv[1]])
times = []
for _ in range(int(sys.argv[2])):
    began = time.perf_counter()
    rows = db.execute(sys.argv[3]).fetchall()
    times.append((time.perf_counter() - began) * 1e3)
print(json.dumps({'ms': sorted(times)[len(times) // 2], 'counts': [row[3] for row in rows], 'version': duckdb.__version__}))
";

/// DuckDB counts the same records; none where there is no Python with it.
fn duck(world: &World, records: &[[u16; 6]]) -> Res<Option<Value>> {
    let Some(python) = std::env::var_os("LERING_DUCKDB_PYTHON") else {
        eprintln!("       DuckDB is left out: no Python with it (./dev bench makes one where python3 and its venv are there)");
        return Ok(None);
    };
    let file = world.folder().join("bench_register.csv");
    let mut out = std::io::BufWriter::new(std::fs::File::create(&file)?);
    writeln!(out, "period,part,method")?;
    for codes in records {
        writeln!(out, "{},{},{}", codes[0], codes[1], codes[5])?;
    }
    out.flush()?;
    let done = Command::new(python).args(["-c", DUCK]).arg(&file).arg(RUNS.to_string()).arg(COUNT).output()?;
    std::fs::remove_file(&file)?;
    if !done.status.success() {
        return Err(format!("DuckDB: {}", String::from_utf8_lossy(&done.stderr)).into());
    }
    Ok(Some(serde_json::from_slice(&done.stdout)?))
}

/// The figures.
///
/// # Errors
/// When a database does not count.
pub fn register(world: &World) -> Res<()> {
    for size in SIZES {
        let records = invented(size);
        let began = Instant::now();
        let register = Register::new(catalogue()?, [columns(&records)?])?;
        let (ready, bytes) = (began.elapsed().as_secs_f64() * 1e3, columns(&records)?.bytes());
        let (noise, ledger, mut attacker) = (Table::secret(&Seed::new([1; 32])), Ledger::default(), Attacker::new(Seed::new([2; 32])));
        let question = Question::new(register.catalogue(), &["period", "part"], "method")?;
        let began = Instant::now();
        gate::ask(&register, &ledger, &question, Terms::default(), &noise, &mut attacker)?;
        let first = began.elapsed().as_secs_f64() * 1e3;
        let ours = median(|| Ok(drop(gate::ask(&register, &ledger, &question, Terms::default(), &noise, &mut attacker)?)))?;
        let (theirs, counted) = postgres(world, &records)?;
        let duck = duck(world, &records)?;
        if let Some(duck) = &duck && duck["counts"] != json!(counted) {
            return Err("PostgreSQL and DuckDB count differently".into());
        }
        let beside_duck = duck.as_ref().and_then(|duck| duck["ms"].as_f64());
        Figure {
            what: &format!("a table of two keys and an outcome, gate included, {size} records"), ours, beside: Some(theirs), unit: "ms", n: RUNS, aim: "not slower than PostgreSQL's bare counting", met: Some(ours <= theirs),
            parts: json!({ "DuckDB": beside_duck.map(number), "DuckDB version": duck.as_ref().map(|duck| duck["version"].clone()), "first time, attack included": number(first), "from rows to columns": number(ready), "bytes of columns": bytes, "groups counted": counted.len() }),
        }.print();
    }
    attack()
}

/// Sixty tables of 300 records, then one more.
fn attack() -> Res<()> {
    let names: Vec<String> = (0..TABLES).map(|number| format!("key{number}")).collect();
    let variables: Vec<(&str, u16)> = std::iter::once(("period", 3)).chain(names.iter().map(|name| (name.as_str(), 3))).collect();
    let (mut builder, mut dice) = (Builder::new("case", &variables)?, Dice(11));
    for case in 0..300 {
        let codes: Vec<u16> = variables.iter().map(|(_, codes)| dice.below(*codes)).collect();
        builder.push(case, u8::try_from(dice.below(256))?, &codes)?;
    }
    let columns = builder.finish();
    let (mut whole, mut one) = (vec![], vec![]);
    for _ in 0..5 {
        let began = Instant::now();
        let mut attack = Attack::new(&columns, &Seed::new([3; 32]));
        for name in &names[..TABLES - 1] {
            attack.add(&columns, &["period", name], &[false; 9])?;
        }
        attack.measure();
        whole.push(began.elapsed().as_secs_f64());
        let began = Instant::now();
        attack.add(&columns, &["period", &names[TABLES - 1]], &[false; 9])?;
        attack.measure();
        one.push(began.elapsed().as_secs_f64());
    }
    whole.sort_by(f64::total_cmp);
    one.sort_by(f64::total_cmp);
    Figure {
        what: "the attack before release: 300 records, 59 tables, and one more", ours: whole[2] + one[2], beside: None, unit: "s", n: 5, aim: "under 2 s", met: Some(whole[2] + one[2] < 2.0),
        parts: json!({ "59 tables": number(whole[2]), "one more, those before kept": number(one[2]), "simulated outcomes": gate::attack::SIMULATIONS }),
    }.print();
    Ok(())
}
