//! The documentation as PDF in both languages, and the pictures.

use std::fs;
use std::process::Command;

use export::table::Kind;
use export::{Language, chart, docs};

use super::sample;

#[test]
fn the_codebook_is_a_tagged_pdf_in_both_languages_with_every_variable() {
    let mut documentation = sample::documentation();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("codebook.pdf");
    for (language, wanted) in [(Language::Nl, ["Wat is bedoeld", "Ontbrekende waarden", "<en> hun kenmerken"]), (Language::En, ["What is meant", "Missing values", "<and> what marks them"])] {
        // All of it once; setting it a second time would take as long again without optimisation.
        if language == Language::En {
            documentation.variables.truncate(15);
        }
        fs::write(&file, docs::pdf(&documentation, language).unwrap()).unwrap();
        let words = Command::new("pdftotext").args(["-layout"]).arg(&file).arg("-").output().unwrap();
        assert!(words.status.success(), "pdftotext, of the Debian package poppler-utils");
        // A long name may be broken over two lines.
        let joined: String = String::from_utf8(words.stdout).unwrap().split_whitespace().collect();
        for part in wanted {
            assert!(joined.contains(&part.replace(' ', "")), "{part}");
        }
        for variable in &documentation.variables {
            let heading: String = format!("{}({})", variable.label.get(language), variable.id).split_whitespace().collect();
            assert!(joined.contains(&heading), "{heading}");
        }
        if let Some(kept) = std::env::var_os("LERING_KEEP_EXPORTS") {
            fs::copy(&file, std::path::Path::new(&kept).join(format!("codebook-{}.pdf", language.tag()))).unwrap();
        }
        let about = Command::new("pdfinfo").arg(&file).output().unwrap();
        let about = String::from_utf8(about.stdout).unwrap();
        assert!(about.lines().any(|line| line.starts_with("Tagged:") && line.ends_with("yes")) && about.contains(documentation.title.get(language)), "{about}");
        let plain = folder.path().join("plain.pdf");
        assert!(Command::new("qpdf").args(["--qdf", "--object-streams=disable"]).arg(&file).arg(&plain).status().unwrap().success());
        let text = String::from_utf8_lossy(&fs::read(&plain).unwrap()).into_owned();
        for part in ["pdfuaid:part", "/StructTreeRoot", "/DisplayDocTitle true", &format!("/Lang ({})", language.tag())] {
            assert!(text.contains(part), "{part}");
        }
    }
}

#[test]
fn a_picture_has_words_in_it_and_is_the_same_each_time() {
    let chart = chart::svg(&sample::table(vec![], sample::outcome(2), Kind::Count, sample::mixed, None), Language::En).unwrap();
    let with = chart::png(&chart, 1.0).unwrap();
    assert!(with == chart::png(&chart, 1.0).unwrap());
    let mute: String = chart.split("<text").enumerate().map(|(at, part)| if at == 0 { part.to_owned() } else { part.split_once("</text>").unwrap().1.to_owned() }).collect();
    assert!(with.len() > 2 * chart::png(&mute, 1.0).unwrap().len(), "no words were drawn");
    assert!(chart::png(&chart, 1000.0).is_err() && chart::png("no drawing", 1.0).is_err() && chart::png(&chart, 0.0).is_err() && chart::png(&chart, f32::NAN).is_err());
}

#[test]
fn documentation_that_contradicts_itself_gives_no_file() {
    let good = sample::documentation();
    let mut twice = good.clone();
    twice.variables.push(good.variables[0].clone());
    let mut nowhere = good.clone();
    nowhere.variables[3].level = "planet".into();
    for bad in [twice, nowhere] {
        assert!(docs::ddi(&bad).is_err() && docs::html(&bad, Language::Nl).is_err() && docs::variables_csv(&bad).is_err() && docs::codes_csv(&bad).is_err() && docs::pdf(&bad, Language::En).is_err());
    }
    let mut undated = good;
    undated.snapshot.date = "yesterday".into();
    assert!(docs::pdf(&undated, Language::En).is_err());
}
