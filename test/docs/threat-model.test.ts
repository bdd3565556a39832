import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const PROJECT = join(__dirname, '..', '..');
const TEXT = readFileSync(join(PROJECT, 'docs', 'threat-model.md'), 'utf8');
const PROOF = /`(test\/[^`]+)` "([^"]+)"/g;

/** Files with the titles that the page names, and which of them they lack. */
function missing(text: string): string[] {
  return [...text.matchAll(PROOF)].filter(([, file, title]) => {
    const path = join(PROJECT, file);
    return !existsSync(path) || !readFileSync(path, 'utf8').replaceAll('\\\'', '\'').includes(`'${title}'`);
  }).map(([found]) => found);
}

test('each claim names a test that exists', () => {
  const claims = TEXT.split('\n').filter((line) => /^\| (?!it \||they \|)/.test(line));
  expect(claims.length).toBeGreaterThan(40);
  expect(claims.filter((line) => line.search(PROOF) === -1)).toEqual([]);
  expect(missing(TEXT)).toEqual([]);
});

test('no table is broken by an empty line: what comes after one is no table any more', () => {
  const lines = TEXT.split('\n');
  expect(lines.filter((line, index) => line.startsWith('|') && !lines[index - 1].startsWith('|') && !/^\|-/.test(lines[index + 1]))).toEqual([]);
});

test('a test that does not exist is found', () => {
  expect(missing('| x | `test/docs/threat-model.test.ts` "each claim names a test that exists" |')).toEqual([]);
  expect(missing('| x | `test/docs/threat-model.test.ts` "no test has this name at all" |')).toHaveLength(1);
  expect(missing('| x | `test/docs/no-such.test.ts` "each claim names a test that exists" |')).toHaveLength(1);
});

test('each attacker of whom the project speaks is there', () => {
  expect([...TEXT.matchAll(/^## (.*)$/gm)].map(([, title]) => title)).toEqual([
    'The agent itself', 'A stolen session', 'A careless administrator', 'A malicious deployer', 'A principal that may invoke the request function',
    'A principal that may invoke the registry\'s other functions', 'A principal that may write the ledger',
    'A third party, and somebody who acts as it', 'A worker on premises, and somebody who acts as it', 'A receiver of signals, and somebody who acts as it',
    'Somebody who may change the catalogue', 'A departed sponsor', 'A forged mail', 'A departed team member', 'A compromised engine',
  ]);
});
