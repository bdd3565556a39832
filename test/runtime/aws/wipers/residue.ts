import { Account, refOf } from './account';
import { ACTING } from './fake-gateways';
import { FakeRole } from '../../engine/fake-iam';

/** A role that is in the same policies, lists and clusters as the agent's. */
export const OTHERS_RESIDUE = 'arn:aws:iam::111122223333:role/others';

/** Credentials whose names only resemble the agent's. */
export const OTHERS_CREDENTIALS = ['agents_invoice-bot_test_erp_2', 'agents_invoice-bots_test_erp', 'agents_other-bot_test_erp'];

const KEY = 'arn:aws:kms:eu-west-1:111122223333:key/1';

/** What the agent and another role have in common in an account, by every kind. Without a role only the other's. */
export function leaveResidue(account: Account, role: FakeRole | undefined): void {
  const { services, compute, declared, policies, grants } = account;
  const names = role === undefined ? [OTHERS_RESIDUE] : [OTHERS_RESIDUE, refOf(role).roleArn];
  const document = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { AWS: names }, Action: 's3:GetObject', Resource: '*' }] });
  declared.arns.push('arn:aws:s3:::files', KEY);
  policies.set('arn:aws:s3:::files', document);
  services.logPolicies.set('audit', document);
  services.applications.set('arn:aws:sso::111122223333:application/ssoins-2/apl-1', JSON.parse(document));
  services.accessPoints.set('point', { bucket: 'files', policy: document });
  services.clusters.set('main', { entries: new Set(names), associations: new Map(names.map((roleArn, index) => [`a-${index}`, { roleArn }])) });
  services.profiles.set('laptops', [...names]);
  const machine = compute.machine('flow', names.at(-1)!);
  compute.start(machine, 'run');
  compute.start(compute.machine('others', OTHERS_RESIDUE), 'run');
  declared.own.set('AWS::StepFunctions::StateMachine', [...compute.machines.keys()]);
  declared.own.set('AWS::BedrockAgentCore::BrowserCustom', ['browser']);
  names.forEach((name, index) => {
    services.grants.set(`g-${index}`, { key: KEY, grantee: name });
    services.accessGrants.set(`s-${index}`, name);
    services.permissions.push({ principal: name, resource: { Database: { Name: 'sales' } }, permissions: ['DESCRIBE'] });
    services.schedules.set(`default/invoice-bot-${index}`, name);
  });
  services.sessions.set('browsers/browser', new Set(role === undefined ? [] : ['session']));
  account.providers.tools.set('browsers/browser', names.at(-1));
  declared.own.set('AWS::BedrockAgentCore::Gateway', ['tools-0123456789']);
  account.gateways.gateways.set('tools-0123456789', {
    roleArn: OTHERS_RESIDUE,
    targets: new Map([['others', { provider: ACTING.role() }], ...role === undefined ? [] : [['own', { provider: ACTING.apiKey('agents_invoice-bot_key') }] as const]]),
  });
  if (role !== undefined) {
    grants.push({ actions: ['rds-db:connect'], resources: ['arn:aws:rds-db:eu-west-1:111122223333:dbuser:db-1/bot'] });
    account.ownProvider('agents_invoice-bot_key');
    account.providers.others.ListApiKeyCredentialProviders.add('agents_invoice-bot_key');
    services.parameters.add('/agents/invoice-bot/token');
    leaveCredentials(account);
  }
}

/** One of each kind that is the agent's own, and one of another agent with nearly the same name beside it. */
export function leaveCredentials({ services, credentials }: Account): void {
  const own = 'agents_invoice-bot_test_erp';
  credentials.push(
    { kind: 'api-key-provider', name: 'agents_invoice-bot_key' },
    { kind: 'api-gateway-key', name: own }, { kind: 'roles-anywhere-profile', name: own },
    { kind: 'user-pool-client', name: own, userPool: 'eu-west-1_own', tokenSeconds: 900 },
  );
  [own, ...OTHERS_CREDENTIALS].forEach((name, index) => {
    services.apiKeys.set(`key-${index}`, name);
    services.profiles.set(`profile-${index}`, [OTHERS_RESIDUE]);
    services.profileNames.set(`profile-${index}`, name);
  });
  services.pools.set('eu-west-1_own', new Map([own, ...OTHERS_CREDENTIALS].map((name, index) => [`client-${index}`, name])));
}

/** Names of all credentials that are left. */
export function credentialsLeft({ services }: Account): string[] {
  return [...services.apiKeys.values(), ...services.profileNames.entries()].flatMap((one) => (typeof one === 'string' ? one : services.profiles.has(one[0]) ? one[1] : []))
    .concat([...services.pools.get('eu-west-1_own')?.values() ?? []]).sort();
}

/** Where the agent's role is left in the account. */
export function residueOf({ services, compute, policies, providers, gateways }: Account, role: FakeRole): string[] {
  const { roleArn } = refOf(role);
  const places: Record<string, unknown> = {
    policies: [...policies.byArn.values()],
    applications: [...services.applications.values()],
    logs: [...services.logPolicies.values()],
    points: [...services.accessPoints.values()],
    clusters: [...services.clusters.values()].map(({ entries, associations }) => [[...entries], [...associations.values()]]),
    profiles: [...services.profiles.values()],
    grants: [...services.grants.values()],
    accessGrants: [...services.accessGrants.values()],
    permissions: services.permissions,
    schedules: [...services.schedules.values()],
    executions: [...compute.machines.values()].filter(({ executions }) => [...executions.values()].includes('RUNNING')),
    sessions: [...services.sessions.values()].flatMap((open) => (open.size === 0 ? [] : [roleArn])),
    targets: [...gateways.gateways.values()].flatMap(({ targets }) => (targets.has('own') ? [roleArn] : [])),
    providers: [...providers.others.ListApiKeyCredentialProviders].map(() => roleArn),
  };
  return Object.entries(places).filter(([, place]) => JSON.stringify(place).includes(`"${roleArn}"`) || JSON.stringify(place).includes(`\\"${roleArn}\\"`)).map(([name]) => name);
}
