import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CODES, isUnconfirmed, mayHaveChanged } from '../../src/contract/refusals';

const ROOT = join(__dirname, '..', '..');
/** Sources whose codes go to other callers: Google's programs, the `nhi` command, the page for reviewers, drills, the catalogue, the wipers of a registry, the function for revokers, sweeps and what makes users of databases. */
const OTHERS = /^(runtime\/(adoption|audit|catalogue|google|google-audit|google-inventory|inventory|operator|review-page|suspension)\/|runtime\/sweep\/run-step\.ts$|runtime\/handlers\/(database-user|deletion-check|revoker)\.ts$|src\/(aws|google|contract\/google)\/)/;
/** Code that checks a request. The engine responds with the codes of these checks. */
const READ_WITH = ['agent-name', 'expiry', 'literal', 'purpose', 'reason', 'sponsor-record', 'text'].map((name) => `src/core/${name}.ts`);

function codesIn(file: string): string[] {
  return [...readFileSync(join(ROOT, file), 'utf8').matchAll(/(?:new \w+Error|refuse)\(\s*'([A-Z]\w+)'|code: '([A-Z][A-Za-z]+)'/g)].map(([, thrown, named]) => thrown ?? named);
}

const engine = readdirSync(join(ROOT, 'runtime'), { recursive: true, encoding: 'utf8' })
  .map((file) => `runtime/${file}`).filter((file) => file.endsWith('.ts') && !OTHERS.test(file));

test('every code that the engine throws, refuses with or reads a request with is in the table', () => {
  const used = new Set([...engine, ...READ_WITH].flatMap(codesIn));
  expect(used.size).toBeGreaterThan(30);
  expect([...used].filter((code) => !Object.hasOwn(CODES, code))).toEqual([]);
});

test('the table has no code that nothing uses', () => {
  const used = new Set([...engine, ...READ_WITH, 'src/aws/lifecycle-registry/lifecycle-machine.ts'].flatMap(codesIn));
  // Codes that the handler and the step create from EventBridge's event and the request's stack.
  const composed = ['TransitionEnded'];
  expect(Object.keys(CODES).filter((code) => !used.has(code) && !composed.includes(code))).toEqual([]);
});

test('what is not confirmed has changed nothing; an unknown code may have changed something', () => {
  const unconfirmed = Object.keys(CODES).filter(isUnconfirmed);
  expect(unconfirmed).toEqual(['PrincipalNotOfStack', 'RequestUnconfirmed']);
  expect(unconfirmed.filter(mayHaveChanged)).toEqual([]);
  expect(['PurposeInvalid', 'TextNotPlain', 'DynamicReference'].filter(mayHaveChanged)).toEqual([]);
  expect(mayHaveChanged('Unheard')).toBe(true);
  expect(isUnconfirmed('constructor')).toBe(false);
});
