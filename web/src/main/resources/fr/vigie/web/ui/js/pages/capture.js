// For the network team: what the mirror delivers, what it does not, and the command that mends it.
import { h, put, seen, svg, plain } from 'vigie/dom.js';
import { get } from 'vigie/api.js';
import { many, t } from 'vigie/text.js';
import { full, number, short, when } from 'vigie/time.js';
import { hear } from 'vigie/live.js';
import { pageKeys } from 'vigie/keys.js';
import { health } from 'vigie/pages/overview.js';
import { recorder } from 'vigie/parts/recorder.js';
import { empty, failure, loading, note, said, toast } from 'vigie/parts/signs.js';

const SOME = 12;
/** The doctor judges windows of five minutes: until the first has passed, that nothing was found says nothing. In milliseconds. */
const FIRST = 360_000;
/** The family of switches that was chosen last: it is the same for every finding. */
let family = '';

/** One small drawing for each kind of finding: what arrives is drawn, what does not is dashed. */
const SIGNS = {
  'one-way': ['M4 8h14v24H4zM62 8h14v24H62z', 'M22 15h34m-6-4 6 4-6 4', 'M58 26H24m6-4-6 4 6 4'],
  twice: ['M10 12h26v18H10z', 'M44 12h26v18H44z', 'M36 21h8'],
  lost: ['M8 8h64v5H8z', 'M16 13v14m12-14v20m12-20v14', 'M52 13v22m12-22v22'],
  'vlan-absent': ['M6 10h68', 'M6 20h68', 'M6 30h68'],
  'vlan-silent': ['M6 12h68', 'M6 26l6-8 6 12 6-8h10', 'M34 26h40'],
  'network-absent': ['M6 12h16v16H6z', 'M22 20h16m0-8h10v16H38z', 'M48 20h10m0-8h16v16H58z'],
  untagged: ['M6 12h68v16H6z', 'M30 12v16', 'M12 16h12v8H12z'],
  silent: ['M24 8h32v24H24z', 'M32 8v8m8-8v8m8-8v8', 'M6 36h68'],
  flooded: ['M36 16h8v8h-8z', 'M32 20H8m24-4L12 6m20 18L12 34M48 20h24m-24-4L68 6M48 24l20 10', ''],
  cut: ['M6 12h30v16H6z', 'M40 6v28', 'M44 12h30v16H44z'],
  merged: ['M6 6h20v8H6zM6 16h20v8H6zM6 26h20v8H6z', 'M30 20h8', 'M42 12h32v16H42z'],
  clock: ['M40 4a16 16 0 1 0 0 32 16 16 0 0 0 0-32z', 'M40 10v10l8 5', 'M60 8l10 6-10 6'],
};

const sign = kind => { const [there, comes, not] = SIGNS[kind] ?? SIGNS.clock; return svg('svg', { class: 'pictogram', viewBox: '0 0 80 40', 'aria-hidden': 'true' }, svg('path', { d: there }), svg('path', { class: 'comes', d: comes }), not && svg('path', { class: 'not', d: not })); };

const place = f => [f.interface ? seen(f.interface) : t('capture.everywhere'), f.vlan !== null && ` · VLAN ${f.vlan}`];
const lineName = l => [seen(l.interface), ' · ', l.vlan === null ? t('capture.untagged') : `VLAN ${l.vlan}`];

/** Octets in the unit a person reads. */
function octets(n) {
  const units = ['', 'k', 'M', 'G', 'T'];
  let i = 0;
  let value = n;
  while (value >= 1000 && i < units.length - 1) { value /= 1000; i++; }
  return `${number(value >= 100 || i === 0 ? Math.round(value) : Math.round(value * 10) / 10)} ${units[i]}${t('capture.octet')}`;
}

