//! DDI-Codebook 2.5: the study, a file for each level, and every variable with its codes, in Dutch and English.

use std::io;

use quick_xml::writer::ElementWriter;
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use super::{Documentation, Level, Variable};
use crate::{ExportError, Text, lawful};

type Xml = Writer<Vec<u8>>;
type Done = io::Result<()>;

const NAMESPACE: &str = "ddi:codebook:2_5";

/// The documentation as DDI-Codebook 2.5.
///
/// # Errors
/// `Malformed` when the documentation contradicts itself.
pub fn ddi(docs: &Documentation) -> Result<Vec<u8>, ExportError> {
    docs.check()?;
    let mut xml = Writer::new_with_indent(vec![], b' ', 1);
    write(&mut xml, docs).map_err(ExportError::of("ddi"))?;
    Ok(xml.into_inner())
}

fn write(xml: &mut Xml, docs: &Documentation) -> Done {
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let attributes = [("xmlns", NAMESPACE), ("version", "2.5"), ("xml:lang", "nl")];
    node(xml, "codeBook", &attributes, |xml| {
        node(xml, "docDscr", &[], |xml| citation(xml, docs))?;
        node(xml, "stdyDscr", &[], |xml| study(xml, docs))?;
        for level in &docs.levels {
            file(xml, docs, level)?;
        }
        node(xml, "dataDscr", &[], |xml| {
            for level in &docs.levels {
                let variables: Vec<String> = docs.of_level(level).map(|variable| format!("V_{}", variable.id)).collect();
                let mut attributes = vec![("ID", format!("G_{}", level.id)), ("type", "record".to_owned()), ("name", level.id.clone())];
                if !variables.is_empty() {
                    attributes.push(("var", variables.join(" ")));
                }
                node(xml, "varGrp", &borrowed(&attributes), |xml| both(xml, "labl", &[], &level.label))?;
            }
            docs.variables.iter().try_for_each(|entry| variable(xml, docs, entry))
        })
    })?;
    xml.get_mut().push(b'\n');
    Ok(())
}

