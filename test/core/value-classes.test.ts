import { codeOf } from './code-of';
import { AgentStage, Expiry, Sponsor } from '../../src/core';
import { Held } from '../../src/core/held';
import { allTexts, KINDS, requireFlag, requireKind, requireList } from '../../src/core/kind';
import { requireExpiry, requireSponsor, requireStage, requireStageList } from '../../src/core/value-classes';

const ADA = Sponsor.person({ name: 'Ada Park', email: 'ada@example.com', backupEmail: 'li@example.com' });
/** What another copy of the package would make. */
function ofAnotherCopy(): object {
  const copy = class {};
  Object.defineProperty(copy, 'name', { value: 'AgentStage' });
  return new copy();
}

const END = Expiry.on('2999-03-31');

describe('an instance of one of our classes', () => {
  test('is returned', () => {
    expect([requireSponsor(ADA), requireStage(AgentStage.TEST), requireExpiry('expires', END)]).toEqual([ADA, AgentStage.TEST, END]);
    expect(requireStageList('stages', [AgentStage.TEST])).toEqual([AgentStage.TEST]);
  });

  test.each<[string, unknown, RegExp]>([
    ['a text', 'test', /^WrongClass: stage must be made with AgentStage\.TEST, .*, received "test"$/],
    ['nothing', undefined, /received undefined$/],
    ['null', null, /received null$/],
    ['a plain object', { name: 'test' }, /received \{"name":"test"\}$/],
    ['a list', [AgentStage.TEST], /^WrongClass: stage must be made with/],
    ['an object without a class', Object.create(null), /^WrongClass: stage must be made with/],
    ['one of another class', ADA, /received an instance of Sponsor$/],
    ['one of another copy of the package', ofAnotherCopy(), /received an instance of AgentStage, and one of another copy of this package is not: keep one in node_modules$/],
  ])('WrongClass: %s is not one, and the error says what was received', (_what, value, message) => {
    expect(() => requireStage(value)).toThrow(message);
    expect(codeOf(() => requireStage(value))).toBe('WrongClass');
  });

  test('in a list is named by its place; what is no list is refused', () => {
    expect(() => requireStageList('stages', [AgentStage.TEST, 'production'])).toThrow(/^WrongClass: stages\[1\] must be made with/);
    expect(() => requireStageList('stages', 'test')).toThrow(/^WrongClass: stages must be a list, received "test"/);
  });

  test('that failed its own check says so when it is used', () => {
    expect(codeOf(() => requireExpiry('expires', Expiry.on('tomorrow')))).toBe('ExpiryInvalid');
  });
});

describe('a kind, by shape', () => {
  test.each<[string, object, object]>([
    ['sponsor', ADA, { id: 'ada@example.com' }], ['stage', AgentStage.TEST, { name: 'test' }], ['expiry', END, { iso: END.iso }],
  ])('a %s is accepted, and an object that lacks a part is refused', (kind, value, part) => {
    const known = KINDS[kind as keyof typeof KINDS] as Parameters<typeof requireKind>[2];
    expect(requireKind('it', value, known)).toBe(value);
    expect(codeOf(() => requireKind('it', part, known))).toBe('WrongType');
  });

  test.each<[unknown]>([['test'], [null], [undefined], [1]])('%j is of no kind', (value) => expect(codeOf(() => requireKind('stage', value as AgentStage, KINDS.stage))).toBe('WrongType'));

  test('a function may be one, as classes of jsii are', () => {
    const kind = { isOne: ({ id }: { id?: string }) => allTexts(id), use: 'it' };
    expect(codeOf(() => requireKind('it', Object.assign(() => undefined, { id: 'x' }), kind))).toBeUndefined();
  });

  test('a list: a missing one is empty, anything else is refused', () => {
    expect([requireList('keys', undefined), requireList('keys', null), requireList('keys', ['a'])]).toEqual([[], [], ['a']]);
    expect(codeOf(() => requireList('keys', 'a' as never))).toBe('WrongType');
  });

  test('a flag: a missing one is the default, anything else is refused', () => {
    expect([requireFlag('on', undefined, true), requireFlag('on', null, false), requireFlag('on', false, true)]).toEqual([true, false, false]);
    expect(codeOf(() => requireFlag('on', 'yes' as never, true))).toBe('WrongType');
  });
});

test('a check that fails for a reason of its own fails at once', () => {
  expect(() => Held.of(() => {
    throw new TypeError('a fault of ours');
  })).toThrow(new TypeError('a fault of ours'));
});

test.each<[string, () => AgentStage]>([
  ['a duration that is a number', () => AgentStage.of('canary', { maxTenure: 90 as never })],
  ['a flag that is a text', () => AgentStage.of('canary', { longLivedKeysAllowed: 'no' as never })],
])('RiskProfileInvalid: fails with %s', (_what, make) => expect(codeOf(() => requireStage(make()))).toBe('RiskProfileInvalid'));
