//! Words that are the same in every form.

use crate::{PersonPart, Text};

/// 'I do not know', where a person answers for facts.
pub(crate) fn unknown() -> Text {
    Text::new("Dat weet ik niet", "I do not know").with_pap("Mi no sa")
}

/// 'I would rather not answer', for relatives and in reflections.
pub(crate) fn rather_not() -> Text {
    Text::new("Ik beantwoord deze vraag liever niet", "I would rather not answer")
}

/// Yes.
pub(crate) fn yes() -> Text {
    Text::new("Ja", "Yes").with_pap("Si")
}

/// No.
pub(crate) fn no() -> Text {
    Text::new("Nee", "No").with_pap("No")
}

/// The fields of a date.
pub(crate) fn date_part(part: &str) -> Text {
    match part {
        "day" => Text::new("Dag", "Day").with_pap("Dia"),
        "month" => Text::new("Maand", "Month").with_pap("Luna"),
        _ => Text::new("Jaar", "Year").with_pap("Aña"),
    }
}

/// The members of a person.
pub(crate) fn person_part(part: PersonPart) -> Text {
    match part {
        PersonPart::Name => Text::new("Naam", "Name"),
        PersonPart::Given => Text::new("Voornaam", "Given name"),
        PersonPart::Family => Text::new("Achternaam, met tussenvoegsel", "Family name, with what stands before it"),
        PersonPart::Aka => Text::new("Andere namen, met een puntkomma ertussen", "Other names, with a semicolon between"),
        PersonPart::Role => Text::new("Functie of rol", "Function or role"),
        PersonPart::Organisation => Text::new("Organisatie", "Organisation"),
        PersonPart::Phone => Text::new("Telefoon", "Telephone"),
        PersonPart::Mail => Text::new("E-mailadres", "Mail address"),
        PersonPart::Address => Text::new("Adres", "Address"),
        PersonPart::Work => Text::new("Werk", "Work"),
    }
}
