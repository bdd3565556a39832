import { Account, throttledOnce } from './account';
import { WipeTarget } from '../../../../runtime/aws/wipers';
import { openedSessions } from '../../../../runtime/aws/wipers/opened-sessions';
import { agentGuardDocument, ReachedByAgent } from '../../../../src/aws/guards/agent-guard';
import { Expiry } from '../../../../src/core';
import { FakeRole } from '../../engine/fake-iam';

const ONE = 'arn:aws:iam::111122223333:role/one';
const TWO = 'arn:aws:iam::444455556666:role/path/two';
const NONE: ReachedByAgent = { sessionTargets: [], passRoleTargets: [], stackTargets: [], excepted: [] };
const SECRETS = 'arn:aws:secretsmanager:*:*:secret:agents/*';
const UNTIL = Expiry.at('2026-09-01T00:00:00Z');

let account: Account;
let role: FakeRole;
beforeEach(() => {
  account = new Account();
  role = account.principal();
});
/** Gives the principal the guard that its construct writes. */
const guard = (reached: Partial<ReachedByAgent>): void => void role.inline.set('guard', JSON.stringify(agentGuardDocument({ ...NONE, ...reached }, SECRETS)));
const target = (ownGuard: boolean): WipeTarget => (
  { ...account.target, principals: account.target.principals.map((principal) => ({ ...principal, ownGuard })) });
const found = async (ownGuard = true): Promise<string[]> =>
  (await openedSessions.list(account.context, target(ownGuard))).map(({ id }) => id.replace('role/invoice-bot-test/opened-session/', ''));

test('what the guard leaves open is where sessions may be; they are reported, as nothing can end them', async () => {
  guard({ sessionTargets: [TWO, ONE] });

  expect(await openedSessions.list(account.context, target(true))).toEqual([ONE, TWO].map((arn) => ({
    wiper: 'opened-sessions',
    kind: 'opened-session',
    id: `role/invoice-bot-test/opened-session/${arn}`,
    actedOn: false,
    note: expect.stringContaining('up to an hour longer'),
  })));
});

test('one target is no list in the document, and is reported all the same', async () => {
  guard({ sessionTargets: [ONE] });

  expect(JSON.parse(role.inline.get('guard')!)).toMatchObject({ Statement: expect.arrayContaining([expect.objectContaining({ NotResource: ONE })]) });
  expect(await found()).toEqual([ONE]);
});

test('the document comes percent-encoded, as IAM sends it', async () => {
  const odd = 'arn:aws:iam::111122223333:role/100%25+x,y=z@w';
  guard({ sessionTargets: [odd] });
  const documents: unknown[] = [];
  const { send } = account.context.iam;
  account.context.iam.send = (async (command: object) => {
    const answer = await (send as (command: object) => Promise<{ PolicyDocument?: string }>)(command);
    documents.push(...answer.PolicyDocument === undefined ? [] : [answer.PolicyDocument]);
    return answer;
  }) as typeof send;

  expect(await found()).toEqual([odd]);

  expect(documents).toEqual([expect.stringMatching(/^%7B%22/)]);
});

test('roles that it may pass on are none: a service has those', async () => {
  guard({ sessionTargets: [ONE], passRoleTargets: [TWO] });

  expect(await found()).toEqual([ONE]);
});

test('its own secrets, which its guard spares as well, are none', async () => {
  const ownSecrets = 'arn:aws:secretsmanager:*:*:secret:agents/invoice-bot/*';
  guard({ sessionTargets: [ONE], ownSecrets });

  expect(role.inline.get('guard')).toContain(ownSecrets);
  expect(await found()).toEqual([ONE]);
});

test('who may pass roles on, and opens no sessions, has none', async () => {
  guard({ passRoleTargets: [TWO] });

  expect(await found()).toEqual([]);
});

test('what an exception opened on named resources is reported by its resources', async () => {
  guard({ sessionTargets: [ONE], excepted: [{ actions: ['sts:AssumeRole'], resources: [TWO], until: UNTIL }] });

  expect(await found()).toEqual(expect.arrayContaining([ONE, TWO]));
});

test('what an exception opened on every resource names no target: the actions are reported', async () => {
  guard({ excepted: [{ actions: ['sts:GetServiceBearerToken'], resources: ['*'], until: UNTIL }] });

  expect(await found()).toEqual(['sts:GetServiceBearerToken']);
});

