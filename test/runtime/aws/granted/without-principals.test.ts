import * as fc from 'fast-check';
import { DeadPrincipal, withoutPrincipals } from '../../../../runtime/aws/granted';
import { dead } from '../wipers/fake-services';

const BOT = dead('bot-test', 'AROABOT');
const OTHER = 'arn:aws:iam::111122223333:role/agents/test/bot-test-2';
const SESSION = 'arn:aws:sts::111122223333:assumed-role/bot-test/run';

type Statement = Record<string, unknown>;
const allow = (more: Statement): Statement => ({ Sid: 'One', Effect: 'Allow', Action: 's3:GetObject', Resource: '*', ...more });
const documentOf = (...statements: Statement[]): string => JSON.stringify({ Version: '2012-10-17', Id: 'policy', Statement: statements });
const statementsAfter = (statements: Statement[], principals: DeadPrincipal[] = [BOT]): unknown => {
  const { document } = withoutPrincipals(documentOf(...statements), principals);
  return document === undefined ? [] : (JSON.parse(document) as { Statement: unknown }).Statement;
};

test.each<[string, Statement]>([
  ['by its ARN', { Principal: { AWS: BOT.roleArn } }],
  ['by its ARN in a list', { Principal: { AWS: [BOT.roleArn] } }],
  ['by its id, as AWS writes it when a role is deleted', { Principal: { AWS: BOT.roleId } }],
  ['by one of its sessions', { Principal: { AWS: SESSION } }],
  ['by a condition on the principal, for everybody', { Principal: '*', Condition: { ArnEquals: { 'aws:PrincipalArn': BOT.roleArn } } }],
  ['by a condition on the principal, with a key in another case', { Principal: { AWS: '*' }, Condition: { StringLike: { 'AWS:principalarn': [BOT.roleArn] } } }],
  ['by a condition on the id', { Principal: '*', Condition: { StringLike: { 'aws:userid': 'AROABOT:*' } } }],
  ['by a condition on the account\'s principals', { Principal: { AWS: 'arn:aws:iam::111122223333:root' }, Condition: { 'ForAnyValue:StringEquals': { 'aws:PrincipalArn': [BOT.roleArn] } } }],
])('a statement that names only the principal %s is dropped', (_how, more) => {
  const others = allow({ Sid: 'Two', Principal: { AWS: OTHER } });
  expect(statementsAfter([allow(more), others])).toEqual([others]);
  expect(withoutPrincipals(documentOf(allow(more)), [BOT])).toEqual({ isChanged: true, dropped: ['One'], isRewritten: false, kept: [] });
});

test.each<[string, Statement, Statement]>([
  ['principals', { Principal: { AWS: [OTHER, BOT.roleArn, BOT.roleId] } }, { Principal: { AWS: [OTHER] } }],
  ['principals of several types', { Principal: { AWS: BOT.roleArn, Service: 'events.amazonaws.com' } }, { Principal: { Service: 'events.amazonaws.com' } }],
  ['a condition', { Principal: '*', Condition: { ArnLike: { 'aws:PrincipalArn': [BOT.roleArn, OTHER] }, Bool: { 'aws:SecureTransport': 'true' } } },
    { Principal: '*', Condition: { ArnLike: { 'aws:PrincipalArn': [OTHER] }, Bool: { 'aws:SecureTransport': 'true' } } }],
  ['a condition that does not demand the key', { Principal: '*', Condition: { StringEqualsIfExists: { 'aws:PrincipalArn': [BOT.roleArn, OTHER] } } }, { Principal: '*', Condition: { StringEqualsIfExists: { 'aws:PrincipalArn': [OTHER] } } }],
])('of %s that name others too, only the principal is taken out', (_what, before, after) => {
  expect(statementsAfter([allow(before)])).toEqual([allow(after)]);
  expect(withoutPrincipals(documentOf(allow(before)), [BOT])).toMatchObject({ isChanged: true, isRewritten: true, dropped: [], kept: [] });
});

