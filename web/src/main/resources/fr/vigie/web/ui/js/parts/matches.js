// What an advisory means for a device: verdict, why, the packets that say so, and what people decide of it.
import { h, put, seen, plain } from 'vigie/dom.js';
import { set } from 'vigie/api.js';
import { may } from 'vigie/state.js';
import { t, trouble, word } from 'vigie/text.js';
import { number, short, when } from 'vigie/time.js';
import { note, toast } from 'vigie/parts/signs.js';

const VERDICT = { match: 'C', possible: 'M', 'not-affected': 'I', 'vendor-only': 'I', none: 'I' };
const SEVERITY = { critical: 'C', high: 'H', medium: 'M', low: 'L', none: 'I' };
const DONE = ['investigating', 'affected', 'accepted', 'not-affected', 'fixed', 'open'];
const WHY = ['component_not_present', 'vulnerable_code_not_present', 'vulnerable_code_not_in_execute_path', 'vulnerable_code_cannot_be_controlled_by_adversary', 'inline_mitigations_already_exist'];

export const verdict = v => h('span', { class: 'badge', data: { s: VERDICT[v] ?? 'I' } }, word('verdict', v));
export const cvss = (score, severity) => score === null || score === undefined ? h('span', { class: 'muted' }, t('advisory.unscored')) : h('span', { class: 'badge', data: { s: SEVERITY[severity ?? grade(score)] } }, `CVSS ${score.toFixed(1)}`);
const grade = s => s >= 9 ? 'critical' : s >= 7 ? 'high' : s >= 4 ? 'medium' : s > 0 ? 'low' : 'none';

/** That a weakness is used in attacks; its list in the title. */
export const exploited = list => (list ?? []).length > 0 && h('span', { class: 'badge', data: { s: 'C' }, title: list.map(e => `${e.cve} (${e.added})`).join(', ') }, list.some(e => e.ransomware) ? t('advisory.ransom') : t('advisory.kev'));
export const weaknesses = (list, most = 6) => h('span', { class: 'small muted' }, list.slice(0, most).map((w, i) => [i > 0 && ', ', seen(w)]), list.length > most && ` ${t('several', { n: list.length - most })}`);
export const decision = d => d.status === 'open' ? h('span', { class: 'muted' }, t('vex.open')) : h('span', { class: 'badge', data: { a: d.status === 'affected' ? 'open' : d.status === 'investigating' ? 'acknowledged' : 'closed' } }, t(`vex.${d.status}`));

/** The proof of a match: a line for maker, model and version, each with its packet. */
export function proof(m, device) {
  const line = (name, s) => h('li', {}, h('span', { class: 'muted' }, `${t(`advisory.proof.${name}`)} `), s ? [h('b', {}, seen(s.value)), h('div', { class: 'proof small muted' },
    h('span', {}, t('asset.source', { source: plain(s.source) })), s.cite && [' · ', seen(s.cite)], s.time && [' · ', when(s.time, short)],
    s.packet && [' · ', t('advisory.packet', { n: number(Number(s.packet.index)) }), s.packet.file && [' ', seen(s.packet.file)]])] : h('span', { class: 'muted' }, t('advisory.unsaid')));
  const anyPacket = ['vendor', 'model', 'version'].some(n => m.proof[n]?.packet?.file);
  return [h('ul', { class: 'facts' }, line('vendor', m.proof.vendor), line('model', m.proof.model), line('version', m.proof.version)),
    anyPacket && h('p', {}, h('a', { class: 'small', href: `/api/v1/assets/${encodeURIComponent(device)}/advisories/packets?advisory=${encodeURIComponent(m.advisoryId)}`, download: '' }, t('evidence.get')))];
}

