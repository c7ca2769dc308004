// Decisions that wait for a second person.
import { h, put, seen } from 'vigie/dom.js';
import { get, post } from 'vigie/api.js';
import { may, state } from 'vigie/state.js';
import { many, t, trouble, word } from 'vigie/text.js';
import { full, number, short, when } from 'vigie/time.js';
import { hear } from 'vigie/live.js';
import { pageKeys } from 'vigie/keys.js';
import { go } from 'vigie/route.js';
import { rooms } from 'vigie/parts/rooms.js';
import { empty, failure, loading, said, toast, words } from 'vigie/parts/signs.js';

export function approvals(root) {
  let gone = false;
  let timer;
  let items = [];
  let at = -1;
  const count = h('p', { role: 'status' });
  const place = h('div', { class: 'stack' }, h('div', { class: 'card' }, loading(4)));
  put(root, rooms('approvals'), h('div', { class: 'head' }, h('h1', {}, t('approvals.title')), count), place);

  async function load(background = false) {
    try {
      const found = await get('/approvals', background);
      if (gone) return;
      items = found.items;
      put(count, many('approvals.waiting', found.waiting, number(found.waiting)));
      show();
    } catch (error) { if (!gone && !background) put(place, h('div', { class: 'card' }, failure(error, () => load()))); }
  }

  const own = p => p.author === state.user.name;
  const waiting = () => items.filter(p => p.state === 'waiting');

  async function decide(p, grant) {
    if (!p || p.state !== 'waiting' || !(own(p) ? !grant : may(p.role))) return;
    const title = t(grant ? 'approvals.approve' : own(p) ? 'approvals.withdraw' : 'approvals.refuse');
    const text = await words({ title: `${title} – ${said(p.title)}`, go: title });
    if (text === null) return;
    try { await post(`/approvals/${p.id}/${grant ? 'approve' : 'refuse'}`, { comment: text }); toast(t('done.decision')); } catch (error) { toast(trouble(error)); }
    load();
  }

  function show() {
    const open = waiting();
    const over = items.filter(p => p.state !== 'waiting');
    put(place, h('p', { class: 'muted' }, t('approvals.lead')), open.length === 0 && h('div', { class: 'card' }, empty(t('approvals.none'), t('approvals.none.why'))), open.map(card),
      over.length > 0 && h('section', { class: 'card stack' }, h('h2', {}, t('approvals.over')), h('ul', { class: 'facts' }, over.map(p => h('li', {},
        h('span', { class: 'badge', data: { a: p.state === 'granted' ? 'closed' : 'acknowledged' } }, word('approval', p.state)), ' ', seen(said(p.title)), h('br'),
        h('span', { class: 'muted small' }, t('approvals.by', { who: p.author }), ' ', when(p.asked, short), p.answer && [' · ', t(`approval.by.${p.state}`, { who: p.answer.by }), ' ', when(p.answer.at, short), p.answer.comment && [' – ', seen(p.answer.comment)]]))))));
    if (at >= 0) mark();
  }

  function card(p) {
    return h('section', { class: 'card stack approval', tabindex: '-1', data: { id: p.id } },
      h('div', { class: 'row' }, h('h2', {}, seen(said(p.title))), h('span', { class: 'muted small right' }, t('approvals.until'), ' ', when(p.until, full))),
      h('ul', { class: 'facts' }, p.details.map(d => h('li', {}, seen(said(d))))),
      h('blockquote', {}, h('span', { class: 'muted small' }, t('approvals.by', { who: p.author }), ' ', when(p.asked, short), t('colon')), ' ', seen(p.comment)),
      own(p) ? h('p', { class: 'row' }, h('span', { class: 'muted' }, t('approvals.own')), h('button', { class: 'button', type: 'button', on: { click: () => decide(p, false) } }, t('approvals.withdraw')))
        : may(p.role) ? h('div', { class: 'row' }, h('button', { class: 'button main', type: 'button', on: { click: () => decide(p, true) } }, t('approvals.approve'), h('kbd', {}, 'a')),
          h('button', { class: 'button', type: 'button', on: { click: () => decide(p, false) } }, t('approvals.refuse'), h('kbd', {}, 'r')))
          : h('p', { class: 'muted' }, t('approvals.role', { role: t(`role.${p.role}`) })));
  }

  function mark() {
    const cards = [...place.querySelectorAll('.approval')];
    at = Math.min(cards.length - 1, Math.max(0, at));
    if (cards[at]) { cards[at].focus(); cards[at].scrollIntoView({ block: 'nearest' }); }
  }

  const one = () => waiting()[Math.max(0, at)];
  pageKeys({ j: () => { at++; mark(); }, k: () => { at--; mark(); }, a: () => decide(one(), true), r: () => decide(one(), false), Escape: () => go('alerts') });
  load();
  const quiet = hear(change => { if (change.desk) { clearTimeout(timer); timer = setTimeout(() => load(true), 300); } });
  return { title: t('approvals.title'), leave() { gone = true; clearTimeout(timer); quiet(); pageKeys({}); } };
}
