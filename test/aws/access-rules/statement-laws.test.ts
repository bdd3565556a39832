import * as fc from 'fast-check';
import { allow } from './statements';
import { actionListing } from '../../../build/action-table';
import { ExceptionalAccess } from '../../../src/aws/access-rules/exceptional-access';
import { checkStatement } from '../../../src/aws/access-rules/statement-rules';
import { alwaysDenied } from '../../../src/aws/guards/always-denied';
import { worksWithoutResource } from '../../../src/aws/iam/optional-resources';
import { Expiry } from '../../../src/core';
import { sensitivityOf } from '../../../src/core/sensitive-actions';

const ALL = actionListing().split('\n').flatMap((line) => {
  const [service, ...words] = line.split(' ');
  return words.map((word) => {
    const action = `${service}:${word.replace('!', '')}`;
    return { action, knowsResources: !word.startsWith('!') && !worksWithoutResource(action) };
  });
});
const possible = ({ action }: { action: string }) => alwaysDenied(action) === undefined;
const withResources = ALL.filter((each) => each.knowsResources && possible(each)).map(({ action }) => action);
const without = ALL.filter((each) => !each.knowsResources && !sensitivityOf(each.action) && possible(each)).map(({ action }) => action);

const anyAction = fc.constantFrom(...ALL.map(({ action }) => action));
const resourceAction = fc.constantFrom(...withResources);
const harmlessAction = fc.constantFrom(...without);
const everything = fc.oneof(
  fc.string({ unit: fc.constantFrom('*', '?'), minLength: 1, maxLength: 5 }),
  fc.tuple(
    fc.constantFrom('aws', '*', 'aws-cn'), fc.constantFrom('s3', '*'), fc.constantFrom('', '*'), fc.constantFrom('', '*', '111122223333'),
    fc.constantFrom('*', '**', '*/*', '?*', '*:*'),
  ).map((parts) => ['arn', ...parts].join(':')),
);
const exactArn = fc.stringMatching(/^[a-z0-9][a-z0-9/_-]{0,30}$/).map((name) => `arn:aws:svc:eu-west-1:111122223333:${name}`);

const codes = (...args: Parameters<typeof allow>) => checkStatement(allow(...args), []).violations.map(({ code }) => code);
const randomCase = (text: string) => fc.infiniteStream(fc.boolean()).map((stream) => {
  const upper = stream.take(text.length);
  return [...text].map((char) => (upper.next().value ? char.toUpperCase() : char.toLowerCase())).join('');
});

test('whatever stands beside it, an action with resources on everything is refused', () => {
  const others = fc.array(anyAction, { maxLength: 4 });
  fc.assert(fc.property(resourceAction, others, everything, fc.array(exactArn, { maxLength: 3 }), (action, beside, star, arns) => {
    expect(codes([...beside, action], [...arns, star])).toContain('ResourceStar');
  }), { numRuns: 1_000 });
});

test('its twin with exact ARNs is accepted', () => {
  const some = { minLength: 1, maxLength: 5 };
  fc.assert(fc.property(fc.array(resourceAction, some), fc.array(exactArn, some), (actions, arns) => {
    expect(codes(actions, arns)).toEqual([]);
  }), { numRuns: 1_000 });
});

test('actions that know no resources are accepted on a star', () => {
  fc.assert(fc.property(fc.array(harmlessAction, { minLength: 1, maxLength: 5 }), (actions) => {
    expect(codes(actions, '*')).toEqual([]);
  }));
});

test('every action of the table comes out as the table says', () => {
  const wrong = ALL.filter(({ action, knowsResources }) => codes(action, '*').includes('ResourceStar') !== knowsResources);
  expect(wrong).toEqual([]);
});

test('case changes nothing', () => {
  fc.assert(fc.property(
    anyAction.chain((action) => fc.tuple(fc.constant(action), randomCase(action))),
    fc.oneof(everything, exactArn, exactArn.map((arn) => `${arn}*`)),
    ([action, otherCase], resource) => {
      expect(codes(otherCase, resource)).toEqual(codes(action, resource));
    },
  ), { numRuns: 500 });
});

test('a pattern is refused on everything whenever an action that it covers is', () => {
  fc.assert(fc.property(resourceAction, fc.nat(), (action, at) => {
    const name = action.indexOf(':') + 1;
    const cut = name + 1 + (at % (action.length - name));
    expect(codes(`${action.slice(0, cut)}*`, '*')).toContain('ResourceStar');
  }), { numRuns: 300 });
});

test('adding an action or a resource never makes a refused statement acceptable', () => {
  fc.assert(fc.property(anyAction, fc.oneof(everything, exactArn), anyAction, exactArn, (action, resource, more, arn) => {
    const before = codes(action, resource);
    expect(codes([action, more], [resource, arn])).toEqual(expect.arrayContaining(before));
  }), { numRuns: 500 });
});

test('a Deny is never refused', () => {
  fc.assert(fc.property(fc.array(fc.string()), fc.array(fc.oneof(everything, fc.string())), (actions, resources) => {
    expect(checkStatement(allow(actions, resources, { effect: 'Deny' }), [])).toEqual({ violations: [] });
  }));
});

test('any input gets an answer', () => {
  fc.assert(fc.property(fc.array(fc.string()), fc.array(fc.anything()), fc.array(fc.anything()), (actions, resources, notResources) => {
    checkStatement(allow(actions, [], { resources, notResources }), []);
  }), { numRuns: 1_000 });
});

test('an exception excuses exactly when it names all actions at fault', () => {
  const until = Expiry.on('2027-03-31');
  const some = fc.uniqueArray(resourceAction, { minLength: 1, maxLength: 4 });
  fc.assert(fc.property(some, some, fc.boolean(), (actions, others, all) => {
    const named = all ? [...others, ...actions] : others;
    const exception = ExceptionalAccess.of({ actions: named, reason: 'it can not do without', until });
    const covers = actions.every((action) => named.includes(action));
    expect(checkStatement(allow(actions, '*'), [exception]).violations.length === 0).toBe(covers);
  }));
});
