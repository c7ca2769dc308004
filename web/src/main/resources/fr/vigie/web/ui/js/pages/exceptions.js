// Exceptions: what is not told for a while, who said so, until when, and what each has silenced.
import { h, put, seen } from 'vigie/dom.js';
import { get, post } from 'vigie/api.js';
import { may } from 'vigie/state.js';
import { many, t, trouble } from 'vigie/text.js';
import { full, number, short, when } from 'vigie/time.js';
import { hear } from 'vigie/live.js';
import { pageKeys } from 'vigie/keys.js';
import { go } from 'vigie/route.js';
import { rooms } from 'vigie/parts/rooms.js';
import { named, ruleOff, scope } from 'vigie/parts/exception.js';
import { empty, failure, loading, toast, undoLast, words } from 'vigie/parts/signs.js';

export function exceptions(root) {
  let gone = false;
  let timer;
  let now = '';
  let at = -1;
  let items = [];
  const count = h('p', { role: 'status' });
  const place = h('div', { class: 'stack' }, h('div', { class: 'card' }, loading(4)));
  put(root, rooms('exceptions'), h('div', { class: 'head' }, h('h1', {}, t('exceptions.title')), count,
    may('administrator') && h('button', { class: 'button right', type: 'button', on: { click: off } }, t('exception.whole'))), place);

  async function load(background = false) {
    try {
      const found = await get('/exceptions', background);
      if (gone) return;
      now = found.now;
      items = found.items;
      put(count, many('exceptions.active', items.filter(x => x.state === 'active').length, number(items.filter(x => x.state === 'active').length)));
      show();
    } catch (error) { if (!gone && !background) put(place, h('div', { class: 'card' }, failure(error, () => load()))); }
  }

  async function off() {
    const made = await ruleOff(now);
    if (made) { toast(t(made.kind ? 'exception.waits' : 'done.decision')); load(); }
  }

  async function end(x) {
    if (!x || x.state !== 'active' || !may('analyst')) return;
    const text = await words({ title: `${t('exception.end')} – ${x.rule.id}`, go: t('exception.end'), why: t('exception.end.why', { n: number(x.silenced), until: full(x.until) }) });
    if (text === null) return;
    try { await post(`/exceptions/${x.id}/end`, { comment: text }); toast(t('exception.ended.now'), () => again(x)); } catch (error) { toast(trouble(error)); }
    load();
  }

  /** The same once more: what fell in between was told. Where it takes two persons, the second is asked again. */
  async function again(x) {
    const parts = Object.fromEntries(['actor', 'target', 'operation', 'point', 'zone'].filter(name => x[name]).map(name => [name, x[name]]));
    try {
      const made = await post('/exceptions', { rule: x.rule.id, ...parts, until: x.until, reason: x.reason });
      toast(t(made.kind ? 'exception.waits' : 'exception.again'));
    } catch (error) { toast(trouble(error)); }
    load();
  }

  function show() {
    if (items.length === 0) { put(place, h('p', { class: 'muted' }, t('exceptions.lead')), h('div', { class: 'card' }, empty(t('exceptions.none'), t('exceptions.none.why')))); return; }
    put(place, h('p', { class: 'muted' }, t('exceptions.lead')), items.map(x => h('section', { class: 'card stack exception', tabindex: '-1', data: { id: x.id, state: x.state } },
      h('div', { class: 'row' }, h('h2', {}, seen(named(x))), h('span', { class: 'chip mono' }, x.rule.id), h('span', { class: 'badge', data: { a: x.state === 'active' ? 'acknowledged' : 'open' } }, t(`exception.is.${x.state}`)), x.grave && h('span', { class: 'badge', data: { r: 'to-review' } }, t('exception.grave')), h('span', { class: 'muted small right' }, t('exception.until'), t('colon'), when(x.until, full))),
      h('p', {}, scope(x).length === 0 ? h('b', {}, t('exception.everywhere')) : scope(x).map(([name, value], i) => [i > 0 && ' · ', h('span', { class: 'muted' }, t(name)), ' ', h('b', {}, seen(value))])),
      h('p', { class: 'row' }, h('a', { href: `#/alerts?q=exception:${x.id}` }, many('exception.silenced', x.silenced, number(x.silenced)))),
      h('blockquote', {}, h('span', { class: 'muted small' }, seen(x.author), ' ', when(x.made, short), x.second && ` · ${t('approval.by.granted', { who: x.second })}`, t('colon')), ' ', seen(x.reason), x.ended && [h('br'), h('span', { class: 'muted small' }, t('exception.ended', { who: x.ended.by }), ' ', when(x.ended.at, short), x.ended.comment && t('colon')), ' ', seen(x.ended.comment)]),
      x.state === 'active' && may('analyst') && h('p', {}, h('button', { class: 'button', type: 'button', on: { click: () => end(x) } }, t('exception.end'), h('kbd', {}, 'e'))))));
    if (at >= 0) mark();
  }

  function mark() {
    const cards = [...place.querySelectorAll('.exception')];
    at = Math.min(cards.length - 1, Math.max(0, at));
    if (cards[at]) { cards[at].focus(); cards[at].scrollIntoView({ block: 'nearest' }); }
  }

  pageKeys({ j: () => { at++; mark(); }, k: () => { at--; mark(); }, e: () => end(items[Math.max(0, at)]), z: undoLast, Escape: () => go('incidents') });
  load();
  const quiet = hear(change => { if (change.desk) { clearTimeout(timer); timer = setTimeout(() => load(true), 400); } });
  return { title: t('exceptions.title'), leave() { gone = true; clearTimeout(timer); quiet(); pageKeys({}); } };
}
