import { Account, refOf } from './account';
import { ACTING } from './fake-gateways';
import { leaveResidue, OTHERS_RESIDUE, residueOf } from './residue';
import { Wiper } from '../../../../runtime/aws/wipers';
import { agentCore } from '../../../../runtime/aws/wipers/agent-core';
import { agentCoreSessions } from '../../../../runtime/aws/wipers/agent-core-sessions';
import { applicationPolicies } from '../../../../runtime/aws/wipers/application-policies';
import { eksAccess } from '../../../../runtime/aws/wipers/eks-access';
import { gatewayTargets } from '../../../../runtime/aws/wipers/gateway-targets';
import { kmsGrants } from '../../../../runtime/aws/wipers/kms-grants';
import { lakePermissions } from '../../../../runtime/aws/wipers/lake-permissions';
import { logPolicies } from '../../../../runtime/aws/wipers/log-policies';
import { namedCredentials } from '../../../../runtime/aws/wipers/named-credentials';
import { outlivingAccess } from '../../../../runtime/aws/wipers/outliving-access';
import { rolesAnywhereProfiles } from '../../../../runtime/aws/wipers/roles-anywhere-profiles';
import { runningExecutions } from '../../../../runtime/aws/wipers/running-executions';
import { s3Access } from '../../../../runtime/aws/wipers/s3-access';
import { schedules } from '../../../../runtime/aws/wipers/schedules';
import { named } from '../../ledger/memory-table';

let account: Account;
let bot: string;
beforeEach(() => {
  account = new Account();
  const role = account.principal();
  bot = refOf(role).roleArn;
  leaveResidue(account, role);
});
const botRole = () => account.roles.roles.get('invoice-bot-test')!;
const OWN: [place: string, wiper: Wiper][] = [
  ['logs', logPolicies], ['clusters', eksAccess], ['profiles', rolesAnywhereProfiles], ['grants', kmsGrants], ['permissions', lakePermissions], ['schedules', schedules],
  ['executions', runningExecutions], ['sessions', agentCoreSessions], ['providers', agentCore], ['targets', gatewayTargets],
  ['applications', applicationPolicies],
];

test.each([...OWN, ['points', s3Access], ['accessGrants', s3Access]] as [string, Wiper][])('%s: the agent is found, wiped and not found again, and the other role stays where it was', async (place, wiper) => {
  expect(residueOf(account, botRole())).toContain(place);
  const others = (): string => JSON.stringify([account.services.snapshot(), [...account.services.clusters.get('main')!.entries]]).split(OTHERS_RESIDUE).length.toString();
  const before = others();

  const { found, wiped, remains } = await account.run(wiper);

  expect(residueOf(account, botRole())).not.toContain(place);
  expect(found.length).toBeGreaterThan(0);
  expect(wiped).toEqual(found.filter(({ actedOn }) => actedOn));
  expect(remains).toEqual([]);
  expect(others()).toBe(before);
});

test.each(OWN.filter(([, { ofAgent, name }]) => !ofAgent && !name.endsWith('-policies')))('%s: an ARN that a principal has which stays is left alone', async (_place, wiper) => {
  account.isArnTaken = true;
  expect((await wiper.list(account.context, account.target)).filter(({ actedOn }) => actedOn)).toEqual([]);
});

test.each([...OWN.filter(([, { name }]) => !name.endsWith('-policies')), ['accessGrants', s3Access]] as [string, Wiper][])('%s: what disappears between finding and wiping is no error', async (_place, wiper) => {
  const [first] = (await wiper.list(account.context, account.target)).filter(({ actedOn }) => actedOn);
  await wiper.wipe(account.context, account.target, first);
  await expect(wiper.wipe(account.context, account.target, first)).resolves.toBeUndefined();
});

test('a grant that others use, and that the agent may only retire, stays and is said', async () => {
  account.services.grants.set('shared', { key: 'arn:aws:kms:eu-west-1:111122223333:key/2', grantee: OTHERS_RESIDUE, retiring: bot });
  const { wiped, reportedOnly } = await account.run(kmsGrants);
  expect(wiped).toHaveLength(1);
  expect(reportedOnly).toMatchObject([{ id: 'kms-grant/2/shared', note: expect.stringContaining(OTHERS_RESIDUE) }]);
  expect([...account.services.grants.keys()]).toEqual(['g-0', 'shared']);
});

