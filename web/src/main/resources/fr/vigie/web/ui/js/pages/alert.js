// One alert: what it means, who did what to whom, the facts, the packets, the technique, what happened since.
import { h, put, seen, svg, plain } from 'vigie/dom.js';
import { get, post, set } from 'vigie/api.js';
import { may, zone } from 'vigie/state.js';
import { many, t, trouble } from 'vigie/text.js';
import { full, number, when } from 'vigie/time.js';
import { exceptionOf } from 'vigie/parts/exception.js';
import { explanation, messages } from 'vigie/parts/explain.js';
import { trail } from 'vigie/parts/trail.js';
import { address, behind, called, failure, kind, loading, note, reason, said, severity, toast, triage, words } from 'vigie/parts/signs.js';

const OPEN = ['new', 'acknowledged', 'investigating'];

/** Shows the alert in the pane; answers what the keyboard may do with it. */
export function alertDetail(pane, id, { back, changed }) {
  let alert = null;
  let decoded = null;
  put(pane, loading(5));

  async function load(background = false) {
    try {
      alert = await get(`/alerts/${encodeURIComponent(id)}`, background);
      if (pane.dataset.id === id) show();
    } catch (error) { if (pane.dataset.id === id && !background) put(pane, failure(error, () => load())); }
  }
  pane.dataset.id = id;

  async function decide(send) {
    try {
      alert = await send();
      show();
      toast(t(alert.followed ? (alert.followed === 'closed' ? 'done.decision.closes' : 'done.decision.opens') : 'done.decision'));
      changed(alert);
    } catch (error) { toast(trouble(error)); }
  }

  const acknowledge = () => { if (alert && may('analyst') && alert.state === 'new') decide(() => post(`/alerts/${id}/acknowledge`)); };
  async function comment() {
    if (!alert || !may('analyst')) return;
    const text = await words({ title: t('comment.title'), needed: true });
    if (text) decide(() => post(`/alerts/${id}/comments`, { comment: text }));
  }
  async function state(to, title) {
    const text = await words({ title, go: title });
    if (text !== null) decide(() => set(`/alerts/${id}/state`, { state: to, comment: text }));
  }

  async function exception() {
    if (!alert || !may('analyst')) return;
    const { now } = await get('/exceptions');
    const made = await exceptionOf(alert, now);
    if (made) toast(t(made.kind ? 'exception.waits' : 'done.decision'));
  }

  function show() {
    const a = alert;
    put(pane,
      h('header', { class: 'stack' },
        h('div', { class: 'row' }, h('button', { class: 'button back', type: 'button', on: { click: back } }, `← ${t('back')}`), severity(a.severity), triage(a.state), h('span', { class: 'chip mono' }, a.rule.id),
          h('span', { class: 'muted small right' }, when(a.first), Number(a.count) > 1 && ` · ${many('alert.times', Number(a.count), number(a.count))}`)),
        h('h1', {}, seen(said(a.name) || a.rule.id)), a.exception && note('warning', h('a', { href: '#/exceptions' }, t('alert.excepted')))),
      h('section', {}, h('h2', {}, t('alert.means')), h('p', { class: 'explain' }, seen(said(a.explain))), (a.raisedBy ?? []).length > 0 && h('p', { class: 'muted small' }, t('alert.raised', { why: a.raisedBy.map(reason).join(', ') }))),
      said(a.response) && h('section', {}, h('h2', {}, t('alert.do')), h('p', {}, seen(said(a.response)))),
      h('section', {}, h('h2', {}, t('alert.picture')), picture(a)),
      h('section', {}, h('h2', {}, t('alert.building')), building(a)),
      h('section', {}, h('h2', {}, t('alert.facts')), h('ul', { class: 'facts' }, (a.facts ?? []).map(f => h('li', {}, typeof f === 'string' ? seen(f) : Object.entries(f).map(([k, v]) => [h('span', { class: 'muted' }, `${plain(k)} : `), seen(v), ' ']))))),
      explanation(a),
      h('section', { id: 'evidence' }, h('h2', {}, t('alert.evidence')), evidence(a), (a.packets ?? []).length > 0 && (decoded = messages(a)).element),
      h('section', {}, h('h2', {}, t('alert.technique')), (a.technique ?? []).length === 0 ? h('p', { class: 'muted' }, t('alert.no-technique'))
        : h('ul', { class: 'facts' }, a.technique.map(x => h('li', {}, h('a', { class: 'chip mono', href: `https://attack.mitre.org/techniques/${x.id.replace('.', '/')}/`, rel: 'noreferrer noopener', target: '_blank', title: t('alert.attack') }, x.id), ' ', seen(x.name ?? ''), h('span', { class: 'muted small' }, ` ATT&CK ICS ${plain(x.version ?? '')}`, (x.aliases ?? []).length > 0 && `, ${t('alert.aka', { aliases: x.aliases.join(', ') })}`))))),
      h('section', {}, h('h2', {}, t('alert.timeline')), trail([{ time: a.first, text: t('timeline.first') }, ...(a.last !== a.first ? [{ time: a.last, text: t('timeline.last') }] : [])], a.timeline)),
      h('p', { class: 'muted small' }, t('alert.rule', { id: a.rule.id, version: a.rule.version }), ' · ', h('code', {}, String(a.rule.sha256 ?? '').slice(0, 16)), ' · ', h('code', {}, a.id)),
      may('analyst') && h('div', { class: 'actions row' },
        a.state === 'new' && h('button', { class: 'button main', type: 'button', on: { click: acknowledge } }, t('do.acknowledge'), h('kbd', {}, 'a')),
        h('button', { class: 'button', type: 'button', on: { click: comment } }, t('do.comment'), h('kbd', {}, 'c')), h('button', { class: 'button', type: 'button', on: { click: exception } }, t('exception.make'), h('kbd', {}, 'e')),
        ['new', 'acknowledged', 'investigating'].includes(a.state)
          ? [h('button', { class: 'button', type: 'button', on: { click: () => state('resolved', t('do.resolve')) } }, t('do.resolve'), h('kbd', {}, 'r')), h('button', { class: 'button', type: 'button', on: { click: () => state('false-positive', t('do.false')) } }, t('do.false'), h('kbd', {}, 'f'))]
          : h('button', { class: 'button', type: 'button', on: { click: () => state('new', t('do.reopen')) } }, t('do.reopen'), h('kbd', {}, 'o'))));
  }

  load();
  const judge = to => { if (alert && may('analyst')) { if (to === 'new') { if (!OPEN.includes(alert.state)) state('new', t('do.reopen')); } else if (OPEN.includes(alert.state)) state(to, t(to === 'resolved' ? 'do.resolve' : 'do.false')); } };
  return { acknowledge, comment, exception, decode: () => decoded?.show(), judge, download: () => pane.querySelector('#evidence a[download], #evidence a.button')?.click(), refresh: () => load(true) };
}

