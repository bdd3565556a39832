import { MonthlyCost } from '../../../src/core';
import { InvalidInputError } from '../../../src/core/errors';
import { LifecycleRegistry, ManagedAgentIdentityProps } from '../../../src/google';
import { Revoker } from '../../../src/revokers';
import { agent, agentIn, PRODUCTION, resources, stackOf } from '../agents';

const SECRET = 'projects/acme-test/secrets/crm';
const scim = (googleSecret = SECRET) => Revoker.scim('okta', { baseUrl: 'https://idp.example.com/scim/v2', googleSecret });
const human = Revoker.human('sap', { team: ['it-desk@example.com'], steps: ['Write ${name} into the field'] });

function rendered(props: Partial<ManagedAgentIdentityProps>) {
  const stack = stackOf();
  agentIn(stack, { registry: LifecycleRegistry.fromRegistryName(stack, 'Registry', { project: 'acme-agents' }), ...props });
  const data = resources(stack, 'terraform_data');
  const inputOf = (part: string) => JSON.parse(String(Object.entries(data).find(([address]) => address.startsWith(`agent_invoice_bot_${part}`))![1].input)) as Record<string, any>;
  return { inputOf, text: JSON.stringify(data) };
}

test('the declaration has the revokers, the preflight their secrets, and the teardown neither', () => {
  const { inputOf, text } = rendered({ revokers: [scim(`${SECRET}/versions/3`), human, Revoker.http('crm', { url: 'https://crm.example.com/{agentName}', verify: { url: 'https://crm.example.com/{agentName}' }, monthlyCost: MonthlyCost.of(12.5, 'EUR') })] });
  expect(inputOf('events').record.revokers).toEqual([
    { Id: 'okta', Kind: 'scim', Settings: { baseUrl: 'https://idp.example.com/scim/v2', secretArn: `${SECRET}/versions/3`, removal: 'delete' } },
    // Escaped for Terraform, which does not evaluate it.
    { Id: 'sap', Kind: 'human', Settings: { team: ['it-desk@example.com'], steps: ['Write $${name} into the field'] } },
    expect.objectContaining({ Id: 'crm', Kind: 'http', MonthlyCost: '12.5', Currency: 'EUR' }),
  ]);
  expect(inputOf('preflight').revokerSecrets).toEqual([SECRET]);
  // As the input of the resource that records it, and as what replaces that.
  expect(text.split('okta')).toHaveLength(3);
});

test('an agent without revokers has nothing of it', () => {
  const { inputOf } = rendered({});
  expect(inputOf('events').record.revokers).toBeUndefined();
  expect(inputOf('preflight').revokerSecrets).toBeUndefined();
});

const awsSecret = { secretArn: 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:idp-AbCdEf' } as never;

test.each<[string, string, () => readonly unknown[]]>([
  ['RevokerUnsupported', 'a queue', () => [Revoker.queue('directory', { workerName: 'directory' })]],
  ['RevokerUnsupported', 'a function', () => [Revoker.lambda('erp', { functionArn: 'arn:aws:lambda:eu-west-1:111122223333:function:erp' } as never)]],
  ['RevokerUnsupported', 'an installation of a GitHub App', () => [Revoker.githubApp('github', { clientId: 'Iv23liInvoices', installationId: '1', key: { keyArn: 'arn:aws:kms:eu-west-1:111122223333:key/k1' } as never })]],
  ['RevokerUnsupported', 'requests of a suspension', () => [Revoker.http('crm', {
    url: 'https://crm.example.com/bot', verify: { url: 'https://crm.example.com/bot' }, suspension: { suspend: { url: 'https://crm.example.com/off' }, resume: { url: 'https://crm.example.com/on' }, inactiveStatuses: [423] },
  })]],
  ['RevokerUnsupported', 'a secret of AWS', () => [Revoker.scim('okta', { baseUrl: 'https://idp.example.com', secret: awsSecret })]],
  ['RevokerUnsupported', 'a cost by a tag', () => [Revoker.human('sap', { team: ['it-desk@example.com'], steps: ['Delete the user of it'], monthlyCost: MonthlyCost.ofTag('integration', 'sap') })]],
  ['RevokerSecretLeaves', 'an own secret', () => [scim('projects/acme-agents/secrets/own/versions/2')]],
  ['RevokerTwice', 'an id twice', () => [scim(), scim()]],
  ['RevokersTooMany', 'eleven', () => Array.from({ length: 11 }, (_none, at) => Revoker.human(`sap-${at}`, { team: ['it-desk@example.com'], steps: ['Delete the user of it'] }))],
  ['RevokerInvalid', 'a value as the name of a secret', () => [scim('hunter2')]],
  ['RevokerInvalid', 'an alias of a version', () => [scim(`${SECRET}/versions/live`)]],
  ['RevokerInvalid', 'two secrets', () => [Revoker.scim('okta', { baseUrl: 'https://idp.example.com', secret: awsSecret, googleSecret: SECRET })]],
  ['WrongType', 'no revoker', () => ['okta']],
])('fails with %s for %s', (code, _what, revokers) => {
  expect(() => rendered({ ownSecrets: ['projects/acme-agents/secrets/own'], revokers: revokers() as Revoker[] })).toThrow(expect.objectContaining({ code }) as InvalidInputError);
});

test('needs a registry, which remembers what is open', () => {
  expect(() => agent({ revokers: [scim()] })).toThrow(/^RevokerUnrecorded/);
  expect(() => rendered({ revokers: [scim()], stage: PRODUCTION })).not.toThrow();
});

test.each([SECRET, `${SECRET}/versions/3`])('gives the agent no access to a secret of its revokers, in no stage: %s', (googleSecret) => {
  const stack = stackOf();
  const own = agentIn(stack, { registry: LifecycleRegistry.fromRegistryName(stack, 'Registry', { project: 'acme-agents' }), revokers: [scim(googleSecret)] });
  const role = 'roles/secretmanager.secretAccessor';
  expect(() => own.access.toSecret(SECRET, role)).toThrow(/^RevokerSecretGranted/);
  expect(() => own.accessIn(PRODUCTION).toSecret(SECRET, role)).toThrow(/^RevokerSecretGranted/);
  expect(() => own.access.toSecret(`${SECRET}-reader`, role)).not.toThrow();
});