test('a grant to a name that lives stays, although another dead principal may retire it', async () => {
  const moved = 'arn:aws:iam::111122223333:role/agents/production/invoice-bot-production';
  account.services.grants.set('moved', { key: 'arn:aws:kms:eu-west-1:111122223333:key/2', grantee: moved, retiring: bot });
  const target = { ...account.target, dead: [...account.target.dead, { roleArn: moved, roleId: 'AROAMOVED', roleName: 'invoice-bot-production', isArnTaken: true }] };
  expect((await kmsGrants.list(account.context, target)).find(({ id }) => id === 'kms-grant/2/moved')).toMatchObject({
    actedOn: false, note: `lets ${moved} use the key, and a principal that has ended only retire it: KMS can't change who may`,
  });
  const [gone] = target.dead.splice(-1);
  target.dead.push({ ...gone, isArnTaken: false });
  expect((await kmsGrants.list(account.context, target)).find(({ id }) => id === 'kms-grant/2/moved')).toMatchObject({ actedOn: true });
});

test('a key with many grants of others costs a bounded number of calls; what was not compared by id is said', async () => {
  const cost = async (): Promise<number> => {
    account.services.called.length = 0;
    await account.found(kmsGrants);
    return account.services.called.length;
  };
  const few = await cost();
  const add = (count: number): void => {
    for (let index = 0; index < count; index++) {
      account.services.grants.set(`many-${count}-${index}`, { key: account.declared.arns[1], grantee: OTHERS_RESIDUE });
    }
  };
  add(40);
  const many = await cost();
  expect(many).toBeLessThanOrEqual(few + 9);
  expect(await account.found(kmsGrants)).toEqual(['kms-grant/1/g-1', 'kms-grant/1/more']);
  add(400);
  expect(await cost()).toBe(many);
});

test('a grant to a role that was deleted before, which KMS shows by its id, is revoked, also if a role that stays has its name', async () => {
  const { services, declared } = account;
  const { roleId } = botRole();
  services.grants.set('by-id', { key: declared.arns[1], grantee: roleId }).set('retired', { key: declared.arns[1], grantee: OTHERS_RESIDUE, retiring: roleId }).set('later', { key: declared.arns[1], grantee: `${roleId}X` });
  account.isArnTaken = true;
  const { wiped, reportedOnly } = await account.run(kmsGrants);
  expect([wiped, reportedOnly].map((all) => all.map(({ id }) => id))).toEqual([['kms-grant/1/by-id'], ['kms-grant/1/retired']]);
  expect([...services.grants.keys()]).toEqual(['g-0', 'g-1', 'retired', 'later']);
});

test('a cluster whose access is in a ConfigMap only has no access entries: it is named, keeps no leave open, and its associations are wiped', async () => {
  const { services } = account;
  services.clusters.set('old', { entries: new Set(), associations: new Map([['p', { roleArn: bot }]]) });
  services.configMaps.add('old');
  const { wiped, remains, reportedOnly } = await account.run(eksAccess);
  expect(wiped.map(({ id }) => id).sort()).toEqual([`eks-access-entry/main/${bot}`, 'eks-pod-identity-association/main/a-1', 'eks-pod-identity-association/old/p']);
  expect([remains, reportedOnly]).toMatchObject([[], [{ id: 'eks-config-map/old', note: expect.stringContaining('aws-auth') }]]);
});

