// One incident: what it is, when what happened, why its alerts belong together, who is concerned, what people did.
import { h, put, seen, svg, plain } from 'vigie/dom.js';
import { get } from 'vigie/api.js';
import { may } from 'vigie/state.js';
import { many, t } from 'vigie/text.js';
import { clock, full, number, short, when } from 'vigie/time.js';
import { address, called, failure, kind, letter, loading, reason, said, severity, zoneName } from 'vigie/parts/signs.js';
import { age, standing, step } from 'vigie/parts/casework.js';

const ROWS = 14;

/** Shows the incident in the pane; `act` is what can be decided. */
export function incidentDetail(pane, id, { back, act }) {
  let incident = null;
  let worst = null;
  put(pane, loading(5));
  pane.dataset.id = id;

  async function load(background = false) {
    try {
      incident = await get(`/incidents/${encodeURIComponent(id)}`, background);
      worst = await get(`/alerts/${encodeURIComponent(incident.severityBy)}`, background).catch(() => null);
      if (pane.dataset.id === id) show();
    } catch (error) { if (pane.dataset.id === id && !background) put(pane, failure(error, () => load())); }
  }

  function show() {
    const i = incident;
    const open = i.state !== 'closed' && i.state !== 'silenced';
    const button = (name, text, key, main) => h('button', { class: main ? 'button main' : 'button', type: 'button', on: { click: () => act[name]([id]) } }, text, h('kbd', {}, key));
    put(pane,
      h('header', { class: 'stack' },
        h('div', { class: 'row' }, h('button', { class: 'button back', type: 'button', on: { click: back } }, `← ${t('back')}`), severity(i.severity), standing(i), i.late && h('span', { class: 'badge', data: { r: 'refused' } }, t('incident.late')),
          h('span', { class: 'muted small right' }, age(i, i.now))),
        h('h1', {}, seen(said(i.name)), i.rules.length > 1 && h('span', { class: 'muted' }, ` +${i.rules.length - 1}`)),
        h('p', { class: 'muted' }, many('incidents.alerts', Number(i.alerts), number(i.alerts)), ' · ', many('incident.events', Number(i.events), number(i.events)), i.silenced > 0 && ` · ${many('incident.silenced', i.silenced, number(i.silenced))}`, ' · ', when(i.first), ' – ', when(i.last)),
        h('p', { class: 'small' }, t('assignee'), t('colon'), i.assignee ? seen(i.assignee) : t('assignee.none'), i.due && [' · ', t('verdict.due'), t('colon'), when(i.due, full), h('span', { class: 'muted' }, ` (${t(`incident.due.${i.dueBy}`)})`)])),
      worst && h('section', {}, h('h2', {}, t('alert.means')), h('p', { class: 'explain' }, seen(said(worst.explain))), (worst.raisedBy ?? []).length > 0 && h('p', { class: 'muted small' }, t('alert.raised', { why: worst.raisedBy.map(reason).join(', ') }))),
      worst && said(worst.response) && h('section', {}, h('h2', {}, t('alert.do')), h('p', {}, seen(said(worst.response)))),
      h('section', {}, h('h2', {}, t('incident.picture')), chart(i)),
      h('section', {}, h('h2', {}, t('incident.together')), h('ol', { class: 'folds' }, i.folds.map(fold)), i.more && h('p', { class: 'muted small' }, t('incident.more')),
        h('p', {}, h('a', { href: `#/alerts?q=incident:${encodeURIComponent(i.id)}` }, many('incident.alerts.see', Number(i.alerts), number(i.alerts))))),
      h('section', {}, h('h2', {}, t('incident.who')), devices(i)),
      i.technique.length > 0 && h('section', {}, h('h2', {}, t('alert.technique')), h('p', { class: 'row' }, i.technique.map(x => h('a', { class: 'chip mono', href: `#/incidents?f.technique=${encodeURIComponent(x)}` }, x)))),
      h('section', {}, h('h2', {}, t('incident.history')), history(i)),
      h('p', { class: 'muted small' }, h('code', {}, i.id)),
      may('analyst') && h('div', { class: 'actions row' },
        open && i.state === 'new' && button('acknowledge', t('do.acknowledge'), 'a', true),
        open && button('work', t('incident.work'), 'w'), button('assign', t('incident.assign'), 'i'),
        open ? button('close', t('incident.close'), 'c', i.state !== 'new') : button('reopen', t('do.reopen'), 'o', true), button('comment', t('do.comment'), 'm')));
  }

  load();
  return { refresh: () => load(true) };
}

