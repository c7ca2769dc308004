// One device: what it is, the proof behind each value, where it stands, whom it speaks with, what people decided.
import { h, put, seen, plain } from 'vigie/dom.js';
import { get, post, query, set } from 'vigie/api.js';
import { may, state, zone } from 'vigie/state.js';
import { kinds, t, trouble, word } from 'vigie/text.js';
import { day, number, short, when } from 'vigie/time.js';
import { hear } from 'vigie/live.js';
import { pageKeys } from 'vigie/keys.js';
import { go } from 'vigie/route.js';
import { ofDevice } from 'vigie/parts/matches.js';
import { relations } from 'vigie/parts/relations.js';
import { trail } from 'vigie/parts/trail.js';
import { chooseSplit } from 'vigie/parts/bond.js';
import { difference, form, OWNERS, verdict } from 'vigie/parts/verdict.js';
import { address, behind, called, empty, failure, kind, loading, note, review, said, severity, toast, triage, words, zoneName } from 'vigie/parts/signs.js';

const FIELDS = ['name', 'kind', 'vendor', 'model', 'firmware', 'serial', 'zone', 'site', 'building', 'floor', 'room', 'place', 'owner', 'supplier', 'contract', 'care'];
const TRAITS = ['name', 'vendor', 'model', 'firmware', 'serial'];
const label = name => TRAITS.includes(name) ? word('trait', name) : t(`asset.${name}`);
const shown = (name, value) => value === '' || value === null || value === undefined ? '' : name === 'kind' ? word('kind', value) : name === 'zone' ? zone(value).name : name === 'care' ? t(`care.${value}`) : name === 'owner' ? word('owner', value) : String(value);
const choices = name => name === 'zone' ? (state.site.zones ?? []).map(z => [z.id, z.name]) : name === 'care' ? [0, 1, 2, 3, 4, 5].map(n => [String(n), `${n} – ${t(`care.${n}`)}`]) : name === 'owner' ? OWNERS.map(o => [o, word('owner', o)]) : kinds().map(k => [k, word('kind', k)]).sort((x, y) => x[1].localeCompare(y[1]));

