// Writes API.md from jsii's description of the public API: AWS first, Google under its namespace, each member where it is declared. Run it with `node
// build/api.mjs`.
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const project = join(dirname(fileURLToPath(import.meta.url)), '..');
const NAMESPACES = [['AWS', ''], ['Google Cloud', 'google.']];
const KINDS = [
  ['Constructs', (type, types) => type.kind === 'class' && isConstruct(type, types)],
  ['Classes', (type, types) => type.kind === 'class' && !isConstruct(type, types)],
  ['Interfaces', (type) => type.kind === 'interface' && !type.datatype],
  ['Properties', (type) => type.kind === 'interface' && type.datatype],
  ['Enums', (type) => type.kind === 'enum'],
];

export function renderApi({ name: packageName, types }) {
  const named = (fqn) => fqn.slice(packageName.length + 1);
  const parts = NAMESPACES.map(([title, prefix]) => ({
    title,
    groups: KINDS.map(([kind, isOne]) => ({
      kind,
      members: Object.values(types).filter((type) => isOne(type, types) && named(type.fqn) === `${prefix}${type.name}`).sort((a, b) => (a.name < b.name ? -1 : 1)),
    })).filter(({ members }) => members.length > 0),
  }));
  const shown = parts.flatMap(({ groups }) => groups.flatMap(({ members }) => members));
  if (shown.length !== Object.keys(types).length) {
    throw new Error(`ApiTypeUnplaced: ${Object.keys(types).filter((fqn) => !shown.some((type) => type.fqn === fqn)).join(', ')}: give it a place in build/api.mjs`);
  }
  return [
    '# API',
    `Made from the code by \`npx projen docgen\`. Import what is AWS's by name, and Google's under \`google\`: \`import { LifecycleRegistry, google } from '${packageName}'\`. Members are listed where they are declared; those of the CDK's own classes are not listed.`,
    parts.map(({ title, groups }) => [`- [${title}](#${anchor(title)})`, ...groups.map(({ kind, members }) => `  - ${kind}: ${members.map(({ fqn }) => link(fqn)).join(', ')}`)].join('\n')).join('\n'),
    ...parts.flatMap(({ title, groups }) => [
      `## ${title}`,
      ...groups.flatMap(({ kind, members }) => members.flatMap((type) => section(type, kind))),
    ]),
    '',
  ].join('\n\n').replace(/\n+$/, '\n');

  function link(fqn) {
    return fqn in types ? `[${named(fqn)}](#${anchor(named(fqn))})` : fqn.replace(/^aws-cdk-lib\./, '');
  }

  function section(type, kind) {
    const [above, more] = [[...(type.base ? [type.base] : []), ...(type.kind === 'interface' ? type.interfaces ?? [] : [])], type.kind === 'class' ? type.interfaces ?? [] : []];
    const facts = [
      ...(above.length > 0 ? [`extends ${above.map(link).join(', ')}`] : []),
      ...(more.length > 0 ? [`implements ${more.map(link).join(', ')}`] : []),
      ...(type.abstract && type.kind === 'class' ? ['abstract'] : []),
    ];
    const members = [
      ...(type.initializer && !type.abstract ? [call(`new ${named(type.fqn)}`, type.initializer)] : []),
      ...own(type.methods).map((method) => call(`${method.static ? `${named(type.fqn)}.` : ''}${method.name}`, method, method.async)),
      ...own(type.properties).map((property) => entry(`${property.static ? `${named(type.fqn)}.` : ''}${property.name}${property.optional ? '?' : ''}: ${typeText(property.type)}`, property.docs)),
      ...(type.members ?? []).map(({ name, docs }) => entry(name, docs)),
    ];
    const about = [`*${[KINDS_IN_WORDS[kind], ...facts].join(', ')}*`, prose(type.docs)].filter((text) => text !== '').join('\n\n');
    return [`### ${named(type.fqn)}`, about, ...(members.length > 0 ? [members.join('\n')] : [])];
  }

  /** Leaves out members that override or implement a member of another of our types, which describes them. */
  function own(members = []) {
    return members.filter(({ overrides }) => !(overrides in types));
  }

  function call(name, { parameters = [], returns, docs }, isAsync = false) {
    const list = parameters.map(({ name: parameter, type, optional, variadic }) => `${variadic ? '...' : ''}${parameter}${optional ? '?' : ''}: ${typeText(type)}${variadic ? '[]' : ''}`).join(', ');
    const result = name.startsWith('new ') ? '' : `: ${isAsync ? 'Promise&lt;' : ''}${returns ? typeText(returns.type) : 'void'}${isAsync ? '&gt;' : ''}`;
    const described = parameters.filter(({ name: parameter, docs: about }) => about?.summary && !['scope', 'id'].includes(parameter));
    return [entry(`${name}(${list})${result}`, docs), ...described.map(({ name: parameter, docs: about }) => `  - \`${parameter}\`: ${flat(prose(about))}`)].join('\n');
  }

  function entry(signature, docs = {}) {
    const value = docs.default?.startsWith('- ') ? docs.default.slice(2) : docs.default && `\`${docs.default}\``;
    return `- <code>${signature}</code>${flat(prose(docs)) && `: ${flat(prose(docs))}`}${value ? ` Default: ${flat(value)}.` : ''}`;
  }

  function typeText(type) {
    if (type.fqn) {
      return link(type.fqn);
    }
    if (type.collection) {
      const element = typeText(type.collection.elementtype);
      return type.collection.kind === 'array' ? `${element}[]` : `{ [key: string]: ${element} }`;
    }
    return type.primitive ?? type.union.types.map(typeText).join(' &#124; ');
  }
}

const KINDS_IN_WORDS = { Constructs: 'Construct', Classes: 'Class', Interfaces: 'Interface', Properties: 'Properties', Enums: 'Enum' };

function isConstruct({ base }, types) {
  return base === 'constructs.Construct' || (base in types && isConstruct(types[base], types));
}

/** jsii splits a sentence at its semicolon, and puts the rest below. */
function prose({ summary = '', remarks = '', custom = {} } = {}) {
  const throws = custom.throws ? `Throws ${custom.throws}.` : '';
  return [summary.endsWith(';') ? `${summary} ${remarks}` : [summary, remarks].filter((text) => text !== '').join('\n\n'), throws].filter((text) => text !== '').join('\n\n');
}

function flat(text) {
  return text.replace(/\s*\n\s*/g, ' ').trim();
}

/** The anchor that GitHub creates for a heading. */
function anchor(heading) {
  return heading.toLowerCase().replace(/[^a-z0-9 _-]/g, '').replace(/ /g, '-');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(join(project, 'API.md'), renderApi(JSON.parse(readFileSync(join(project, '.jsii'), 'utf8'))));
}
