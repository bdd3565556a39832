// jsii knows no optional peers. After its compile: take cdktf and the Google provider out of the assembly, so that AWS users of any language
// don't need them, and make `exports.google` load on first use. Fails when a public type would bring them back.
import { readFileSync, writeFileSync } from 'node:fs';
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

const indexFile = join(project, 'lib', 'index.js');
const index = readFileSync(indexFile, 'utf8');
const eager = /^exports\.google = (?:__importStar\()?require\("\.\/google"\)\)?;$/m;
const lazy = 'Object.defineProperty(exports, "google", { enumerable: true, get: () => require("./google") });';
if (!index.includes(lazy)) {
  if (!eager.test(index)) {
    throw new Error('GoogleExportMissing: lib/index.js has no `exports.google = ...require("./google")` to make lazy; see src/index.ts');
  }
  writeFileSync(indexFile, index.replace(eager, lazy).replace(/^exports\.google = void 0;$/m, ''));
}
