// Coding by keyboard: a digit chooses a code, o is "looked for, not found", w is "withheld", Enter goes to the next variable.
"use strict";
(() => {
  const form = document.querySelector("form.coding");
  if (!form) return;
  const all = [...form.querySelectorAll("fieldset.var")];
  let typed = "";
  let timer = 0;
  const first = (box) => box.querySelector("input:checked:not([type=hidden]), input:not([type=hidden]), select, textarea");
  const go = (from, by) => {
    // Digits typed at one question are none of the next.
    typed = "";
    const to = all[all.indexOf(from) + by];
    if (to) { first(to)?.focus(); to.scrollIntoView({ block: "nearest" }); } else if (by > 0) { (form.querySelector("button[value=next]") ?? form.querySelector(".actions button"))?.focus(); }
  };
  // Not the hidden field that says the question was there.
  const offered = (box, value) => box.querySelector(`input:not([type=hidden])[value="${value}"]`);
  // An answer, and why there is none, are never both there: what is said last stays.
  const one = (box, at) => {
    const why = box.querySelector(":scope > select.missing");
    if (!why) return;
    const answers = [...box.querySelectorAll(":scope > input:not([type=hidden]), :scope > .choice input")];
    if (at === why) {
      if (why.value) for (const answer of answers) { if (answer.type === "checkbox") answer.checked = false; else answer.value = ""; }
    } else if (answers.includes(at) && (at.type === "checkbox" ? at.checked : at.value)) {
      why.value = "";
    }
  };
  for (const kind of ["input", "change"]) form.addEventListener(kind, (event) => { const box = event.target.closest("fieldset.var"); if (box) one(box, event.target); });
  const choose = (box, value) => {
    const button = offered(box, value);
    if (button) { button.checked = button.type === "radio" || !button.checked; one(box, button); button.focus(); return; }
    for (const list of box.querySelectorAll("select")) {
      if ([...list.options].some((option) => option.value === value)) { list.value = value; one(box, list); list.focus(); return; }
    }
  };
  // Beside the questions: what the one being answered means, with its codes.
  const aside = document.querySelector("aside.definition");
  if (aside) {
    const part = (name) => aside.querySelector(`[data-definition="${name}"]`);
    const told = (box) => {
      part("name").textContent = box.querySelector("legend").textContent.trim();
      part("text").textContent = document.getElementById(`${box.id}-h`)?.textContent ?? "";
      const codes = [...box.querySelectorAll(":scope > .choice label, :scope > select:not(.missing) option")].map((one) => one.textContent.trim()).filter(Boolean);
      part("codes").replaceChildren(...codes.map((code) => Object.assign(document.createElement("li"), { textContent: code })));
      aside.hidden = false;
    };
    form.addEventListener("focusin", (event) => { const box = event.target.closest("fieldset.var"); if (box) told(box); });
    if (all[0]) told(all[0]);
  }
  form.addEventListener("keydown", (event) => {
    const box = event.target.closest("fieldset.var");
    if (!box || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Enter" && event.target.tagName !== "TEXTAREA") { event.preventDefault(); go(box, event.shiftKey ? -1 : 1); return; }
    // No number and no day has a letter: there too o and w are keys.
    const why = event.target.matches("input[data-figures]") && (event.key === "o" || event.key === "w");
    if (!why && event.target.matches("input:not([type=radio]):not([type=checkbox]), textarea")) return;
    if (event.key === "o") { event.preventDefault(); choose(box, "-8"); }
    else if (event.key === "w") { event.preventDefault(); choose(box, "-6"); }
    else if (/^[0-9]$/.test(event.key)) {
      event.preventDefault();
      const longer = typed + event.key;
      const listed = [...box.querySelectorAll("select option")].some((option) => option.value === longer);
      if (typed && (offered(box, longer) || listed)) {
        // The first digit of a longer code was no code of its own: what it ticked is ticked off again.
        if (offered(box, typed)?.type === "checkbox") choose(box, typed);
        typed = longer;
      } else {
        typed = event.key;
      }
      clearTimeout(timer);
      timer = setTimeout(() => { typed = ""; }, 700);
      choose(box, typed);
    }
  });
})();
