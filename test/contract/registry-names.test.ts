import { RegistryNames } from '../../src/contract/registry-names';

const LONGEST = 'a'.repeat(20);
const names = new RegistryNames(LONGEST);
/** Longest name that AWS allows, by the kind of resource that the member's name ends with. */
const KINDS: readonly [kind: string, is: RegExp, longest: number][] = [
  ['function', /Function$/, 64],
  ['role', /Role$/, 64],
  ['rule', /Rule$/, 64],
  ['schedule', /Schedule$/, 64],
  ['state machine', /[mM]achine$/, 80],
  ['queue', /^deadLetters$|Queue$/, 80],
  ['policy', /Policy$/, 128],
  ['table', /^table$/, 255],
  ['bus', /^bus$/, 256],
  ['dashboard', /^dashboard$/, 255],
  ['alias of a key', /Alias$/, 256],
  ['secret', /Secrets$/, 512],
];
const NAMES = Object.entries(names).filter(([member]) => !['registryName', 'path', 'prefix'].includes(member)) as [string, string][];
const kindOf = (member: string) => KINDS.find(([, is]) => is.test(member))!;

test.each(NAMES)('%s is allowed by AWS with the longest name of a registry', (member, name) => {
  expect(name.length).toBeLessThanOrEqual(kindOf(member)[2]);
});

test('so are the bucket in the region with the longest name, and the rule with the longest id', () => {
  expect(names.bucket({ partition: 'aws-iso-f', region: 'us-isof-south-1', account: '111122223333' }).length).toBeLessThanOrEqual(63);
  expect(names.suspendOnRule('x'.repeat(28)).length).toBeLessThanOrEqual(64);
});

test('no two resources of a kind have the same name', () => {
  const all = NAMES.map(([member, name]) => `${kindOf(member)[0]} ${name}`);
  expect(new Set(all).size).toBe(all.length);
});
