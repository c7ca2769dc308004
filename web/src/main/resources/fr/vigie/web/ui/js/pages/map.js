// The map: zones, their devices, and the conduits between zones. A device's own links are drawn when it is chosen, so that 2,000 stay readable.
import { h, put, svg, plain, seen } from 'vigie/dom.js';
import { get, query } from 'vigie/api.js';
import { many, t, word } from 'vigie/text.js';
import { number, short, when } from 'vigie/time.js';
import { pageKeys } from 'vigie/keys.js';
import { go, link } from 'vigie/route.js';
import { called, callName, empty, failure, letter, loading, severity, zoneName } from 'vigie/parts/signs.js';
import { conduits, layout, meeting } from 'vigie/parts/plan.js';

const LISTED = 60;
const HIGHEST = ['C', 'H', 'M', 'L'];

export function map(root, route) {
  let q = route.list.q;
  let found = null;
  let protocol = route.list.facets.protocol?.[0] ?? '';
  let chosen = route.id ? { device: route.id } : null;
  let gone = false;
  let timer;
  const count = h('p', { role: 'status' });
  const drawing = h('div', { class: 'map card' }, loading(8));
  const side = h('aside', { class: 'map-side card', 'aria-live': 'polite' });
  const list = h('section', { class: 'card' });
  const input = h('input', { type: 'search', value: q, placeholder: t('map.search'), 'aria-label': t('map.search'), maxlength: 500 });
  const picker = h('select', { 'aria-label': t('map.protocol') });
  picker.addEventListener('change', () => { protocol = picker.value; remember(); show(); });
  input.addEventListener('input', () => { clearTimeout(timer); timer = setTimeout(search, 350); });
  const bar = h('form', { class: 'facets', role: 'search', on: { submit: e => { e.preventDefault(); search(); } } }, picker, h('div', { class: 'search' }, input));
  put(root, h('div', { class: 'head' }, h('h1', {}, t('map.title')), count), h('div', { class: 'stack' }, bar, h('div', { class: 'map-room' }, drawing, side), legend(), list));

  function remember() { history.replaceState(null, '', link('map', '', { q, facets: protocol ? { protocol: [protocol] } : {} })); }
  function search() { q = input.value.trim(); chosen = null; remember(); load(); }

  async function load() {
    try {
      const answer = await get(`/map${query({ q })}`);
      if (gone) return;
      found = answer;
      const protocols = new Map();
      for (const l of found.links) protocols.set(l.protocol, (protocols.get(l.protocol) ?? 0) + l.packets);
      put(picker, h('option', { value: '' }, t('map.protocol.all')), [...protocols].sort((a, b) => b[1] - a[1]).map(([p]) => h('option', { value: p }, plain(p, 40))));
      if (!protocols.has(protocol)) protocol = '';
      picker.value = protocol;
      show();
    } catch (error) { if (!gone) put(drawing, failure(error, load)); }
  }

  const links = () => protocol ? found.links.filter(l => l.protocol === protocol) : found.links;

  function show() {
    const left = [found.left > 0 && t('map.left', { n: number(found.left) }), found.linksLeft > 0 && t('map.links.left', { n: number(found.linksLeft) })].filter(Boolean);
    put(count, many('inventory.count', found.devices, number(found.devices)), left.length > 0 && ` · ${left.join(' · ')}`);
    const zones = found.zones.filter(z => z.devices.length > 0);
    if (zones.length === 0) { put(drawing, empty(t('map.none'), t(q ? 'inventory.none.filtered' : 'inventory.none.ever'))); put(side); put(list); return; }
    if (chosen?.device && !device(chosen.device)) chosen = null;
    draw(zones);
    beside();
    table(zones);
  }

  function draw(zones) {
    const width = Math.max(320, Math.floor(drawing.clientWidth || 900) - 24);
    const plan = layout(zones, width);
    const between = conduits(links(), plan.where);
    const own = chosen?.device ? links().filter(l => l.from === chosen.device || l.to === chosen.device) : [];
    const near = new Set(own.flatMap(l => [l.from, l.to]));
    const image = svg('svg', { viewBox: `0 0 ${plan.width} ${plan.height}`, width: plan.width, height: plan.height, class: chosen ? 'chosen' : null, role: 'group', 'aria-label': t('map.label') });
    for (const c of between) {
      const path = meeting(plan.boxes.get(c.a), plan.boxes.get(c.b));
      const now = chosen?.conduit === c.key;
      const wide = 1.2 + Math.min(5, Math.log10(1 + c.packets) * 0.7);
      image.append(svg('path', { d: path, class: 'conduit', 'stroke-width': wide.toFixed(1), data: { on: now ? 'yes' : null } }),
        svg('path', { d: path, class: 'conduit-hit', on: { click: () => choose({ conduit: c.key }) } }, svg('title', {}, `${place(c.a)} – ${place(c.b)}${t('colon')}${plain([...c.protocols.keys()].join(', '), 80)}`)));
    }
    for (const zone of zones) image.append(box(plan, zone, near));
    const seenPairs = new Set();
    for (const l of own) {
      const pair = [l.from, l.to].sort().join('>');
      if (seenPairs.has(pair)) continue;
      seenPairs.add(pair);
      const a = plan.dots.get(l.from);
      const b = plan.dots.get(l.to);
      image.append(svg('line', { x1: a.x, y1: a.y, x2: b.x, y2: b.y, class: 'link' }));
    }
    put(drawing, image);
  }

  const place = id => plain(found.zones.find(z => z.id === id)?.name || t('map.nozone'), 40);

  function box(plan, zone, near) {
    const b = plan.boxes.get(zone.id);
    let at = -1;
    const group = svg('g', { class: 'zone', tabindex: '0', role: 'group', 'aria-label': `${place(zone.id)}, ${many('inventory.count', zone.devices.length, number(zone.devices.length))}`, data: { kind: zone.kind }, on: {
      keydown: e => {
        const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[e.key];
        if (step) { e.preventDefault(); at = (at + step + zone.devices.length) % zone.devices.length; choose({ device: zone.devices[at].id }, zone.id); }
        if (e.key === 'Enter' && chosen?.device) { e.preventDefault(); e.stopPropagation(); go('inventory', chosen.device); }
      } } });
    at = zone.devices.findIndex(d => d.id === chosen?.device);
    const alarmed = zone.devices.filter(d => HIGHEST.includes(letter(d.worst)) && d.worst).length;
    group.append(svg('rect', { x: b.x, y: b.y, width: b.w, height: b.h, rx: 10 }),
      svg('text', { x: b.x + 12, y: b.y + 21, class: 'title' }, cut(place(zone.id), b.w)),
      svg('text', { x: b.x + b.w - 12, y: b.y + 21, class: 'n', 'text-anchor': 'end' }, alarmed > 0 ? `${number(alarmed)} / ${number(zone.devices.length)}` : number(zone.devices.length)));
    for (const d of zone.devices) {
      const p = plan.dots.get(d.id);
      const on = d.id === chosen?.device ? 'yes' : near.has(d.id) ? 'near' : null;
      const dot = svg('g', { class: 'device', data: { s: d.worst ? letter(d.worst) : null, r: d.review, on }, on: { click: e => { e.stopPropagation(); choose({ device: d.id }, zone.id); }, dblclick: () => go('inventory', d.id) } },
        svg('title', {}, `${plain(callName(d), 60)} – ${word('kind', d.kind || 'unknown')}${d.address ? ` – ${plain(d.address, 50)}` : ''}`), svg('circle', { cx: p.x, cy: p.y, r: 5 }));
      if (p.named) dot.append(svg('text', { x: p.x + 10, y: p.y + 4 }, plain(callName(d), 22)));
      group.append(dot);
    }
    return group;
  }

  const cut = (text, width) => { const most = Math.floor((width - 84) / 7.4); return text.length > most ? `${text.slice(0, most - 1)}…` : text; };

  function choose(next, focus) {
    chosen = chosen && next.device && chosen.device === next.device && !focus ? null : next;
    draw(found.zones.filter(z => z.devices.length > 0));
    beside();
    if (focus !== undefined) [...drawing.querySelectorAll('.zone')][found.zones.filter(z => z.devices.length > 0).findIndex(z => z.id === focus)]?.focus({ preventScroll: true });
  }

  function device(id) { for (const z of found.zones) for (const d of z.devices) if (d.id === id) return d; return null; }

  function beside() {
    if (!chosen) { put(side, h('h2', {}, t('map.choose')), h('p', { class: 'muted' }, t('map.choose.how'))); return; }
    if (chosen.device) {
      const d = device(chosen.device);
      const own = links().filter(l => l.from === d.id || l.to === d.id);
      put(side, h('h2', {}, h('a', { href: `#/inventory/${d.id}` }, called(d))), h('p', {}, word('kind', d.kind || 'unknown'), ' · ', zoneName(d.zone), d.address && h('span', { class: 'mono' }, ' · ', seen(d.address))),
        d.worst && h('p', {}, severity(d.worst)), h('h3', {}, many('map.neighbours', own.length, number(own.length))), pairs(own, d.id));
      return;
    }
    const c = conduits(links(), layout(found.zones.filter(z => z.devices.length > 0), 900).where).find(x => x.key === chosen.conduit);
    if (!c) { chosen = null; beside(); return; }
    put(side, h('h2', {}, place(c.a), ' – ', place(c.b)), h('p', {}, [...c.protocols.keys()].map(p => h('span', { class: 'chip' }, seen(p)))), pairs(c.links, ''));
  }

  function pairs(some, of) {
    const sorted = [...some].sort((a, b) => b.packets - a.packets);
    return h('ul', { class: 'facts' }, sorted.slice(0, LISTED).map(l => {
      const ends = of ? [l.from === of ? '→ ' : '← ', end(l.from === of ? l.to : l.from)] : [end(l.from), ' → ', end(l.to)];
      return h('li', {}, ends, h('div', { class: 'small muted' }, seen(l.protocol), ' · ', many('map.packets', l.packets, number(l.packets)), ' · ', when(l.last, short)));
    }), sorted.length > LISTED && h('li', { class: 'muted' }, t('map.more', { n: number(sorted.length - LISTED) })));
  }
  const end = id => { const d = device(id); return d ? h('a', { href: `#/inventory/${id}` }, called(d, 40)) : ''; };

  function table(zones) {
    const where = new Map(zones.flatMap(z => z.devices.map(d => [d.id, z.id])));
    const all = conduits(links(), where, true);
    put(list, h('h2', {}, t('map.conduits')), all.length === 0 ? h('p', { class: 'muted' }, t('map.conduits.none')) : h('div', { class: 'table' }, h('table', {},
      h('thead', {}, h('tr', {}, h('th', { scope: 'col' }, t('map.between')), h('th', { scope: 'col' }, t('contact.protocol')), h('th', { class: 'num', scope: 'col' }, t('map.pairs')), h('th', { class: 'num', scope: 'col' }, t('contact.packets')), h('th', { scope: 'col' }, t('contact.last')))),
      h('tbody', {}, all.map(c => h('tr', {}, h('td', {}, h('button', { type: 'button', class: 'plainlink', on: { click: () => { choose({ conduit: c.key }); drawing.scrollIntoView({ block: 'nearest' }); } } }, c.a === c.b ? t('map.within', { n: place(c.a) }) : `${place(c.a)} – ${place(c.b)}`)),
        h('td', {}, seen([...c.protocols.keys()].join(', '))), h('td', { class: 'num' }, number(c.pairs.size)), h('td', { class: 'num' }, number(c.packets)), h('td', {}, when(c.last, short))))))));
  }

  function legend() {
    return h('p', { class: 'map-legend small muted' }, ['C', 'H', 'M', 'L'].map(s => h('span', {}, svg('svg', { width: 12, height: 12, 'aria-hidden': 'true', class: 'map-dot', data: { s } }, svg('circle', { cx: 6, cy: 6, r: 5 })), ' ', word('severity', s))),
      h('span', {}, svg('svg', { width: 12, height: 12, 'aria-hidden': 'true', class: 'map-dot', data: { r: 'new' } }, svg('circle', { cx: 6, cy: 6, r: 4.5 })), ' ', t('map.new')), h('span', {}, svg('svg', { width: 12, height: 12, 'aria-hidden': 'true', class: 'map-dot' }, svg('circle', { cx: 6, cy: 6, r: 5 })), ' ', t('map.quiet')));
  }

  let resizing;
  const resized = () => { clearTimeout(resizing); resizing = setTimeout(() => { if (!gone && found) show(); }, 200); };
  addEventListener('resize', resized);
  pageKeys({ '/': () => input.focus(), Escape: () => { if (chosen) choose(null); }, Enter: () => { if (chosen?.device) go('inventory', chosen.device); } });
  load();
  return { title: t('map.title'), leave() { gone = true; clearTimeout(timer); clearTimeout(resizing); removeEventListener('resize', resized); pageKeys({}); } };
}
