// The rooms of a part of the house: pages that look at the same things in other ways.
import { h } from 'vigie/dom.js';
import { t } from 'vigie/text.js';

const ROOMS = [['inventory', 'campaigns', 'past', 'identity'], ['incidents', 'alerts', 'exceptions', 'approvals', 'normal', 'policy']];

/** Links between them; `here` is the one that is open. */
export const rooms = here => h('nav', { class: 'rooms', 'aria-label': t('rooms.label') },
  ROOMS.find(r => r.includes(here)).map(r => h('a', { href: `#/${r}`, 'aria-current': r === here ? 'page' : null }, t(`rooms.${r}`))));
