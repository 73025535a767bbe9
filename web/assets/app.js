// What a page can do better with a script; everything works without.
(() => {
  'use strict';
  if (window.trustedTypes && trustedTypes.createPolicy) {
    trustedTypes.createPolicy('default', { createHTML: (html) => html, createScript: () => null, createScriptURL: () => null });
  }
  const summary = document.querySelector('.error-summary');
  if (summary) summary.focus();

  // What is typed blind can be looked at.
  for (const field of document.querySelectorAll('input[data-show]')) {
    const button = document.createElement('button');
    const name = document.querySelector(`label[for="${field.id}"]`);
    const say = () => { button.textContent = field.type === 'password' ? field.dataset.show : field.dataset.hide; if (name) button.setAttribute('aria-label', `${button.textContent}: ${name.textContent}`); };
    button.type = 'button'; button.className = 'btn text';
    button.addEventListener('click', () => { field.type = field.type === 'password' ? 'text' : 'password'; say(); });
    say();
    field.after(button);
    if (field.form) field.form.addEventListener('submit', () => { field.type = 'password'; });
  }

  // What is needed in another program can be copied; where that is not allowed, it is selected.
  for (const shown of document.querySelectorAll('[data-copy]')) {
    const button = document.createElement('button');
    button.type = 'button'; button.className = 'btn text'; button.textContent = shown.dataset.copy;
    button.addEventListener('click', async () => {
      try { await navigator.clipboard.writeText(shown.textContent); button.textContent = shown.dataset.copied; } catch (why) { getSelection().selectAllChildren(shown); }
    });
    shown.after(button);
  }

  // Without a connection: a line says so, fields stay open, nothing typed leaves the page till somebody answers again.
  const banner = document.getElementById('offline');
  const away = (yes) => { if (banner) banner.hidden = !yes; };
  addEventListener('offline', () => away(true));
  if (navigator.onLine === false) away(true);
  const answers = async () => {
    try { await fetch('/assets/theme.css', { method: 'HEAD', cache: 'no-store', signal: AbortSignal.timeout(8000) }); away(false); return true; } catch (why) { away(true); return false; }
  };

  // Autosave: the form posts itself; the line under it says what is kept. Without an answer it is tried again, each time after a
  // longer pause; an ended session or another's newer text is no reason to try again.
  const saves = [];
  let sessionOver = () => {};
  const selfSaving = (form, to, line, around) => {
    let timer = 0, busy = false, again = false, wait = 2000, halted = false, running = Promise.resolve();
    const told = () => { const data = new URLSearchParams(new FormData(form)); data.delete('_once'); for (const [name, value] of Object.entries(around ? around() : {})) data.set(name, value); return data; };
    const same = (data) => { for (const own of ['revision', '_version', 'csrf', '_kept', '_which']) data.delete(own); return data.toString(); };
    let last = same(told());
    const say = (state, text) => { if (line) { line.dataset.state = state; if (text && line.textContent !== text) line.textContent = text; } };
    const save = () => { if (busy) again = true; else running = keep(); return running; };
    const keep = async () => {
      const data = told(), now = same(told());
      if (now === last || halted) return;
      busy = true; say('busy', line ? line.dataset.busy : '');
      try {
        const answer = await fetch(to, { method: 'POST', body: data, headers: { 'X-Autosave': 'yes' }, redirect: 'manual', keepalive: data.toString().length < 60000 });
        away(false);
        if (answer.type === 'opaqueredirect') { halted = true; say('failed', line ? line.dataset.ended : ''); sessionOver(); }
        else if (answer.status === 409 || answer.status === 412) { halted = true; say('failed', line ? line.dataset.stale : ''); }
        else if (!answer.ok) throw new Error(String(answer.status));
        else {
          const kept = await answer.json();
          const field = form.querySelector(around ? 'input[name=_kept]' : 'input[name=revision]');
          if (field && kept.revision !== undefined) field.value = kept.revision;
          const seen = form.querySelector('input[name=_version]');
          if (seen && kept.version !== undefined) seen.value = kept.version;
          last = now; wait = 2000;
          say('saved', kept.text);
        }
      } catch (why) {
        if (why instanceof TypeError) away(true);
        say('failed', line ? line.dataset.failed : ''); wait = Math.min(wait * 2, 60000); again = true;
      }
      busy = false;
      if (again && !halted) { again = false; timer = setTimeout(save, wait); }
    };
    if (line && line.dataset.ready) say('open', line.dataset.ready);
    const loose = () => same(told()) !== last;
    // What is on its way arrives before the form itself does: the server tells one's own later words from another page's.
    const idle = () => { clearTimeout(timer); return Promise.race([running, new Promise((done) => setTimeout(done, 4000))]); };
    saves.push({ save, loose, idle, form, resume: () => { halted = false; wait = 2000; clearTimeout(timer); return save(); } });
    form.addEventListener('input', () => { clearTimeout(timer); timer = setTimeout(save, 2000); });
    form.addEventListener('change', () => { clearTimeout(timer); timer = setTimeout(save, 300); });
    return { say, settled: () => { last = same(told()); } };
  };
  for (const form of document.querySelectorAll('form[data-autosave]')) selfSaving(form, form.dataset.autosave, form.querySelector('.save'));

  // The other forms one writes in are kept till they are sent: sealed to their author, put back on this page and sent from nowhere else.
  const words = document.getElementById('typing');
  const quick = words ? [...document.querySelectorAll('main form[method=post]:not([data-autosave])')].filter((form) => form.querySelector('textarea') && !form.querySelector('[type=password], [type=file]')) : [];
  if (quick.length) {
    const typed = (field) => !/^(csrf|version|_.*)$/.test(field.name) && field.name;
    const kept = quick.map((form) => {
      const id = document.createElement('input'), line = document.createElement('p'), path = new URL(form.action).pathname;
      id.type = 'hidden'; id.name = '_kept';
      line.className = 'save'; line.setAttribute('role', 'status');
      for (const key of ['ready', 'busy', 'failed', 'ended']) line.dataset[key] = words.dataset[key];
      form.append(id, line);
      const own = selfSaving(form, '/typing', line, () => ({ _path: path, _page: location.pathname, _which: id.value }));
      line.textContent = ''; line.hidden = true;
      form.addEventListener('input', () => { if (line.hidden) { line.hidden = false; own.say('open', words.dataset.ready); } });
      return { form, id, line, path, own };
    });
    // Which of several forms to one address it was, the hidden fields tell; an answer to another version is not put on top of this one.
    const fits = (one, text) => one.path === text.path && [...one.form.querySelectorAll('input[type=hidden]')].filter((field) => typed(field) || field.name === 'version')
      .every((field) => text.fields.some(([name, value]) => name === field.name && value === field.value));
    const put = (one, text) => {
      for (const field of one.form.elements) {
        if (!typed(field) || field.type === 'hidden') continue;
        const values = text.fields.filter(([name]) => name === field.name).map(([, value]) => value);
        if (/^(checkbox|radio)$/.test(field.type)) field.checked = values.includes(field.value);
        else if (field.tagName !== 'BUTTON' && values.length) field.value = values[0];
      }
      one.id.value = text.id; one.own.settled(); one.line.hidden = false; one.own.say('open', text.text);
      for (let fold = one.form.closest('details'); fold; fold = fold.parentElement.closest('details')) fold.open = true;
    };
    fetch(`/typing?page=${encodeURIComponent(location.pathname)}`, { redirect: 'manual', headers: { Accept: 'application/json' } })
      .then((answer) => answer.ok ? answer.json() : []).then((texts) => {
        for (const text of texts.reverse()) { const one = kept.find((one) => !one.id.value && fits(one, text)); if (one) put(one, text); }
      }).catch(() => {});
  }
  addEventListener('online', () => { answers().then((yes) => { if (yes) for (const one of saves) one.resume(); }); });

  // No text is left behind by accident: what is typed and not saved holds the page, and a form is not sent into nothing.
  let leaving = false;
  const changed = (field) => {
    if (field.matches('[type=radio], [type=checkbox]')) return field.checked !== field.defaultChecked;
    if (field.matches('select')) return [...field.options].some((option) => option.defaultSelected) ? [...field.options].some((option) => option.selected !== option.defaultSelected) : field.selectedIndex > 0;
    return field.value !== field.defaultValue;
  };
  const typedIn = (form) => [...form.querySelectorAll('textarea, select, input:not([type=hidden]):not([type=password])')].some(changed);
  const written = () => [...document.querySelectorAll('main form[method=post]')].some((form) => {
    const own = saves.find((one) => one.form === form);
    return own ? own.loose() : form.querySelector('textarea') && typedIn(form);
  });
  addEventListener('beforeunload', (event) => { if (!leaving && written()) event.preventDefault(); });
  addEventListener('submit', async (event) => {
    const form = event.target;
    if (form.method !== 'post' || leaving || !form.querySelector('textarea')) { if (form.closest('main')) leaving = true; return; }
    event.preventDefault();
    if (!await answers()) return;
    const own = saves.find((one) => one.form === form);
    if (own) await own.idle();
    leaving = true; form.requestSubmit(event.submitter);
  });
  addEventListener('pageshow', () => { leaving = false; });

  // Leaving at once, by the button or three times Shift: the page is blank, what was being typed is kept, the session ends.
  const leave = document.querySelector('a.leave');
  if (leave) {
    let count = 0, since = 0;
    const go = () => {
      leaving = true;
      const kept = Promise.all(saves.map((one) => one.resume()));
      document.title = 'Lering';
      document.body.replaceChildren();
      Promise.race([kept, new Promise((done) => setTimeout(done, 700))]).finally(() => {
        fetch('/leave', { keepalive: true, redirect: 'manual' }).catch(() => {});
        location.replace(leave.dataset.neutral);
      });
    };
    addEventListener('keydown', (event) => {
      if (event.key !== 'Shift') { count = 0; return; }
      if (event.repeat) return;
      const now = Date.now();
      count = now - since < 1500 ? count + 1 : 1; since = now;
      if (count === 3) go();
    });
    leave.addEventListener('click', (event) => { event.preventDefault(); go(); });
  }

  // Lanes: one stop for Tab; arrows go along a lane and between lanes, Home and End to its ends.
  for (const svg of document.querySelectorAll('svg[data-lanes]')) {
    const lanes = [...svg.querySelectorAll('[data-lane]')].map((lane) => [...lane.querySelectorAll('a')]).filter((lane) => lane.length);
    const at = (link) => { const y = lanes.findIndex((lane) => lane.includes(link)); return [y, lanes[y] ? lanes[y].indexOf(link) : 0]; };
    const to = (link) => { for (const lane of lanes) for (const one of lane) one.setAttribute('tabindex', '-1'); link.setAttribute('tabindex', '0'); link.focus(); };
    if (lanes.length) lanes[0][0].setAttribute('tabindex', '0');
    svg.addEventListener('keydown', (event) => {
      const [y, x] = at(event.target.closest('a'));
      if (y < 0) return;
      const place = (link) => link.getBoundingClientRect().x;
      const nearest = (lane) => lane.reduce((best, link) => Math.abs(place(link) - place(lanes[y][x])) < Math.abs(place(best) - place(lanes[y][x])) ? link : best);
      const next = { ArrowRight: () => lanes[y][x + 1], ArrowLeft: () => lanes[y][x - 1], Home: () => lanes[y][0], End: () => lanes[y].at(-1),
        ArrowUp: () => lanes[y - 1] && nearest(lanes[y - 1]), ArrowDown: () => lanes[y + 1] && nearest(lanes[y + 1]) }[event.key];
      if (!next) return;
      event.preventDefault();
      const link = next();
      if (link) to(link);
    });
  }

  // The session's end: three minutes before it the page is covered and asks; typing counts as being there. Nothing is kept outside
  // the page: what was typed stays in its fields, also when the session is over, and goes on with the form token of the next one.
  const ends = document.getElementById('ends');
  if (ends && ends.showModal) {
    const body = document.body, SOON = 180000, tabs = window.BroadcastChannel ? new BroadcastChannel('lering-session') : null;
    let end = Date.now() + Number(body.dataset.ends) * 1000, told = body.dataset.ends, typed = 0, renewed = Date.now(), over = false;
    const show = (which) => { for (const part of ends.querySelectorAll('[data-say]')) part.hidden = part.dataset.say !== which; };
    const on = (seconds) => { end = Date.now() + seconds * 1000; renewed = Date.now(); over = false; if (seconds > 180 && ends.open) ends.close(); };
    const renew = async () => {
      try {
        const answer = await fetch('/session/renew', { redirect: 'manual', headers: { Accept: 'application/json' } });
        if (!answer.ok) { if (answer.type === 'opaqueredirect') end = Date.now(); return; }
        const now = await answer.json();
        if ((now.hat || '') !== body.dataset.hat) { show('other'); return; }
        for (const field of document.querySelectorAll('input[name=csrf]')) field.value = now.csrf;
        on(now.endsIn);
        for (const one of saves) one.resume();
        if (tabs) tabs.postMessage(now.endsIn);
      } catch (why) { /* No connection: the time goes on, and so does the text on the page. */ }
    };
    if (tabs) tabs.onmessage = (event) => { if (Number(event.data) > 0) on(Number(event.data)); };
    addEventListener('input', () => { typed = Date.now(); });
    ends.addEventListener('cancel', (event) => event.preventDefault());
    ends.querySelector('[data-do=go-on]').addEventListener('click', renew);
    ends.querySelector('[data-do=lock]').addEventListener('click', async () => {
      await Promise.all(saves.map((one) => one.resume()));
      const lock = document.querySelector('form[action="/lock"]');
      if (lock && !document.querySelector('.save[data-state=failed], .save[data-state=busy]')) lock.submit();
    });
    sessionOver = () => { end = Date.now(); look(); };
    const look = () => {
      if (told !== body.dataset.ends) { told = body.dataset.ends; end = Date.now() + Number(told) * 1000; }
      const left = end - Date.now();
      if (left > SOON && typed > renewed && Date.now() - renewed > 300000) renew();
      if (left > SOON) return;
      if (!ends.open) { show('soon'); ends.showModal(); }
      // A form that saves itself can be saved and locked; one that does not keeps its text on the page instead.
      const loose = [...document.querySelectorAll('main form:not([data-autosave]) textarea, main form:not([data-autosave]) input:not([type=hidden])')].some((field) => field.value !== field.defaultValue && !saves.some((one) => one.form === field.form && !one.loose()));
      ends.querySelector('[data-do=lock]').hidden = loose || left <= 0;
      if (left <= 0 && !over) { over = true; show('over'); }
    };
    setInterval(look, 1000); look();
    addEventListener('visibilitychange', look);
  }

  // Keys: the list with `?` or its link; single keys only where they were switched on, never while one types.
  const keys = document.getElementById('keys');
  if (keys && keys.showModal) {
    for (const link of document.querySelectorAll('[data-keys-help]')) link.addEventListener('click', (event) => { event.preventDefault(); keys.showModal(); });
    let before = '', row = -1;
    addEventListener('keydown', (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest('input, textarea, select, [data-lanes], dialog') || !document.body.dataset.keys) return;
      const rows = [...document.querySelectorAll('main tbody tr, main .todo > li')];
      const go = { v: '/today', z: '/cases' }[event.key];
      if (before === 'g' && go) { location.assign(go); }
      else if (event.key === '?') { keys.showModal(); }
      else if (event.key === '/') { const field = document.querySelector('[role=search] input'); if (!field) return; field.focus(); }
      else if ((event.key === 'j' || event.key === 'k') && rows.length) {
        if (rows[row]) rows[row].classList.remove('here');
        row = Math.max(0, Math.min(rows.length - 1, row + (event.key === 'j' ? 1 : -1)));
        rows[row].classList.add('here'); rows[row].scrollIntoView({ block: 'nearest' });
        const link = rows[row].querySelector('a'); if (link) link.focus({ preventScroll: true });
      } else { before = event.key; return; }
      before = ''; event.preventDefault();
    });
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
