import * as fc from 'fast-check';
import { firstBeyond } from '../../../src/aws/access-rules/within';
import { globMatches } from '../../../src/aws/iam/globs';
import { parseStatements, StatementJson } from '../../../src/aws/iam/statement';

const statement = (actions: readonly string[], resources: readonly unknown[], more: object = {}): StatementJson =>
  parseStatements({ Statement: { Effect: 'Allow', Action: actions, Resource: resources, ...more } })[0];
const table = { 'Fn::GetAtt': ['Table', 'Arn'] };
const partOf = (part: string, of: unknown = table) => ({ 'Fn::Join': ['', [of, part]] });

test.each<[string, StatementJson[], StatementJson[]]>([
  ['nothing', [], []],
  ['the same resource, known at deployment', [statement(['a:Get'], [table])], [statement(['a:Get'], [table])]],
  ['a part of it', [statement(['a:Get'], [partOf('/index/by-date')])], [statement(['a:Get'], [partOf('/index/*')])]],
  ['actions without regard to case', [statement(['A:get'], ['r'])], [statement(['a:Get'], ['r'])]],
  ['each pair by another statement', [statement(['a:Get', 'a:Put'], ['r'])], [statement(['a:Get'], ['*']), statement(['a:P*'], ['r'])]],
  ['a Deny of something else', [statement(['a:Get'], ['r'])], [statement(['a:Get'], ['r']), statement(['a:Put'], ['*'], { Effect: 'Deny' })]],
  ['a Deny of all but it', [statement(['a:Get'], ['r'])], [statement(['*'], ['*']), parseStatements({ Statement: { Effect: 'Deny', NotAction: 'a:*', Resource: '*' } })[0]]],
])('within: %s', (_what, wanted, allowed) => expect(firstBeyond(wanted, allowed)).toBeUndefined());

test.each<[string, StatementJson[], StatementJson[]]>([
  ['nothing is allowed', [statement(['a:Get'], ['r'])], []],
  ['another resource, known at deployment', [statement(['a:Get'], [table])], [statement(['a:Get'], [{ 'Fn::GetAtt': ['Other', 'Arn'] }])]],
  ['what is known at deployment, and a pattern of names', [statement(['a:Get'], [table])], [statement(['a:Get'], ['arn:*'])]],
  ['a name, and what is known at deployment', [statement(['a:Get'], ['arn:x'])], [statement(['a:Get'], [table])]],
  ['more parts', [statement(['a:Get'], [partOf('/index/*')])], [statement(['a:Get'], [partOf('/index/by-?')])]],
  ['a part of another', [statement(['a:Get'], [partOf('/index/x', { Ref: 'Other' })])], [statement(['a:Get'], [partOf('/index/*')])]],
  ['under a condition', [statement(['a:Get'], ['r'])], [statement(['a:Get'], ['r'], { Condition: { Bool: { k: 'true' } } })]],
  ['allowed as all but something', [statement(['a:Get'], ['r'])], [parseStatements({ Statement: { Effect: 'Allow', NotAction: 'b:*', Resource: '*' } })[0]]],
  ['denied under a condition that may be true', [statement(['a:Get'], ['r'])], [statement(['a:Get'], ['r']), statement(['a:G*'], ['*'], { Effect: 'Deny', Condition: { Bool: { k: 'true' } } })]],
  ['denied as all but something else', [statement(['a:Get'], ['r'])], [statement(['*'], ['*']), parseStatements({ Statement: { Effect: 'Deny', NotAction: 'b:*', NotResource: 's' } })[0]]],
])('beyond: %s', (_what, wanted, allowed) => expect(firstBeyond(wanted, allowed)).toEqual({ action: expect.any(String), resource: expect.any(String) }));

const word = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), maxLength: 4 });
const exact = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 5 });
const words = fc.array(word, { minLength: 1, maxLength: 2 });
const one: fc.Arbitrary<StatementJson> = fc.record({ deny: fc.integer({ min: 0, max: 4 }), actions: words, resources: words })
  .map(({ deny, actions, resources }) => statement(actions, resources, deny === 0 ? { Effect: 'Deny' } : {}));

const matches = ({ actions, resources }: StatementJson, action: string, resource: string): boolean =>
  actions.some((pattern) => globMatches(pattern, action)) && resources.some((pattern) => globMatches(String(pattern), resource));
const lets = (statements: readonly StatementJson[], action: string, resource: string): boolean =>
  statements.some((found) => found.effect === 'Allow' && matches(found, action, resource))
  && !statements.some((found) => found.effect === 'Deny' && matches(found, action, resource));

test('law: whatever is within others lets nothing be done that they don\'t', () => {
  let within = 0;
  const some = (maxLength: number) => fc.array(one, { minLength: 1, maxLength });
  fc.assert(fc.property(some(2), some(4), exact, exact, (all, allowed, action, resource) => {
    const wanted = all.map((found) => ({ ...found, effect: 'Allow' as const }));
    if (firstBeyond(wanted, allowed) === undefined) {
      within += 1;
      expect(lets(wanted, action, resource) && !lets(allowed, action, resource)).toBe(false);
    }
  }), { numRuns: 5_000 });
  expect(within).toBeGreaterThan(50);
});

test('law: access is within itself and within more of itself, unless something is denied', () => {
  const allowing = one.map((found) => ({ ...found, effect: 'Allow' as const }));
  fc.assert(fc.property(fc.array(allowing, { maxLength: 3 }), fc.array(allowing, { maxLength: 2 }), (wanted, more) => {
    expect(firstBeyond(wanted, [...more, ...wanted])).toBeUndefined();
  }));
});
