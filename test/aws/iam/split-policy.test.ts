import * as fc from 'fast-check';
import { policySizeOf } from '../../../src/aws/iam/quotas';
import { splitPolicy } from '../../../src/aws/iam/split-policy';
import { list } from '../../../src/aws/iam/statement';

const ROOMS = { first: 2_000, others: 1_200 };
const END = { Sid: 'End', Effect: 'Deny', Action: '*', Resource: '*' };

interface Statement {
  readonly Sid?: string;
  readonly Effect: string;
  readonly Action: unknown;
  readonly Resource: unknown;
  readonly Condition?: unknown;
}

const policy = (...statements: Statement[]) => ({ Version: '2012-10-17', Statement: [END, ...statements] });
const statementsOf = (document: unknown): Statement[] => (document as { Statement: Statement[] }).Statement;

/** Each action on each resource, with its effect and condition. */
const unitsOf = (documents: readonly unknown[]): string[] => [...new Set(documents.flatMap(statementsOf)
  .flatMap(({ Effect, Action, Resource, Condition }) => list(Action)
    .flatMap((action) => list(Resource).map((resource) => JSON.stringify([Effect, action, resource, Condition])))))].sort();

const arn = fc.stringMatching(/^[a-z]{3,40}$/).map((name) => `arn:aws:sqs:eu-west-1:111122223333:${name}`);
const resource = fc.oneof({ weight: 4, arbitrary: arn }, { weight: 1, arbitrary: arn.map((name) => ({ 'Fn::GetAtt': [name, 'Arn'] })) });
const oneOrMore = <T>(values: fc.Arbitrary<T>, most: number) => fc
  .uniqueArray(values, { minLength: 1, maxLength: most, selector: (value) => JSON.stringify(value) })
  .map((all) => (all.length === 1 ? all[0] : all));
const statement: fc.Arbitrary<Statement> = fc.record({
  Effect: fc.constantFrom('Allow', 'Allow', 'Allow', 'Deny'),
  Action: oneOrMore(fc.stringMatching(/^sqs:[A-Z][a-z]{3,12}$/), 8),
  Resource: oneOrMore(resource, 60),
  Condition: fc.constantFrom(undefined, { StringEquals: { 'aws:RequestedRegion': 'eu-west-1' } }),
});
const statements = fc.array(statement, { maxLength: 30 });

test('whatever its size, the parts say what the whole says, and each fits', () => {
  fc.assert(fc.property(statements, (all) => {
    const parts = splitPolicy(policy(...all), ROOMS);
    expect(unitsOf(parts)).toEqual(unitsOf([policy(...all)]));
    expect(policySizeOf(parts[0])).toBeLessThanOrEqual(ROOMS.first);
    parts.slice(1).forEach((part) => expect(policySizeOf(part)).toBeLessThanOrEqual(ROOMS.others));
    expect(statementsOf(parts[0])[0]).toEqual(END);
    expect(parts.every((part) => statementsOf(part).length > 0)).toBe(true);
  }));
});

test('another grant at the end moves none of the others', () => {
  fc.assert(fc.property(statements, statement, (all, more) => {
    const allows = all.map((one) => ({ ...one, Effect: 'Allow' }));
    const before = splitPolicy(policy(...allows), ROOMS);
    const after = splitPolicy(policy(...allows, { ...more, Effect: 'Allow' }), ROOMS);
    (before.length > 1 ? before : []).forEach((part, index) => {
      expect(statementsOf(after[index]).slice(0, statementsOf(part).length)).toEqual(statementsOf(part));
    });
  }));
});

test('the same policy is always split in the same way, and one that fits is not touched', () => {
  fc.assert(fc.property(statements, (all) => {
    expect(splitPolicy(policy(...all), ROOMS)).toEqual(splitPolicy(policy(...all), ROOMS));
  }));
  const small = policy({ Effect: 'Allow', Action: 'sqs:SendMessage', Resource: '*' }, { ...END, Sid: 'Other' });
  expect(splitPolicy(small, ROOMS)).toEqual([small]);
});

test('another resource of a statement that is too long changes few of its pieces', () => {
  const queues = (count: number) => Array.from({ length: count }, (_, index) => `arn:aws:sqs:eu-west-1:111122223333:queue-${index}`);
  const pieces = (resources: string[]) => splitPolicy(policy({ Effect: 'Allow', Action: 'sqs:SendMessage', Resource: resources }), { first: 9_000, others: 6_144 })
    .flatMap(statementsOf).map((one) => JSON.stringify(one));
  const before = pieces(queues(500));
  const after = pieces(['arn:aws:sqs:eu-west-1:111122223333:another', ...queues(500)]);
  expect(before.length).toBeGreaterThan(10);
  expect(after.filter((piece) => !before.includes(piece)).length).toBeLessThanOrEqual(2);
});

test('no two statements of a part have the same Sid', () => {
  const long = { Sid: 'Long', Effect: 'Allow', Action: ['sqs:SendMessage'], Resource: Array.from({ length: 80 }, (_, index) => `arn:aws:sqs:eu-west-1:111122223333:queue-${index}`) };
  for (const part of splitPolicy(policy(long), ROOMS)) {
    const sids = statementsOf(part).flatMap(({ Sid }) => Sid ?? []);
    expect(new Set(sids).size).toBe(sids.length);
  }
});

test('what can\'t be shortened is kept, in a part that is too long', () => {
  const parts = splitPolicy(policy({ Effect: 'Allow', Action: 'sqs:SendMessage', Resource: `arn:aws:sqs:eu-west-1:111122223333:${'x'.repeat(2_000)}` }), ROOMS);
  expect(parts).toHaveLength(2);
  expect(policySizeOf(parts[1])).toBeGreaterThan(ROOMS.others);
});
