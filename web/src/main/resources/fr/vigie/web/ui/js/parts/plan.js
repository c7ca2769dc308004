// Where the map puts zones and devices: shelves of boxes, each a list of names where they are few and a field of dots where they are many.

const NAMED = 10;
const ROW = 19;
const CELL = 14;
const PAD = 12;
const HEAD = 34;
const GAP_X = 44;
const GAP_Y = 52;
const NARROW = 206;

/** `{width, height, boxes: Map zone → {x,y,w,h}, dots: Map device → {x,y,named}, where: Map device → zone}`. */
export function layout(zones, width) {
  const boxes = new Map();
  const dots = new Map();
  const where = new Map();
  let x = 0;
  let y = 0;
  let shelf = 0;
  let right = 0;
  for (const zone of zones) {
    const n = zone.devices.length;
    const named = n <= NAMED;
    const most = Math.max(8, Math.floor((width - 2 * PAD) / CELL));
    const columns = named ? 1 : Math.min(most, Math.max(Math.ceil((NARROW - 2 * PAD) / CELL), Math.ceil(Math.sqrt(n * 2.2))));
    const w = named ? NARROW : columns * CELL + 2 * PAD;
    const tall = HEAD + (named ? n * ROW : Math.ceil(n / columns) * CELL) + PAD;
    if (x > 0 && x + w > width) { x = 0; y += shelf + GAP_Y; shelf = 0; }
    boxes.set(zone.id, { x, y, w, h: tall });
    zone.devices.forEach((d, i) => {
      where.set(d.id, zone.id);
      dots.set(d.id, named ? { x: x + PAD + 6, y: y + HEAD + i * ROW + 8, named } : { x: x + PAD + i % columns * CELL + CELL / 2, y: y + HEAD + Math.floor(i / columns) * CELL + CELL / 2, named });
    });
    shelf = Math.max(shelf, tall);
    right = Math.max(right, x + w);
    x += w + GAP_X;
  }
  return { width: Math.max(width, right), height: y + shelf + 2, boxes, dots, where };
}

/** Links folded by the pair of zones they join, most packets first; `inner` with those that stay in one zone. */
export function conduits(links, where, inner = false) {
  const all = new Map();
  for (const l of links) {
    const from = where.get(l.from);
    const to = where.get(l.to);
    if (from === undefined || to === undefined || from === to && !inner) continue;
    const [a, b] = [from, to].sort();
    const key = `${a}\n${b}`;
    let c = all.get(key);
    if (!c) all.set(key, c = { key, a, b, packets: 0, last: '', protocols: new Map(), pairs: new Set(), links: [] });
    c.packets += l.packets;
    if (l.last > c.last) c.last = l.last;
    c.protocols.set(l.protocol, (c.protocols.get(l.protocol) ?? 0) + l.packets);
    c.pairs.add([l.from, l.to].sort().join(' '));
    c.links.push(l);
  }
  return [...all.values()].sort((x, y) => y.packets - x.packets);
}

/** The path of a conduit: a shallow bow from the middle of one box to that of the other. */
export function meeting(a, b) {
  const [x1, y1, x2, y2] = [a.x + a.w / 2, a.y + a.h / 2, b.x + b.w / 2, b.y + b.h / 2];
  const bow = 0.10;
  return `M${x1.toFixed(1)} ${y1.toFixed(1)}Q${((x1 + x2) / 2 - (y2 - y1) * bow).toFixed(1)} ${((y1 + y2) / 2 + (x2 - x1) * bow).toFixed(1)} ${x2.toFixed(1)} ${y2.toFixed(1)}`;
}
