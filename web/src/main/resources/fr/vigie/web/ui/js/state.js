// Who is here, where, and in which language: set once at log-in, read everywhere.

export const state = { user: null, site: { id: '', name: '', tz: 'UTC', zones: [] }, language: navigator.language?.startsWith('en') ? 'en' : 'fr' };

/** Takes what `/session` says. */
export function take(session) {
  state.user = session?.user ?? null;
  if (session?.site) state.site = session.site;
  if (state.user) state.language = state.user.language;
  document.documentElement.lang = state.language;
}

const ORDER = ['viewer', 'analyst', 'administrator'];

/** Whether the person may do what asks for that role; the server decides, this only spares them a refusal. */
export const may = role => ORDER.indexOf(state.user?.role) >= ORDER.indexOf(role);

/** The zone of that id as the site file names it. */
export const zone = id => state.site.zones?.find(z => z.id === id) ?? { id, name: id, kind: '', care: 0 };
