// What matters now: alerts by severity, the building by zone, devices by review, capture health.
import { h, put, seen, plain } from 'vigie/dom.js';
import { get } from 'vigie/api.js';
import { many, t, word } from 'vigie/text.js';
import { number, short, when, full } from 'vigie/time.js';
import { hear } from 'vigie/live.js';
import { callName, empty, failure, kind, letter, loading, note, plainly, said, severity } from 'vigie/parts/signs.js';

const SEVERITIES = ['C', 'H', 'M', 'L', 'I'];
const REVIEWS = ['new', 'to-review', 'approved', 'refused'];
const OPEN = 'f.state=new&f.state=acknowledged&f.state=investigating';

export function overview(root) {
  let gone = false;
  let timer;
  put(root, loading(6));

  async function load(background = false) {
    try {
      const o = await get('/overview', background);
      if (!gone) show(o);
    } catch (error) { if (!gone && !background) put(root, failure(error, () => load())); }
  }

  function show(o) {
    const open = o.alerts.state.new ?? 0; // those in somebody's hands wait for nobody else
    const held = o.alerts.open - open;
    const critical = o.alerts.severity.C ?? 0;
    put(root,
      h('div', { class: 'head' }, h('h1', {}, t('overview.title')),
        h('p', {}, open === 0 ? held === 0 && t('overview.calm') : many('overview.open', open, number(open)), held > 0 && ' ' + many('overview.held', held, number(held)), [critical > 0 && ' ' + many('overview.critical', critical, number(critical))]),
        h('a', { class: 'button main right', href: '#/incidents?f.state=new&f.state=acknowledged&f.state=in-progress' }, many('overview.incidents', o.incidents.open, number(o.incidents.open)))),
      h('div', { class: 'sky' },
        h('div', { class: 'stack' },
          h('nav', { class: 'severities', 'aria-label': t('severity') }, SEVERITIES.map(s => {
            const n = o.alerts.severity[s] ?? 0;
            return h('a', { href: `#/alerts?f.severity=${s}&${OPEN}`, data: { s: letter(s), n: n === 0 ? '0' : 'n' } }, h('b', {}, number(n)), h('span', {}, word('severity', s)));
          })),
          h('section', { class: 'card' }, h('div', { class: 'row' }, h('h2', {}, t('overview.urgent')), h('a', { class: 'right small', href: '#/alerts' }, t('overview.all'))),
            o.alerts.urgent.length === 0 ? empty(t('overview.calm')) : h('ul', { class: 'urgent' }, o.alerts.urgent.slice(0, 4).map(urgent))),
          h('section', { class: 'card' }, h('h2', {}, t('overview.plan')), o.zones.length === 0 ? empty(t('plan.none')) : h('div', { class: 'plan' }, o.zones.map(room)))),
        h('div', { class: 'stack' }, health(o.health), devices(o.devices))));
  }

  const urgent = a => h('li', {}, h('a', { href: `#/alerts/${a.id}` }, h('span', {}, severity(a.severity)), h('span', { class: 'what' }, seen(said(a.name) || a.rule.id)), when(a.last, short),
    h('p', {}, (a.devices ?? []).length > 0 ? [(a.devices ?? []).slice(0, 3).map((d, i) => [i > 0 && ' → ', seen(plainly(callName(d), 60))])] : plain(said(a.explain), 200))));

  const room = z => h('a', { href: `#/inventory?f.zone=${encodeURIComponent(z.id)}`, data: { s: z.open > 0 ? letter(z.worst) : null } }, h('b', {}, seen(z.name)), h('span', {}, many('zone.devices', z.devices, number(z.devices))),
    z.open > 0 ? h('span', { class: 'alarm' }, many('zone.open', z.open, number(z.open)), ' · ', word('severity', z.worst)) : h('span', {}, t('overview.quiet')));

  function devices(d) {
    const kinds = Object.entries(d.kind).sort((a, b) => b[1] - a[1]).slice(0, 7);
    const bar = (href, label, n) => h('a', { href }, h('span', {}, label), h('span', {}, number(n)), h('meter', { min: 0, max: Math.max(1, d.total), value: n, 'aria-hidden': 'true' }));
    return h('section', { class: 'card stack' }, h('h2', {}, `${t('overview.devices')}${t('colon')}${number(d.total)}`),
      h('div', { class: 'bars' }, REVIEWS.filter(r => d.review[r]).map(r => bar(`#/inventory?f.review=${r}`, word('review', r), d.review[r]))),
      kinds.length > 0 && [h('h3', {}, t('overview.kinds')), h('div', { class: 'bars' }, kinds.map(([k, n]) => bar(`#/inventory?f.kind=${encodeURIComponent(k)}`, kind(k), n)))]);
  }

  load();
  const quiet = hear(() => { clearTimeout(timer); timer = setTimeout(() => load(true), 600); });
  return { title: t('overview.title'), leave() { gone = true; clearTimeout(timer); quiet(); } };
}

// Counters that mean something was not seen, not kept or not answered; the others are measures.
const POLICY = /^record\.(cut_|segments_outgrown|segments_aged)/;
// What the web server turned away is no loss of the capture: it stands with the measures.
const ELSEWHERE = /^web_/;
const LOSS = /refus|drop|lost|loss|cut|full|jump|slow|overloaded/;

/** Capture health as a card. */
export function health(health_) {
  const c = health_.counters ?? {};
  const rest = Object.entries(c).filter(([k]) => k !== 'packets' && k !== 'bytes');
  const lost = rest.filter(([k, n]) => n > 0 && LOSS.test(k) && !POLICY.test(k) && !ELSEWHERE.test(k));
  const name = k => word('counter', k) === k ? h('dt', { class: 'mono' }, plain(k)) : h('dt', { title: k }, word('counter', k));
  return h('section', { class: 'card stack' }, h('h2', {}, t('overview.health')),
    h('p', { class: 'muted' }, t(`capture.${health_.state}`), health_.clock && [' · ', when(health_.clock, full)]),
    (health_.findings ?? []).map(f => note(f.level === 'good' ? 'good' : 'warning', seen(said(f)))),
    (health_.findings ?? []).length === 0 && lost.length === 0 && note('good', t('health.good')),
    h('dl', { class: 'figures' }, h('dt', {}, t('health.packets')), h('dd', {}, number(c.packets)), h('dt', {}, t('health.bytes')), h('dd', {}, number(c.bytes)),
      lost.map(([k, n]) => [name(k), h('dd', {}, number(n))])),
    rest.length > lost.length && h('details', {}, h('summary', { class: 'small muted' }, t('health.all')), h('dl', { class: 'figures small' }, rest.filter(r => !lost.includes(r)).map(([k, n]) => [h('dt', { class: 'mono' }, plain(k)), h('dd', {}, number(n))]))));
}