const fold = f => h('li', { data: { s: letter(f.severity) } },
  h('div', { class: 'row' }, h('a', { href: `#/alerts/${f.alert}` }, seen(said(f.name))), severity(f.severity), h('span', { class: 'chip mono' }, f.rule), Number(f.silenced) > 0 && h('span', { class: 'chip' }, t('state.silenced')), h('span', { class: 'muted small right' }, when(f.first, short), f.last !== f.first && [' – ', when(f.last, short)])),
  h('p', { class: 'small' }, h('b', {}, said(f.reason)), ' · ', h('span', { class: 'mono' }, seen(address(f.who)), f.whom && [' → ', seen(address(f.whom))]), (Number(f.alerts) > 1 || Number(f.events) > 1) && h('span', { class: 'muted' }, ` · ${many('incidents.alerts', Number(f.alerts), number(f.alerts))}, ${many('incident.events', Number(f.events), number(f.events))}`)));

function devices(i) {
  const actor = d => i.actors.some(a => d.address && (a.ip === d.address || a.mac === d.address));
  const known = new Set((i.devices ?? []).map(d => d.address));
  const party = (d, role) => h('div', { class: `party ${role}` }, h('small', {}, t(role === '' ? 'alert.actor' : 'alert.target')), h('a', { href: `#/inventory/${d.id}` }, called(d, 60)), h('small', {}, kind(d.kind), d.zone && [' · ', zoneName(d.zone)]), h('small', { class: 'mono' }, seen(d.address)));
  const bare = (e, role) => h('div', { class: `party ${role}` }, h('small', {}, t(role === '' ? 'alert.actor' : 'alert.target')), h('b', { class: 'mono' }, seen(address(e))));
  const actors = [...(i.devices ?? []).filter(actor).map(d => party(d, '')), ...i.actors.filter(a => !known.has(a.ip) && !known.has(a.mac)).map(e => bare(e, ''))];
  const targets = [...(i.devices ?? []).filter(d => !actor(d)).map(d => party(d, 'target')), ...i.targets.filter(a => !known.has(a.ip) && !known.has(a.mac)).map(e => bare(e, 'target'))];
  return h('div', { class: 'sides' }, h('div', { class: 'parties' }, actors.slice(0, 8), actors.length > 8 && h('span', { class: 'muted small' }, t('several', { n: actors.length - 8 }))),
    h('div', { class: 'parties' }, targets.length === 0 ? h('p', { class: 'muted' }, t('alert.no-target')) : targets.slice(0, 8), targets.length > 8 && h('span', { class: 'muted small' }, t('several', { n: targets.length - 8 }))));
}

function history(i) {
  return (i.timeline ?? []).length === 0 ? h('p', { class: 'muted' }, t('asset.decisions.none'))
    : h('ol', { class: 'timeline' }, i.timeline.map(s => h('li', { data: { by: s.who === 'vigie' ? 'network' : 'person' } }, h('strong', {}, seen(s.who)), ' · ', step(s), step(s).length === 0 && t('alert.comment'), s.due && [' ', when(s.due, full)], h('br'), when(s.time), s.comment && h('blockquote', {}, seen(s.comment)))));
}

/** When what happened: a line a fold, in the colour of its severity; the table below says the same in words. */
function chart(i) {
  const folds = i.folds.slice(0, ROWS);
  const from = Date.parse(i.first);
  const to = Math.max(Date.parse(i.last), from + 1000);
  const width = 640;
  const left = 74;
  const x = iso => left + (Date.parse(iso) - from) / (to - from) * (width - left - 14);
  const height = folds.length * 24 + 30;
  const label = t('incident.picture.label', { n: folds.length, from: full(i.first), to: full(i.last) });
  return h('div', { class: 'chart' }, svg('svg', { viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label': label },
    [0, 0.5, 1].map(p => svg('line', { class: 'grid', x1: left + p * (width - left - 14), x2: left + p * (width - left - 14), y1: 4, y2: height - 22 })),
    folds.map((f, n) => svg('g', { class: 'fold', 'data-s': letter(f.severity) },
      svg('text', { x: 0, y: n * 24 + 20 }, f.rule),
      svg('line', { x1: x(f.first), x2: Math.max(x(f.last), x(f.first) + 0.1), y1: n * 24 + 16, y2: n * 24 + 16 }),
      svg('circle', { cx: x(f.first), cy: n * 24 + 16, r: 5 }), f.last !== f.first && svg('circle', { cx: x(f.last), cy: n * 24 + 16, r: 3 }),
      svg('title', {}, `${f.rule} ${plain(said(f.name))} – ${said(f.reason)}`))),
    svg('text', { class: 'tick', x: left, y: height - 6 }, clock(i.first)), clock(i.last) !== clock(i.first) && svg('text', { class: 'tick end', x: width - 2, y: height - 6 }, clock(i.last))),
  i.folds.length > ROWS && h('p', { class: 'muted small' }, t('several', { n: i.folds.length - ROWS })));
}