fn borrowed<'a>(attributes: &'a [(&'a str, String)]) -> Vec<(&'a str, &'a str)> {
    attributes.iter().map(|(name, value)| (*name, value.as_str())).collect()
}

fn element<'a>(xml: &'a mut Xml, name: &'a str, attributes: &[(&str, &str)]) -> ElementWriter<'a, Vec<u8>> {
    attributes.iter().fold(xml.create_element(name), |element, (name, value)| element.with_attribute((*name, lawful(value).as_ref())))
}

/// An element with others inside.
fn node(xml: &mut Xml, name: &str, attributes: &[(&str, &str)], inside: impl FnOnce(&mut Xml) -> Done) -> Done {
    element(xml, name, attributes).write_inner_content(inside).map(|_| ())
}

/// An element with attributes only.
fn empty(xml: &mut Xml, name: &str, attributes: &[(&str, &str)]) -> Done {
    element(xml, name, attributes).write_empty().map(|_| ())
}

/// An element with words, left out when there are none.
fn leaf(xml: &mut Xml, name: &str, attributes: &[(&str, &str)], words: &str) -> Done {
    let words = lawful(words);
    if words.trim().is_empty() {
        return Ok(());
    }
    element(xml, name, attributes).write_text_content(BytesText::new(&words)).map(|_| ())
}

/// An element in Dutch, and again in English.
fn both(xml: &mut Xml, name: &str, attributes: &[(&str, &str)], text: &Text) -> Done {
    for (tag, words) in [("nl", &text.nl), ("en", &text.en)] {
        let attributes: Vec<(&str, &str)> = attributes.iter().copied().chain([("xml:lang", tag)]).collect();
        leaf(xml, name, &attributes, words)?;
    }
    Ok(())
}

fn citation(xml: &mut Xml, docs: &Documentation) -> Done {
    let number = docs.snapshot.number.to_string();
    node(xml, "citation", &[], |xml| {
        node(xml, "titlStmt", &[], |xml| {
            leaf(xml, "titl", &[("xml:lang", "nl")], &docs.title.nl)?;
            leaf(xml, "parTitl", &[("xml:lang", "en")], &docs.title.en)?;
            leaf(xml, "IDNo", &[], &docs.id)?;
            leaf(xml, "IDNo", &[], &docs.snapshot.id)
        })?;
        node(xml, "rspStmt", &[], |xml| leaf(xml, "AuthEnty", &[], &docs.publisher))?;
        node(xml, "prodStmt", &[], |xml| {
            leaf(xml, "producer", &[], &docs.publisher)?;
            leaf(xml, "prodDate", &[("date", &docs.snapshot.date)], &docs.snapshot.date)
        })?;
        node(xml, "distStmt", &[], |xml| leaf(xml, "distrbtr", &[], &docs.publisher))?;
        node(xml, "verStmt", &[], |xml| {
            leaf(xml, "version", &[("date", &docs.snapshot.date), ("type", "snapshot")], &number)?;
            leaf(xml, "notes", &[("type", "codebook")], &docs.snapshot.codebook)
        })?;
        leaf(xml, "biblCit", &[("xml:lang", "nl")], &docs.citation.nl)
    })
}

fn study(xml: &mut Xml, docs: &Documentation) -> Done {
    citation(xml, docs)?;
    node(xml, "stdyInfo", &[], |xml| {
        both(xml, "abstract", &[], &docs.summary)?;
        node(xml, "sumDscr", &[], |xml| {
            leaf(xml, "nation", &[("abbr", "NL")], "Nederland")?;
            docs.levels.iter().try_for_each(|level| both(xml, "anlyUnit", &[], &level.label))
        })?;
        docs.quality.iter().try_for_each(|quality| both(xml, "notes", &[("type", "quality")], quality))
    })?;
    node(xml, "dataAccs", &[], |xml| {
        node(xml, "useStmt", &[], |xml| {
            leaf(xml, "citReq", &[("xml:lang", "en")], &docs.citation.en)?;
            leaf(xml, "conditions", &[("xml:lang", "nl")], &docs.access.nl)
        })?;
        leaf(xml, "notes", &[("xml:lang", "en")], &docs.access.en)
    })
}

fn file(xml: &mut Xml, docs: &Documentation, level: &Level) -> Done {
    node(xml, "fileDscr", &[("ID", &format!("F_{}", level.id))], |xml| {
        node(xml, "fileTxt", &[], |xml| {
            leaf(xml, "fileName", &[], &level.id)?;
            both(xml, "fileCont", &[], &level.rows)?;
            node(xml, "dimensns", &[], |xml| {
                leaf(xml, "caseQnty", &[], &level.count.map(|count| count.to_string()).unwrap_or_default())?;
                leaf(xml, "varQnty", &[], &docs.of_level(level).count().to_string())
            })
        })
    })
}

/// The order of the elements is the schema's.
fn variable(xml: &mut Xml, docs: &Documentation, variable: &Variable) -> Done {
    let (id, files) = (format!("V_{}", variable.id), format!("F_{}", variable.level));
    let interval = if variable.kind == "integer" { "contin" } else { "discrete" };
    node(xml, "var", &[("ID", &id), ("name", &variable.id), ("files", &files), ("intrvl", interval)], |xml| {
        both(xml, "labl", &[], &variable.label)?;
        leaf(xml, "security", &[], &variable.export)?;
        if let (Some(least), Some(most)) = variable.range {
            node(xml, "valrng", &[], |xml| empty(xml, "range", &[("min", &least.to_string()), ("max", &most.to_string())]))?;
        }
        if !docs.missing.is_empty() {
            node(xml, "invalrng", &[], |xml| docs.missing.iter().try_for_each(|reason| empty(xml, "item", &[("VALUE", &reason.code.to_string())])))?;
        }
        leaf(xml, "universe", &[], variable.condition.as_deref().unwrap_or_default())?;
        both(xml, "txt", &[], &variable.definition)?;
        for category in &variable.codes {
            let exclusive = if variable.kind == "multi" { "false" } else { "true" };
            node(xml, "catgry", &[("excls", exclusive)], |xml| code(xml, category))?;
        }
        for reason in &docs.missing {
            node(xml, "catgry", &[("missing", "Y")], |xml| code(xml, reason))?;
        }
        variable.source.iter().try_for_each(|source| leaf(xml, "concept", &[("vocab", source)], &variable.label.en))?;
        if variable.kind == "derived" || !variable.from.is_empty() {
            // A reference must point to a variable that is in this file.
            let known: Vec<String> = variable.from.iter().filter(|id| docs.variables.iter().any(|other| other.id == **id)).map(|id| format!("V_{id}")).collect();
            let attributes = if known.is_empty() { vec![] } else { vec![("var", known.join(" "))] };
            node(xml, "derivation", &borrowed(&attributes), |xml| {
                both(xml, "drvdesc", &[], &variable.definition)?;
                for (number, line) in (1..).zip(&variable.rule) {
                    let told = |language| format!("{number}. {}: {} ({})", line.when.get(language), line.then.label.get(language), line.then.code);
                    both(xml, "drvdesc", &[], &Text::new(told(crate::Language::Nl), told(crate::Language::En)))?;
                }
                variable.rule.iter().try_for_each(|line| leaf(xml, "drvcmd", &[("syntax", "lering codebook")], &line.expression))
            })?;
        }
        let character = matches!(variable.kind.as_str(), "text_internal" | "year_month");
        let mut format = vec![("type", if character { "character" } else { "numeric" })];
        if variable.kind == "date" {
            format = vec![("type", "character"), ("category", "date"), ("formatname", "YYYY-MM-DD")];
        }
        empty(xml, "varFormat", &format)?;
        leaf(xml, "notes", &[("type", "gate")], &variable.gate)?;
        leaf(xml, "notes", &[("type", "reliability")], &variable.reliability)?;
        variable.quality.iter().try_for_each(|quality| leaf(xml, "notes", &[("type", "quality"), ("subject", &quality.label.en)], &quality.value))
    })
}

fn code(xml: &mut Xml, category: &crate::Category) -> Done {
    leaf(xml, "catValu", &[], &category.code.to_string())?;
    both(xml, "labl", &[], &category.label)
}
