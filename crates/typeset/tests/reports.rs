//! Reports are set, read back word for word, and tagged.

use std::process::Command;
use typeset::{Block, ReportDoc, Section, report};

fn doc(sections: usize) -> ReportDoc {
    ReportDoc {
        language: "nl".into(), title: "Leerrapport".into(), bureau: "Reviewbureau Noord".into(), date: "24 november 2026".into(), notice: "Concept, vertrouwelijk".into(), contents: "Inhoud".into(), without_shape: "[{n} tekens]".into(),
        sections: (0..sections).map(|number| Section {
            heading: format!("Onderdeel {number}"), language: (number == 1).then(|| "en".into()), heading_language: (number == 1).then(|| "nl".into()),
            blocks: vec![
                Block::Paragraph { text: "Ÿzerman, Şule, Á Campo, ’s Gravesande #let x = 1 $y$ *vet* _cursief_ @ref <label> `code` \\ \"".into() },
                Block::Paragraph { text: "Een zin die zich herhaalt om een bladzijde te vullen. ".repeat(40) },
                Block::Quote { text: "She could lift a whole room.".into(), by: "een nabestaande".into() },
                Block::Heading { text: "Wat vooraf ging".into() },
                Block::List { items: vec!["een".into(), "twee".into()], from: None },
                Block::List { items: vec!["derde stap".into(), "vierde stap".into()], from: Some(3) },
                Block::Quote { text: "Uit een brief.".into(), by: String::new() },
                Block::Finding { label: "Bevinding 1".into(), title: "Het patroon had geen naam".into(), text: "Woorden.".into(), level: "praktijk".into(), dissents: vec!["Afwijkend: anders.".into(), "Afwijkende mening (panellid): ook anders.".into()] },
                Block::Recommendation { label: "Aanbeveling 1".into(), text: "Gebruik het instrument.".into(), facts: vec![("Eigenaar".into(), "politie".into())] },
            ],
        }).collect(),
    }
}

fn words(pdf: &[u8]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("report.pdf");
    std::fs::write(&file, pdf).unwrap();
    let out = Command::new("pdftotext").arg("-layout").arg(&file).arg("-").output().unwrap();
    assert!(out.status.success());
    String::from_utf8(out.stdout).unwrap()
}

#[test]
fn a_report_is_read_back_word_for_word_and_markup_stays_text() {
    let pdf = report(&doc(2), (2026, 11, 24)).unwrap();
    let text = words(&pdf);
    for wanted in ["Ÿzerman, Şule, Á Campo, ’s Gravesande", "#let x = 1 $y$ *vet* _cursief_ @ref", "She could lift a whole room.", "Bevinding 1: Het patroon had geen naam", "Gebruik het instrument.", "Concept, vertrouwelijk", "Wat vooraf ging", "3. derde stap", "4. vierde stap", "Uit een brief."] {
        assert!(text.contains(wanted), "{wanted} not in {text}");
    }
}

#[test]
fn whatever_people_type_is_set_and_what_has_no_shape_is_counted() {
    let mut told = doc(1);
    told.sections[0].blocks.push(Block::Quote { text: "Voor altijd \u{2764}\u{fe0f}\u{1f60a}\u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467} \u{1f44d}\u{1f3fd}. \u{627}\u{644}\u{639}\u{631}\u{628}\u{64a}\u{629}. Het teken 日本 en \u{2028}een\u{200b} regel\u{feff}, \u{13080}.".into(), by: "Đặng Thị Ngọc".into() });
    let text = words(&report(&told, (2026, 11, 24)).unwrap());
    for wanted in ["Voor altijd", "Het teken [2 tekens] en", "een regel, [1 tekens].", "Đặng Thị Ngọc"] {
        assert!(text.contains(wanted), "{wanted} not in {text}");
    }
    assert!(text.contains('\u{1f60a}') && text.contains('\u{2764}'), "{text}");
}

#[test]
fn the_file_says_that_it_is_tagged_in_which_language_and_conforms_to_pdf_ua() {
    let pdf = report(&doc(1), (2026, 11, 24)).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let (file, plain) = (folder.path().join("a.pdf"), folder.path().join("b.pdf"));
    std::fs::write(&file, &pdf).unwrap();
    assert!(Command::new("qpdf").args(["--qdf", "--object-streams=disable"]).arg(&file).arg(&plain).status().unwrap().success());
    let text = String::from_utf8_lossy(&std::fs::read(&plain).unwrap()).into_owned();
    for wanted in ["/MarkInfo", "/Marked true", "/StructTreeRoot", "/Lang", "pdfuaid:part", "/DisplayDocTitle true", "/Outlines"] {
        assert!(text.contains(wanted), "{wanted}");
    }
}

#[test]
fn a_long_report_is_set_and_the_same_words_give_the_same_file() {
    let long = doc(40);
    let started = std::time::Instant::now();
    let one = report(&long, (2026, 11, 24)).unwrap();
    println!("40 sections: {:?}, {} bytes", started.elapsed(), one.len());
    assert!(one == report(&long, (2026, 11, 24)).unwrap());
}
