// The frame: who is here, where to go, what is live.
import { h, put, svg, seen, plain } from 'vigie/dom.js';
import { get, onGone, remove, set } from 'vigie/api.js';
import { may, state, take } from 'vigie/state.js';
import { t, trouble } from 'vigie/text.js';
import { clock } from 'vigie/time.js';
import { hear, light, start, stop } from 'vigie/live.js';
import { consoleKeys, pageKeys } from 'vigie/keys.js';
import { go, read } from 'vigie/route.js';
import { failure, toast } from 'vigie/parts/signs.js';
import { firstPassword, login } from 'vigie/pages/login.js';
import { overview } from 'vigie/pages/overview.js';
import { alerts } from 'vigie/pages/alerts.js';
import { inventory } from 'vigie/pages/inventory.js';
import { map } from 'vigie/pages/map.js';
import { asset } from 'vigie/pages/asset.js';
import { advisories, advisory } from 'vigie/pages/advisories.js';
import { campaigns } from 'vigie/pages/campaigns.js';
import { past } from 'vigie/pages/past.js';
import { exceptions } from 'vigie/pages/exceptions.js';
import { incidents } from 'vigie/pages/incidents.js';
import { approvals } from 'vigie/pages/approvals.js';
import { policy } from 'vigie/pages/policy.js';
import { normal } from 'vigie/pages/normal.js';
import { identity } from 'vigie/pages/identity.js';
import { capture } from 'vigie/pages/capture.js';
import { exchange } from 'vigie/pages/exchange.js';
import { reports } from 'vigie/pages/reports.js';
import { users } from 'vigie/pages/users.js';
import { help } from 'vigie/pages/help.js';
import { nowhere } from 'vigie/pages/nowhere.js';

const root = document.getElementById('app');
const PAGES = {
  overview,
  alerts,
  inventory: (place, route) => route.id ? asset(place, route) : inventory(place, route),
  map,
  campaigns,
  past,
  identity,
  approvals,
  policy,
  incidents,
  normal,
  exceptions,
  advisories: (place, route) => route.id ? advisory(place, route) : advisories(place, route),
  capture,
  exchange,
  reports,
  users,
  help,
};
/** Pages that stand under another in the rail. */
const UNDER = { campaigns: 'inventory', past: 'inventory', identity: 'inventory', approvals: 'incidents', normal: 'incidents', exceptions: 'incidents', policy: 'incidents' };
const SIGNS = {
  incidents: 'M12 3.500 2.500 20h19zM12 10v4.500M12 17.500h.01',
  overview: 'M3 11 12 4l9 7v8a1 1 0 0 1-1 1h-5v-6H9v6H4a1 1 0 0 1-1-1z', alerts: 'M12 3a6 6 0 0 1 6 6v4l2 3H4l2-3V9a6 6 0 0 1 6-6zM10 19a2 2 0 0 0 4 0',
  advisories: 'M12 3l8 3v6c0 4.500-3.400 7.800-8 9-4.600-1.200-8-4.500-8-9V6zM12 8v5M12 16.500h.01',
  map: 'M4 4h6v6H4zM14 14h6v6h-6zM14 4h6v4h-6zM4 16h6v4H4zM10 7h4M17 8v6M10 18h4M7 10v6',
  capture: 'M3 12h4l2-7 4 14 3-10 1.500 3H21', exchange: 'M4 8h14l-4-4M20 16H6l4 4',
  inventory: 'M4 5h16v5H4zM4 14h16v5H4zM7.500 7.500h.01M7.500 16.500h.01', reports: 'M6 3h8l4 4v14H6zM14 3v4h4M9 12h6M9 16h6', users: 'M9 11a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM2 21a7 7 0 0 1 14 0M16 4a4 4 0 0 1 0 7M18 14a7 7 0 0 1 4 7', help: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM9.500 9.500a2.500 2.500 0 1 1 3.500 2.300c-.7.300-1 .8-1 1.700M12 17h.01',
};
let page = null;
let shown = '';
let main = null;
let unlisten = [];

