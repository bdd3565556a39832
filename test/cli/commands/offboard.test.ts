import { logicalIds } from '../../../src/contract/logical-ids';
import { declaredFor, PLACEMENT, principal, SUSPENSION } from '../../runtime/engine/decision/requests';
import { FakeAccount } from '../../runtime/inventory/fake-account';
import { generateAccount } from '../../runtime/inventory/generated-account';
import { OPERATOR, Registry } from '../registry';
import { nhiInTerminal } from '../terminal/terminal';

const REASON = 'Its vendor was breached';
const WORDS = ['offboard', 'invoice-bot', '--reason', REASON];

let registry: Registry;
beforeEach(async () => {
  registry = new Registry();
  await registry.join();
  registry.looks = [{ status: 'SUCCEEDED', output: JSON.stringify({ answered: 'SUCCESS' }) }];
  registry.stackNow = { status: 'UPDATE_COMPLETE', roles: ['invoice-bot-test'] };
});

const says = async (): Promise<string[]> => ((await registry.run(WORDS, 'n')).exitCode === 1 ? registry.questions.at(-1)!.shown.trimEnd().split('\n') : []);

test('says all that it will do, and asks the engine in the operator\'s name after consent', async () => {
  const shown = await says();
  expect(shown).toEqual([
    'agent invoice-bot in account 111122223333: let it leave now, without a deployment. This can\'t be undone',
    '  denied everything, and no one can assume it; stack Mine deletes it later: arn:aws:iam::111122223333:role/agents/test/invoice-bot-test (P)',
    '  deleted: secret agents/invoice-bot/token',
    '  removed: its sessions, IAM users and their keys, and what was attached to its roles by hand',
    '  suspended after that: no deployment lets it join again before a person resumes it',
    '  afterwards: remove it from stack Mine, or destroy that stack; each deployment that changes the agent is refused until then',
  ]);
  expect(registry.requests()).toEqual([]);

  const { exitCode, output } = await registry.run(WORDS, 'y');
  expect(exitCode).toBe(0);
  expect(output).toMatch(/^agent {7}invoice-bot in account 111122223333\n/);
  expect(registry.requests()).toEqual([expect.objectContaining({
    requestId: expect.stringMatching(/^operator-offboard-[0-9a-f]{32}$/), placement: PLACEMENT, origin: { kind: 'operator', arn: OPERATOR }, intent: { kind: 'offboard', reason: REASON, principal: 'P' },
  })]);
});

test('says what is deleted, what is not revoked, and that a suspension stays', async () => {
  const tokens = { audiences: ['https://erp.example'], seconds: 900 };
  const access = declaredFor('P').access!;
  const grant = { actions: ['sts:GetWebIdentityToken'], resources: ['*'], condition: JSON.stringify({ 'ForAllValues:StringEquals': { 'sts:IdentityTokenAudience': tokens.audiences }, 'NumericLessThanEquals': { 'sts:DurationSeconds': tokens.seconds } }) };
  await registry.change({
    suspension: SUSPENSION,
    declared: declaredFor('P', { ownProviders: ['agents_invoice-bot_erp'], access: { ...access, stages: [{ stage: 'test', digest: 'd', grants: [grant], omitted: 0 }] } }),
    principals: { Q: { ...principal('Q'), status: 'live', cutBeforeGrant: true }, R: { ...principal('R'), status: 'live', cutBeforeGrant: true, reach: 'agents-nhi-reach-0123456789abcdef' } },
  });

  const shown = await says();

  expect(shown).toEqual(expect.arrayContaining([
    '  denied everything, then deleted: arn:aws:iam::111122223333:role/agents/production/invoice-bot-production (Q)',
    '  denied everything, and left to its owner: arn:aws:iam::111122223333:role/agents/staging/invoice-bot-staging (R)',
    '  deleted: credential provider agents_invoice-bot_erp',
    '  not revoked: tokens for https://erp.example, accepted up to 900 seconds more',
    '  still suspended after that: no deployment lets it join again before a person resumes it',
  ]));
});

test('an agent of which no stack has anything is deleted at once', async () => {
  registry.stackNow = undefined;
  const shown = await says();
  expect(shown).toContain('  denied everything, then deleted: arn:aws:iam::111122223333:role/agents/test/invoice-bot-test (P)');
  expect(shown.join()).not.toContain('afterwards');
});

test('fails before the question if it has left, if nobody knows it, and without a reason', async () => {
  expect(await registry.run(['offboard', 'other-bot', '--reason', REASON], 'y')).toMatchObject({ failure: 'AgentUnknown' });
  expect(await registry.run(['offboard', 'invoice-bot'], 'y')).toMatchObject({ failure: 'commander.missingMandatoryOptionValue' });
  await registry.change({ status: 'left' });
  expect(await registry.run(WORDS, 'y')).toMatchObject({ exitCode: 1, failure: 'AlreadyLeft' });
  expect([registry.questions, registry.started]).toEqual([[], []]);
});

