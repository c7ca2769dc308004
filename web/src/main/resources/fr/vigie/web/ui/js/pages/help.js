// Keyboard, search, signs.
import { h, put } from 'vigie/dom.js';
import { state } from 'vigie/state.js';
import { t } from 'vigie/text.js';

const KEYS = [[['j'], 'key.j'], [['k'], 'key.k'], [['Enter'], 'key.enter'], [['a'], 'key.a'], [['r', 'f', 'o', 'p'], 'key.triage'], [['x', 'X'], 'key.x'], [['a', 't', 'r', 'd', 'e'], 'key.review'], [['w', 'i', 'c', 'o', 'm'], 'key.incident'], [['d'], 'key.decode'], [['e'], 'key.exception'], [['z'], 'key.undo'], [['a', 'r'], 'key.approvals'], [['a', 'r', 'n'], 'key.normal'], [['c'], 'key.c'], [['/'], 'key.slash'], [['g o', 'g n', 'g a', 'g i', 'g m', 'g w', 'g p', 'g q', 'g x', 'g l', 'g y', 'g v', 'g c', 'g r', 'g e'], 'key.go'], [['?'], 'key.help'], [['Esc'], 'key.escape']];
const ALERTS = 'severity state rule technique zone asset who whom vlan incident assignee first last count';
const ASSETS = 'name kind zone place vendor model firmware serial review owner supplier contract site building floor room key ip mac vlan parent care due campaign changed service peer first last like';

export function help(root) {
  put(root, h('div', { class: 'head' }, h('h1', {}, t('help.title'))), h('div', { class: 'help-grid' },
    h('section', { class: 'card' }, h('h2', {}, t('help.keys')), h('dl', { class: 'pairs' }, KEYS.map(([keys, text]) => [h('dt', {}, keys.map(k => [h('kbd', {}, k), ' '])), h('dd', {}, t(text))]))),
    h('section', { class: 'card stack' }, h('h2', {}, t('help.search')), h('p', {}, t('help.search.text')), h('p', { class: 'muted' }, t('help.fields', { alerts: ALERTS.replaceAll(' ', ', '), assets: ASSETS.replaceAll(' ', ', ') }))),
    h('section', { class: 'card stack' }, h('h2', {}, t('help.signs')), h('p', {}, t('help.signs.text')), h('p', {}, t('help.times', { tz: state.site.tz })), h('p', {}, h('a', { href: '/api/v1/openapi.json' }, t('help.version'))))));
  return { title: t('help.title'), leave() {} };
}
