import { call, compromise, Responder, RULE } from './responder';
import { PrincipalRecord } from '../../../runtime/model/placement-state';
import { reassertAfter, ResponderContext, suspendNamed } from '../../../runtime/suspension';
import { ResidueKind } from '../../../src/contract/residue';
import { named } from '../ledger/memory-table';

jest.mock('../../../runtime/aws/cloudformation/response', () => jest.requireActual<typeof import('../engine/mailbox')>('../engine/mailbox').responsesToMailbox());

let responder: Responder;
beforeEach(async () => {
  responder = await new Responder().join();
});

describe('an event that names an agent', () => {
  test.each<[string, (responder: Responder) => [string, object?]]>([
    ['by the ARN of its role', ({ role }) => [role.roleArn]],
    ['by the ARN of a session', ({ role }) => [`arn:aws:sts::111122223333:assumed-role/${role.roleName}/session`]],
    ['by the bare name of its role', ({ role }) => [role.roleName]],
    ['by name and unique id of a session', ({ role }) => [role.roleName, { principalId: `${role.roleId}:session` }]],
  ])('%s asks the engine once to suspend it, in the rule\'s name', async (_how, event) => {
    const [principal, more] = event(responder);
    expect(await suspendNamed(responder.context, compromise(principal, more))).toEqual({ asked: 'suspend', agent: 'invoice-bot' });
    await suspendNamed(responder.context, compromise(principal, more));
    expect(responder.requests()).toEqual([{
      requestId: expect.stringMatching(/^event-suspend-[0-9a-f]{32}$/),
      registry: 'agents',
      placement: { account: '111122223333', agentName: 'invoice-bot' },
      origin: { kind: 'event', arn: RULE },
      intent: { kind: 'suspend', reason: 'Event 6a7e8feb-b491-4cf7-a9f1-bf3703467718 matched the rule Compromise' },
    }]);
    expect(new Set(responder.started).size).toBe(1);
    expect(responder.counted).toEqual([]);
  });

  test('by a user of it, or by an access key of that user', async () => {
    responder.users.create('legacy');
    responder.keys.set('AKIAIOSFODNN7EXAMPLE', 'legacy');
    expect(await suspendNamed(responder.context, compromise('arn:aws:iam::111122223333:user/agents/invoice-bot/legacy'))).toMatchObject({ asked: 'suspend' });
    expect(await suspendNamed(responder.context, compromise('AKIAIOSFODNN7EXAMPLE', { eventId: 'b' }))).toMatchObject({ asked: 'suspend' });
    expect(responder.requests()).toHaveLength(2);
  });

  test('by the name of a role that it adopted; the same name after a release is nobody\'s', async () => {
    const { context, role, state } = responder;
    const adopted = { ...role, roleName: 'legacy', roleArn: 'arn:aws:iam::111122223333:role/teams/legacy', path: '/teams/', reach: 'agents-nhi-reach-0123456789abcdef' };
    const placement = state.placement;
    const commit = (principal: PrincipalRecord, also: Parameters<typeof context.ledger.commit>[5]) => (
      context.ledger.commit(placement, responder.state, { principals: { [role.roleId]: principal } }, [], { registry: 'agents', actor: 'test', time: context.now() }, also));
    responder.state = (await commit(adopted, [context.ledger.adoptions.beginning(placement, adopted)])).state;
    expect(await suspendNamed(context, compromise('legacy'))).toMatchObject({ asked: 'suspend', agent: 'invoice-bot' });
    expect(await suspendNamed(context, compromise('arn:aws:iam::111122223333:role/other/legacy'))).toMatchObject({ ignored: expect.any(String) });
    await commit({ ...adopted, status: 'released' }, [context.ledger.adoptions.ending(placement, adopted)]);
    expect(await suspendNamed(context, compromise('legacy', { eventId: 'later' }))).toMatchObject({ ignored: expect.any(String) });
  });

  test('the engine does what is asked', async () => {
    await suspendNamed(responder.context, compromise(responder.role.roleArn));
    await responder.world.fake.run(responder.requests()[0]);
    expect(responder.world.canAct()).toEqual([]);
  });
});

