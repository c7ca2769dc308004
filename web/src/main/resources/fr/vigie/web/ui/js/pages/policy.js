// The policy of the site: the matrix of zones, writers, interventions, the calendar, and the sets that were in force.
import { h, put, seen, plain } from 'vigie/dom.js';
import { get, post } from 'vigie/api.js';
import { may, state, zone } from 'vigie/state.js';
import { many, t, trouble, word } from 'vigie/text.js';
import { day, full, number, short, utcOf, when } from 'vigie/time.js';
import { pageKeys } from 'vigie/keys.js';
import { go } from 'vigie/route.js';
import { rooms } from 'vigie/parts/rooms.js';
import { empty, failure, loading, note, said, severity, sure, toast } from 'vigie/parts/signs.js';

const WRITER = ['policy.who', 'policy.devices', 'policy.points', 'policy.operations', 'policy.priority', 'policy.comment'];
const TABLES = ['matrix', 'writers', 'maintenance', 'calendar'];
const MOST = 1024 * 1024;
const SHOWN = 100;
// Days of the week and holidays as a site file writes them, in the person's language.
const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun', 'hol'];
const week = text => text.replace(/\b(?:mon|tue|wed|thu|fri|sat|sun|hol)\b/g, d => t('policy.week').split(' ')[DAYS.indexOf(d)]);
const LETTER = { allow: '✓', alert: '!', deny: '✕' };

