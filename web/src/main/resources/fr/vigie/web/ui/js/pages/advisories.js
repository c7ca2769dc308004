// Advisories: which there are, which concern us, how old what we know is; one of them with its devices.
import { h, put, seen } from 'vigie/dom.js';
import { get, query } from 'vigie/api.js';
import { many, t } from 'vigie/text.js';
import { number } from 'vigie/time.js';
import { hear } from 'vigie/live.js';
import { pageKeys } from 'vigie/keys.js';
import { go, link } from 'vigie/route.js';
import { facets } from 'vigie/parts/facets.js';
import { called, empty, failure, kind, loading, note, zoneName } from 'vigie/parts/signs.js';
import { cvss, exploited, match, verdict, weaknesses } from 'vigie/parts/matches.js';

const FIELDS = ['verdict', 'exploited', 'severity', 'decided', 'origin'];
const STEP = 50;
const day = text => text ? h('time', { datetime: text }, new Date(`${text}T12:00:00Z`).toLocaleDateString(document.documentElement.lang, { year: 'numeric', month: 'short', day: 'numeric' })) : '–';
const age = text => Math.max(0, Math.round((Date.now() - Date.parse(`${text}T00:00:00Z`)) / 86_400_000));

export function advisories(root, route) {
  let { q, facets: chosen, sort } = route.list;
  if (!q && Object.keys(chosen).length === 0 && !location.hash.includes('?')) chosen = { verdict: ['match', 'possible'] };
  let limit = STEP;
  let at = -1;
  let gone = false;
  let timer;
  const count = h('p', { role: 'status' });
  const place = h('div', { class: 'card table' }, loading(8));
  const base = h('div', { class: 'stack' });
  const bar = facets({ fields: FIELDS, chosen, q, hint: t('advisories.search'), change: next => { q = next.q; chosen = next.facets; limit = STEP; at = -1; history.replaceState(null, '', `${link('advisories', '', { q, facets: chosen, sort })}${q || Object.keys(chosen).length ? '' : '?'}`); load(); } });
  put(root, h('div', { class: 'head' }, h('h1', {}, t('nav.advisories')), count, h('span', { class: 'right' }, h('a', { class: 'button', href: '/api/v1/vex', download: '' }, t('vex.get')))), h('div', { class: 'stack' }, base, bar.element, place));

  async function load(background = false) {
    try {
      const found = await get(`/advisories${query({ q, facets: chosen, sort, limit })}`, background);
      if (gone) return;
      put(count, many('advisories.count', found.total, number(found.total)));
      if (!background || !bar.writing()) bar.show(found.facets);
      known(found.state);
      show(found);
      clearTimeout(timer);
      if (!found.state.ready) timer = setTimeout(() => load(true), 1500);
    } catch (error) { if (!gone && !background) put(place, failure(error, () => load())); }
  }

  function known(s) {
    put(base, s.ready ? h('p', { class: 'small muted' }, t('advisories.known', { n: number(s.advisories), imported: number(s.imported) }), ' ', t('advisories.age', { day: s.shipped.day, n: number(age(s.shipped.day)) }), ' ', t('advisories.kev', { n: number(s.kev.entries), day: s.kev.day }))
      : note('warning', s.reading > 0 ? t('advisories.reading', { n: number(s.reading) }) : t('advisory.loading')),
    s.fault && note('bad', h('strong', {}, t('trouble.title')), ' ', seen(s.fault)),
    s.refused.length > 0 && h('details', { class: 'note', data: { k: 'warning' } }, h('summary', {}, many('advisories.refused', s.refused.length)), h('p', { class: 'small' }, t('advisories.folder'), ' ', h('code', {}, seen(s.folder))),
      h('ul', { class: 'facts' }, s.refused.slice(0, 50).map(r => h('li', {}, h('code', {}, seen(r.file)), r.line > 0 && h('span', { class: 'muted' }, ` ${t('advisories.line', { n: r.line })}`), h('div', {}, seen(r.reason)))))));
  }

  function column(field, label, optional = null) {
    const now = sort === field ? 'ascending' : sort === `-${field}` ? 'descending' : 'none';
    return h('th', { scope: 'col', class: optional, 'aria-sort': now }, h('button', { type: 'button', on: { click: () => { sort = now === 'descending' ? field : `-${field}`; history.replaceState(null, '', link('advisories', '', { q, facets: chosen, sort })); load(); } } }, label, now === 'ascending' ? ' ▲' : now === 'descending' ? ' ▼' : ''));
  }

  function show(found) {
    if (found.items.length === 0) {
      const filtered = q || Object.keys(chosen).length > 0;
      put(place, empty(t('advisories.none'), t(filtered ? 'advisories.none.filtered' : 'advisories.none.ever'), filtered && h('button', { class: 'button', type: 'button', on: { click: () => { location.hash = '#/advisories?'; } } }, t('advisories.all'))));
      return;
    }
    put(place, h('table', { class: 'advisories' }, h('thead', {}, h('tr', {}, h('th', { scope: 'col' }, t('verdict')), column('id', t('col.advisory')), column('score', 'CVSS'), h('th', { class: 'num opt', scope: 'col' }, t('col.devices')), column('revised', t('col.revised')))),
      h('tbody', {}, found.items.map((a, i) => h('tr', { 'aria-current': i === at ? 'true' : null },
        h('td', {}, verdict(a.verdict), ' ', exploited(a.exploited)), h('td', {}, h('a', { class: 'name', href: `#/advisories/${encodeURIComponent(a.id)}` }, seen(a.title)), h('div', { class: 'small muted' }, seen(a.id), ' · ', weaknesses(a.weaknesses, 3))),
        h('td', {}, cvss(a.score, a.severity)), h('td', { class: 'num opt' }, a.devices.match + a.devices.possible > 0 ? number(a.devices.match + a.devices.possible) : h('span', { class: 'muted' }, '–'), a.devices.open > 0 && h('div', { class: 'small muted' }, t('advisories.open', { n: number(a.devices.open) }))), h('td', { class: 'opt' }, day(a.revised)))))),
    found.total > found.items.length && h('div', { class: 'pager' }, h('button', { class: 'button', type: 'button', on: { click: () => { limit = Math.min(500, limit + STEP); load(); } } }, t('more'))));
  }

  function step(by) {
    const rows = [...place.querySelectorAll('tbody tr')];
    if (rows.length === 0) return;
    rows[at]?.removeAttribute('aria-current');
    at = Math.min(rows.length - 1, Math.max(0, at + by));
    rows[at].setAttribute('aria-current', 'true');
    rows[at].scrollIntoView({ block: 'nearest' });
    rows[at].querySelector('a').focus();
  }
  pageKeys({ j: () => step(1), k: () => step(-1), Enter: () => place.querySelectorAll('tbody tr')[at]?.querySelector('a').click(), '/': () => bar.focus() });
  load();
  let later;
  const quiet = hear(change => { if (change.assets.length || change.moreAssets) { clearTimeout(later); later = setTimeout(() => load(true), 1500); } });
  return { title: t('nav.advisories'), leave() { gone = true; clearTimeout(timer); clearTimeout(later); quiet(); pageKeys({}); } };
}