describe('where the names of roles are generated', () => {
  const NAME = 'InvoiceBot-AgentInvoiceBotTestRole-1A2B3C4D5E6F';
  const ARN = `arn:aws:iam::111122223333:role/agents/test/invoice-bot/${NAME}`;
  const asked: string[] = [];

  /** The agent's role with a generated name, and what IAM says of roles by name. */
  function context(roles: Record<string, string>): ResponderContext {
    const { present, principals } = responder.state;
    const state = { ...responder.state, principals: { [present]: { ...principals[present], roleName: NAME, roleArn: ARN, path: '/agents/test/invoice-bot/' } } };
    const send = async ({ input: { RoleName: name } }: { input: { RoleName: string } }) => {
      asked.push(name);
      if (roles[name] === undefined) {
        throw named('NoSuchEntityException');
      }
      return { Role: { Arn: roles[name] } };
    };
    return {
      ...responder.context,
      generatedNames: true,
      ledger: {
        adoptions: responder.context.ledger.adoptions,
        state: async ({ agentName }: { agentName: string }) => (agentName === 'invoice-bot' ? state : undefined),
      } as unknown as ResponderContext['ledger'],
      iam: { send } as unknown as ResponderContext['iam'],
    };
  }
  beforeEach(() => asked.splice(0));

  test.each([
    ['the ARN of its role, which has the path', ARN, []],
    ['the ARN of a session, for which IAM knows the path', `arn:aws:sts::111122223333:assumed-role/${NAME}/session`, [NAME]],
    ['the bare name of its role', NAME, [NAME]],
  ])('%s names the agent', async (_how, principal, calls) => {
    expect(await suspendNamed(context({ [NAME]: ARN }), compromise(principal))).toEqual({ asked: 'suspend', agent: 'invoice-bot' });
    expect(asked).toEqual(calls);
  });

  test('a call on its role is seen as well', async () => {
    await responder.world.ask({ kind: 'suspend', reason: 'Its key was seen in a public place' });
    responder.state = (await responder.world.state())!;
    expect(await reassertAfter(context({ [NAME]: ARN }), call('DetachRolePolicy', { roleName: NAME }), RULE)).toEqual({ asked: 'reassert', agent: 'invoice-bot' });
  });

  test.each<[string, string, Record<string, string>, object]>([
    ['a role that only lies under its path', 'other-role', { 'other-role': 'arn:aws:iam::111122223333:role/agents/test/invoice-bot/other-role' }, {}],
    ['a role that is not there', NAME, {}, {}],
    ['its name under another path', NAME, { [NAME]: `arn:aws:iam::111122223333:role/agents/test/other-bot/${NAME}` }, {}],
    ['its name outside of the registry', NAME, { [NAME]: `arn:aws:iam::111122223333:role/${NAME}` }, {}],
    ['an earlier role of that name', NAME, { [NAME]: ARN }, { principalId: 'AROAANOTHER:session' }],
    ['the ARN of another role under its path', 'arn:aws:iam::111122223333:role/agents/test/invoice-bot/other-role', {}, {}],
  ])('%s names nobody', async (_what, principal, roles, more) => {
    expect(await suspendNamed(context(roles), compromise(principal, more))).toMatchObject({ ignored: expect.any(String) });
    expect(responder.requests()).toEqual([]);
  });
});

describe('an event suspends nobody, and is counted, when it names', () => {
  test.each<[string, (responder: Responder) => [string, object?]]>([
    ['a role of another account', ({ role }) => [role.roleArn.replace('111122223333', '444455556666')]],
    ['a session of another account', ({ role }) => [`arn:aws:sts::444455556666:assumed-role/${role.roleName}/x`]],
    ['a bare name in another account', ({ role }) => [role.roleName, { account: '444455556666' }]],
    ['a role of that name under another path', ({ role }) => [`arn:aws:iam::111122223333:role/${role.roleName}`]],
    ['an earlier role of that name', ({ role }) => [role.roleName, { principalId: 'AROAANOTHER:session' }]],
    ['a user that has the name of the agent\'s role', ({ role, users }) => {
      users.create(role.roleName, { path: '/', agent: 'none' });
      return [role.roleName, { principalId: 'AIDAANOTHER' }];
    }],
    ['a user under the agent\'s path that is tagged as another\'s', ({ users }) => {
      users.create('disputed', { agent: 'other-bot' });
      return ['arn:aws:iam::111122223333:user/agents/invoice-bot/disputed'];
    }],
    ['a user elsewhere that is tagged as the agent\'s', ({ users }) => {
      users.create('impostor', { path: '/' });
      return ['arn:aws:iam::111122223333:user/impostor'];
    }],
    ['a user that does not exist', () => ['arn:aws:iam::111122223333:user/agents/invoice-bot/nobody']],
    ['an access key of another account', () => ['AKIAIOSFODNN7EXAMPLE']],
    ['no agent', () => ['admin']],
    ['the engine itself', () => ['agents-nhi-lifecycle-engine']],
    ['nothing', () => ['']],
    ['a key of the ledger', () => ['placement#111122223333#invoice-bot']],
  ])('%s', async (_what, event) => {
    const [principal, more] = event(responder);
    expect(await suspendNamed(responder.context, compromise(principal, more))).toMatchObject({ ignored: expect.any(String) });
    expect(responder.counted).toEqual(['SuspensionEventIgnored']);
    expect([responder.requests(), responder.started]).toEqual([[], []]);
  });

  test('an agent that has left', async () => {
    const { roleArn } = responder.role;
    await responder.world.stack.destroy();
    await suspendNamed(responder.context, compromise(roleArn));
    expect(responder.counted).toEqual(['SuspensionEventIgnored']);
  });

  test('an event whose id is no id leaves nothing of it in the reason', async () => {
    await suspendNamed(responder.context, compromise(responder.role.roleArn, { eventId: '\u001b[2J {{resolve:x}}' }));
    expect(responder.requests()[0].intent).toEqual({ kind: 'suspend', reason: 'Event without a valid id matched the rule Compromise' });
  });
});