const UNREADABLE: [place: string, wiper: Wiper, add: (account: Account) => void][] = [
  ['clusters', eksAccess, ({ services }) => {
    services.clusters.set('closed', { entries: new Set([bot]), associations: new Map() });
    services.unreadable.add('closed');
  }],
  ['grants', kmsGrants, ({ services, declared }) => {
    declared.arns.unshift('arn:aws:kms:eu-west-1:111122223333:key/0-closed');
    services.unreadable.add(declared.arns[0]);
  }],
  ['points', s3Access, ({ services, declared }) => {
    declared.arns.unshift('arn:aws:s3:::closed');
    services.unreadable.add('closed');
  }],
  ['sessions', agentCoreSessions, ({ services, providers, declared }) => {
    declared.own.get('AWS::BedrockAgentCore::BrowserCustom')!.unshift('closed');
    providers.tools.set('browsers/closed', bot);
    services.unreadable.add('browsers/closed');
  }],
  ['executions', runningExecutions, ({ compute, declared }) => {
    const closed = compute.machine('closed', bot);
    declared.own.set('AWS::StepFunctions::StateMachine', [closed, ...declared.own.get('AWS::StepFunctions::StateMachine')!]);
    compute.unreadable.add(closed);
  }],
  ['targets', gatewayTargets, ({ gateways, declared }) => {
    declared.own.get('AWS::BedrockAgentCore::Gateway')!.unshift('closed-0123456789');
    gateways.gateways.set('closed-0123456789', { roleArn: bot, targets: new Map() });
    gateways.unreadable.add('closed-0123456789');
  }],
];

test.each(UNREADABLE)('%s: a place that can\'t be searched remains, by name, and what is elsewhere is wiped', async (place, wiper, add) => {
  add(account);
  const { wiped, remains } = await account.run(wiper);
  expect(wiped.length).toBeGreaterThan(0);
  expect(new Set(remains.map(({ note }) => note))).toEqual(new Set([expect.stringContaining('could not be searched: AccessDeniedException')]));
  expect(remains.every(({ id }) => id.includes('closed'))).toBe(true);
  expect(residueOf(account, botRole()).filter((one) => one === place && place !== 'clusters')).toEqual([]);
});

test('what is deleted while it is searched has nothing', async () => {
  account.disturb((call, moment) => {
    if (call === 'eks:GET /clusters' && moment === 'after') {
      account.services.clusters.clear();
    }
  });
  expect(await account.found(eksAccess)).toEqual([]);
});

test('a kind of AgentCore that the region lacks is said, and holds up the leave only where the agent may have one of its own', async () => {
  const lacking = new Set(['ListPolicyEngines', 'ListPaymentCredentialProviders']);
  account.disturb((call, moment) => {
    if (moment === 'before' && lacking.has(call.split(':')[1])) {
      throw named('UnknownOperationException', 'not here');
    }
  });
  const { wiped, remains, reportedOnly } = await account.run(agentCore);
  expect([wiped, remains, reportedOnly].map((all) => all.map(({ id }) => id))).toEqual([
    ['api-key-credential-provider/agents_invoice-bot_key'], ['payment-credential-providers'], ['policy-engines'],
  ]);
  const without = await agentCore.list(account.context, { ...account.target, ownProviders: [], ownCredentials: [] });
  expect(without.filter(({ actedOn }) => actedOn)).toEqual([]);
  expect(without.map(({ id }) => id)).toContain('payment-credential-providers');
});

test('one kind of named credentials that can\'t be listed is said beside the others', async () => {
  account.disturb((call, moment) => {
    if (call === 'ssm:DescribeParameters' && moment === 'before') {
      throw named('AccessDeniedException', 'no');
    }
  });
  account.services.apiKeys.set('k1', 'agents_invoice-bot_by-hand');
  const found = await namedCredentials.list(account.context, account.target);
  expect(found.filter(({ id }) => /parameters|by-hand/.test(id)).map(({ id, actedOn }) => [id, actedOn])).toEqual([['parameters', false], ['api-key/k1/agents_invoice-bot_by-hand', false]]);
});

test('connections that can\'t be listed keep no schedule of the agent', async () => {
  account.disturb((call, moment) => {
    if (call === 'sdk:ListConnections' && moment === 'before') {
      throw named('AccessDeniedException', 'no');
    }
  });
  const { wiped, remains, reportedOnly } = await account.run(schedules);
  expect([wiped.length > 0, remains, reportedOnly.map(({ id }) => id)]).toEqual([true, [], ['event-connections']]);
});

test('an association by which the pods of others reach the agent\'s role is theirs, and said', async () => {
  account.services.clusters.get('main')!.associations.set('chain', { roleArn: OTHERS_RESIDUE, targetRoleArn: bot });
  const { reportedOnly } = await account.run(eksAccess);
  expect(reportedOnly).toMatchObject([{ id: 'eks-pod-identity-association/main/chain', note: expect.stringContaining(OTHERS_RESIDUE) }]);
  expect(account.services.clusters.get('main')!.associations.has('chain')).toBe(true);
});

