// What jsii can't say, after its compile. It knows no optional peers: cdktf and the Google provider go out of the assembly, so that AWS users of any
// language don't need them; fails when a public type would bring them back. And the package's index loads each part when something of it is first used,
// as the CDK's own does.
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const OPTIONAL = ['cdktf', '@cdktf/provider-google'];
const project = join(dirname(fileURLToPath(import.meta.url)), '..');

const assemblyFile = join(project, '.jsii');
const assembly = JSON.parse(readFileSync(assemblyFile, 'utf8'));
const { dependencies, dependencyClosure, fingerprint, ...published } = assembly;
for (const name of OPTIONAL) {
  if (JSON.stringify(published.types).includes(`"${name}.`)) {
    throw new Error(`OptionalPeerExposed: a public type mentions ${name}; keep it behind src/google's internal module`);
  }
  delete dependencies?.[name];
  delete dependencyClosure?.[name];
}
writeFileSync(assemblyFile, JSON.stringify(assembly, null, 2));

const load = createRequire(import.meta.url);
const index = join(project, 'lib', 'index.js');
const PARTS = ['core', ...modulesOf('aws')];
const names = new Map(PARTS.flatMap((part) => Object.keys(load(join(project, 'lib', part))).map((name) => [name, part])));
writeFileSync(index, [
  '"use strict";',
  'Object.defineProperty(exports, "__esModule", { value: true });',
  // What tells named imports of ES modules which names there are.
  `${[...names.keys(), 'google'].map((name) => `exports.${name} = `).join('')}void 0;`,
  // By a function: getters that it sees and can't read, Node takes for no export at all.
  'const lazily = (name, get, enumerable = true) => Object.defineProperty(exports, name, { enumerable, configurable: true, get });',
  ...[...names].map(([name, part]) => `lazily("${name}", () => require("./${part}").${name});`),
  // Not listed: whoever copies all exports would load it, and fail without its packages.
  'lazily("google", () => require("./google"), false);',
  '',
].join('\n'));

/** The folders that an index exports all of. */
function modulesOf(folder) {
  const text = readFileSync(join(project, 'lib', folder, 'index.js'), 'utf8');
  return [...text.matchAll(/^__exportStar\(require\("\.\/([a-z-]+)"\), exports\);$/gm)].map(([, name]) => `${folder}/${name}`);
}