export function capture(root) {
  let gone = false;
  let timer;
  let every = false;
  let at = -1;
  let chosen = [];
  const ring = recorder(octets);
  put(root, loading(6));

  async function load(background = false) {
    try {
      const [c, o] = await Promise.all([get('/capture', background), get('/health', background)]);
      if (!gone) show(c, o);
    } catch (error) { if (!gone && !background) put(root, failure(error, () => load())); }
  }

  function show(c, o) {
    const writing = ring.place.contains(document.activeElement) ? document.activeElement : null;
    const open = new Set([...root.querySelectorAll('.finding[open]')].map(x => x.dataset.id));
    const focused = document.activeElement?.closest?.('.finding')?.dataset.id;
    chosen = [];
    const now = c.findings.filter(f => f.lasting);
    const past = c.findings.filter(f => !f.lasting);
    const hidden = now.reduce((sum, f) => sum + (f.hidden ?? 0), 0);
    const early = o.state === 'live' && c.start && Date.parse(c.last) - Date.parse(c.start) < FIRST;
    const verdict = t(early ? 'capture.early' : 'capture.good');
    put(root,
      h('div', { class: 'head' }, h('h1', {}, t('capture.title')), h('p', {}, now.length === 0 ? verdict : [many('capture.found', now.length, number(now.length)), hidden > 0 && [' ', many('capture.hidden', hidden, number(hidden))]])),
      h('div', { class: 'sky' },
        h('div', { class: 'stack' },
          h('section', { class: 'stack', 'aria-label': t('capture.findings') }, now.length === 0 ? note(early ? '' : 'good', verdict) : now.map((f, i) => finding(f, open.size === 0 ? i === 0 : open.has(f.id))),
            past.length > 0 && h('details', { class: 'past' }, h('summary', { class: 'muted' }, many('capture.past', past.length, number(past.length))), past.map(f => finding(f, open.has(f.id))))),
          traffic(c)),
        h('div', { class: 'stack' }, sum(c), ring.place, health(o))));
    if (writing) { writing.focus(); } else ring.refresh();
    if (focused) root.querySelector(`.finding[data-id="${CSS.escape(focused)}"] > summary`)?.focus();
  }

  function finding(f, open) {
    const body = h('div', { class: 'body' });
    const names = f.mend.map(m => m.family);
    const commands = h('pre', { class: 'commands', tabindex: '0' });
    const source = h('p', { class: 'small muted' });
    function choose(name) {
      const one = f.mend.find(m => m.family === name) ?? f.mend[0];
      put(commands, one.commands);
      put(source, t('capture.source'), ' ', one.source);
    }
    const select = names.length > 1 && h('select', { 'aria-label': t('capture.family'), on: { change: e => { family = e.target.value; for (const take of chosen) take(); } } },
      names.map(n => h('option', { value: n, selected: n === family }, n)));
    put(body, h('p', { class: 'explain' }, seen(said(f.text))), h('p', {}, h('b', {}, said(f.estimate))),
      h('p', { class: 'small muted' }, t('capture.since'), ' ', when(f.since, full), ' · ', t('capture.last'), ' ', when(f.last, full), ' · ', many('alert.times', f.times, number(f.times)), f.detection && [' · ', h('a', { href: `#/alerts?f.rule=${f.detection}` }, f.detection)]),
      f.mend.length > 0 && h('div', { class: 'mend' }, h('div', { class: 'row' }, h('h3', {}, t('capture.mend')), select || h('span', { class: 'muted small' }, names[0]),
        h('button', { type: 'button', class: 'button right', data: { copy: '' }, on: { click: () => copy(commands) } }, t('capture.copy'))), commands, source));
    if (f.mend.length > 0) {
      choose(family);
      chosen.push(() => { choose(family); if (select && names.includes(family)) select.value = family; });
    }
    return h('details', { class: 'finding card', open, data: { id: f.id, lasting: f.lasting ? 'yes' : 'no', alarm: f.detection ? 'yes' : 'no' } },
      h('summary', {}, sign(f.kind), h('span', { class: 'what' }, h('b', {}, said(f.name)), h('small', {}, place(f))),
        f.hidden > 0 ? h('span', { class: 'hides' }, h('b', {}, `≈ ${number(f.hidden)}`), h('small', {}, many('capture.unseen', f.hidden))) : h('span', { class: 'hides' }, f.whole > 0 && [h('b', {}, `${number(Math.round(1000 * f.part / f.whole) / 10)} %`)])), body);
  }

  async function copy(from) {
    try {
      await navigator.clipboard.writeText(from.textContent);
      toast(t('capture.copied'));
    } catch {
      getSelection().selectAllChildren(from);
      toast(t('capture.selected'));
    }
  }

  /** Bars over time: one row for each interface and VLAN, all to the height of the busiest. */
  function traffic(c) {
    const lines = [...c.lines].sort((a, b) => b.packets - a.packets);
    const shown = every ? lines : lines.slice(0, SOME);
    const bins = Math.max(1, ...lines.map(l => l.packetsByBin.length));
    const troubled = new Set(c.findings.filter(f => f.lasting && f.vlan !== null).map(f => `${f.interface}/${f.vlan}`));
    const lost = c.lost.reduce((a, b) => a + b, 0);
    return h('section', { class: 'card stack traffic' }, h('div', { class: 'row' }, h('h2', {}, t('capture.traffic')), c.first && h('span', { class: 'right small muted' }, when(c.start, short), ' – ', when(c.last, short), ` · ${t('capture.step', { n: c.step >= 60 ? `${c.step / 60} min` : `${c.step} s` })}`)),
      lines.length === 0 ? empty(t('capture.nothing'), t('capture.nothing.why')) : h('div', { class: 'scroll' }, h('table', {},
        h('thead', {}, h('tr', {}, h('th', {}, t('capture.place')), h('th', {}, t('capture.time')), h('th', { class: 'n' }, t('health.packets')), h('th', { class: 'n' }, t('capture.volume')), h('th', { class: 'n' }, t('capture.devices')), h('th', { class: 'n', title: t('capture.group.why') }, t('capture.group')))),
        h('tbody', {}, shown.map(l => h('tr', { data: { troubled: troubled.has(`${l.interface}/${l.vlan}`) ? 'yes' : 'no' } }, h('th', { scope: 'row' }, lineName(l)), h('td', {}, bars(l.packetsByBin, bins, `${plain(l.interface)} ${l.vlan ?? ''}`)), h('td', { class: 'n' }, number(l.packets)), h('td', { class: 'n' }, octets(l.bytes)), h('td', { class: 'n' }, number(l.devices)), h('td', { class: 'n' }, `${number(Math.round(100 * l.group / Math.max(1, l.packets)))} %`))),
          lost > 0 && h('tr', { class: 'lost' }, h('th', { scope: 'row' }, t('capture.lost')), h('td', {}, bars(c.lost, bins, t('capture.lost'))), h('td', { class: 'n' }, number(lost)), h('td', { colspan: 3 }))))),
      lines.length > SOME && !every && h('p', {}, h('button', { type: 'button', class: 'button', on: { click: () => { every = true; load(true); } } }, many('capture.all', lines.length, number(lines.length)))));
  }

  function bars(values, bins, name) {
    const top = Math.max(1, ...values);
    let d = '';
    values.forEach((v, i) => { if (v > 0) { const y = 24 - Math.max(1, Math.round(23 * v / top)); d += `M${i} 24V${y}h1V24z`; } });
    return svg('svg', { class: 'bars-over-time', viewBox: `0 0 ${bins} 24`, preserveAspectRatio: 'none', role: 'img', 'aria-label': t('capture.bars', { name, top: number(top) }) }, svg('path', { d }));
  }

  function sum(c) {
    const total = key => c.lines.reduce((a, l) => a + l[key], 0);
    const row = (label, value) => [h('dt', {}, label), h('dd', {}, value)];
    return h('section', { class: 'card stack' }, h('h2', {}, t('capture.sum')), h('dl', { class: 'figures' },
      row(t('capture.lines'), number(c.lines.length)), row(t('health.packets'), number(total('packets'))), row(t('capture.volume'), octets(total('bytes'))),
      row(t('capture.copies'), number(total('copies'))), row(t('capture.cut'), number(total('cut'))), row(t('capture.merged'), number(total('merged'))), row(t('capture.lost'), number(c.lost.reduce((a, b) => a + b, 0)))));
  }

  function move(step) {
    const all = [...root.querySelectorAll('.finding > summary')].filter(s => s.checkVisibility());
    if (all.length === 0) return;
    at = Math.max(0, Math.min(all.length - 1, all.indexOf(document.activeElement) >= 0 ? all.indexOf(document.activeElement) + step : step > 0 ? 0 : all.length - 1));
    all[at].focus();
  }

  function copyOpen() {
    const from = document.activeElement?.closest?.('.finding') ?? root.querySelector('.finding[open]');
    if (from) { from.open = true; from.querySelector('[data-copy]')?.click(); }
  }

  pageKeys({ j: () => move(1), k: () => move(-1), c: copyOpen });
  load();
  const quiet = hear(() => { clearTimeout(timer); timer = setTimeout(() => load(true), 1500); });
  return { title: t('capture.title'), leave() { gone = true; clearTimeout(timer); quiet(); } };
}