test.each<[string, Statement]>([
  ['a Deny', { Effect: 'Deny', Principal: { AWS: BOT.roleArn } }],
  ['a Deny of all but it', { Effect: 'Deny', NotPrincipal: { AWS: BOT.roleArn } }],
  ['an Allow for all but it', { NotPrincipal: { AWS: BOT.roleArn } }],
  ['a condition that excludes it', { Principal: '*', Condition: { ArnNotEquals: { 'aws:PrincipalArn': BOT.roleArn } } }],
  ['a condition that a request without the key meets', { Principal: '*', Condition: { StringEqualsIfExists: { 'aws:PrincipalArn': BOT.roleArn } } }],
  ['a condition on something else', { Principal: '*', Condition: { StringEquals: { 'aws:SourceArn': BOT.roleArn } } }],
])('%s stays as it is, and is said', (_what, more) => {
  const document = documentOf(allow(more));
  const { kept, ...edited } = withoutPrincipals(document, [BOT]);
  expect(edited).toEqual({ isChanged: false, document, dropped: [], isRewritten: false });
  expect(kept).toEqual([expect.stringMatching(/^statement One (is a Deny|names it in a way that concerns others)/)]);
});

test.each<[string, Statement]>([
  ['the account, in which the principal is', { Principal: { AWS: 'arn:aws:iam::111122223333:root' } }],
  ['everybody', { Principal: '*' }],
  ['a role whose name begins with its name', { Principal: { AWS: OTHER } }],
  ['a role whose id begins with its id', { Principal: { AWS: 'AROABOT2' } }],
  ['a service', { Principal: { Service: 'lambda.amazonaws.com' } }],
  ['a pattern that others match too', { Principal: '*', Condition: { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::111122223333:role/agents/*' } } }],
])('%s is left alone, and nothing is said', (_what, more) => {
  expect(withoutPrincipals(documentOf(allow(more)), [BOT])).toMatchObject({ isChanged: false, kept: [] });
});

test('a single statement that is no list is read, and a policy keeps its version and id', () => {
  const edited = withoutPrincipals(JSON.stringify({ Version: '2008-10-17', Id: 'x', Statement: allow({ Principal: { AWS: [BOT.roleArn, OTHER] } }) }), [BOT]);
  expect(JSON.parse(edited.document!)).toEqual({ Version: '2008-10-17', Id: 'x', Statement: [allow({ Principal: { AWS: [OTHER] } })] });
});

test('an ARN that a principal which stays has too is left alone, and the id of the dead one is not', () => {
  const taken = { ...BOT, isArnTaken: true };
  const present = allow({ Sid: 'Two', Principal: { AWS: BOT.roleArn } });
  expect(statementsAfter([allow({ Principal: { AWS: BOT.roleId } }), present], [taken])).toEqual([present]);
});

// What others are allowed is judged by a second reading of policies, which shares nothing with the code.
interface Caller { readonly arn: string; readonly id: string; readonly isAnonymous: boolean }
const ROLES: Caller[] = [
  { arn: BOT.roleArn, id: `${BOT.roleId}:run`, isAnonymous: false },
  { arn: OTHER, id: 'AROAOTHER:run', isAnonymous: false },
  { arn: 'arn:aws:iam::111122223333:role/x', id: 'AROAX:y', isAnonymous: false },
  { arn: '', id: '', isAnonymous: true },
];
const [BOT_CALLER, ...OTHERS] = ROLES;
const NAMES = [BOT.roleArn, BOT.roleId, OTHER, 'AROAOTHER', 'arn:aws:iam::111122223333:root', '*'];
const VALUES = [BOT.roleArn, OTHER, `${BOT.roleId}:*`, 'AROAOTHER:*', 'arn:aws:iam::111122223333:role/*'];
const OPERATORS = ['StringEquals', 'ArnLike', 'StringLike', 'StringNotEquals', 'ArnNotLike', 'StringEqualsIfExists', 'ForAllValues:StringLike', 'ForAnyValue:StringLike'];

const matches = (pattern: string, text: string, isLike: boolean): boolean => (isLike ? new RegExp(`^${pattern.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')}$`).test(text) : pattern === text);
function names(list: readonly string[], { arn, id, isAnonymous }: Caller): boolean {
  return list.some((name) => name === '*' || (!isAnonymous && (name === arn || name === 'arn:aws:iam::111122223333:root' || id.startsWith(`${name}:`))));
}
function holds(condition: Record<string, Record<string, string[]>>, { arn, id, isAnonymous }: Caller): boolean {
  return Object.entries(condition).every(([operator, keys]) => Object.entries(keys).every(([key, values]) => {
    const text = key === 'aws:PrincipalArn' ? arn : id;
    if (isAnonymous) {
      return /IfExists|ForAllValues|Not/.test(operator);
    }
    const isMet = values.some((value) => matches(value, text, operator.includes('Like')));
    return operator.includes('Not') ? !isMet : isMet;
  }));
}
interface Parsed {
  Effect: string;
  Sid: string;
  Principal?: string | { AWS?: string[] };
  NotPrincipal?: { AWS: string[] };
  Condition?: Record<string, Record<string, string[]>>;
}
function allowedTo(caller: Caller, document: string | undefined): string[] {
  const statements = document === undefined ? [] : (JSON.parse(document) as { Statement: Parsed[] }).Statement;
  return statements.flatMap(({ Effect: effect, Sid: sid, Principal: principal, NotPrincipal: not, Condition: condition = {} }) => {
    const isNamed = not === undefined ? names(typeof principal === 'string' ? [principal] : principal?.AWS ?? [], caller) : !names(not.AWS, caller);
    return isNamed && holds(condition, caller) ? [`${effect} ${sid}`] : [];
  });
}

const condition = fc.dictionary(fc.constantFrom(...OPERATORS), fc.dictionary(fc.constantFrom('aws:PrincipalArn', 'aws:userid'), fc.uniqueArray(fc.constantFrom(...VALUES), { minLength: 1, maxLength: 3 }), { minKeys: 1, maxKeys: 2 }), { maxKeys: 2 });
const principal = fc.oneof(
  fc.record({ Principal: fc.constant('*') }),
  fc.record({ Principal: fc.record({ AWS: fc.uniqueArray(fc.constantFrom(...NAMES), { minLength: 1, maxLength: 4 }) }) }),
  fc.record({ NotPrincipal: fc.record({ AWS: fc.uniqueArray(fc.constantFrom(...NAMES), { minLength: 1, maxLength: 2 }) }) }),
);
const policy = fc.array(fc.tuple(fc.constantFrom('Allow', 'Deny'), principal, condition), { minLength: 1, maxLength: 4 })
  .map((all) => documentOf(...all.map(([Effect, who, Condition], index) => ({ Sid: `S${index}`, Effect, ...who, Action: '*', Resource: '*', ...(Object.keys(Condition).length === 0 ? {} : { Condition }) }))));

test('law: nobody else gains or loses anything, what denies stays, no list of what is allowed names the principal, and a second time changes nothing', () => {
  let changed = 0;
  fc.assert(fc.property(policy, (document) => {
    const edited = withoutPrincipals(document, [BOT]);

    OTHERS.forEach((caller) => expect(allowedTo(caller, edited.document)).toEqual(allowedTo(caller, document)));
    const denies = (text: string | undefined): string[] => allowedTo(BOT_CALLER, text).filter((one) => one.startsWith('Deny'));
    expect(denies(edited.document)).toEqual(denies(document));
    const lists = (JSON.parse(edited.document ?? '{"Statement":[]}') as { Statement: Statement[] }).Statement.filter(({ Effect }) => Effect === 'Allow').map(({ Principal }) => JSON.stringify(Principal ?? ''));
    expect(lists.filter((text) => text.includes(`"${BOT.roleArn}"`) || text.includes(`"${BOT.roleId}"`))).toEqual([]);
    expect(allowedTo(BOT_CALLER, edited.document).filter((one) => !allowedTo(BOT_CALLER, document).includes(one))).toEqual([]);
    if (edited.document !== undefined) {
      expect(withoutPrincipals(edited.document, [BOT])).toMatchObject({ isChanged: false, document: edited.document });
    }
    changed += Number(edited.isChanged);
  }), { numRuns: 500 });
  expect(changed).toBeGreaterThan(100);
});
