// One device: what it is, the proof behind each value, where it stands, whom it speaks with, what people decided.
import { h, put, seen, plain } from 'vigie/dom.js';
import { get, post, query, set } from 'vigie/api.js';
import { may } from 'vigie/state.js';
import { t, trouble, word } from 'vigie/text.js';
import { number, short, when } from 'vigie/time.js';
import { hear } from 'vigie/live.js';
import { pageKeys } from 'vigie/keys.js';
import { go } from 'vigie/route.js';
import { ofDevice } from 'vigie/parts/matches.js';
import { relations } from 'vigie/parts/relations.js';
import { trail } from 'vigie/parts/trail.js';
import { address, behind, called, empty, failure, kind, loading, note, review, said, severity, toast, triage, words, zoneName } from 'vigie/parts/signs.js';

export function asset(root, route) {
  const id = route.id;
  let a = null;
  let more = { near: null, readings: null, alerts: null, advisories: null };
  let gone = false;
  let timer;
  put(root, loading(8));

  async function load(background = false) {
    try {
      const path = `/assets/${encodeURIComponent(id)}`;
      a = await get(path, background);
      const [near, readings, alerts, advisories] = await Promise.all([get(`${path}/relations`, true), get(`${path}/readings?limit=30`, true), get(`/alerts${query({ facets: { asset: [id] }, limit: 20 })}`, true), get(`${path}/advisories`, true)]);
      more = { near, readings, alerts, advisories };
      if (!gone) show();
    } catch (error) { if (!gone && !background) put(root, failure(error, () => load())); }
  }

  async function decide(send) {
    try { a = { ...a, ...await send() }; show(); toast(t('done.decision')); } catch (error) { toast(trouble(error)); }
  }
  async function judge(to, title) {
    if (!a || !may('analyst')) return;
    const text = await words({ title, go: title });
    if (text !== null) decide(() => set(`/assets/${id}/review`, { state: to, comment: text }));
  }
  async function comment() {
    if (!a || !may('analyst')) return;
    const text = await words({ title: t('comment.title'), needed: true });
    if (text) decide(() => post(`/assets/${id}/comments`, { comment: text }));
  }

  function show() {
    const now = a.decisions?.review ?? 'new';
    const parent = (a.family ?? []).find(f => f.id === a.parent);
    const children = (a.family ?? []).filter(f => f.id !== a.parent);
    put(root,
      h('div', { class: 'stack' },
        h('div', {}, h('a', { class: 'small', href: '#/inventory' }, `← ${t('inventory.title')}`)),
        h('div', { class: 'row' }, h('h1', {}, called(a)), review(now),
          may('analyst') && h('div', { class: 'row right' },
            now !== 'approved' && h('button', { class: 'button main', type: 'button', on: { click: () => judge('approved', t('do.approve')) } }, t('do.approve'), h('kbd', {}, 'a')),
            now !== 'to-review' && h('button', { class: 'button', type: 'button', on: { click: () => judge('to-review', t('do.review')) } }, t('do.review')),
            now !== 'refused' && h('button', { class: 'button bad', type: 'button', on: { click: () => judge('refused', t('do.refuse')) } }, t('do.refuse')),
            h('button', { class: 'button', type: 'button', on: { click: comment } }, t('do.comment'), h('kbd', {}, 'c')))),
        h('div', { class: 'two' },
          h('div', { class: 'stack' }, proofs(), relations(more.near, id), readings()),
          h('div', { class: 'stack' }, card(), conflicts(), ofDevice(more.advisories, id), addresses(), family(parent, children), alertsOf(),
            h('section', { class: 'card' }, h('h2', {}, t('asset.decisions')), (a.timeline ?? []).length === 0 ? h('p', { class: 'muted' }, t('asset.decisions.none')) : trail([], a.timeline))))));
  }

  function proofs() {
    const traits = Object.entries(a.traits ?? {});
    return h('section', { class: 'card' }, h('h2', {}, t('asset.proofs')), traits.length === 0 ? h('p', { class: 'muted' }, t('asset.proofs.none'))
      : traits.map(([name, values]) => h('div', { class: 'trait' }, h('h3', {}, word('trait', name)), values.map(e => h('div', {}, h('b', {}, seen(e.value)),
        h('div', { class: 'proof' }, h('span', {}, t('asset.source', { source: plain(e.source) })), e.cite && h('span', {}, seen(e.cite)), h('span', {}, t('asset.confidence', { n: e.confidence })), h('span', {}, when(e.first, short), ' – ', when(e.last, short))))))));
  }

  function card() {
    const pair = (label, value) => value && [h('dt', {}, label), h('dd', {}, value)];
    return h('section', { class: 'card' }, h('h2', {}, t('asset.identity')), h('dl', { class: 'pairs' },
      pair(t('asset.kind'), [kind(a.kind), a.kindConfidence > 0 && h('span', { class: 'muted small' }, ` (${t('asset.confidence', { n: a.kindConfidence })})`)]), pair(t('asset.zone'), a.zone && zoneName(a.zone)), pair(t('asset.place'), a.place && seen(a.place)),
      ['site', 'building', 'floor', 'room'].map(part => pair(t(`asset.${part}`), a[part] && [seen(a[part]), a.placed?.[part]?.[0]?.confidence <= 30 && h('span', { class: 'muted small' }, ` (${t('asset.confidence', { n: a.placed[part][0].confidence })})`)])),
      pair(t('asset.owner'), a.owner && seen(a.owner)), pair(t('asset.supplier'), a.supplier && seen(a.supplier)), pair(t('asset.contract'), a.contract && seen(a.contract)), pair(t('asset.care'), a.care > 0 && t(`care.${a.care}`)), pair(t('asset.first'), when(a.first)), pair(t('asset.last'), when(a.last)), pair('Id', h('code', {}, a.id))),
      h('p', {}, h('a', { class: 'small', href: `/api/v1/assets/${encodeURIComponent(a.id)}/mud`, download: '', title: t('exchange.mud.why') }, t('exchange.mud'))));
  }

  const conflicts = () => (a.conflicts ?? []).length > 0 && h('section', { class: 'card' }, h('h2', {}, t('asset.conflicts')), a.conflicts.map(c => note('warning', seen(`${c.kind} · ${c.key} : ${c.mine} / ${c.other}`))));
  const addresses = () => h('section', { class: 'card' }, h('h2', {}, t('asset.addresses')), h('ul', { class: 'facts' }, (a.addresses ?? []).map(x => h('li', {}, h('span', { class: 'mono' }, seen(address(x))), !x.current && [' ', h('span', { class: 'chip' }, t('asset.old'))], behind(x) && h('div', { class: 'muted small mono' }, seen(behind(x)))))));
  const member = d => h('li', {}, h('a', { href: `#/inventory/${d.id}` }, called(d)), ' ', h('span', { class: 'muted small' }, kind(d.kind)));
  const family = (parent, children) => (parent || children.length > 0) && h('section', { class: 'card stack' }, h('h2', {}, t('asset.family')), parent && [h('h3', {}, t('asset.parent')), h('ul', {}, member(parent))], children.length > 0 && [h('h3', {}, t('asset.children')), h('ul', { class: 'facts' }, children.map(member))]);
  const alertsOf = () => h('section', { class: 'card' }, h('h2', {}, t('asset.alerts')), (more.alerts?.items ?? []).length === 0 ? h('p', { class: 'muted' }, t('asset.alerts.none'))
    : h('ul', { class: 'facts' }, more.alerts.items.map(x => h('li', {}, severity(x.severity), ' ', h('a', { href: `#/alerts/${x.id}` }, seen(said(x.name) || x.rule.id)), ' ', triage(x.state), h('div', { class: 'small muted' }, when(x.last, short))))));

  function readings() {
    const list = more.readings?.items ?? [];
    return list.length > 0 && h('section', { class: 'card' }, h('h2', {}, t('asset.readings')), h('div', { class: 'table' }, h('table', {}, h('thead', {}, h('tr', {}, h('th', { scope: 'col' }, t('reading.point')), h('th', { class: 'num', scope: 'col' }, t('reading.value')), h('th', { scope: 'col' }, t('evidence.time')))),
      h('tbody', {}, list.map(r => h('tr', {}, h('td', {}, seen(r.point)), h('td', { class: 'num' }, typeof r.last === 'number' ? number(r.last) : seen(r.last ?? ''), ' ', h('span', { class: 'muted' }, seen(r.unit ?? ''))), h('td', {}, when(r.to, short))))))));
  }

  pageKeys({ a: () => { if (a && a.decisions?.review !== 'approved') judge('approved', t('do.approve')); }, c: comment, Escape: () => go('inventory') });
  load();
  const quiet = hear(change => { if (change.assets.includes(id)) { clearTimeout(timer); timer = setTimeout(() => load(true), 700); } });
  return { title: t('inventory.title'), leave() { gone = true; clearTimeout(timer); quiet(); pageKeys({}); } };
}
