// What a page can do better with a script; everything works without.
(() => {
  'use strict';
  if (window.trustedTypes && trustedTypes.createPolicy) {
    trustedTypes.createPolicy('default', { createHTML: (html) => html, createScript: () => null, createScriptURL: () => null });
  }
  const summary = document.querySelector('.error-summary');
  if (summary) summary.focus();

  // Autosave: the form posts itself; the line under it says what is kept.
  for (const form of document.querySelectorAll('form[data-autosave]')) {
    const line = form.querySelector('.save');
    let timer = 0, busy = false, again = false, last = '', wait = 2000;
    const say = (state, text) => { if (line) { line.dataset.state = state; line.textContent = text; } };
    const save = async () => {
      if (busy) { again = true; return; }
      const data = new URLSearchParams(new FormData(form));
      const now = data.toString();
      if (now === last) return;
      busy = true; say('busy', line ? line.dataset.busy : '');
      try {
        const answer = await fetch(form.dataset.autosave, { method: 'POST', body: data, headers: { 'X-Autosave': 'yes' }, redirect: 'manual' });
        if (!answer.ok) throw new Error(String(answer.status));
        const kept = await answer.json();
        const field = form.querySelector('input[name=revision]');
        if (field && kept.revision !== undefined) field.value = kept.revision;
        data.set('revision', kept.revision); last = data.toString(); wait = 2000;
        say('saved', kept.text);
      } catch (why) {
        say('failed', line ? line.dataset.failed : ''); wait = Math.min(wait * 2, 60000); again = true;
      }
      busy = false;
      if (again) { again = false; timer = setTimeout(save, wait); }
    };
    form.addEventListener('input', () => { clearTimeout(timer); timer = setTimeout(save, 2000); });
    form.addEventListener('change', () => { clearTimeout(timer); timer = setTimeout(save, 300); });
    let leaving = false;
    form.addEventListener('submit', () => { leaving = true; });
    addEventListener('beforeunload', (event) => { if (!leaving && line && line.dataset.state === 'failed') event.preventDefault(); });
  }

  // Leaving at once: three times Shift on a relative's page.
  const leave = document.querySelector('a.leave');
  if (leave) {
    let count = 0, since = 0;
    addEventListener('keydown', (event) => {
      if (event.key !== 'Shift') { count = 0; return; }
      const now = Date.now();
      count = now - since < 1500 ? count + 1 : 1; since = now;
      if (count === 3) location.replace(leave.href);
    });
    leave.addEventListener('click', (event) => { event.preventDefault(); location.replace(leave.href); });
  }

  // Ctrl+Enter presses the main button, Ctrl+S saves.
  addEventListener('keydown', (event) => {
    if (!event.ctrlKey && !event.metaKey) return;
    const form = event.target.closest && event.target.closest('form');
    if (!form) return;
    const button = event.key === 'Enter' ? form.querySelector('.actions .btn') : event.key === 's' ? form.querySelector('[value=save], .actions .btn') : null;
    if (button) { event.preventDefault(); button.click(); }
  });
})();