describe('a recorded call', () => {
  const suspended = () => responder.world.ask({ kind: 'suspend', reason: 'Its key was seen in a public place' });

  test.each<[string, (responder: Responder) => ReturnType<typeof call>]>([
    ['on its role', ({ role }) => call('DetachRolePolicy', { roleName: role.roleName })],
    ['on a key of its user', () => call('UpdateAccessKey', { userName: 'legacy' })],
    ['on an API key of its user', () => call('UpdateServiceSpecificCredential', { userName: 'legacy' })],
    ['on a function that holds its role', () => call('PutFunctionConcurrency20171031', { functionName: 'worker' })],
    ['that creates a function with its role', ({ role }) => call('CreateFunction20150331', { functionName: 'new', role: role.roleArn })],
    ['on an event source of its function', () => call('UpdateEventSourceMapping20150331', { uUID: 'x' }, { responseElements: { functionArn: 'worker' } })],
  ])('%s makes the engine deny a suspended agent again', async (_what, made) => {
    responder.users.create('legacy');
    responder.compute.function('worker', responder.role.roleArn);
    expect(await reassertAfter(responder.context, made(responder), RULE)).toEqual({ ignored: 'it touches no agent that is denied anything' });
    await suspended();
    expect(await reassertAfter(responder.context, made(responder), RULE)).toEqual({ asked: 'reassert', agent: 'invoice-bot' });
    expect(responder.requests()).toMatchObject([{ requestId: expect.stringMatching(/^event-reassert-/), intent: { kind: 'reassert' } }]);
  });

  const SWITCHED: [string, string, object, object][] = [
    ['makes its key', 'CreateApiKey', { createApiKeyInput: { name: 'agents_invoice-bot_test_erp' } }, {}],
    ['switches its key on', 'UpdateApiKey', { apiKey: 'k1', updateApiKeyInput: {} }, { responseElements: { name: 'agents_invoice-bot_test_erp' } }],
    ['makes its profile', 'CreateProfile', { name: 'agents_invoice-bot_test_scanner' }, {}],
    ['switches its profile on', 'EnableProfile', { profileId: 'p1' }, { responseElements: { profile: { name: 'agents_invoice-bot_test_scanner' } } }],
    ['gives a profile its name', 'UpdateProfile', { profileId: 'p1', name: 'other' }, { responseElements: { profile: { name: 'agents_invoice-bot_test_scanner' } } }],
  ];
  const CREDENTIALS = [{ Kind: 'api-gateway-key', Name: 'agents_invoice-bot_test_erp' }, { Kind: 'roles-anywhere-profile', Name: 'agents_invoice-bot_test_scanner' }] as const;
  const service = (name: string): string => `${name.endsWith('Profile') ? 'rolesanywhere' : 'apigateway'}.amazonaws.com`;
  const withCredentials = (credentials: readonly (typeof CREDENTIALS)[number][] = CREDENTIALS) => {
    [ResidueKind.API_GATEWAY_KEYS, ResidueKind.ROLES_ANYWHERE].forEach((kind) => (responder.world.fake.engine.wipes as Set<ResidueKind>).add(kind));
    return responder.world.stack.deploy('test', { credentials });
  };
  const ignored = { ignored: 'it touches no agent that is denied anything' };

  test.each(SWITCHED)('that %s makes the engine deny a suspended agent again', async (_what, name, parameters, more) => {
    const made = call(name, parameters, { eventSource: service(name), ...more });
    await withCredentials();
    expect(await reassertAfter(responder.context, made, RULE)).toEqual(ignored);
    await suspended();
    expect(await reassertAfter(responder.context, made, RULE)).toEqual({ asked: 'reassert', agent: 'invoice-bot' });
  });

  test('that switches on a key which the agent no longer declares, and nobody saw to be deleted, does too', async () => {
    await withCredentials();
    await withCredentials([]);
    await suspended();
    const made = call('UpdateApiKey', {}, { eventSource: 'apigateway.amazonaws.com', responseElements: { name: 'agents_invoice-bot_test_erp' } });
    expect(await reassertAfter(responder.context, made, RULE)).toMatchObject({ asked: 'reassert' });
  });

  test.each<[string, string, object, object]>([
    ['a key with a name of its own', 'CreateApiKey', { createApiKeyInput: { name: 'agents_invoice-bot_test_other' } }, {}],
    ['a key with the name of its profile', 'CreateApiKey', { createApiKeyInput: { name: 'agents_invoice-bot_test_scanner' } }, {}],
    ['a key of another registry\'s agent of that name', 'CreateApiKey', { createApiKeyInput: { name: 'others_invoice-bot_test_erp' } }, {}],
    ['a key of another account', 'CreateApiKey', { createApiKeyInput: { name: 'agents_invoice-bot_test_erp' } }, { account: '444455556666' }],
    ['a key whose name stands for no agent', 'CreateApiKey', { createApiKeyInput: { name: 'agents_placement#1_x' } }, {}],
    ['a key without a name', 'UpdateApiKey', { apiKey: 'k1' }, {}],
    ['a key that was renamed', 'UpdateApiKey', { name: 'agents_invoice-bot_test_erp' }, { responseElements: { name: 'other' } }],
  ])('on %s asks for nothing', async (_what, name, parameters, changes) => {
    const { account = '111122223333', ...more } = changes as { account?: string };
    await withCredentials();
    await suspended();
    const made = { ...call(name, parameters, { eventSource: service(name), ...more }), account };
    expect(await reassertAfter(responder.context, made, RULE)).toEqual(ignored);
    expect([responder.requests(), responder.counted]).toEqual([[], []]);
  });

  test('that imports keys, whose names it does not have, makes the engine look at every suspended agent with keys', async () => {
    const imported = call('ImportApiKeys', { format: 'csv' }, { eventSource: 'apigateway.amazonaws.com', responseElements: { ids: ['k9'] } });
    const nobody = { ignored: 'no suspended agent has keys of API Gateway' };
    await withCredentials();
    expect(await reassertAfter(responder.context, imported, RULE)).toEqual(nobody);
    await suspended();
    expect(await reassertAfter(responder.context, { ...imported, account: '444455556666' }, RULE)).toEqual({ ignored: 'it is of another account' });
    expect(await reassertAfter(responder.context, imported, RULE)).toEqual({ asked: 'reassert', agent: 'invoice-bot' });
    expect(responder.requests().map(({ intent }) => intent.kind)).toEqual(['reassert']);
  });

  test('that imports keys does not concern a suspended agent without any', async () => {
    await withCredentials([]);
    await suspended();
    expect(await reassertAfter(responder.context, call('ImportApiKeys', {}, { eventSource: 'apigateway.amazonaws.com' }), RULE)).toEqual({ ignored: 'no suspended agent has keys of API Gateway' });
  });

  test('what somebody detached is attached again', async () => {
    await suspended();
    const [role] = [...responder.world.fake.iam.roles.values()];
    role.boundary = undefined;
    role.attached.delete('arn:aws:iam::aws:policy/AWSDenyAll');
    expect(responder.world.canAct()).not.toEqual([]);
    await reassertAfter(responder.context, call('DetachRolePolicy', { roleName: role.roleName }), RULE);
    await responder.world.fake.run(responder.requests()[0]);
    expect(responder.world.canAct()).toEqual([]);
    expect(await responder.world.names()).toEqual(['joined', 'suspended', 'suspension-reasserted']);
  });

  test.each([[{ roleName: 'admin' }], [{ userName: 'admin' }], [{ functionName: 'unknown' }], [{ role: 'no arn at all' }], [{}]])('on %j asks for nothing', async (parameters) => {
    await suspended();
    expect(await reassertAfter(responder.context, call('PutRolePolicy', parameters), RULE)).toEqual({ ignored: 'it touches no agent that is denied anything' });
    expect([responder.requests(), responder.counted]).toEqual([[], []]);
  });
});