test('an account without clusters, profiles or an instance of Access Grants has no findings', async () => {
  const { services } = account;
  [services.clusters, services.profiles, services.accessPoints].forEach((each) => each.clear());
  services.hasAccessGrants = false;
  expect(await Promise.all([eksAccess, rolesAnywhereProfiles, s3Access].map((wiper) => account.found(wiper)))).toEqual([[], [], []]);
});

test('the policy of a point of access with characters of XML in it is written as it was read', async () => {
  const other = { Effect: 'Allow', Principal: { AWS: OTHERS_RESIDUE }, Action: 's3:GetObject', Resource: '*', Condition: { StringLike: { 's3:prefix': '<a>&"b"' } } };
  account.services.accessPoints.set('point', { bucket: 'files', policy: JSON.stringify({ Statement: [other, { Effect: 'Allow', Principal: { AWS: bot }, Action: '*', Resource: '*' }] }) });
  await account.run(s3Access);
  expect(JSON.parse(account.services.accessPoints.get('point')!.policy!)).toEqual({ Statement: [other] });
});

test('a point of access whose policy named nobody else has none afterwards, and one of another bucket is not looked at', async () => {
  const policy = JSON.stringify({ Statement: [{ Effect: 'Allow', Principal: { AWS: bot }, Action: '*', Resource: '*' }] });
  account.services.accessPoints.set('point', { bucket: 'files', policy });
  account.services.accessPoints.set('elsewhere', { bucket: 'undeclared', policy });
  await account.run(s3Access);
  expect([...account.services.accessPoints.values()].map((point) => point.policy)).toEqual([undefined, policy]);
});

test('a schedule of another name, or with another role, stays; a connection named after the agent is reported', async () => {
  account.services.schedules.set('default/nightly', bot);
  account.services.schedules.set('default/invoice-bot-others', OTHERS_RESIDUE);
  ['invoice-bot', 'invoice-bot-erp', 'invoice-bots'].forEach((name) => account.services.connections.add(name));
  const { reportedOnly } = await account.run(schedules);
  expect([...account.services.schedules.keys()]).toEqual(['default/invoice-bot-0', 'default/nightly', 'default/invoice-bot-others']);
  expect(reportedOnly.map(({ id }) => id)).toEqual(['event-connection/invoice-bot', 'event-connection/invoice-bot-erp']);
});

test('credentials under reserved names are reported, from every page, and none is read or changed', async () => {
  const { services, declared } = account;
  ['/agents/invoice-bot/a', '/agents/invoice-bot/b', '/agents/invoice-bot-2/c', '/agents/other/d'].forEach((name) => services.parameters.add(name));
  services.apiKeys.set('k1', 'agents_invoice-bot_erp').set('k2', 'agents_other_erp');
  services.pools.set('eu-west-1_a', new Map([['c1', 'agents_invoice-bot_client'], ['c2', 'another']])).set('eu-west-1_b', new Map([['c3', 'agents_invoice-bot_client']])).set('eu-west-1_c', new Map([['c4', 'agents_invoice-bot_client']]));
  declared.own.set('AWS::Cognito::UserPool', ['eu-west-1_a']);
  declared.arns.push('arn:aws:cognito-idp:eu-west-1:111122223333:userpool/eu-west-1_b', 'arn:aws:cognito-idp:eu-west-1:111122223333:userpool/eu-west-1_deleted');
  const before = account.snapshot();

  const { reportedOnly, wiped } = await account.run(namedCredentials);

  expect(reportedOnly.map(({ id }) => id).sort()).toEqual([
    'api-key/k1/agents_invoice-bot_erp', 'api-key/key-1/agents_invoice-bot_test_erp_2', 'parameter/agents/invoice-bot/a', 'parameter/agents/invoice-bot/b', 'parameter/agents/invoice-bot/token',
    'user-pool-client/eu-west-1_a/c1/agents_invoice-bot_client', 'user-pool-client/eu-west-1_b/c3/agents_invoice-bot_client',
  ]);
  expect(wiped).toEqual([]);
  expect(account.snapshot()).toEqual(before);
});