function frame() {
  const count = h('span', { class: 'count', hidden: true });
  const item = (name, minor) => h('li', { class: minor ? 'minor' : null }, h('a', { href: `#/${name}`, data: { page: name } }, svg('svg', { viewBox: '0 0 24 24', 'aria-hidden': 'true' }, svg('path', { d: SIGNS[name] })), h('span', {}, t(`nav.${name}`)), name === 'incidents' && count));
  const more = () => { const b = h('button', { type: 'button', 'aria-expanded': 'false', on: { click: () => open(b.getAttribute('aria-expanded') !== 'true') } }, svg('svg', { viewBox: '0 0 24 24', 'aria-hidden': 'true' }, svg('path', { d: 'M5 12h.01M12 12h.01M19 12h.01' })), h('span', {}, t('nav.more'))); const open = on => { b.setAttribute('aria-expanded', on); b.closest('nav').dataset.open = on ? 'yes' : 'no'; }; addEventListener('hashchange', () => { if (b.isConnected) open(false); }); return h('li', { class: 'more-pages' }, b); };
  const line = h('span', {});
  const heard = h('small', {});
  const watch = h('div', { class: 'watch', data: { live: 'wait' } }, h('span', { class: 'dot', 'aria-hidden': 'true' }), line, heard);
  main = h('main', { id: 'content', tabindex: '-1' });
  put(root, h('a', { class: 'skip', href: '#content', on: { click: e => { e.preventDefault(); main.focus(); } } }, t('skip')),
    h('div', { class: 'frame' },
      h('header', { class: 'rail' },
        h('a', { class: 'brand', href: '#/overview' }, h('img', { src: '/ui/vigie.svg', alt: '' }), h('span', {}, h('b', {}, 'Vigie'), h('small', {}, seen(state.site.name || state.site.id)))),
        h('nav', { 'aria-label': t('nav.label') }, h('ul', {},
          item('overview'),
          item('incidents'),
          item('alerts'),
          item('inventory'),
          item('map', true),
          item('advisories', true),
          item('capture', true),
          item('exchange', true),
          item('reports', true),
          may('administrator') && item('users', true),
          item('help', true),
          more())),
        h('div', { class: 'foot' }, watch, h('div', { class: 'who' }, h('strong', {}, plain(state.user.name)), h('button', { type: 'button', lang: state.language === 'fr' ? 'en' : 'fr', on: { click: change } }, t('language.other')), h('button', { type: 'button', on: { click: leave } }, t('logout'))))),
      main));
  async function figures() {
    try {
      const o = await get('/overview', true);
      const open = o.incidents.state.new ?? 0;
      count.hidden = open === 0;
      put(count, open > 999 ? '999+' : open);
      put(heard, t(`capture.${o.health.state}`), o.health.clock && ` · ${clock(o.health.clock)}`);
    } catch { /* the page itself says what is wrong */ }
  }
  for (const off of unlisten) off();
  let timer;
  unlisten = [light(on => { watch.dataset.live = on === true ? 'yes' : on === false ? 'no' : 'wait'; put(line, t(`watch.${watch.dataset.live}`)); }),
    hear(() => { clearTimeout(timer); timer = setTimeout(figures, 1500); })];
  figures();
}

function turn() {
  const route = read();
  const key = ['inventory', 'advisories'].includes(route.page) && route.id ? `${route.page}/${route.id}` : route.page;
  if (page && shown === key && page.same?.(route)) return;
  page?.leave();
  pageKeys({});
  shown = key;
  const build = Object.hasOwn(PAGES, route.page) ? PAGES[route.page] : nowhere;
  put(main);
  for (const a of root.querySelectorAll('.rail nav a')) { if (a.dataset.page === (UNDER[route.page] ?? route.page)) a.setAttribute('aria-current', 'page'); else a.removeAttribute('aria-current'); }
  page = build(main, route);
  document.title = `${page.title} – Vigie`;
  scrollTo(0, 0);
}

async function change() {
  try {
    take(await set('/session/language', { language: state.language === 'fr' ? 'en' : 'fr' }));
    frame();
    page?.leave();
    page = null;
    turn();
  } catch (error) { toast(trouble(error)); }
}

async function leave() {
  stop();
  page?.leave();
  page = null;
  try { await remove('/session'); } catch (error) { toast(trouble(error)); }
  location.hash = '';
  location.reload();
}

function enter() {
  if (state.user.mustChange) { firstPassword(root, enter); return; }
  frame();
  start();
  page = null;
  turn();
}

function door(over) {
  stop();
  page?.leave();
  page = null;
  shown = '';
  login(root, enter, over);
}

consoleKeys({
  '?': () => go('help'),
  'g o': () => go('overview'),
  'g n': () => go('incidents'),
  'g a': () => go('alerts'),
  'g i': () => go('inventory'),
  'g m': () => go('map'),
  'g r': () => go('reports'),
  'g c': () => go('capture'),
  'g e': () => go('exchange'),
  'g v': () => go('advisories'),
  'g w': () => go('campaigns'),
  'g p': () => go('past'),
  'g q': () => go('approvals'),
  'g l': () => go('normal'),
  'g x': () => go('exceptions'),
  'g y': () => go('policy'),
});
addEventListener('hashchange', () => { if (state.user && !state.user.mustChange && main?.isConnected) turn(); });
onGone(() => { if (state.user) { take(null); door(true); } });

async function begin() {
  document.documentElement.lang = state.language;
  try {
    take(await get('/session'));
    if (state.user) enter(); else door(false);
  } catch (error) { put(root, h('main', { class: 'door' }, failure(error, begin))); }
}
begin();