/** One advisory. */
export function advisory(root, route) {
  const id = route.id;
  let gone = false;
  let limit = STEP;
  put(root, loading(8));

  async function load() {
    try { const a = await get(`/advisories/${encodeURIComponent(id)}?limit=${limit}`); if (!gone) show(a); } catch (error) { if (!gone) put(root, h('div', { class: 'stack' }, back(), failure(error, load))); }
  }
  const back = () => h('div', {}, h('a', { class: 'small', href: '#/advisories' }, `← ${t('nav.advisories')}`));

  function show(a) {
    const pair = (label, value) => value && [h('dt', {}, label), h('dd', {}, value)];
    const link_ = typeof a.url === 'string' && /^https?:\/\//.test(a.url) ? h('a', { href: a.url, rel: 'noreferrer noopener', target: '_blank' }, seen(a.url)) : a.url && seen(a.url);
    put(root, h('div', { class: 'stack' }, back(), h('div', { class: 'row' }, h('h1', {}, seen(a.title)), cvss(a.score, a.severity), exploited(a.exploited)),
      h('div', { class: 'two' },
        h('div', { class: 'stack' }, h('section', { class: 'card' }, h('h2', {}, many('advisory.devices', a.total, number(a.total))), a.matches.length === 0 ? h('p', { class: 'muted' }, t('advisory.devices.none'))
          : h('ul', { class: 'facts' }, a.matches.map(m => match({ ...m, advisoryId: a.id }, m.device.id, [h('a', { href: `#/inventory/${m.device.id}` }, called(m.device)), ' ', h('span', { class: 'small muted' }, kind(m.device.kind), m.device.zone && [' · ', zoneName(m.device.zone)])]))),
          a.total > a.matches.length && h('button', { class: 'button', type: 'button', on: { click: () => { limit = Math.min(500, limit + STEP); load(); } } }, t('more')))),
        h('div', { class: 'stack' }, h('section', { class: 'card' }, h('h2', {}, t('advisory.card')), h('dl', { class: 'pairs' }, pair('Id', h('code', {}, seen(a.id))), pair(t('advisory.publisher'), seen(a.publisher)), pair(t('advisory.released'), day(a.released)), pair(t('col.revised'), day(a.revised)), pair(t('advisory.page'), link_), pair(t('advisory.origin'), a.origin === 'shipped' ? t('origin.shipped') : seen(a.file)), a.sha256 && pair('SHA-256', h('code', { title: a.sha256 }, a.sha256.slice(0, 16))))),
          a.exploited.length > 0 && h('section', { class: 'card' }, h('h2', {}, t('advisory.kev.title')), h('ul', { class: 'facts' }, a.exploited.map(e => h('li', {}, h('b', {}, seen(e.cve)), ' ', t('advisory.kev.since'), ' ', day(e.added), e.ransomware && [' · ', t('advisory.ransom')])))),
          h('section', { class: 'card' }, h('h2', {}, t('advisory.weaknesses')), h('ul', { class: 'facts' }, a.weaknesses.map(w => h('li', {}, h('code', {}, seen(w)))))),
          h('section', { class: 'card' }, h('h2', {}, t('advisory.products')), h('div', { class: 'table' }, h('table', {}, h('thead', {}, h('tr', {}, h('th', { scope: 'col' }, t('advisory.product')), h('th', { scope: 'col' }, t('advisory.versions')), h('th', { scope: 'col' }, t('state')))),
            h('tbody', {}, a.products.map(p => h('tr', {}, h('td', {}, seen(p.product), h('div', { class: 'small muted' }, seen(p.vendor))), h('td', {}, seen(p.versions), !p.understood && h('div', { class: 'small muted' }, t('advisory.unread'))), h('td', {}, t(`advisory.status.${p.status}`))))))), a.productsMore > 0 && h('p', { class: 'small muted' }, t('several', { n: number(a.productsMore) })))))));
  }
  pageKeys({ Escape: () => go('advisories') });
  load();
  return { title: id, leave() { gone = true; pageKeys({}); } };
}