test('in AgentCore the agent\'s own providers are deleted, and all else that has its name is reported', async () => {
  const { others } = account.providers;
  account.ownProvider('agents_invoice-bot_pay', 'agents_other_pay');
  ['agents_invoice-bot_pay', 'agents_invoice-bot_undeclared', 'agents_other_pay'].forEach((name) => others.ListPaymentCredentialProviders.add(name));
  ['invoice-bot-Ab12', 'invoice-bots', 'agents_invoice-bot_x'].forEach((name) => others.ListWorkloadIdentities.add(name));
  ['invoice_bot_shop', 'invoice_bots'].forEach((name) => others.ListBrowserProfiles.add(name));
  others.ListPolicyEngines.add('invoice_bot');

  const { wiped, reportedOnly } = await account.run(agentCore);

  expect(wiped.map(({ id }) => id)).toEqual(['api-key-credential-provider/agents_invoice-bot_key', 'payment-credential-provider/agents_invoice-bot_pay']);
  expect(reportedOnly.map(({ id }) => id)).toEqual([
    'payment-credential-provider/agents_invoice-bot_undeclared', 'workload-identity/agents_invoice-bot_x', 'workload-identity/invoice-bot-Ab12', 'browser-profile/invoice_bot_shop', 'policy-engine/invoice_bot',
  ]);
  expect([...others.ListPaymentCredentialProviders]).toEqual(['agents_invoice-bot_undeclared', 'agents_other_pay']);
});

test('targets of gateways that act with the agent\'s provider, role or function are deleted, and no other', async () => {
  const { gateways: { gateways }, compute, declared } = account;
  const [fn, others] = ['arn:aws:lambda:eu-west-1:111122223333:function:bot', 'arn:aws:lambda:eu-west-1:111122223333:function:others'];
  compute.functions.set('bot', { role: bot }).set('others', { role: OTHERS_RESIDUE }).set('elsewhere', { role: bot });
  declared.own.set('AWS::Lambda::Function', ['bot', 'others']);
  declared.arns.push('arn:aws:bedrock-agentcore:eu-west-1:111122223333:gateway/named-0123456789', 'arn:aws:bedrock-agentcore:eu-west-1:999999999999:gateway/foreign-0123456789');
  account.ownProvider('agents_invoice-bot_mail', 'agents_other-bot_mail');
  account.credentials.push({ kind: 'api-key-provider', name: 'agents_other-bot_key' }, { kind: 'api-key-provider', name: 'agents_invoice-bot_api' });
  const all = {
    mail: { provider: ACTING.oauth('agents_invoice-bot_mail') },
    own: { provider: ACTING.role(), lambdaArn: `${fn}:live` },
    otherMail: { provider: ACTING.oauth('agents_other-bot_mail') },
    otherKey: { provider: ACTING.apiKey('agents_other-bot_key') },
    keyAsMail: { provider: ACTING.oauth('agents_invoice-bot_api') },
    foreign: { provider: ACTING.oauth('agents_invoice-bot_mail', '999999999999') },
    role: { provider: ACTING.role() },
    otherFunction: { provider: ACTING.role(), lambdaArn: others },
    foreignFunction: { provider: ACTING.role(), lambdaArn: fn.replace('111122223333', '999999999999') },
    elsewhere: { provider: ACTING.role(), lambdaArn: fn.replace('function:bot', 'function:elsewhere') },
    passedThrough: { provider: { credentialProviderType: 'JWT_PASSTHROUGH' } },
  };
  const targets = (): Map<string, { provider: object; lambdaArn?: string }> => new Map(Object.entries(all));
  gateways.set('named-0123456789', { roleArn: OTHERS_RESIDUE, targets: targets() }).set('foreign-0123456789', { roleArn: OTHERS_RESIDUE, targets: targets() }).set('undeclared-0123456789', { roleArn: bot, targets: targets() });

  const { wiped, remains, reportedOnly } = await account.run(gatewayTargets);

  expect(wiped.map(({ id }) => id).sort()).toEqual(['gateway-target/named-0123456789/mail', 'gateway-target/named-0123456789/own', 'gateway-target/tools-0123456789/own']);
  expect([remains, reportedOnly]).toEqual([[], []]);
  expect([...gateways.get('named-0123456789')!.targets.keys()]).toEqual(Object.keys(all).filter((name) => !['mail', 'own'].includes(name)));
  expect([...gateways.get('foreign-0123456789')!.targets.keys(), ...gateways.get('undeclared-0123456789')!.targets.keys()]).toEqual([...Object.keys(all), ...Object.keys(all)]);
});

