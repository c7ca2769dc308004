// The rooms of the inventory: pages that look at the same devices in other ways.
import { h } from 'vigie/dom.js';
import { t } from 'vigie/text.js';

const ROOMS = ['inventory', 'campaigns', 'past', 'identity'];

/** Links between them; `here` is the one that is open. */
export const rooms = here => h('nav', { class: 'rooms', 'aria-label': t('rooms.label') },
  ROOMS.map(r => h('a', { href: `#/${r}`, 'aria-current': r === here ? 'page' : null }, t(`rooms.${r}`))));
