import { widthOf } from '../../../cli/fit-table';
import { AgentDetails } from '../../../runtime/operator';
import { declaredFor } from '../../runtime/engine/decision/requests';
import { named } from '../../runtime/ledger/memory-table';
import { allowing, IamAnswers, IamCommand, operatorsIam } from '../operators-iam';
import { Registry } from '../registry';

let registry: Registry;
beforeEach(() => (registry = new Registry()));

const iam = (answers: IamAnswers = {}): void => operatorsIam(registry, answers);

test('what happened, the most recent last, with how long ago and by whom', async () => {
  await registry.join({ drifts: 2 });
  const { output } = await registry.nhi('show', 'invoice-bot');
  expect(output).toMatch(/^timeline\nwhen {14}event {9}by {5}what\n2026-06-01 00:00 {2}joined {8}stack {2}Agent joined\n2026-06-01 00:00 {2}orphan-found {2}stack {2}Orphan found\n/m);

  const { output: last } = await registry.nhi('show', 'invoice-bot', '--events', '1');
  expect(last).toMatch(/^timeline, without 2 earlier events: --events 3\nwhen[^\n]*\n[^\n]*orphan-found[^\n]*\nmore /m);
  expect(await registry.nhi('show', 'invoice-bot', '--events', '0')).toMatchObject({ failure: 'commander.invalidArgument' });
});

test('times for people: the largest unit of which there are two', async () => {
  await registry.join();
  for (const [at, says] of [['2026-05-31T23:59:00Z', '2026-05-31 23:59'], ['2026-05-31T23:58:00Z', '2026-05-31 23:58, 2 minutes ago'], ['2026-05-31T21:00:00Z', ', 3 hours ago'], ['2026-05-29T00:00:00Z', ', 3 days ago'], ['2026-01-01T00:00:00Z', ', 4 months ago'], ['never', 'never']]) {
    registry.tamper(1, (event) => ({ ...event, time: at }));
    expect((await registry.nhi('show', 'invoice-bot')).output).toContain(`${says}  joined`);
  }
});

test('what somebody broke in the ledger is listed, and can\'t move the cursor', async () => {
  await registry.join({ drifts: 1 });
  registry.tamper(1, () => null);
  registry.tamper(2, (event) => ({ ...event, type: 'x\u001b[2J', data: { unmapped: { stage: 'test', details: { reason: 'x\u001b[1A', from: ['a', 'list'] } } } }));
  const { output, exitCode } = await registry.nhi('show', 'invoice-bot');
  expect(exitCode).toBe(0);
  expect(output.replaceAll('\n', '')).not.toMatch(/\p{C}/u);
  expect(output).toContain('reason x');
});

test.each<[string, object]>([
  ['principals', { principals: null }], ['owner', { owner: undefined }], ['sponsor', { declared: { ...declaredFor('P'), sponsor: null } }], ['exceptions', { declared: { ...declaredFor('P'), exceptions: 7 } }],
])('a state whose %s somebody gave another form: a code, and what shows the difference', async (_what, changes) => {
  await registry.join();
  const item = registry.memory.items.get('placement#111122223333#invoice-bot|state') as unknown as { state: object };
  Object.assign(item.state, changes);

  expect(await registry.nhi('show', 'invoice-bot')).toMatchObject({ exitCode: 1, failure: 'StateMalformed' });
  expect((await registry.nhi('--json', 'show', 'invoice-bot')).exitCode).toBe(0);
});

test('certificates, and whether each is what the chain says', async () => {
  await registry.join();
  expect((await registry.nhi('show', 'invoice-bot')).output).not.toContain('certificates');
  await registry.leave('left-1', '2026-05-30T00:00:00.000Z', { told: true, deletion: true });
  expect((await registry.nhi('show', 'invoice-bot')).output).toMatch(/^certificates\nwhen +part +compared with the chain +id\n2026-06-01 00:00 +1 +intact +left-1\n2026-06-01 00:00 +2 +intact +left-1$/m);

  const [key] = [...registry.bucket.objects.keys()].filter((one) => one.includes('left-1') && !one.includes('part-2'));
  registry.bucket.forget(key);
  expect((await registry.nhi('show', 'invoice-bot')).output).toMatch(/^2026-06-01 00:00 +1 +IS MISSING +left-1$/m);
  registry.bucket.write(key, '{}');
  expect((await registry.nhi('show', 'invoice-bot')).output).toMatch(/^2026-06-01 00:00 +1 +WAS CHANGED +left-1$/m);
});