test('a gateway that acts with the agent\'s role is said, and its targets that act with that role are deleted; a role of the same name that stays keeps both', async () => {
  const { gateways: { gateways } } = account;
  gateways.set('tools-0123456789', { roleArn: bot, targets: new Map([['a', { provider: ACTING.role() }], ['b', { provider: ACTING.oauth('people') }]]) });
  account.isArnTaken = true;
  expect(await account.found(gatewayTargets)).toEqual([]);
  account.isArnTaken = false;
  const { wiped, reportedOnly } = await account.run(gatewayTargets);
  expect([wiped, reportedOnly].map((all) => all.map(({ id }) => id))).toEqual([['gateway-target/tools-0123456789/a'], ['gateway/tools-0123456789']]);
  expect([...gateways.get('tools-0123456789')!.targets.keys()]).toEqual(['b']);
});

test('a target that AgentCore still deletes remains, and is not deleted twice; one that got another provider since it was found stays', async () => {
  const { gateways } = account;
  const { targets } = gateways.gateways.get('tools-0123456789')!;
  gateways.isSlow = true;
  expect((await account.run(gatewayTargets)).remains).toMatchObject([{ note: 'still there after it was wiped' }]);
  expect((await account.run(gatewayTargets)).remains).toMatchObject([{ note: 'still there after it was wiped' }]);
  targets.set('own', { provider: ACTING.apiKey('agents_invoice-bot_key') });
  const [found] = await gatewayTargets.list(account.context, account.target);
  targets.set('own', { provider: ACTING.apiKey('of-others') });
  gateways.isSlow = false;
  await gatewayTargets.wipe(account.context, account.target, found);
  expect([...targets.keys()]).toEqual(['others', 'own']);
});

test('an application of Identity Center keeps what it allows others, in the form that it has; one that allowed nobody else has no policy afterwards, and those of other accounts are not asked', async () => {
  const { services: { applications, called } } = account;
  const app = (id: string, owner = '111122223333'): string => `arn:aws:sso::${owner}:application/ssoins-2/${id}`;
  const statement = (...names: string[]): object => ({ Effect: 'Allow', Principal: { AWS: names }, Action: 'sso-oauth:CreateTokenWithIAM', Resource: '*' });
  const policy = (...statements: object[]): object => ({ Version: '2012-10-17', Statement: statements });
  const denied = { ...statement(bot), Effect: 'Deny' };
  applications.clear();
  applications.set(app('text'), JSON.stringify(policy(statement(bot, OTHERS_RESIDUE)))).set(app('only'), policy(statement(bot))).set(app('kept'), policy(statement(OTHERS_RESIDUE), denied))
    .set(app('none'), undefined).set(app('foreign', '999999999999'), policy(statement(bot)));

  const { wiped, remains, reportedOnly } = await account.run(applicationPolicies);

  expect(wiped.map(({ id }) => id)).toEqual([app('only'), app('text')].map((arn) => `application-policy/${arn}`));
  expect([remains, reportedOnly.map(({ id }) => id)]).toEqual([[], [`application-policy/${app('kept')}/kept`]]);
  expect(JSON.parse(applications.get(app('text')) as string)).toEqual(policy(statement(OTHERS_RESIDUE)));
  expect([applications.get(app('only')), applications.get(app('kept')), applications.get(app('foreign', '999999999999'))]).toEqual([undefined, policy(statement(OTHERS_RESIDUE), denied), policy(statement(bot))]);
  expect(called.filter((call) => call.includes('PutApplication'))).toHaveLength(1);
});