export function asset(root, route) {
  const id = route.id;
  let a = null;
  let more = { near: null, readings: null, alerts: null, advisories: null, since: null };
  let gone = false;
  let timer;
  put(root, loading(8));

  async function load(background = false) {
    try {
      const path = `/assets/${encodeURIComponent(id)}`;
      a = await get(path, background);
      const [near, readings, alerts, advisories, since] = await Promise.all([get(`${path}/relations`, true), get(`${path}/readings?limit=30`, true), get(`/alerts${query({ facets: { asset: [id] }, limit: 20 })}`, true), get(`${path}/advisories`, true), get(`${path}/changes`, true)]);
      more = { near, readings, alerts, advisories, since };
      if (!gone) show();
    } catch (error) { if (!gone && !background) put(root, failure(error, () => load())); }
  }

  async function decide(send) {
    try { a = { ...a, ...await send() }; show(); toast(t('done.decision')); } catch (error) { toast(trouble(error)); }
  }
  async function judge(to) {
    if (!a || !may('analyst')) return;
    try {
      if (!await verdict({ ids: [id] }, to, { owner: a.owner ?? '', due: a.decisions?.due ?? '' })) return;
      toast(t('done.decision'));
      load(true);
    } catch (error) { toast(trouble(error)); }
  }

  /** Values by hand: an empty field gives the machine its say back. */
  async function correct() {
    if (!a || !may('analyst')) return;
    const own = a.decisions?.values ?? {};
    const machine = a.decisions?.machine ?? {};
    const field = name => {
      const value = own[name] ?? '';
      const says = name in machine ? machine[name]?.value ?? '' : a[name] ?? '';
      const listed = ['zone', 'care', 'kind', 'owner'].includes(name) ? choices(name) : null;
      // what is no longer on the list stays to be chosen: saving something else must not take it back
      if (listed && value !== '' && !listed.some(([v]) => v === value)) listed.push([value, plain(shown(name, value))]);
      const input = listed
        ? h('select', { name }, h('option', { value: '' }, t('values.machine', { value: plain(shown(name, says)) || '–' })), listed.map(([v, label]) => h('option', { value: v, selected: v === value }, label)))
        : h('input', { name, maxlength: 200, value, placeholder: plain(says === null ? '' : String(says)) });
      return h('label', { class: 'field' }, h('span', {}, label(name)), input);
    };
    const done = await form({
      title: t('values.title'), go: t('do.save'), wide: true,
      body: [h('p', { class: 'muted' }, t('values.why')), h('div', { class: 'grid' }, FIELDS.map(field)), h('label', { class: 'field' }, h('span', {}, t('comment.label')), h('input', { name: 'comment', maxlength: 4000 }))],
      send: said => {
        const values = {};
        for (const name of FIELDS) if ((said[name] ?? '').trim() !== (own[name] ?? '')) values[name] = said[name].trim();
        return Object.keys(values).length === 0 ? a : set(`/assets/${id}/values`, { values, comment: said.comment.trim() });
      },
    });
    if (done) { a = { ...a, ...done }; show(); toast(t('done.decision')); }
  }

  const takeBack = name => decide(() => set(`/assets/${id}/values`, { values: { [name]: '' } }));
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
            now !== 'approved' && h('button', { class: 'button main', type: 'button', on: { click: () => judge('approved') } }, t('do.approve'), h('kbd', {}, 'a')),
            h('button', { class: 'button', type: 'button', on: { click: () => judge('to-review') } }, t('do.review'), h('kbd', {}, 't')),
            now !== 'refused' && h('button', { class: 'button bad', type: 'button', on: { click: () => judge('refused') } }, t('do.refuse'), h('kbd', {}, 'r')),
            now !== 'to-decommission' && h('button', { class: 'button', type: 'button', on: { click: () => judge('to-decommission') } }, t('do.decommission'), h('kbd', {}, 'd')),
            h('button', { class: 'button', type: 'button', on: { click: correct } }, t('values.do'), h('kbd', {}, 'e')),
            h('button', { class: 'button', type: 'button', on: { click: comment } }, t('do.comment'), h('kbd', {}, 'c')))),
        h('div', { class: 'two' },
          h('div', { class: 'stack' }, since(), byHand(), proofs(), relations(more.near, id, parent), readings()),
          h('div', { class: 'stack' }, card(), conflicts(), ofDevice(more.advisories, id), addresses(), family(parent, children), alertsOf(),
            h('section', { class: 'card' }, h('h2', {}, t('asset.decisions')), (a.timeline ?? []).length === 0 ? h('p', { class: 'muted' }, t('asset.decisions.none')) : trail([], a.timeline))))));
  }

  function proofs() {
    const traits = Object.entries(a.traits ?? {});
    return h('section', { class: 'card' }, h('h2', {}, t('asset.proofs')), traits.length === 0 ? h('p', { class: 'muted' }, t('asset.proofs.none'))
      : traits.map(([name, values]) => h('div', { class: 'trait' }, h('h3', {}, word('trait', name)), values.map(e => h('div', {}, h('b', {}, seen(e.value)),
        h('div', { class: 'proof' }, h('span', {}, t('asset.source', { source: plain(e.source) })), e.cite && h('span', {}, seen(e.cite)), h('span', {}, t('asset.confidence', { n: e.confidence })), h('span', {}, when(e.first, short), ' – ', when(e.last, short))))))));
  }

  /** What changed since somebody last said what it is, beside the picture they saw. */
  function since() {
    const s = more.since;
    if (!s?.review) return null;
    const head = h('p', { class: 'muted' }, t(`since.${s.review.state}`, { who: s.review.by }), ' ', when(s.review.at, short));
    if (!s.before) return h('section', { class: 'card stack' }, h('h2', {}, t('since.title')), head, h('p', { class: 'muted' }, t('since.no-picture')));
    return h('section', { class: 'card stack', id: 'since' }, h('h2', {}, t('since.title')), head,
      (a.decisions?.reopened ?? []).length > 0 && note('warning', t('since.reopened', { who: a.decisions.approved?.by ?? '' })),
      s.changes.length === 0 ? h('p', { class: 'muted' }, t('since.same')) : h('ul', { class: 'changes' }, s.changes.map(d => difference(d, s.devices))));
  }

  /** What people said against the machine, with the machine's proof beside it. */
  function byHand() {
    const values = Object.entries(a.decisions?.values ?? {});
    if (values.length === 0) return null;
    return h('section', { class: 'card', id: 'by-hand' }, h('h2', {}, t('values.by-hand')), values.map(([name, value]) => {
      const m = a.decisions.machine?.[name];
      return h('div', { class: 'trait' }, h('h3', {}, label(name)), h('div', { class: 'row' }, h('b', {}, seen(shown(name, value))), may('analyst') && h('button', { class: 'button plain right', type: 'button', on: { click: () => takeBack(name) } }, t('values.back'))),
        h('div', { class: 'proof', data: { differs: m && m.value !== value ? 'yes' : 'no' } }, m ? [h('span', {}, t('values.machine', { value: '' }), seen(shown(name, m.value))), m.source && h('span', {}, t('asset.source', { source: plain(m.source) })), m.cite && h('span', {}, seen(m.cite)), m.confidence > 0 && h('span', {}, t('asset.confidence', { n: m.confidence })), m.last && h('span', {}, when(m.last, short))] : t('values.machine.none')));
    }));
  }

  function card() {
    const pair = (label, value) => value && [h('dt', {}, label), h('dd', {}, value)];
    return h('section', { class: 'card' }, h('h2', {}, t('asset.identity')), h('dl', { class: 'pairs' },
      pair(t('asset.kind'), [kind(a.kind), a.kindConfidence > 0 && h('span', { class: 'muted small' }, ` (${t('asset.confidence', { n: a.kindConfidence })})`)]), pair(t('asset.zone'), a.zone && zoneName(a.zone)), pair(t('asset.place'), a.place && seen(a.place)),
      ['site', 'building', 'floor', 'room'].map(part => pair(t(`asset.${part}`), a[part] && [seen(a[part]), a.decisions?.values?.[part] === undefined && a.placed?.[part]?.[0]?.confidence <= 30 && h('span', { class: 'muted small' }, ` (${t('asset.confidence', { n: a.placed[part][0].confidence })})`)])),
      pair(t('asset.owner'), a.owner && seen(word('owner', a.owner))), pair(t('verdict.due'), a.decisions?.due && [day(a.decisions.due), a.decisions.due < new Date().toISOString().slice(0, 10) && ['approved', 'refused'].includes(a.decisions.review) === false && [' ', h('span', { class: 'badge', data: { r: 'refused' } }, t('campaigns.is.late'))]]), pair(t('asset.supplier'), a.supplier && seen(a.supplier)), pair(t('asset.contract'), a.contract && seen(a.contract)), pair(t('asset.care'), a.care > 0 && t(`care.${a.care}`)), pair(t('asset.first'), when(a.first)), pair(t('asset.last'), when(a.last)), pair('Id', h('code', {}, a.id))),
      h('p', {}, h('a', { class: 'small', href: `/api/v1/assets/${encodeURIComponent(a.id)}/mud`, download: '', title: t('exchange.mud.why') }, t('exchange.mud'))));
  }

  const conflicts = () => (a.conflicts ?? []).length > 0 && h('section', { class: 'card' }, h('h2', {}, t('asset.conflicts')), a.conflicts.map(c => note('warning', seen(`${c.kind} · ${c.key} : ${c.mine} / ${c.other}`))));
  const addresses = () => h('section', { class: 'card' }, h('div', { class: 'row' }, h('h2', {}, t('asset.addresses')), may('analyst') && (a.addresses ?? []).filter(x => x.current).length > 1 && h('button', { class: 'button plain right', type: 'button', on: { click: async () => { if (await chooseSplit(a)) setTimeout(() => load(true), 600); } } }, t('bond.split'), ' …')), h('ul', { class: 'facts' }, (a.addresses ?? []).map(x => h('li', {}, h('span', { class: 'mono' }, seen(address(x))), !x.current && [' ', h('span', { class: 'chip' }, t('asset.old'))], behind(x) && h('div', { class: 'muted small mono' }, seen(behind(x)))))));
  const member = d => h('li', {}, h('a', { href: `#/inventory/${d.id}` }, called(d)), ' ', h('span', { class: 'muted small' }, kind(d.kind)));
  const family = (parent, children) => (parent || children.length > 0) && h('section', { class: 'card stack' }, h('h2', {}, t('asset.family')), parent && [h('h3', {}, t('asset.parent')), h('ul', {}, member(parent))], children.length > 0 && [h('h3', {}, t('asset.children')), h('ul', { class: 'facts' }, children.map(member))]);
  const alertsOf = () => h('section', { class: 'card' }, h('h2', {}, t('asset.alerts')), (more.alerts?.items ?? []).length === 0 ? h('p', { class: 'muted' }, t('asset.alerts.none'))
    : h('ul', { class: 'facts' }, more.alerts.items.map(x => h('li', {}, severity(x.severity), ' ', h('a', { href: `#/alerts/${x.id}` }, seen(said(x.name) || x.rule.id)), ' ', triage(x.state), h('div', { class: 'small muted' }, when(x.last, short))))));

  function readings() {
    const list = more.readings?.items ?? [];
    return list.length > 0 && h('section', { class: 'card' }, h('h2', {}, t('asset.readings')), h('div', { class: 'table' }, h('table', {}, h('thead', {}, h('tr', {}, h('th', { scope: 'col' }, t('reading.point')), h('th', { class: 'num', scope: 'col' }, t('reading.value')), h('th', { scope: 'col' }, t('evidence.time')))),
      h('tbody', {}, list.map(r => h('tr', {}, h('td', {}, seen(r.point)), h('td', { class: 'num' }, typeof r.last === 'number' ? number(r.last) : seen(r.last ?? ''), ' ', h('span', { class: 'muted' }, seen(r.unit ?? ''))), h('td', {}, when(r.to, short))))))));
  }

  pageKeys({ a: () => { if (a && a.decisions?.review !== 'approved') judge('approved'); }, t: () => judge('to-review'), r: () => judge('refused'), d: () => judge('to-decommission'), e: correct, c: comment, Escape: () => go('inventory') });
  load();
  const quiet = hear(change => { if (change.assets.includes(id)) { clearTimeout(timer); timer = setTimeout(() => load(true), 700); } });
  return { title: t('inventory.title'), leave() { gone = true; clearTimeout(timer); quiet(); pageKeys({}); } };
}