/** Asks how a device stands; sends it and gives the match as it then is, or null. */
export function decide(device, advisory, now) {
  return new Promise(done => {
    const status = h('select', { name: 'status' }, DONE.map(s => h('option', { value: s, selected: s === now.status }, t(`vex.do.${s}`))));
    const why = h('select', { name: 'justification' }, h('option', { value: '' }, t('vex.why.words')), WHY.map(w => h('option', { value: w, selected: w === now.justification }, t(`vex.why.${w}`))));
    const area = h('textarea', { name: 'comment', maxlength: 4000, value: now.comment ?? '' });
    const reason = h('label', { class: 'field' }, h('span', {}, t('vex.why')), why);
    const says = h('div', { 'aria-live': 'polite' });
    const turn = () => { reason.hidden = status.value !== 'not-affected'; area.required = status.value === 'accepted' || (status.value === 'not-affected' && why.value === ''); };
    status.addEventListener('change', turn);
    why.addEventListener('change', turn);
    const dialog = h('dialog', { 'aria-labelledby': 'vex-title' }, h('form', { on: { submit: async e => {
      e.preventDefault();
      try {
        const match = await set(`/assets/${encodeURIComponent(device)}/advisories`, { advisory, status: status.value, justification: status.value === 'not-affected' ? why.value : '', comment: area.value.trim() });
        toast(t('done.decision'));
        done(match);
        dialog.close();
      } catch (error) { put(says, note('bad', trouble(error))); }
    } } }, h('h2', { id: 'vex-title' }, t('vex.title')), h('p', { class: 'muted small' }, seen(advisory)), h('label', { class: 'field' }, h('span', {}, t('vex.status')), status), reason,
    h('label', { class: 'field' }, h('span', {}, t('comment.label')), area, h('small', {}, t('comment.optional'))), says,
    h('div', { class: 'row' }, h('button', { class: 'button main' }, t('do.save')), h('button', { class: 'button', type: 'button', on: { click: () => dialog.close() } }, t('do.cancel')))));
    dialog.addEventListener('close', () => { dialog.remove(); done(null); });
    document.body.append(dialog);
    turn();
    dialog.showModal();
    status.focus();
  });
}

/** One match as a part of a list; `title` is what it is about: the advisory of a device, or the device of an advisory. */
export function match(m, device, title, changed) {
  const place = h('li', { class: 'stack' });
  const show = x => put(place,
    h('div', { class: 'row' }, verdict(x.verdict), cvss(x.score), exploited(x.exploited), (x.decision.status !== 'open' || ['match', 'possible'].includes(x.verdict)) && h('span', { class: 'right' }, decision(x.decision))),
    h('div', {}, title, x.concerns.length > 0 && h('div', {}, weaknesses(x.concerns))),
    h('details', {}, h('summary', {}, t(`advisory.reason.${x.reason}`)),
      x.product && h('p', { class: 'small' }, t('advisory.names'), ' ', h('b', {}, seen(x.product)), x.versions && [' – ', seen(x.versions)], x.vex && [' · VEX ', seen(x.vex)]),
      proof({ ...x, advisoryId: m.advisoryId }, device),
      x.decision.by && h('p', { class: 'small muted' }, t(`vex.${x.decision.status}`), x.decision.justification && [' – ', t(`vex.why.${x.decision.justification}`)], ' · ', plain(x.decision.by), ' · ', when(x.decision.at, short), x.decision.comment && h('span', {}, ' · ', seen(x.decision.comment)))),
    may('analyst') && x.verdict !== 'vendor-only' && h('div', {}, h('button', { class: 'button', type: 'button', on: { click: async () => { const next = await decide(device, m.advisoryId, x.decision); if (next) { show({ ...x, ...next }); changed?.(); } } } }, t('vex.decide'))));
  show(m);
  return place;
}

/** The section of a device's page: filled when its answer comes. */
export function ofDevice(answer, device) {
  const body = h('div', { class: 'stack' });
  const list = answer?.items ?? [];
  const grave = list.filter(m => m.verdict === 'match' || m.verdict === 'possible');
  const safe = list.filter(m => m.verdict === 'not-affected');
  const one = m => match({ ...m, advisoryId: m.advisory.id }, device, [h('a', { href: `#/advisories/${encodeURIComponent(m.advisory.id)}` }, seen(m.advisory.id)), ' ', seen(m.advisory.title)]);
  put(body, grave.length > 0 ? h('ul', { class: 'facts' }, grave.map(one)) : h('p', { class: 'muted' }, t(!answer || !answer.ready ? 'advisory.loading' : 'asset.advisories.none')),
    safe.length > 0 && h('details', {}, h('summary', {}, t('asset.advisories.safe', { n: safe.length })), h('ul', { class: 'facts' }, safe.map(one))),
    answer?.vendorOnly > 0 && h('p', { class: 'small muted' }, t('asset.advisories.vendor', { n: number(answer.vendorOnly) })));
  return h('section', { class: 'card', id: 'advisories' }, h('h2', {}, t('nav.advisories')), body);
}
