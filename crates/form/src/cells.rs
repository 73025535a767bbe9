//! Cells of a spreadsheet as answers: columns by the words of a question or its id, options by their words or codes, dates as people write them.

use crate::{Answers, Choice, Field, FormDef, Kind, Lists, from_form_post};

const YES: [&str; 7] = ["ja", "yes", "si", "x", "true", "waar", "1"];
const NO: [&str; 6] = ["nee", "no", "nò", "false", "onwaar", "0"];

fn alike(text: &str) -> String {
    text.trim().trim_end_matches(['?', '.', ':', '*']).trim().to_lowercase()
}

/// The question a column's name stands for: its id, its words in any language, or those up to the end of a sentence or a bracket.
pub fn column_of<'a>(form: &'a FormDef, name: &str) -> Option<&'a Field> {
    let name = alike(name);
    form.fields().find(|field| {
        let first = |text: &str| alike(text.split(['?', '.', '(']).next().unwrap_or_default());
        field.id == name || field.label.all().any(|text| alike(text) == name || first(text) == name)
    })
}

/// The answers of one row: what stands in the cell of each question. What can't be read stays as it was written, so that [`crate::check`] names it.
pub fn from_cells(form: &FormDef, cells: &[(&Field, &str)], lists: &dyn Lists) -> Answers {
    let mut posted = vec![];
    for (field, cell) in cells.iter().filter(|(_, cell)| !cell.trim().is_empty()) {
        let mut put = |name: String, value: &str| posted.push((name, value.to_owned()));
        match &field.kind {
            Kind::Date | Kind::PartialDate => {
                let [day, month, year] = date(cell);
                for (end, value) in [("d", day), ("m", month), ("y", year)] {
                    put(format!("{}-{end}", field.id), value);
                }
            }
            Kind::One(choice) => put(field.id.clone(), &code_of(choice, cell, lists)),
            Kind::Many { choice, .. } => cell.split([',', ';', '/', '+', '\n']).filter(|one| !one.trim().is_empty()).for_each(|one| put(field.id.clone(), &code_of(choice, one, lists))),
            Kind::Bool { .. } => {
                let told = alike(cell);
                put(field.id.clone(), if YES.contains(&told.as_str()) { "true" } else if NO.contains(&told.as_str()) { "false" } else { cell.trim() });
            }
            _ => put(field.id.clone(), cell.trim()),
        }
    }
    from_form_post(form, None, &posted)
}

/// The code of an option, by its words or the code itself; else the text.
fn code_of(choice: &Choice, cell: &str, lists: &dyn Lists) -> String {
    let told = alike(cell);
    let found = choice.options(lists).into_iter().find(|option| option.code == told || option.label.all().any(|text| alike(text) == told));
    found.map_or_else(|| cell.trim().to_owned(), |option| option.code)
}

/// Day, month and year as written: `2022-03-14`, `14-3-2022`, `14 maart 2022`, `maart 2022`, `2022`. The day stands before the month, as it does in
/// the Kingdom, unless the year comes first.
fn date(cell: &str) -> [&str; 3] {
    let parts: Vec<&str> = cell.split(['-', '/', '.', ' ']).map(str::trim).filter(|part| !part.is_empty() && *part != "di").collect();
    match parts.as_slice() {
        [year, month, day] if year.len() == 4 => [day, month, year],
        [day, month, year] => [day, month, year],
        [year, month] if year.len() == 4 => ["", month, year],
        [month, year] => ["", month, year],
        [year] => ["", "", year],
        // What is no date: the whole cell stands where a year would.
        _ => ["", "", cell.trim()],
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{NoLists, check};

    const FORM: &str = r#"
id = "entry"
version = "1"
title = { nl = "Gebeurtenis", en = "Entry" }
[[part]]
id = "entry"
title = { nl = "Gebeurtenis", en = "Entry" }
[[part.field]]
id = "when"
kind = "partial_date"
label = { nl = "Wanneer?", en = "When?" }
required = true
[[part.field]]
id = "kind"
kind = "one"
label = { nl = "Soort", en = "Kind" }
options = [{ code = "report", nl = "Melding", en = "Report" }, { code = "no_contact", nl = "Geen contact", en = "No contact" }]
[[part.field]]
id = "whom"
kind = "many"
label = { nl = "Wie?", en = "Who?" }
options = [{ code = "victim", nl = "Slachtoffer", en = "Victim" }, { code = "child", nl = "Kind", en = "Child" }]
[[part.field]]
id = "what"
kind = "long"
label = { nl = "Wat gebeurde er? Eén zin per gebeurtenis.", en = "What happened? One sentence per entry." }
[[part.field]]
id = "escalation"
kind = "tick"
label = { nl = "Dit was een escalatie", en = "This was an escalation" }
"#;

    fn read(cells: &[(&str, &str)]) -> Answers {
        let form = FormDef::parse(FORM).expect("a form");
        let cells: Vec<(&Field, &str)> = cells.iter().map(|(name, cell)| (column_of(&form, name).unwrap_or_else(|| panic!("{name}")), *cell)).collect();
        from_cells(&form, &cells, &NoLists)
    }

    #[test]
    fn columns_options_and_dates_are_read_as_people_write_them() {
        let told = read(&[("Wanneer?", "14-3-2022"), ("SOORT", "melding"), ("who", "Kind, slachtoffer"), ("Wat gebeurde er", " Een buurvrouw belt. "), ("escalation", "Ja")]);
        assert_eq!(json!(told), json!({ "when": "2022-03-14", "kind": "report", "whom": ["child", "victim"], "what": "Een buurvrouw belt.", "escalation": true }));
        for (cell, date) in [("2022-03-14", "2022-03-14"), ("14/03/2022", "2022-03-14"), ("14 maart 2022", "2022-03-14"), ("maart 2022", "2022-03"), ("2022-03", "2022-03"), ("2022", "2022"), ("March 2022", "2022-03")] {
            assert_eq!(read(&[("when", cell)])["when"], date, "{cell}");
        }
    }

    #[test]
    fn what_cannot_be_read_stays_and_is_named_by_the_check() {
        let form = FormDef::parse(FORM).expect("a form");
        for (name, cell, rule) in [("when", "31-2-2022", "impossible-date"), ("when", "ergens in de zomer", "impossible-date"), ("kind", "Feestje", "not-an-option"), ("whom", "Kind, buurman", "not-an-option")] {
            let faults = check(&form, &read(&[(name, cell)]), &NoLists);
            assert_eq!(faults.iter().map(|fault| fault.rule.name().to_owned()).collect::<Vec<_>>(), [rule], "{cell}");
        }
        assert!(column_of(&form, "Behandelaar").is_none());
    }
}
