// What people do with incidents: how one stands, and the questions that a decision asks.
import { h, seen } from 'vigie/dom.js';
import { get } from 'vigie/api.js';
import { state } from 'vigie/state.js';
import { many, t, word } from 'vigie/text.js';
import { localOf, utcOf } from 'vigie/time.js';
import { form } from 'vigie/parts/verdict.js';

const MEANING = { new: 'open', acknowledged: 'acknowledged', 'in-progress': 'acknowledged', closed: 'closed', silenced: 'closed' };

/** State, and how it was closed. */
export const standing = i => h('span', { class: 'badge', data: { a: MEANING[i.state] ?? 'open' } }, i.reopened ? t('incident.reopened') : i.verdict ? t(`verdict.closed.${i.verdict}`) : word('state', i.state));

const span = seconds => seconds < 3600 ? t('span.minutes', { n: Math.max(0, Math.floor(seconds / 60)) }) : seconds < 86400 ? t('span.hours', { n: Math.floor(seconds / 3600) }) : t('span.days', { n: Math.floor(seconds / 86400) });

/** How old it is. */
export const age = (i, now) => t('incident.age', { span: span((Date.parse(now) - Date.parse(i.first)) / 1000) });

/** How an incident ends: true, false, accepted; gives what is to be sent, or null. */
export const closing = n => form({
  title: n > 1 ? many('incident.close.of', n) : t('incident.close'), go: t('incident.close'),
  body: [
    h('fieldset', { class: 'choices' }, h('legend', {}, t('incident.verdict')), ['true', 'false', 'accepted'].map((v, i) => h('label', {}, h('input', { type: 'radio', name: 'verdict', value: v, required: true, 'data-first': i === 0 ? true : null }), h('span', {}, h('b', {}, t(`verdict.${v}`)), h('small', {}, t(`verdict.closed.${v}.why`)))))),
    h('label', { class: 'field' }, h('span', {}, t('comment.label')), h('textarea', { name: 'comment', maxlength: 4000 }), h('small', {}, t('comment.optional')))],
  send: async said => ({ state: 'closed', verdict: said.verdict, comment: said.comment.trim() }),
});

/** Who works on it and until when. */
export async function assign(incident) {
  const people = (await get('/people')).items;
  const mine = incident?.assignee ?? state.user.name;
  return form({
    title: t('incident.assign'), go: t('do.save'),
    body: [
      h('label', { class: 'field' }, h('span', {}, t('assignee')), h('select', { name: 'assignee', 'data-first': true }, h('option', { value: '' }, t('assignee.none')), people.map(p => h('option', { value: p, selected: p === mine }, p)))),
      h('label', { class: 'field' }, h('span', {}, t('verdict.due')), h('input', { name: 'due', type: 'datetime-local', value: incident?.dueBy === 'person' ? localOf(incident.due) : '' }), h('small', {}, t('incident.due.why', { tz: state.site.tz })))],
    send: async said => ({ assignee: said.assignee, ...(said.due || incident?.dueBy === 'person' ? { due: utcOf(said.due) } : {}) }),
  });
}

/** A step of the history, in words. */
export const step = s => s.kind === 'incident.reopen' ? [t('incident.did.reopen', { rule: s.rule, verdict: s.verdict ? t(`verdict.closed.${s.verdict}`) : '' })]
  : [s.state && t(s.state === 'closed' ? `verdict.closed.${s.verdict}` : `state.${s.state}`), s.assignee !== undefined && (s.assignee ? [t('incident.did.assign'), ' ', seen(s.assignee)] : t('incident.did.unassign')), s.due !== undefined && t(s.due ? 'incident.did.due' : 'incident.did.nodue'), s.follows && t(s.state === 'closed' ? 'incident.did.follow' : 'incident.did.follow.open')].filter(Boolean).flatMap((x, i) => i > 0 ? [' · ', x] : [x]);
