// What happened when: facts of the network and decisions of people on one line.
import { h, seen } from 'vigie/dom.js';
import { t, word } from 'vigie/text.js';
import { day, when } from 'vigie/time.js';

/** `facts` are `{time, text}`; decisions come as the API gives them. */
export function trail(facts, decisions) {
  const all = [...facts.map(f => ({ ...f, person: false })), ...(decisions ?? []).map(d => ({ ...d, person: true }))];
  return h('ol', { class: 'timeline' }, all.map(e => h('li', { data: { by: e.person ? 'person' : 'network' } },
    e.person
      ? [h('strong', {}, seen(e.who)), ' · ', t(e.kind, { state: word(e.kind.startsWith('asset') ? 'review' : 'state', e.state) })]
      : e.text, ' ', h('br'), when(e.time), said(e), e.comment && h('blockquote', {}, seen(e.comment)))));
}

/** Owner, day and values that a decision named. */
function said(e) {
  const parts = [...(e.owner !== undefined ? [[t('asset.owner'), e.owner && word('owner', e.owner)]] : []), ...(e.due !== undefined ? [[t('verdict.due'), e.due && day(e.due)]] : []), ...Object.entries(e.values ?? {}).map(([name, v]) => [word('trait', name) === name ? t(`asset.${name}`) : word('trait', name), v])];
  return parts.length > 0 && h('div', { class: 'small' }, parts.map(([name, v], i) => [i > 0 && ' · ', name, t('colon'), v ? seen(v) : t('values.taken-back')]));
}
