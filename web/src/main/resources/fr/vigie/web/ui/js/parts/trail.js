// What happened when: facts of the network and decisions of people on one line.
import { h, seen } from 'vigie/dom.js';
import { t, word } from 'vigie/text.js';
import { when } from 'vigie/time.js';

/** `facts` are `{time, text}`; decisions come as the API gives them. */
export function trail(facts, decisions) {
  const all = [...facts.map(f => ({ ...f, person: false })), ...(decisions ?? []).map(d => ({ ...d, person: true }))];
  return h('ol', { class: 'timeline' }, all.map(e => h('li', { data: { by: e.person ? 'person' : 'network' } },
    e.person
      ? [h('strong', {}, seen(e.who)), ' · ', t(e.kind, { state: word(e.kind.startsWith('asset') ? 'review' : 'state', e.state) })]
      : e.text, ' ', h('br'), when(e.time), e.comment && h('blockquote', {}, seen(e.comment)))));
}
