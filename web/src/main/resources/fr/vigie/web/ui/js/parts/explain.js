// What an alert rests on: its incident and why, values before and after, who usually does this, the rule as it was, the packets as messages.
import { h, put, seen, plain } from 'vigie/dom.js';
import { get } from 'vigie/api.js';
import { many, t, trouble } from 'vigie/text.js';
import { number, short, when } from 'vigie/time.js';
import { standing } from 'vigie/parts/casework.js';
import { address, said } from 'vigie/parts/signs.js';

const text = v => v === null || v === undefined ? '–' : typeof v === 'object' ? JSON.stringify(v) : String(v);

/** Fills the place when the answer comes. */
export function explanation(alert) {
  const place = h('div', { class: 'explanation' });
  get(`/alerts/${encodeURIComponent(alert.id)}/explanation`).then(e => put(place, incident(e.incident), values(e.values), writers(e.writers), rule(e.rule)))
    .catch(error => put(place, h('p', { class: 'muted' }, trouble(error))));
  return place;
}

const incident = i => i && h('section', { id: 'incident' }, h('h2', {}, t('explain.incident')), h('p', {}, h('a', { href: `#/incidents/${encodeURIComponent(i.id)}` }, seen(said(i.name))), ' · ', many('incidents.alerts', Number(i.alerts), number(i.alerts)), ' · ', standing(i)),
  h('p', { class: 'muted' }, i.again && `${t('explain.again')} · `, i.reason && said(i.reason)));

const side = v => v ? [h('b', { class: 'mono' }, seen(text(v.value)), v.unit && ` ${plain(v.unit)}`), h('div', { class: 'small muted' }, v.who ? seen(address(v.who)) : t(v.written ? 'explain.written' : 'explain.read'), ' · ', when(v.time, short))] : h('span', { class: 'muted' }, t('explain.unknown'));

// on a narrow screen each cell says what its column would
const head = key => `${t(key)}${t('colon')}`;

const values = list => list.length > 0 && h('section', { id: 'values' }, h('h2', {}, t('explain.values')), h('div', { class: 'table' }, h('table', { class: 'stacked' }, h('thead', {}, h('tr', {}, h('th', { scope: 'col' }, t('reading.point')), h('th', { scope: 'col' }, t('explain.before')), h('th', { scope: 'col' }, t('explain.after')), h('th', { scope: 'col' }, t('explain.heard')))),
  h('tbody', {}, list.map(v => h('tr', {}, h('td', {}, h('span', { class: 'mono' }, seen(v.point)), h('div', { class: 'small muted' }, plain(v.operation), v.whom && [' · ', seen(address(v.whom))])), h('td', { data: { head: head('explain.before') } }, side(v.before)), h('td', { data: { head: head('explain.after') } }, side(v.after)), h('td', { data: { head: head('explain.heard') } }, v.reading ? [h('span', { class: 'mono' }, seen(text(v.reading.last)), ' ', plain(v.reading.unit ?? '')), h('div', { class: 'small muted' }, when(v.reading.to, short))] : '–')))))));

const writers = list => h('section', { id: 'writers' }, h('h2', {}, t('explain.writers')), list.length === 0 ? h('p', { class: 'muted' }, t('explain.writers.none')) : h('div', { class: 'table' }, h('table', { class: 'stacked' }, h('thead', {}, h('tr', {}, h('th', { scope: 'col' }, t('explain.who')), h('th', { scope: 'col' }, t('reading.point')), h('th', { scope: 'col' }, t('relations.act.value')), h('th', { class: 'num', scope: 'col' }, t('relations.act.times')), h('th', { scope: 'col' }, t('explain.since')))),
  h('tbody', {}, list.map(w => h('tr', {}, h('td', { data: { head: head('explain.who') } }, w.asset ? h('a', { href: `#/inventory/${w.asset}` }, seen(address(w.who))) : seen(address(w.who)), w.own && h('div', { class: 'small' }, t('explain.own'))), h('td', { class: 'mono', data: { head: head('reading.point') } }, seen(w.point)), h('td', { class: 'mono', data: { head: head('relations.act.value') } }, seen(text(w.value))), h('td', { class: 'num', data: { head: head('relations.act.times') } }, number(w.times)), h('td', { class: 'small', data: { head: head('explain.since') } }, when(w.first, short), w.last !== w.first && [' – ', when(w.last, short)])))))));

const rule = r => h('section', { id: 'rule' }, h('h2', {}, t('explain.rule')), r.text ? h('details', {}, h('summary', {}, h('span', { class: 'mono' }, plain(r.id)), ` · ${t(r.inForce ? 'explain.in-force' : 'explain.replaced')}`, r.file && [' · ', h('span', { class: 'mono' }, plain(r.file))]), h('pre', { class: 'drl' }, r.text)) : h('p', { class: 'muted' }, t('explain.rule.none')));

/** The packets as messages, asked for when somebody wants them: decoding takes a while. */
export function messages(alert) {
  const place = h('div', { class: 'stack' });
  const button = h('button', { class: 'button', type: 'button', on: { click: () => show() } }, t('messages.show'), h('kbd', {}, 'd'));
  async function show() {
    if (place.dataset.open) return;
    place.dataset.open = 'yes';
    put(place, h('p', { class: 'muted', role: 'status' }, t('loading')));
    try {
      const found = await get(`/alerts/${encodeURIComponent(alert.id)}/messages`);
      put(place, found.gone ? h('p', { class: 'muted' }, t('evidence.is.gone')) : found.items.length === 0 ? h('p', { class: 'muted' }, t('messages.none'))
        : h('ol', { class: 'messages' }, found.items.map(m => h('li', {}, h('details', {}, h('summary', {}, h('b', { class: 'mono' }, plain(m.protocol), ' ', plain(m.operation)), h('span', { class: 'small' }, ' ', seen(address(m.source)), ' → ', seen(address(m.target))), h('span', { class: 'muted small' }, ' · ', when(m.time))), m.cut ? h('p', { class: 'muted' }, t('messages.cut')) : fields(m.fields))))),
      found.more && h('p', { class: 'muted small' }, t('messages.more')));
    } catch (error) { delete place.dataset.open; put(place, h('p', { class: 'muted' }, trouble(error)), button); }
  }
  put(place, button);
  return { element: place, show };
}

const fields = f => h('dl', { class: 'fields' }, Object.entries(f).map(([name, v]) => [h('dt', {}, plain(name)), h('dd', {}, v !== null && typeof v === 'object' && !Array.isArray(v) ? fields(v) : Array.isArray(v) && v.some(x => x !== null && typeof x === 'object') ? v.slice(0, 50).map(x => x !== null && typeof x === 'object' ? fields(x) : h('div', {}, seen(text(x)))) : seen(Array.isArray(v) ? v.map(text).join(', ') : text(v)))]));
