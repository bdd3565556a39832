// Says on which page of docs/api each type of the public API is described: each class has a page, and what a class takes, returns or implements is on it.
export const PARTS = [
  { folder: 'aws', title: 'AWS', intro: 'Import by name: `import { LifecycleRegistry } from \'cdk-nhi-lifecycle\'`.' },
  { folder: 'core', title: 'AWS and Google Cloud', intro: 'Who is accountable, in which stage and until when, and what an agent has outside of the cloud: the same for both clouds.' },
  { folder: 'google', title: 'Google Cloud', intro: 'Import the namespace: `import { google } from \'cdk-nhi-lifecycle\'`. The command for its two packages is in the error if they are missing.' },
];

/** Titles of the groups, by the folders of the sources; in this order. */
const GROUPS = [
  ['lifecycle-registry', 'The registry'],
  ['agent-identity', 'Agents'],
  ['agent-fleet', 'Many agents'],
  ['agent-runtime', 'What an agent runs on'],
  ['access', 'Access'],
  ['access-rules', 'Access'],
  ['model-access', 'Access'],
  ['token-access', 'Access'],
  ['revokers', 'Access outside of the cloud'],
  ['access-certification', 'Reviews'],
  ['shared-signals', 'Signals for other systems'],
  ['agent-assertions', 'Tests of your own'],
  ['guardrails', 'Guardrails'],
  ['packages', 'Packages'],
  ['', ''],
];
const GROUP_OF = /^src\/(?:(?:aws|google)\/([a-z-]+)\/|core\/|(revokers)\/|google\/required-(packages)\.ts)/;
/** Folders of the sources that both clouds share. */
const SHARED = ['core', 'revokers'];

/** The pages, in the order of their parts and groups. The first type of a page gives it its name. */
export function placeTypes({ name: packageName, types }) {
  const named = (fqn) => fqn.slice(packageName.length + 1);
  const all = Object.values(types);
  const pages = new Map(all.filter(({ kind }) => kind === 'class').map((type) => [type.fqn, { fqn: type.fqn, ...placeOf(type), types: [type] }]));
  const reaches = new Map([...pages.keys()].map((fqn) => [fqn, reachOf(types[fqn], types)]));
  for (const type of all.filter(({ kind }) => kind !== 'class')) {
    const [home] = [...pages.values()].filter(({ fqn }) => reaches.get(fqn).has(type.fqn) && namespaceOf(types[fqn]) === namespaceOf(type))
      .map((page) => ({ page, score: scoreOf(type, types[page.fqn], reaches.get(page.fqn).get(type.fqn)) }))
      .sort((a, b) => (a.score < b.score ? -1 : 1));
    if (home === undefined) {
      throw new Error(`ApiTypeUnplaced: ${type.fqn}: no class takes, returns or implements it: is it exported for no one?`);
    }
    home.page.types.push(type);
  }
  const order = ({ folder, group, fqn }) => `${PARTS.findIndex((part) => part.folder === folder)} ${String(GROUPS.findIndex(([, title]) => title === group)).padStart(2, '0')} ${fqn}`;
  return [...pages.values()].sort((a, b) => (order(a) < order(b) ? -1 : 1))
    .map((page) => ({ ...page, types: [page.types[0], ...page.types.slice(1).sort((a, b) => (a.fqn < b.fqn ? -1 : 1))] }));

  function placeOf(type) {
    const { filename } = type.locationInModule;
    const match = GROUP_OF.exec(filename);
    const group = GROUPS.find(([folder]) => folder === (match?.slice(1).find((part) => part !== undefined) ?? ''));
    if (match === null || group === undefined) {
      throw new Error(`ApiTypeUnplaced: ${type.fqn} of ${filename}: give its folder a group in build/api-places.mjs`);
    }
    const [, source] = filename.split('/');
    const folder = SHARED.includes(source) ? 'core' : source;
    return { folder, group: group[1], path: `docs/api/${folder}/${kebab(named(type.fqn).replace(/^google\./, ''))}.md` };
  }
}

/** Types that a class leads to, with how many steps: what it implements, takes and returns, and what these contain. Other classes have their own pages. */
function reachOf(type, types) {
  const steps = new Map();
  let front = referencesOf(type);
  for (let step = 1; front.length > 0; step++) {
    front = [...new Set(front)].filter((fqn) => fqn in types && types[fqn].kind !== 'class' && !steps.has(fqn));
    front.forEach((fqn) => steps.set(fqn, step));
    front = front.flatMap((fqn) => referencesOf(types[fqn]));
  }
  return steps;
}

function referencesOf({ interfaces = [], initializer, methods = [], properties = [] }) {
  const signatures = [...(initializer ? [initializer] : []), ...methods].flatMap(({ parameters = [], returns }) => [...parameters, ...(returns ? [returns] : [])]);
  return [...interfaces, ...[...signatures, ...properties].flatMap(({ type }) => namesIn(type))];
}

function namesIn(type) {
  if (type.fqn) {
    return [type.fqn];
  }
  return type.collection ? namesIn(type.collection.elementtype) : (type.union?.types ?? []).flatMap(namesIn);
}

/** A type is described with the class that implements it, else with one of its file, else of its folder, else with the nearest. */
function scoreOf(type, page, steps) {
  const folderOf = ({ locationInModule: { filename } }) => filename.slice(0, filename.lastIndexOf('/'));
  const implemented = (page.interfaces ?? []).includes(type.fqn);
  const sameFile = page.locationInModule.filename === type.locationInModule.filename;
  const isOwn = type.name === `I${page.name}`;
  return [implemented ? 0 : 1, isOwn ? 0 : 1, sameFile ? 0 : 1, folderOf(type).startsWith(folderOf(page)) ? 0 : 1, steps, page.fqn].join(' ');
}

function namespaceOf({ namespace = '' }) {
  return namespace;
}

function kebab(name) {
  return name.replace(/([a-z0-9])([A-Z])/g, '$1-$2').toLowerCase();
}