const at = (device, endpoint) => Boolean(device.address) && (device.address === endpoint?.ip || device.address === endpoint?.mac);

/** Actor, arrow, target: devices stand with the address that is theirs; below an IP they stand in the order of the alert. */
function picture(a) {
  const devices = a.devices ?? [];
  const whom = a.whom ?? [];
  const actor = devices.find(d => at(d, a.who)) ?? (devices.length > whom.length ? devices[0] : null);
  const others = devices.filter(d => d !== actor);
  const placed = new Set();
  const targets = whom.map(w => { const d = others.find(o => !placed.has(o) && at(o, w)); if (d) placed.add(d); return d ?? null; });
  for (const d of others) if (!placed.has(d)) { const free = targets.indexOf(null); if (free >= 0) targets[free] = d; else targets.push(d); }
  return h('div', { class: 'picture' }, party(t('alert.actor'), actor, a.who, ''),
    h('div', { class: 'arrow' }, h('span', { class: 'mono' }, a.rule.id.split('-')[0]), svg('svg', { viewBox: '0 0 120 16', preserveAspectRatio: 'none', 'aria-hidden': 'true' }, svg('path', { d: 'M0 8h116M108 2l9 6-9 6' })), h('span', {}, many('alert.times', Number(a.count), number(a.count)))),
    h('div', { class: 'parties' }, whom.length === 0 && targets.length === 0 ? h('div', { class: 'party' }, h('span', { class: 'muted' }, t('alert.no-target')))
      : Array.from({ length: Math.min(3, Math.max(whom.length, targets.length)) }, (_, i) => party(i === 0 ? t('alert.target') : '', targets[i], whom[i], 'target')),
    Math.max(whom.length, targets.length) > 3 && h('span', { class: 'muted small' }, t('several', { n: Math.max(whom.length, targets.length) - 3 }))));
}