test('an offboarded agent shows as such, with who, when and why', async () => {
  const offboarding = { since: '2026-06-01T00:00:00.000Z', by: OPERATOR, reason: REASON };
  await registry.change({
    status: 'left', offboarding, expired: { end: '2026-10-01T00:00:00Z', at: offboarding.since, cause: 'offboard' }, principals: { P: { status: 'retired', awaitedBy: { id: 'c', sha256: 's' } } },
  });
  expect((await registry.nhi('list', '--status', 'offboarded')).output).toContain('invoice-bot  offboarded  ');
  const { output } = await registry.nhi('show', 'invoice-bot');
  expect(output).toContain('status      offboarded\n');
  expect(output).toContain(`offboarded  at 2026-06-01T00:00:00.000Z by ${OPERATOR}: ${REASON}\n`);
  expect((await registry.nhi('status')).output).toMatch(/^torn down, in a stack +1 +invoice-bot stack Mine/m);
  expect((await registry.nhi('status')).output).toMatch(/^living agents +0/m);
});

describe('in a real terminal', () => {
  let fake: FakeAccount;
  afterEach(() => fake.stop());

  test.each([['n', 4], ['', 4], ['y', 0]])('the reply %j ends with %i, and the question comes after what will be done', async (reply, code) => {
    const also = { Query: () => ({ Items: [], Count: 0 }), GetItem: () => ({}), PutItem: () => ({}) };
    fake = await FakeAccount.start(generateAccount(1, 1), { also });

    const { written, exitCode } = await nhiInTerminal(['release-leavers', '--minutes', '5'], { env: fake.env, presses: [{ keys: `${reply}\r`, when: { written: '[y/N] ' } }] });

    expect(exitCode).toBe(code);
    expect(written).toMatch(/registry agents: lift the limit of leavers until [^]*no agent waits[^]*do it\? \[y\/N\] /);
    expect(fake.count('PutItem')).toBe(code === 0 ? 1 : 0);
    expect(written.includes('Declined: nothing was changed')).toBe(code === 4);
  });
});

describe('who depends on it is named before the question', () => {
  const trusted = (...texts: string[]) => ({ declared: declaredFor('P', { delegates: ['archivist'], access: { ...declaredFor('P').access!, trusted: texts } }) });
  const template = { Resources: {}, Outputs: { Role: { Value: { 'Fn::GetAtt': [logicalIds('invoice-bot', 'test').role, 'Arn'] }, Export: { Name: 'Mine:Role' } } } };
  const answering = (answers: Readonly<Record<string, object | Error>>) => ({
    cloudFormation: {
      send: async ({ constructor: { name } }: { constructor: { name: string } }) => {
        const answer = answers[name] ?? { Stacks: [{ StackStatus: 'UPDATE_COMPLETE' }], StackResourceSummaries: [{ ResourceType: 'AWS::IAM::Role', PhysicalResourceId: 'invoice-bot-test', ResourceStatus: 'CREATE_COMPLETE' }] };
        return answer instanceof Error ? Promise.reject(answer) : answer;
      },
    } as never,
  });
  const needed = async (): Promise<string[]> => (await says()).filter((line) => line.startsWith('  needed by: '));

  test('agents, principals, and stacks that import from its stack', async () => {
    await registry.join({ agentName: 'planner' });
    await registry.join({ agentName: 'archivist' });
    await registry.change(trusted('Agent planner (invokes)', 'Agent ghost (invokes)', 'AWS arn:aws:iam::111122223333:role/Ops', 'Service lambda.amazonaws.com'));
    registry.services = answering({ GetTemplateCommand: { TemplateBody: JSON.stringify(template) }, ListImportsCommand: { Imports: ['Dashboards'] } });

    expect(await needed()).toEqual([
      '  needed by: agent planner may invoke it; its sponsor is ada@example.com',
      '  needed by: agent archivist does work that it delegates; its sponsor is ada@example.com',
      '  needed by: arn:aws:iam::111122223333:role/Ops may assume its role',
      '  needed by: stack Dashboards imports from it',
    ]);
  });

  test('what could not be read is said, and keeps nobody from an offboarding', async () => {
    registry.services = answering({ GetTemplateCommand: { TemplateBody: JSON.stringify(template) }, ListImportsCommand: new Error('you may not list imports') });

    expect(await needed()).toEqual(['  needed by: unknown stacks, if any: what imports from it could not be read: Error: you may not list imports']);
    expect((await registry.run(WORDS, 'y')).exitCode).toBe(0);
  });

  test('twin: of an agent on which nobody depends nothing is said', async () => {
    const nobody = Object.assign(new Error('Export \'Mine:Role\' is not imported by any stack.'), { name: 'ValidationError' });
    registry.services = answering({ GetTemplateCommand: { TemplateBody: JSON.stringify(template) }, ListImportsCommand: nobody });

    expect(await needed()).toEqual([]);
  });
});
