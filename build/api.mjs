// Writes docs/api, one page a class with what it takes and returns, and API.md, the index of these pages, from jsii's description of the public API. Each
// member is where it is declared. Run it with `node build/api.mjs`.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PARTS, placeTypes } from './api-places.mjs';

const project = join(dirname(fileURLToPath(import.meta.url)), '..');
export const PAGES = 'docs/api';

/** The text of each file, by its path. */
export function renderApi(assembly) {
  const { name: packageName, types } = assembly;
  const named = (fqn) => fqn.slice(packageName.length + 1);
  const pages = placeTypes(assembly);
  const pageOf = new Map(pages.flatMap((page) => page.types.map(({ fqn }) => [fqn, page])));
  let current = 'API.md';
  const files = pages.map((page) => {
    current = page.path;
    const [first, ...others] = page.types;
    const back = `[API](${relative(dirname(page.path), 'API.md')})`;
    return [page.path, finished([...section(first, '#'), ...others.flatMap((type) => section(type, '##')), `---\n${back}. Made from the code by \`npx projen docgen\`.`])];
  });
  current = 'API.md';
  return Object.fromEntries([['API.md', finished([
    '# API',
    'Made from the code by `npx projen docgen`. Each class has a page, with what it takes and returns. Members are listed where they are declared; those of the CDK\'s own classes are not listed.',
    ...PARTS.flatMap(partOf),
  ])], ...files]);

  function partOf({ folder, title, intro }) {
    const ofPart = pages.filter((page) => page.folder === folder);
    return [`## ${title}`, intro, ...[...new Set(ofPart.map(({ group }) => group))].flatMap((group) => [
      ...(group === '' ? [] : [`### ${group}`]),
      ofPart.filter((page) => page.group === group).map(({ types: [first, ...others] }) => (
        `- ${link(first.fqn)}${isConstruct(first, types) ? ' (construct)' : ''}: ${prose(first.docs).split('\n\n')[0]}${others.length > 0 ? ` With ${others.map(({ fqn }) => link(fqn)).join(', ')}.` : ''}`)).join('\n'),
    ])];
  }

  function link(fqn) {
    const page = pageOf.get(fqn);
    if (page === undefined) {
      return fqn.replace(/^aws-cdk-lib\./, '');
    }
    const path = page.path === current ? '' : relative(dirname(current), page.path);
    return `[${named(fqn)}](${path}${page.fqn === fqn && path !== '' ? '' : `#${anchor(named(fqn))}`})`;
  }

  function section(type, level) {
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
    const about = [`*${[kindOf(type, types), ...facts].join(', ')}*`, prose(type.docs)].filter((text) => text !== '').join('\n\n');
    return [`${level} ${named(type.fqn)}`, about, ...(members.length > 0 ? [members.join('\n')] : [])];
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

function kindOf(type, types) {
  if (type.kind === 'class') {
    return isConstruct(type, types) ? 'Construct' : 'Class';
  }
  return type.kind === 'enum' ? 'Enum' : type.datatype ? 'Properties' : 'Interface';
}

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

function finished(blocks) {
  return `${blocks.filter((block) => block !== '').join('\n\n').trimEnd()}\n`;
}

/** The anchor that GitHub creates for a heading. */
function anchor(heading) {
  return heading.toLowerCase().replace(/[^a-z0-9 _-]/g, '').replace(/ /g, '-');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  rmSync(join(project, PAGES), { recursive: true, force: true });
  for (const [path, text] of Object.entries(renderApi(JSON.parse(readFileSync(join(project, '.jsii'), 'utf8'))))) {
    mkdirSync(dirname(join(project, path)), { recursive: true });
    writeFileSync(join(project, path), text);
  }
}
