import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const PROJECT = join(__dirname, '..', '..');
const api = readFileSync(join(PROJECT, 'API.md'), 'utf8');
const headings = [...api.matchAll(/^### (.*)$/gm)].map(([, name]) => name);
const [contents, ...parts] = api.split(/^## .*$/m);

// build/fresh.mjs checks that API.md is current.
test('has all types of the package once, each under its namespace', () => {
  const { name, types } = JSON.parse(readFileSync(join(PROJECT, '.jsii'), 'utf8')) as { name: string; types: object };

  expect([...headings].sort()).toEqual(Object.keys(types).map((fqn) => fqn.slice(name.length + 1)).sort());
});

test('has AWS first, then Google', () => {
  expect([...api.matchAll(/^## (.*)$/gm)].map(([, part]) => part)).toEqual(['AWS', 'Google Cloud']);
  expect(parts.map((part) => [...part.matchAll(/^### (google\.)?/gm)].map(([, prefix]) => prefix))).toEqual([
    headings.filter((name) => !name.startsWith('google.')).map(() => undefined),
    headings.filter((name) => name.startsWith('google.')).map(() => 'google.'),
  ]);
});

test('begins with a table of contents that leads to each', () => {
  expect([...contents.matchAll(/\[([^\]]+)\]\(#/g)].map(([, name]) => name).filter((name) => !/^(AWS|Google Cloud)$/.test(name))).toEqual(headings);
});

test('says nothing twice of one type', () => {
  const twice = api.split(/^### /m).slice(1).map((section) => section.split('\n').filter((line) => /^ *- <code>/.test(line))).filter((lines) => new Set(lines).size < lines.length);

  expect(twice).toEqual([]);
});

test('describes what a class has from an interface of the package with the interface', () => {
  const describing = [...api.matchAll(/^- <code>registryName: string<\/code>/gm)];

  // AWS's ILifecycleRegistry and Google's, but not the classes that implement them.
  expect(describing.length).toBe(2);
});

test('what Google\'s part takes and returns is Google\'s, where AWS has a type of the same name', () => {
  const both = headings.filter((name) => headings.includes(`google.${name}`));
  expect(both).toContain('LifecycleRegistryReferenceProps');
  // An exported type that jsii does not find in its namespace is taken for the one of the same name at the root.
  expect(both.filter((name) => parts[1].includes(`[${name}]`))).toEqual([]);
  expect(both.filter((name) => parts[0].includes(`[google.${name}]`))).toEqual([]);
});