export function policy(root) {
  let gone = false;
  let timer;
  const place = h('div', { class: 'stack' }, h('div', { class: 'card' }, loading(8)));
  put(root, rooms('policy'), h('div', { class: 'head' }, h('h1', {}, t('policy.title')), h('p', {}, t('policy.lead'))), place);

  async function load() {
    try {
      const p = await get('/policy');
      if (!gone) show(p);
    } catch (error) { if (!gone) put(place, h('div', { class: 'card' }, failure(error, load))); }
  }

  function show(p) {
    put(place,
      p.faults.length > 0 && note('bad', h('strong', {}, t('policy.faults')), faults(p.faults)),
      p.rules.disabled.length > 0 && note('bad', h('strong', {}, t('policy.disabled')), h('ul', {}, p.rules.disabled.map(r => h('li', {}, seen(r.rule), ' (', seen(r.file), ')', t('colon'), seen(r.cause))))),
      matrix(p), writers(p), works(p), calendar(p), may('administrator') && change(p), sets(p));
  }

  const from = x => h('span', { class: 'chip' }, t(`policy.from.${x.from}`), x.from !== 'site' && [' · ', seen(x.file)]);
  const files = table => h('span', { class: 'row right' }, ['csv', 'xlsx'].map(f => h('a', { class: 'button', href: `/api/v1/policy/tables/${table}?format=${f}&lang=${state.language}`, download: '', 'aria-label': `${t(`policy.${table}`)} ${f.toUpperCase()}` }, f.toUpperCase())));
  const head = (p, table) => h('div', { class: 'row' }, h('h2', {}, t(`policy.${table}`)), from(p[table]), files(table));
  const faults = list => h('div', { class: 'table' }, h('table', { class: 'faults' }, h('thead', {}, h('tr', {}, ['policy.file', 'policy.line', 'policy.column', 'import.reason'].map(k => h('th', { scope: 'col' }, t(k))))),
    h('tbody', {}, list.slice(0, SHOWN).map(f => h('tr', {}, h('td', {}, seen(f.file)), h('td', { class: 'num' }, f.line > 0 ? number(f.line) : '–'), h('td', { class: 'num' }, f.column > 0 ? number(f.column) : '–'), h('td', {}, seen(said(f))))))));

  // ---- the matrix -----------------------------------------------------------------------------------------------------------------------

  function matrix(p) {
    const lines = p.matrix.lines;
    const about = h('div', { 'aria-live': 'polite', id: 'cell' }, h('p', { class: 'muted small' }, t('policy.cell.choose')));
    if (lines.length === 0) return h('section', { class: 'card stack', id: 'matrix' }, head(p, 'matrix'), empty(t('policy.matrix.none'), t('policy.matrix.none.why')));
    const cells = new Map(p.matrix.cells.map(c => [`${c.from}>${c.to}`, c.lines]));
    const named = id => id === '*' ? t('policy.every') : zone(id).name;
    const text = l => [l.protocols.join(', ') || t('policy.all.protocols'), l.operations, l.hours].filter(Boolean).join(' · ');
    const verdict = l => h('span', { class: 'verdict', data: { v: l.verdict } }, LETTER[l.verdict], ' ', word('verdict', l.verdict));
    const worst = of => of.length === 0 ? 'none' : ['deny', 'alert', 'allow'].find(v => of.some(i => lines[i].verdict === v));
    const only = of => new Set(of.map(i => lines[i].verdict)).size > 1;
    function open(a, b, button) {
      for (const other of document.querySelectorAll('#matrix td button[aria-pressed="true"]')) other.setAttribute('aria-pressed', 'false');
      button.setAttribute('aria-pressed', 'true');
      const of = cells.get(`${a}>${b}`) ?? [];
      put(about, h('h3', {}, seen(named(a)), ' → ', seen(named(b))), of.length === 0 ? h('p', {}, t('policy.cell.none')) : h('ul', { class: 'facts' }, of.map(i => h('li', {}, verdict(lines[i]), ' ', seen(text(lines[i])), ' ', h('span', { class: 'muted small' }, t('policy.line'), ' ', lines[i].line, lines[i].comment && ' – ', seen(lines[i].comment))))));
    }
    const grid = p.matrix.cells.length > 0 && h('div', { class: 'table matrix', tabindex: '0', role: 'region', 'aria-label': t('policy.grid') }, h('table', {}, h('caption', { class: 'visually-hidden' }, t('policy.grid')),
      h('thead', {}, h('tr', {}, h('th', { scope: 'col' }, t('policy.from.to')), p.zones.map(z => h('th', { scope: 'col' }, h('span', {}, seen(plain(z.name, 40))))))),
      h('tbody', {}, p.zones.map(a => h('tr', {}, h('th', { scope: 'row' }, seen(plain(a.name, 40))), p.zones.map(b => {
        if (a.id === b.id) return h('td', { class: 'same' }, h('span', { class: 'visually-hidden' }, t('policy.same')));
        const of = cells.get(`${a.id}>${b.id}`) ?? [];
        const v = worst(of);
        const shown = of.length === 0 ? '·' : of.length === 1 || !only(of) ? LETTER[v] : [...new Set(of.map(i => LETTER[lines[i].verdict]))].join('');
        return h('td', {}, h('button', { type: 'button', data: { v }, 'aria-pressed': 'false', 'aria-label': `${plain(a.name, 60)} → ${plain(b.name, 60)}${t('colon')}${of.length === 0 ? t('policy.cell.none') : of.map(i => `${word('verdict', lines[i].verdict)} ${text(lines[i])}`).join('; ')}`, on: { click: e => open(a.id, b.id, e.currentTarget) } }, shown));
      }))))));
    return h('section', { class: 'card stack', id: 'matrix' }, head(p, 'matrix'), h('p', { class: 'muted small' }, ['allow', 'alert', 'deny'].map(v => [h('span', { class: 'verdict', data: { v } }, LETTER[v], ' ', word('verdict', v)), ' ']), '· ', t('policy.cell.none')), grid, about,
      h('details', {}, h('summary', {}, many('policy.lines', lines.length, number(lines.length))), h('div', { class: 'table' }, h('table', { class: 'lines' }, h('thead', {}, h('tr', {}, ['policy.line', 'policy.from.zone', 'policy.to.zone', 'policy.protocols', 'policy.operations', 'policy.hours', 'policy.verdict', 'policy.comment'].map(k => h('th', { scope: 'col' }, t(k))))),
        h('tbody', {}, lines.map(l => h('tr', {}, h('td', { class: 'num' }, l.line), h('td', {}, seen(named(l.from))), h('td', {}, seen(named(l.to))), h('td', {}, seen(l.protocols.join(', ') || '*')), h('td', {}, l.operations || '*'), h('td', {}, seen(l.hours)), h('td', {}, verdict(l)), h('td', {}, seen(l.comment)))))))));
  }

  // ---- writers, interventions, calendar ---------------------------------------------------------------------------------------------------

  function writers(p) {
    const lines = p.writers.lines;
    return h('section', { class: 'card stack', id: 'writers' }, head(p, 'writers'), lines.length === 0 ? empty(t('policy.writers.none'), t('policy.writers.none.why')) : h('div', { class: 'table' }, h('table', { class: 'lines stacked' },
      h('thead', {}, h('tr', {}, WRITER.map(k => h('th', { scope: 'col' }, t(k))))),
      h('tbody', {}, lines.slice(0, SHOWN).map(l => h('tr', {}, [l.who, l.devices, l.points, l.operations, l.priority, l.comment].map((x, i) => h('td', { data: { head: x ? `${t(WRITER[i])}${t('colon')}` : null } }, seen(x)))))))));
  }

  function works(p) {
    const lines = p.maintenance.lines;
    const problem = h('div', { 'aria-live': 'polite' });
    const input = (name, type, more = {}) => h('label', { class: 'field' }, h('span', {}, t(`policy.work.${name}`)), h('input', { type, name, required: name !== 'comment', maxlength: 400, ...more }), t(`policy.work.${name}.hint`) !== `policy.work.${name}.hint` && h('small', {}, t(`policy.work.${name}.hint`)));
    async function announce(e) {
      e.preventDefault();
      const form = e.currentTarget;
      const v = name => form.elements[name].value.trim();
      try {
        const done = await post('/policy/maintenance', { from: utcOf(v('from')), to: utcOf(v('to')), contractor: v('contractor'), devices: v('devices'), assets: v('assets'), comment: v('comment') });
        toast(t(done.approval ? 'policy.waits' : 'policy.work.done'));
        load();
      } catch (error) { put(problem, error.body?.faults ? faults(error.body.faults) : note('bad', trouble(error))); }
    }
    async function end(w) {
      try { await post(`/policy/maintenance/${w.place}/end`, { set: p.set.number }); toast(t('policy.work.ended')); load(); } catch (error) { put(problem, error.body?.faults ? faults(error.body.faults) : note('bad', trouble(error))); }
    }
    return h('section', { class: 'card stack', id: 'maintenance' }, head(p, 'maintenance'), h('p', { class: 'muted' }, t('policy.maintenance.why')),
      lines.length === 0 ? empty(t('policy.maintenance.none'), t('policy.maintenance.none.why')) : h('ul', { class: 'files' }, lines.map(w => h('li', { data: { state: w.state } }, h('div', {}, h('strong', {}, seen(w.contractor || w.devices)), ' ', h('span', { class: 'chip' }, t(`policy.work.${w.state}`)),
        h('p', {}, when(w.from, full), ' – ', when(w.to, full)), h('p', { class: 'muted small' }, seen(w.devices), ' → ', seen(w.assets), w.comment && [' · ', seen(w.comment)])),
      may('administrator') && p.maintenance.from !== 'folder' && w.state !== 'over' && h('button', { class: 'button', type: 'button', on: { click: () => end(w) } }, t(w.state === 'open' ? 'policy.work.end' : 'policy.work.cancel'))))),
      may('administrator') && p.maintenance.from !== 'folder' && h('details', {}, h('summary', {}, t('policy.work.new')), h('form', { class: 'stack announce', on: { submit: announce } }, h('div', { class: 'grid' }, input('from', 'datetime-local'), input('to', 'datetime-local'), input('contractor', 'text'), input('devices', 'text'), input('assets', 'text'), input('comment', 'text')),
        h('div', { class: 'row' }, h('button', { class: 'button main' }, t('policy.work.announce'))))), problem);
  }

  function calendar(p) {
    const c = p.calendar;
    return h('section', { class: 'card stack', id: 'calendar' }, head(p, 'calendar'), h('p', {}, t('policy.tz'), t('colon'), h('strong', {}, c.tz), ' · ', t(`policy.law.${c.publicHolidays}`), c.holiday && [' · ', h('strong', {}, t('policy.today'))]),
      c.clockChanges.length > 0 && h('p', { class: 'muted small' }, t('policy.clocks'), t('colon'), c.clockChanges.map((x, i) => [i > 0 && ', ', when(x.at, full), ' (', x.minutes > 0 ? '+' : '−', Math.abs(x.minutes), ' min)'])),
      c.hours.length > 0 && h('ul', { class: 'facts' }, c.hours.map(x => h('li', {}, h('strong', {}, seen(x.name)), t('colon'), seen(week(x.text)), ' ', h('span', { class: 'chip' }, t(x.open ? 'policy.open' : 'policy.shut'))))),
      c.holidays.length === 0 ? h('p', { class: 'muted' }, t('policy.holidays.none')) : h('details', { open: true }, h('summary', {}, t('policy.holidays')), h('ul', { class: 'days' }, c.holidays.map(x => h('li', {}, day(x.day), ' ', h('span', { class: 'muted' }, seen(said(x))))))));
  }

  // ---- changing a table -----------------------------------------------------------------------------------------------------------------

  function change(p) {
    const tried = h('div', { 'aria-live': 'polite', class: 'stack', id: 'tried' });
    let chosen = null;
    const which = h('select', { name: 'which', on: { change: () => put(tried) } }, TABLES.map(x => h('option', { value: x }, t(`policy.${x}`))));
    const file = h('input', { type: 'file', name: 'file', accept: '.csv,.tsv,.txt,.xlsx', required: true, on: { change: () => put(tried) } });
    async function attempt(e) {
      e.preventDefault();
      const f = file.files[0];
      if (!f) return;
      if (f.size > MOST) { put(tried, note('bad', t('policy.large'))); return; }
      put(tried, loading(3));
      try {
        chosen = { table: which.value, name: f.name, content: await base64(f) };
        plan(await post(`/policy/tables/${chosen.table}/plan`, { name: chosen.name, content: chosen.content }));
      } catch (error) { put(tried, note('bad', error.code ? trouble(error) : t('import.unreadable'))); }
    }
    const rows = (list, kind) => list.length > 0 && h('div', { class: 'table' }, h('table', { class: `rows ${kind}` }, h('caption', {}, many(`policy.${kind}`, list.length, number(list.length))), h('tbody', {}, list.slice(0, SHOWN).map(r => h('tr', {}, r.map(c => h('td', {}, seen(c))))))));
    function plan(x) {
      if (!x.sound) { put(tried, note('bad', h('strong', {}, t('policy.refused')), faults(x.faults))); return; }
      const none = x.added.length + x.removed.length === 0;
      const past = h('div', { 'aria-live': 'polite', class: 'stack', id: 'past' });
      const since = h('input', { type: 'datetime-local', name: 'since' });
      put(tried, none ? note('good', t('policy.nochange')) : note('good', t('policy.sound', { same: number(x.same) })), rows(x.added, 'added'), rows(x.removed, 'removed'),
        !none && h('div', { class: 'row' }, h('button', { class: 'button main', type: 'button', id: 'take', on: { click: take } }, t('policy.take')), h('label', { class: 'row' }, h('span', { class: 'small' }, t('policy.since')), since),
          h('button', { class: 'button', type: 'button', id: 'backtest', on: { click: () => backtest(past, since.value) } }, t('policy.backtest'))), past);
    }
    async function take() {
      try {
        const done = await post(`/policy/tables/${chosen.table}`, { name: chosen.name, content: chosen.content });
        toast(done.approval ? t('policy.waits') : t('policy.taken', { n: done.set }));
        load();
      } catch (error) { if (error.body?.faults) plan(error.body); else put(tried, note('bad', trouble(error))); }
    }
    async function backtest(past, since) {
      put(past, loading(2));
      try {
        const begun = await post(`/policy/tables/${chosen.table}/backtest`, { name: chosen.name, content: chosen.content, since: utcOf(since) });
        if (begun.state !== 'running') { put(past, note('bad', t(`policy.backtest.${begun.state}`), ' ', seen(begun.why ?? ''))); return; }
        watch(past);
      } catch (error) { put(past, note('bad', trouble(error))); }
    }
    async function watch(past) {
      if (gone) return;
      try {
        const state_ = await get('/policy/backtest', true);
        if (state_.state === 'running') { put(past, h('p', { role: 'status' }, t('policy.backtest.running'))); timer = setTimeout(() => watch(past), 1000); return; }
        put(past, state_.state === 'done' ? found(state_.result) : note('bad', t('policy.backtest.failed'), ' ', seen(state_.why ?? '')));
      } catch (error) { put(past, note('bad', trouble(error))); }
    }
    return h('section', { class: 'card stack', id: 'change' }, h('h2', {}, t('policy.change')), h('p', { class: 'muted' }, t('policy.change.why'), ' ', t('policy.change.two')),
      h('form', { class: 'stack', on: { submit: attempt } }, h('div', { class: 'row' }, h('label', { class: 'field' }, h('span', {}, t('policy.which')), which), h('label', { class: 'field' }, h('span', {}, t('import.file')), file)), h('div', { class: 'row' }, h('button', { class: 'button main' }, t('import.try')))), tried,
      TABLES.some(x => p[x].from === 'console') && h('p', { class: 'row' }, h('span', { class: 'muted small' }, t('policy.remove.why')), TABLES.filter(x => p[x].from === 'console').map(x => h('button', { class: 'button', type: 'button', on: { click: () => drop(x) } }, t('policy.remove'), ' ', t(`policy.${x}`)))));
  }

  async function drop(table) {
    try { const done = await post(`/policy/tables/${table}/remove`); toast(done.approval ? t('policy.waits') : t('policy.taken', { n: done.set })); load(); } catch (error) { toast(trouble(error)); }
  }

  function found(r) {
    return h('div', { class: 'stack' }, h('p', {}, t('policy.past.seen', { n: number(r.observations) }), r.first && [' ', when(r.first, full), ' – ', when(r.last, full)]),
      h('p', {}, h('strong', {}, t('policy.past', { before: number(r.before), after: number(r.after), added: number(r.added), gone: number(r.gone), changed: number(r.changed), same: number(r.same) }))),
      r.items.length > 0 && h('div', { class: 'table' }, h('table', { class: 'past-said' }, h('thead', {}, h('tr', {}, ['policy.past.change', 'policy.past.rule', 'policy.past.severity', 'policy.past.first', 'policy.past.who', 'policy.past.fact'].map(k => h('th', { scope: 'col' }, t(k))))),
        h('tbody', {}, r.items.slice(0, SHOWN).map(i => h('tr', {}, h('td', {}, t(`policy.past.${i.change}`)), h('td', {}, i.rule, ' ', h('span', { class: 'muted small' }, seen(said(i)))), h('td', {}, i.was && severity(i.was), i.was && i.severity && ' → ', i.severity && severity(i.severity)), h('td', {}, when(i.first, short)), h('td', {}, seen(i.who), i.whom && ' → ', seen(i.whom)), h('td', { class: 'small' }, seen(i.fact))))))),
      Object.entries(r.lost).length > 0 && note('bad', t('policy.past.lost'), ' ', Object.entries(r.lost).map(([k, v]) => `${k} ${v}`).join(', ')),
      h('ul', { class: 'muted small' }, r.notes.map(n => h('li', {}, said(n)))));
  }

  function sets(p) {
    async function back(n) {
      const s = p.kept.find(k => k.number === n);
      const yes = await sure({ title: t('policy.back.ask', { n }), go: t('policy.back'), why: [h('p', {}, t('policy.back.why')), h('p', { class: 'muted small' }, s.files.length > 0 ? seen(s.files.map(f => f.name).join(', ')) : t('policy.set.none'))] });
      if (!yes) return;
      try { const done = await post('/policy/rollback', { number: n }); toast(done.approval ? t('policy.waits') : t('policy.taken', { n: done.set })); load(); } catch (error) { toast(error.body?.faults?.length ? said(error.body.faults[0]) : trouble(error)); }
    }
    return h('section', { class: 'card stack', id: 'sets' }, h('h2', {}, t('policy.sets')), h('p', { class: 'muted' }, t('policy.rules', { n: number(p.rules.count) }), p.rules.own.length > 0 && [t('colon'), seen(p.rules.own.join(', '))], '. ', t('policy.code')),
      h('ul', { class: 'files' }, p.kept.map((s, i) => h('li', {}, h('div', {}, h('strong', {}, t('policy.set', { n: s.number })), ' ', i === 0 && h('span', { class: 'chip' }, t('policy.inforce')),
        h('p', { class: 'muted small' }, s.time && [when(s.time, short), ' · '], s.number === 0 ? t('policy.set.none') : [t(`policy.cause.${s.cause}`), s.what && [' ', seen(TABLES.includes(s.what) ? t(`policy.${s.what}`) : /^set \d+$/.test(s.what) ? t('policy.set', { n: s.what.slice(4) }) : s.what)], s.author && [' · ', seen(s.author)]]), s.files.length > 0 && h('p', { class: 'muted small' }, seen(s.files.map(f => f.name).join(', ')))),
      may('administrator') && i > 0 && h('button', { class: 'button', type: 'button', 'aria-label': `${t('policy.back')} ${s.number}`, on: { click: () => back(s.number) } }, t('policy.back'))))));
  }

  pageKeys({ Escape: () => go('alerts') });
  load();
  return { title: t('policy.title'), leave() { gone = true; clearTimeout(timer); pageKeys({}); } };
}

const base64 = file => new Promise((done, failed) => {
  const reader = new FileReader();
  reader.onload = () => done(String(reader.result).split(',', 2)[1] ?? '');
  reader.onerror = () => failed(reader.error);
  reader.readAsDataURL(file);
});
