import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const PROJECT = join(__dirname, '..', '..');
const LONGEST_PAGE = 26_000;
const LONGEST_INDEX = 22_000;
const { name: packageName, types } = JSON.parse(readFileSync(join(PROJECT, '.jsii'), 'utf8')) as { name: string; types: Record<string, { fqn: string; kind: string; base?: string }> };
const named = (fqn: string): string => fqn.slice(packageName.length + 1);

const index = readFileSync(join(PROJECT, 'API.md'), 'utf8');
const pages = readdirSync(join(PROJECT, 'docs', 'api'), { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.md')).sort().map((file) => {
  const text = readFileSync(join(PROJECT, 'docs', 'api', file), 'utf8');
  return { file, text, headings: [...text.matchAll(/^##? (.*)$/gm)].map(([, heading]) => heading) };
});
const headings = pages.flatMap((page) => page.headings);
const inFolder = (folder: string): typeof pages => pages.filter(({ file }) => file.startsWith(`${folder}/`));

// build/fresh.mjs checks that the index and the pages are current.
test('the pages have all types of the package once, each under its namespace', () => {
  expect([...headings].sort()).toEqual(Object.keys(types).map(named).sort());
});

test('each class has a page of its own, and no page has two', () => {
  const classes = Object.values(types).filter(({ kind }) => kind === 'class').map(({ fqn }) => named(fqn));

  expect(pages.map((page) => page.headings[0]).sort()).toEqual(classes.sort());
  expect(pages.filter((page) => page.headings.slice(1).some((heading) => classes.includes(heading)))).toEqual([]);
});

test('what is Google\'s is in its folder, and nothing else', () => {
  expect(pages.length).toBe(inFolder('aws').length + inFolder('core').length + inFolder('google').length);
  expect(headings.filter((name) => name.startsWith('google.')).sort()).toEqual(inFolder('google').flatMap((page) => page.headings).sort());
});

test('the properties of a construct are on its page', () => {
  const pageOf = (name: string) => pages.find((page) => page.headings[0] === name)!.headings;

  expect(pageOf('ManagedAgentIdentity')).toEqual(expect.arrayContaining(['IManagedAgentIdentity', 'ManagedAgentIdentityProps']));
  expect(pageOf('LifecycleRegistry')).toEqual(expect.arrayContaining(['ILifecycleRegistry', 'LifecycleRegistryProps', 'OnAgentEventOptions']));
  expect(pageOf('google.LifecycleRegistry')).toEqual(expect.arrayContaining(['google.LifecycleRegistryProps']));
  expect(pageOf('AgentStage')).toEqual(['AgentStage', 'RiskProfile', 'StageProfile', 'TargetedRiskAnalysis']);
});

test('the index has AWS first, then what both clouds have, then Google', () => {
  expect([...index.matchAll(/^## (.*)$/gm)].map(([, part]) => part)).toEqual(['AWS', 'AWS and Google Cloud', 'Google Cloud']);
});

test('the index leads to each type once', () => {
  const links = [...index.matchAll(/\[([^\]]+)\]\((docs\/api\/[^)]+)\)/g)].map(([, name]) => name);

  expect(links.sort()).toEqual([...headings].sort());
});

test('the index and each page are short enough to read', () => {
  expect(index.length).toBeLessThan(LONGEST_INDEX);
  expect(pages.filter(({ text }) => text.length > LONGEST_PAGE).map(({ file }) => file)).toEqual([]);
});

test('says nothing twice of one type', () => {
  const sections = pages.flatMap(({ text }) => text.split(/^##? /m).slice(1));
  const twice = sections.map((section) => section.split('\n').filter((line) => /^ *- <code>/.test(line))).filter((lines) => new Set(lines).size < lines.length);

  expect(sections).toHaveLength(headings.length);
  expect(twice).toEqual([]);
});

test('describes what a class has from an interface of the package with the interface', () => {
  const describing = pages.flatMap(({ text }) => [...text.matchAll(/^- <code>registryName: string<\/code>/gm)]);

  // AWS's ILifecycleRegistry and Google's, but not the classes that implement them.
  expect(describing.length).toBe(2);
});

test('what Google\'s part takes and returns is Google\'s, where AWS has a type of the same name', () => {
  const both = headings.filter((name) => headings.includes(`google.${name}`));
  const [google, others] = [inFolder('google'), [...inFolder('aws'), ...inFolder('core')]].map((some) => some.map(({ text }) => text).join('\n'));

  expect(both).toContain('LifecycleRegistryReferenceProps');
  // An exported type that jsii does not find in its namespace is taken for the one of the same name at the root.
  expect(both.filter((name) => google.includes(`[${name}]`))).toEqual([]);
  expect(both.filter((name) => others.includes(`[google.${name}]`))).toEqual([]);
});
