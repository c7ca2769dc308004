// An address that leads to no page: says so, with the way back.
import { h, put, plain } from 'vigie/dom.js';
import { empty } from 'vigie/parts/signs.js';
import { t } from 'vigie/text.js';

export function nowhere(root, route) {
  put(root, h('div', { class: 'head' }, h('h1', {}, t('nowhere.title'))),
    h('div', { class: 'card' }, empty(t('nowhere.what', { page: plain(route.page, 60) }), t('nowhere.why'), h('a', { class: 'button', href: '#/overview' }, t('nowhere.back')))));
  return { title: t('nowhere.title'), leave() {} };
}