test.each([['logs', logPolicies], ['points', s3Access], ['applications', applicationPolicies]] as [string, Wiper][])('%s: a policy that can\'t be read remains, and the others are wiped', async (place, wiper) => {
  const { services } = account;
  const broken = '{"Statement":[null]}';
  services.logPolicies.set('broken', broken);
  services.accessPoints.set('broken', { bucket: 'files', policy: broken });
  services.applications.set('arn:aws:sso::111122223333:application/ssoins-1/broken', broken);
  const { wiped, remains } = await account.run(wiper);
  expect(wiped.length).toBeGreaterThan(0);
  expect(remains.map(({ id, note }) => [id, note])).toEqual([[expect.stringContaining('broken'), expect.stringContaining('could not be searched')]]);
  expect(residueOf(account, botRole())).not.toContain(place);
});

test('an application that the engine may not read is reported, and the others are wiped', async () => {
  const { services } = account;
  const [arn] = services.applications.keys();
  services.applications.set(arn.replace('apl-1', 'apl-0'), services.applications.get(arn));
  let isFirst = true;
  account.disturb((call, moment) => {
    if (call === 'sso:ListApplicationAuthenticationMethods' && moment === 'before' && isFirst) {
      isFirst = false;
      throw named('AccessDeniedException', 'no');
    }
  });
  const found = await applicationPolicies.list(account.context, account.target);
  expect(found.map(({ actedOn, note = '' }) => [actedOn, note.slice(0, 17)])).toEqual([[false, 'could not be read'], [true, '']]);
});

test('sessions of tools with the agent\'s role are stopped; those of another agent in the same stack are not, and those of a tool without a role are reported', async () => {
  const { services, providers, declared } = account;
  declared.own.set('AWS::BedrockAgentCore::BrowserCustom', ['browser', 'of-others', 'without-role', 'deleted']);
  declared.own.set('AWS::BedrockAgentCore::CodeInterpreterCustom', ['coder', 'of-others']);
  [['browsers/of-others', OTHERS_RESIDUE], ['browsers/without-role', undefined], ['code-interpreters/coder', bot], ['code-interpreters/of-others', OTHERS_RESIDUE]].forEach(([tool, role]) => {
    providers.tools.set(tool!, role);
    services.sessions.set(tool!, new Set(['one', 'two', 'three']));
  });

  const { wiped, remains, reportedOnly } = await account.run(agentCoreSessions);

  const sessionsOf = (tool: string): string[] => ['one', 'two', 'three'].map((id) => `agent-core-session/${tool}/${id}`);
  expect(wiped.map(({ id }) => id)).toEqual(['agent-core-session/browsers/browser/session', ...sessionsOf('code-interpreters/coder')]);
  expect([remains, reportedOnly.map(({ id }) => id)]).toEqual([[], sessionsOf('browsers/without-role')]);
  expect([...services.sessions].filter(([, open]) => open.size > 0).map(([tool]) => tool)).toEqual(['browsers/of-others', 'browsers/without-role', 'code-interpreters/of-others']);
});

test('a tool with a role of the agent\'s name that stays keeps its sessions', async () => {
  account.isArnTaken = true;
  expect(await account.found(agentCoreSessions)).toEqual([]);
});

test('an express workflow and a state machine of others keep their executions', async () => {
  const { compute, declared } = account;
  const express = compute.machine('fast', bot, 'EXPRESS');
  declared.own.set('AWS::StepFunctions::StateMachine', [...compute.machines.keys(), express]);
  const { wiped } = await account.run(runningExecutions);
  expect(wiped).toHaveLength(1);
  expect(compute.on().filter((id) => id.includes(':execution:'))).toEqual([expect.stringContaining(':others:run')]);
});

test('what AWS lets nobody take back is named for what the agent was allowed, and not for what it was denied or never had', async () => {
  account.grants.push({ actions: ['CodeArtifact:Get*'], resources: ['domain'] }, { actions: ['elasticache:Connect'], resources: ['cache'], effect: 'Deny' }, { actions: ['s3:GetObject'], resources: ['files'] });
  account.unlistedGrants = 2;
  expect(await account.found(outlivingAccess)).toEqual([
    'database-connection/rds-db:connect/arn:aws:rds-db:eu-west-1:111122223333:dbuser:db-1/bot', 'registry-token/codeartifact:GetAuthorizationToken/domain', 'unlisted-grants',
  ]);
  await expect(outlivingAccess.wipe(account.context, account.target, { wiper: '', kind: '', id: '', actedOn: true })).rejects.toThrow('never wiped');
});