describe('with --live', () => {
  beforeEach(() => registry.join({ declared: { ownProviders: ['agents_invoice-bot_erp'], credentials: [{ kind: 'roles-anywhere-profile', name: 'agents_invoice-bot_test_scanner' }] } }));

  test('declared, granted and used stand side by side, with what differs, and access keys with their last use', async () => {
    iam();
    const { output } = await registry.nhi('show', 'invoice-bot', '--live');
    expect(output).toMatch(/^secret {6}agents\/invoice-bot\/token\nprovider {4}agents_invoice-bot_erp\ncredential {2}roles-anywhere-profile\/agents_invoice-bot_test_scanner\naccess keys\nuser +key +status +created +last used\ninvoice-bot-debug +AKIA000000000001 +Active +2026-04-01 00:00, 2 months ago +2026-05-31 23:00, 60 minutes ago$/m);
    expect(output).toMatch(/^declared, granted and used now\nservice +declared +granted +used\ndynamodb +GetItem, Query +GetItem +used, 2026-05-30 10:00\nsqs +nothing +SendMessage +unknown$/m);
    expect(output).toContain('FINDING     declared and not granted: dynamodb:Query\nFINDING     granted and not declared: sqs:SendMessage\n');
    expect(output).not.toContain('more        nhi show');
  });

  test('twin: without it nothing is asked of IAM, and the end says what there is more', async () => {
    registry.services = { iam: { send: () => { throw new Error('nobody asked for this'); } } as never };
    const { output } = await registry.nhi('show', 'invoice-bot');
    expect(output).toMatch(/\nmore {8}nhi show invoice-bot --live asks IAM what is granted and used, and for access keys\n$/);
  });

  test('a right that is missing is named, and the rest is shown', async () => {
    iam({ GetRolePolicyCommand: () => { throw named('AccessDeniedException', 'not iam:GetRolePolicy'); } });
    const { output, exitCode } = await registry.nhi('show', 'invoice-bot', '--live');
    expect(exitCode).toBe(0);
    expect(output).toMatch(/^NOT READ {4}access: AccessDeniedException: not iam:GetRolePolicy$/m);
    expect(output).toContain('AKIA000000000001');

    iam({ ListUsersCommand: () => { throw named('AccessDeniedException', 'not iam:ListUsers'); }, GetPolicyCommand: () => { throw named('AccessDeniedException', 'not iam:GetPolicy'); } });
    const other = (await registry.nhi('show', 'invoice-bot', '--live')).output;
    expect(other).toMatch(/^NOT READ {4}attached policy arn:aws:iam::aws:policy\/Extra: AccessDeniedException: not iam:GetPolicy$/m);
    expect(other).toMatch(/^NOT READ {4}access keys: AccessDeniedException: not iam:ListUsers$/m);
    expect(other).toContain('dynamodb');
  });

  test('a report of use that fails is named, and nothing is called unused for it', async () => {
    iam({ GenerateServiceLastAccessedDetailsCommand: () => { throw named('AccessDeniedException', 'no report'); } });
    const { output } = await registry.nhi('show', 'invoice-bot', '--live');
    expect(output).toMatch(/^NOT READ {4}IAM's report of use: .*no report/m);
    expect(output).toMatch(/^dynamodb +GetItem, Query +GetItem +unknown$/m);
  });

  test('the role may be gone', async () => {
    iam({ GetRoleCommand: () => { throw named('NoSuchEntityException'); } });
    expect(await registry.nhi('show', 'invoice-bot', '--live')).toMatchObject({ exitCode: 0, output: expect.stringMatching(/^NOT READ {4}access: RoleMissing: IAM has no role arn:\S+invoice-bot-test \(P\)$/m) });
  });

  test('no key is said in words', async () => {
    iam({ ListUsersCommand: () => ({ Users: [] }) });
    expect((await registry.nhi('show', 'invoice-bot', '--live')).output).toContain('access keys none\n');
  });
});

test('where the timeline may not be read, the state is shown', async () => {
  await registry.join();
  const { client } = registry.memory.table;
  const send = client.send.bind(client) as (command: unknown) => Promise<unknown>;
  client.send = (async (command: IamCommand) => {
    if (command.constructor.name === 'QueryCommand') {
      throw named('AccessDeniedException', 'not dynamodb:Query');
    }
    return send(command);
  }) as never;
  expect(await registry.nhi('show', 'invoice-bot')).toMatchObject({ exitCode: 0, output: expect.stringMatching(/^status {6}active$[^]*^NOT READ {4}timeline: AccessDeniedException: not dynamodb:Query$/m) });
});

test('an API key of Bedrock is shown with its end, and its last use as not known', async () => {
  await registry.join();
  iam({
    ListServiceSpecificCredentialsCommand: ({ UserName }) => ({
      ServiceSpecificCredentials: [{
        UserName, ServiceName: 'bedrock.amazonaws.com', ServiceSpecificCredentialId: 'ACCA000000000001', Status: 'Active', CreateDate: new Date('2026-04-01T00:00:00Z'), ExpirationDate: new Date('2026-07-15T00:00:00Z'),
      }],
    }),
  });
  const { output } = await registry.nhi('show', 'invoice-bot', '--live');
  expect(output).toMatch(/^invoice-bot-debug +ACCA000000000001 +Active +2026-04-01 00:00, 2 months ago +not known, for bedrock$/m);
  const live = JSON.parse((await registry.nhi('--json', 'show', 'invoice-bot', '--live')).output) as AgentDetails;
  expect(live.credentials?.keys?.[1]).toEqual({
    service: 'bedrock.amazonaws.com', user: 'invoice-bot-debug', key: 'ACCA000000000001', status: 'Active', createdAt: '2026-04-01T00:00:00.000Z', expiresAt: '2026-07-15T00:00:00.000Z',
  });
});

test('tables fit the terminal', async () => {
  await registry.join({ declared: declaredFor('P', { purpose: 'Short' }), drifts: 3 });
  iam({ GetPolicyVersionCommand: () => ({ PolicyVersion: { Document: allowing(Array.from({ length: 40 }, (_, index) => `sqs:Action${index}`)) } }), GetPolicyCommand: () => ({ Policy: { DefaultVersionId: 'v2', PolicyId: 'ANPA2' } }) });
  registry.terminalColumns = 70;
  const { output } = await registry.nhi('show', 'invoice-bot', '--live');
  const tables = output.split('\n').filter((line) => /^(service|dynamodb|sqs|when|user|invoice-bot-debug|2026-06-01)/.test(line));
  expect(tables.length).toBeGreaterThan(7);
  expect(tables.filter((line) => widthOf(line) > 70)).toEqual([]);
  expect(output).toMatch(/^sqs .*…/m);
});

test('--json has a stable shape, with all events', async () => {
  await registry.join({ drifts: 2 });
  iam();
  const shape = (value: AgentDetails & { placement: object }) => (
    { ...value, timeline: value.timeline.map(({ sequence, event }) => [sequence, event]) });
  const plain = JSON.parse((await registry.nhi('--json', 'show', 'invoice-bot', '--events', '1')).output) as AgentDetails & { placement: object };
  expect(shape(plain)).toMatchObject({
    placement: { agentName: 'invoice-bot' },
    timeline: [[1, 'joined'], [2, 'orphan-found'], [3, 'orphan-found']],
    certificates: [],
    credentials: { secrets: ['agents/invoice-bot/token'], providers: [], tokens: [] },
    notRead: [],
  });
  expect(Object.keys(plain.timeline[0])).toEqual(['sequence', 'at', 'event', 'stage', 'by', 'says']);
  expect([plain.access, plain.credentials?.keys]).toEqual([undefined, undefined]);
  const live = JSON.parse((await registry.nhi('--json', 'show', 'invoice-bot', '--live')).output) as AgentDetails;
  expect(live.access?.items.map(({ service, findings }) => [service, findings])).toEqual([['dynamodb', ['declared-not-granted']], ['sqs', ['granted-not-declared']]]);
  expect(live.credentials?.keys).toEqual([{ user: 'invoice-bot-debug', key: 'AKIA000000000001', status: 'Active', createdAt: '2026-04-01T00:00:00.000Z', lastUsedAt: '2026-05-31T23:00:00.000Z' }]);
});
