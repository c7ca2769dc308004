// Asks for an exception: what it covers, until when, why; says what it would have silenced before it is made.
import { h, put, seen } from 'vigie/dom.js';
import { post } from 'vigie/api.js';
import { state, zone } from 'vigie/state.js';
import { many, t, trouble } from 'vigie/text.js';
import { number } from 'vigie/time.js';
import { form } from 'vigie/parts/verdict.js';
import { note, said } from 'vigie/parts/signs.js';

const BELOW = ['bacnet', 'knx', 'unit', 'lon'];

/** An endpoint as scopes name it: the same text as the server's. */
export const place = e => e ? (e.realm ? `${e.realm}|` : '') + (e.ip ?? e.mac ?? '') + BELOW.filter(b => e[b] !== undefined && e[b] !== null).map(b => ` ${b} ${e[b]}`).join('') : '';

/** The scope in words. */
export const scope = x => [['exception.actor', x.actor], ['exception.target', x.target], ['exception.operation', x.operation], ['exception.point', x.point], ['exception.zone', x.zone && zone(x.zone).name]].filter(p => p[1]);

/** Makes an exception of an alert; gives the exception, the decision that waits, or null. `now` is the time of the site's capture. */
export function exceptionOf(alert, now) {
  const targets = [...new Set((alert.whom ?? []).map(place))];
  const doings = alert.doings ?? [];
  const only = name => !alert.doingsMore && doings.length > 0 && new Set(doings.map(d => d[name])).size === 1 ? doings[0][name] : null;
  const choices = [['actor', place(alert.who), true], ['target', targets.length === 1 ? targets[0] : null, true], ['operation', only('operation'), false], ['point', only('point'), false], ...(alert.zones ?? []).map(z => ['zone', z, false])].filter(c => c[1]);
  return ask({ title: t('exception.make'), rule: alert.rule.id, now, choices });
}

/** Asks to put a whole rule out of service. */
export const ruleOff = now => ask({ title: t('exception.whole'), rule: '', now, choices: [] });

function ask({ title, rule, now, choices }) {
  const shown = h('div', { 'aria-live': 'polite' });
  const boxes = choices.map(([name, value, on]) => ({ name, value, box: h('input', { type: 'checkbox', checked: on, on: { change: () => preview() } }) }));
  const field = h('input', { name: 'rule', required: true, maxlength: 6, pattern: '[A-Z]{3}-[0-9]{2}', value: rule, 'data-first': true, on: { change: () => preview() } });
  const body = () => ({ rule: rule || field.value.trim().toUpperCase(), ...Object.fromEntries(boxes.filter(b => b.box.checked).map(b => [b.name, b.value])) });
  async function preview() {
    if (!body().rule) return;
    try {
      const p = await post('/exceptions/preview', body());
      put(shown, note(p.two ? 'warning' : '', h('strong', {}, many('exception.would', p.count, number(p.count))), ' ', t('exception.back', { n: p.days, grave: number(p.grave) }), p.two && h('p', {}, t('exception.two'))));
    } catch (error) { put(shown, note('bad', trouble(error))); }
  }
  const day = n => new Date(Date.parse(now) + n * 86400000).toISOString().slice(0, 10);
  preview();
  return form({
    title, go: t('exception.go'), wide: true,
    body: [
      rule ? h('p', {}, h('span', { class: 'chip mono' }, rule)) : h('label', { class: 'field' }, h('span', {}, t('rule')), field, h('small', {}, t('exception.whole.why'))),
      boxes.length > 0 && h('fieldset', { class: 'choices' }, h('legend', {}, t('exception.only')), boxes.map(b => h('label', {}, b.box, h('span', {}, h('b', {}, t(`exception.${b.name}`)), ' ', seen(b.name === 'zone' ? zone(b.value).name : b.value))))),
      shown,
      h('label', { class: 'field' }, h('span', {}, t('exception.until')), h('input', { name: 'until', type: 'date', required: true, min: day(0), max: day(364), value: day(30) }), h('small', {}, t('exception.until.why', { tz: state.site.tz }))),
      h('label', { class: 'field' }, h('span', {}, t('exception.reason')), h('textarea', { name: 'reason', maxlength: 4000, required: true, 'data-first': rule ? true : null }))],
    send: said_ => post('/exceptions', { ...body(), until: said_.until, reason: said_.reason.trim() }),
  });
}

export const named = x => said(x.rule.name);