test('each exception is read with its own opening: one on every resource is reported beside one on named resources', async () => {
  guard({
    excepted: [
      { actions: ['sts:AssumeRole'], resources: [TWO], until: UNTIL },
      { actions: ['sts:GetServiceBearerToken'], resources: ['*'], until: UNTIL },
      { actions: ['sts:GetFederationToken'], resources: ['*'], until: Expiry.at('2026-10-01T00:00:00Z') },
    ],
  });

  expect(role.inline.get('guard')).toMatch(/DenySessionsButExcepted".*DenySessionsAfterException2".*DenySessionsAfterException3"/);
  expect(await found()).toEqual([TWO, 'sts:GetFederationToken', 'sts:GetServiceBearerToken'].sort());
});

test('the first opening on every resource, the second on named ones: the actions of the first only', async () => {
  guard({
    excepted: [
      { actions: ['sts:GetServiceBearerToken'], resources: ['*'], until: UNTIL },
      { actions: ['sts:GetFederationToken'], resources: [TWO], until: Expiry.at('2026-10-01T00:00:00Z') },
    ],
  });

  const targets = await found();

  expect(targets).toContain(TWO);
  expect(targets.filter((text) => text.startsWith('sts:'))).toHaveLength(1);
});

test('of a principal without a guard of its own only its policies are asked: the shared guard denies it all sessions', async () => {
  guard({ sessionTargets: [ONE] });
  account.roles.calls.length = 0;

  expect(await found(false)).toEqual([]);

  expect(new Set(account.roles.calls.filter((call) => call.includes('Polic')))).toEqual(new Set(['ListAttachedRolePolicies invoice-bot-test']));
});

test('the shared guard removed by hand: which sessions there are is unknown', async () => {
  role.attached.delete('arn:aws:iam::111122223333:policy/agents/agents-no-sessions');

  expect(await openedSessions.list(account.context, target(false))).toEqual([{
    wiper: 'opened-sessions', kind: 'guard', id: 'role/invoice-bot-test/guard/agents-no-sessions', actedOn: false, note: expect.stringContaining('not known'),
  }]);
});

test('twin: of one with a guard it is asked for that policy', async () => {
  guard({ sessionTargets: [ONE] });
  account.roles.calls.length = 0;

  await found(true);

  expect(account.roles.calls.filter((call) => call.includes('Polic'))).toEqual(['GetRolePolicy invoice-bot-test']);
});

test('its own guard removed by hand: which sessions there are is unknown', async () => {
  expect(await openedSessions.list(account.context, target(true))).toEqual([{
    wiper: 'opened-sessions', kind: 'guard', id: 'role/invoice-bot-test/guard/guard', actedOn: false, note: expect.stringContaining('not known'),
  }]);
});

test('a principal that no longer exists, before or while its guard is read, leaves nothing to report', async () => {
  guard({ sessionTargets: [ONE] });
  account.disturb((call, moment) => {
    if (call === 'iam:GetRolePolicy' && moment === 'before') {
      account.roles.roles.clear();
    }
  });

  expect(await found()).toEqual([]);
  expect(await found()).toEqual([]);
});

test.each([
  '', '{}', '{"Statement":[]}', '{"Statement":{"Sid":"DenySessions","Effect":"Allow","Action":"*"}}',
  '{"Statement":{"Sid":"DenySessionsOfMine","Effect":"Deny","Action":"sts:AssumeRole"}}', '{"Statement":{"Sid":"DenyPassRole","Effect":"Deny","Action":"iam:PassRole"}}',
])('a guard changed by hand so that it denies no sessions, %j, reads as unknown', async (document) => {
  role.inline.set('guard', document);

  expect(await found()).toEqual(['role/invoice-bot-test/guard/guard']);
});

test('a document with one statement that is no list is read as one', async () => {
  role.inline.set('guard', JSON.stringify({ Statement: { Sid: 'DenySessions', Effect: 'Deny', Action: 'sts:AssumeRole', NotResource: [ONE] } }));

  expect(await found()).toEqual([ONE]);
});

test('a report neither keeps a teardown from finishing nor claims a session as ended', async () => {
  guard({ sessionTargets: [ONE] });
  jest.spyOn(account, 'target', 'get').mockReturnValue(target(true));

  const { wiped, remains, reportedOnly } = await account.run(openedSessions);

  expect([...wiped, ...remains]).toEqual([]);
  expect(reportedOnly).toHaveLength(1);
});

test('asked to wipe, it refuses', async () => {
  guard({ sessionTargets: [ONE] });
  const [finding] = await openedSessions.list(account.context, target(true));

  await expect(openedSessions.wipe(account.context, target(true), finding)).rejects.toThrow('never wiped');
});

test('throttled: the error surfaces, and a rerun reports', async () => {
  guard({ sessionTargets: [ONE] });
  account.disturb(throttledOnce('iam:GetRolePolicy'));

  await expect(found()).rejects.toMatchObject({ name: 'ThrottlingException' });

  expect(await found()).toEqual([ONE]);
});

describe('tokens that outsiders accept', () => {
  const tokens = (...reached: [string[], number][]) => ({ tokens: reached.map(([audiences, maxSeconds]) => ({ audiences, maxSeconds, signingAlgorithms: ['ES384'] })) });

  test('are reported with the audiences that the guard lets through, and for how long they outlive the denial', async () => {
    guard(tokens([['https://a.example.com'], 300], [['https://b.example.com'], 3_600]));

    expect(await openedSessions.list(account.context, target(true))).toEqual([['a', 300], ['b', 3_600]].map(([name, seconds]) => ({
      wiper: 'opened-sessions',
      kind: 'issued-token',
      id: `role/invoice-bot-test/issued-token/https://${name}.example.com`,
      actedOn: false,
      note: expect.stringContaining(`accepted up to ${seconds} seconds after it was issued`),
    })));
  });

  test('count as long as AWS issues them if somebody took the limit out of the guard', async () => {
    guard(tokens([['https://a.example.com'], 300]));
    const { Statement: statements, ...rest } = JSON.parse(role.inline.get('guard')!) as { Statement: { Sid: string }[] };
    role.inline.set('guard', JSON.stringify({ ...rest, Statement: statements.filter(({ Sid }) => Sid !== 'DenyLongTokens1') }));

    expect((await openedSessions.list(account.context, target(true))).map(({ note }) => note)).toEqual([expect.stringContaining('up to 3600 seconds')]);
  });

  test('are none without declared audiences', async () => {
    guard({ sessionTargets: [ONE] });

    expect((await openedSessions.list(account.context, target(true))).map(({ kind }) => kind)).toEqual(['opened-session']);
  });
});
