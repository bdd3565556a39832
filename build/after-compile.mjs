// Completes what jsii compiled. First, jsii supports no optional peers: this removes cdktf and the Google provider from the assembly, so that AWS
// users of any language don't need them. It fails if a public type would require them. Second, the package's index loads each part when it is first
// used, as the CDK's own index does. Third, the source maps go: they hold the sources once more, which are 40 % of the package, and what is
// compiled reads as the source does. Fourth, the commands become executable files: npm would do that, but Python runs them as they were packed.
import { chmodSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
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
  // Named imports of ES modules find the names here.
  `${[...names.keys(), 'google'].map((name) => `exports.${name} = `).join('')}void 0;`,
  // Defined by a function: Node.js doesn't treat getters that it sees and can't evaluate as exports.
  'const lazily = (name, get, enumerable = true) => Object.defineProperty(exports, name, { enumerable, configurable: true, get });',
  ...[...names].map(([name, part]) => `lazily("${name}", () => require("./${part}").${name});`),
  // Not enumerable: code that copies all exports would load it, and fail without its packages.
  'lazily("google", () => require("./google"), false);',
  '',
].join('\n'));

const INLINE_MAP = /\n\/\/# sourceMappingURL=data:application\/json;base64,[A-Za-z0-9+/=]*\s*$/;
for (const file of readdirSync(join(project, 'lib'), { recursive: true }).filter((name) => name.endsWith('.js'))) {
  const path = join(project, 'lib', file);
  writeFileSync(path, readFileSync(path, 'utf8').replace(INLINE_MAP, '\n'));
}

for (const command of Object.values(JSON.parse(readFileSync(join(project, 'package.json'), 'utf8')).bin)) {
  chmodSync(join(project, command), 0o755);
}

/** The folders whose exports an index re-exports. */
function modulesOf(folder) {
  const text = readFileSync(join(project, 'lib', folder, 'index.js'), 'utf8');
  return [...text.matchAll(/^__exportStar\(require\("\.\/([a-z-]+)"\), exports\);$/gm)].map(([, name]) => `${folder}/${name}`);
}