function party(role, device, endpoint, side) {
  return h('div', { class: `party ${side}` }, role && h('small', {}, role), device ? h('a', { href: `#/inventory/${device.id}` }, called(device)) : h('b', {}, seen(address(endpoint)) ),
    device && h('small', {}, kind(device.kind), device.zone && [' · ', seen(zone(device.zone).name)]), device && endpoint && h('small', { class: 'mono' }, seen(address(endpoint))), endpoint && behind(endpoint) && h('small', { class: 'mono' }, seen(behind(endpoint))));
}

function building(a) {
  const zones = (a.zones ?? []).map(zone).sort((x, y) => (y.care ?? 0) - (x.care ?? 0));
  return zones.length === 0 ? h('p', { class: 'muted' }, t('building.none'))
    : h('ul', { class: 'facts' }, zones.map(z => h('li', {}, seen(t('building.zone', { name: z.name, care: t(`care.${z.care ?? 0}`) })))));
}

function evidence(a) {
  const packets = a.packets ?? [];
  const more = Number(a.packetsMore ?? 0);
  if (packets.length === 0) return h('p', { class: 'muted' }, t('evidence.none'));
  const digests = [...new Set(packets.map(p => p.sha256).filter(Boolean))];
  return h('div', { class: 'stack' }, h('div', { class: 'table' }, h('table', {}, h('thead', {}, h('tr', {}, h('th', { class: 'num', scope: 'col' }, t('evidence.packet')), h('th', { scope: 'col' }, t('evidence.file')), h('th', { scope: 'col' }, t('evidence.time')))),
    h('tbody', {}, packets.map(p => h('tr', {}, h('td', { class: 'num mono' }, number(p.index)), h('td', {}, seen(p.file)), h('td', {}, when(p.time, full))))))),
  more > 0 && h('p', { class: 'muted small' }, many('evidence.more', more, number(more))),
  digests.length > 0 && h('p', { class: 'muted small' }, t('evidence.sha'), ' ', digests.map(d => h('code', { title: d }, `${String(d).slice(0, 24)}… `))),
  account(a));
}

// What the file of packets holds, what was cut in it and what is missing; asked for when it is shown.
function account(a) {
  const place = h('div', { class: 'stack account' });
  get(`/alerts/${encodeURIComponent(a.id)}/evidence`, true).then(about => {
    const n = about.packets ?? 0;
    const values = { n: number(n), size: number(Math.ceil((about.size ?? about.octets ?? 0) / 1024)), from: about.from && full(about.from), to: about.to && full(about.to), why: about.trouble ?? '' };
    const gone = about.state === 'gone';
    put(place,
      gone || about.state === 'unwritten' ? note('warning', t(`evidence.is.${about.state}`, values)) : h('p', { class: 'muted small' }, t(`evidence.is.${about.state}`, values)),
      Object.keys(about.cut).length > 0 && [h('h3', {}, t('evidence.cut')), h('ul', { class: 'facts' }, Object.entries(about.cut).map(([why, many_]) => h('li', {}, t(`cut.${why}`), h('span', { class: 'muted' }, ` · ${number(many_)}`))))],
      about.missing.length > 0 && [h('h3', {}, t('evidence.missing')), h('ul', { class: 'facts' }, about.missing.map(m => h('li', {}, t(`missing.${m.reason}`), h('span', { class: 'muted' }, m.packets !== null && ` · ${number(m.packets)}`, ' · ', full(m.from), ' – ', full(m.to)))))],
      about.sha256 && h('p', { class: 'muted small' }, t('evidence.own'), ' ', h('code', { title: about.sha256 }, `${about.sha256.slice(0, 24)}…`)),
      !gone && h('p', {}, h('a', { class: 'button', href: `/api/v1/alerts/${encodeURIComponent(a.id)}/packets`, download: '' }, t('evidence.get'))));
  }).catch(error => put(place, h('p', { class: 'muted' }, trouble(error))));
  return place;
}
