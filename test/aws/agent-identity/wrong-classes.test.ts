import { aws_iam as iam, Duration, Stack } from 'aws-cdk-lib';
import { agentIn, codeOf, stackOf } from './agents';
import { ExceptionalAccess } from '../../../src/aws/access-rules';
import { AgentDefaults, ManagedAgentIdentity, ManagedAgentIdentityProps, OwnSecret } from '../../../src/aws/agent-identity';
import { AgentRuntime } from '../../../src/aws/agent-runtime';
import { AgentNaming, EvidenceLock, LifecycleRegistry, LifecycleRegistryProps, MassLeaverLimit } from '../../../src/aws/lifecycle-registry';
import { AgentStage, Expiry, Sponsor } from '../../../src/core';

const PERSON = { name: 'Ada Park', email: 'ada.park@example.com', backupEmail: 'li.chen@example.com' };
const REASON = 'publishes its own figures';
const UNTIL = Expiry.on('2998-01-01');

/** A value as JavaScript or another language could pass it. */
const anything = (value: unknown): never => value as never;

describe.each<[string, Partial<ManagedAgentIdentityProps>, string]>([
  ['the stage is its name', { stage: anything('test') }, 'WrongClass: Own/Bot: stage must be made with AgentStage.TEST, STAGING, PRODUCTION or AgentStage.of(), received "test"'],
  ['the stage is a number', { stage: anything(1) }, 'WrongClass: Own/Bot: stage '],
  ['the sponsor is a struct', { sponsor: anything(PERSON) }, 'WrongClass: Own/Bot: sponsor must be made with Sponsor.person() or Sponsor.team(), received {"name":"Ada Park"'],
  ['the sponsor is an address', { sponsor: anything('ada.park@example.com') }, 'WrongClass: Own/Bot: sponsor '],
  ['the sponsor is a stage', { sponsor: anything(AgentStage.TEST) }, 'received an instance of AgentStage'],
  ['the sponsor is of another copy', { sponsor: anything(Object.create({ constructor: { name: 'Sponsor' } })) }, 'keep one in node_modules'],
  ['the expiry is a text', { expires: anything('2027-03-31') }, 'WrongClass: Own/Bot: expires must be made with Expiry.on(), Expiry.at() or Expiry.untilCertified(), received "2027-03-31"'],
  ['the expiry is a Date', { expires: anything(new Date()) }, 'received an instance of Date'],
  ['the runtime is its name', { runtime: anything('lambda') }, 'WrongClass: Own/Bot: runtime '],
  ['the runtime is missing', { runtime: anything(undefined) }, 'WrongClass: Own/Bot: runtime '],
  ['the registry is its name', { registry: anything('agents') }, 'RegistryForeign: Own/Bot: "agents" is not a registry'],
  ['the boundary is an ARN', { permissionsBoundary: anything('arn:aws:iam::111122223333:policy/b') }, 'WrongClass: Own/Bot: permissionsBoundary must be a managed policy'],
  ['the exceptions are one', { accessExceptions: anything(ExceptionalAccess.of({ actions: ['s3:GetObject'], reason: REASON, until: UNTIL })) }, 'WrongClass: Own/Bot: accessExceptions must be a list'],
  ['an exception is a struct', { accessExceptions: anything([{ actions: ['s3:GetObject'] }]) }, 'WrongClass: Own/Bot: accessExceptions[0] '],
  ['an own secret is its name', { ownSecrets: anything(['agents/invoice-bot/token']) }, 'WrongClass: Own/Bot: ownSecrets[0] must be made with OwnSecret.named()'],
  ['the own secrets are one', { ownSecrets: anything(OwnSecret.named('agents/invoice-bot/token')) }, 'WrongClass: Own/Bot: ownSecrets must be a list'],
  ['an own secret has no text for a name', { ownSecrets: [OwnSecret.named(anything(7))] }, 'TextRequired: Own/Bot: the name of an own secret '],
  ['the agent\'s name is no text', { agentName: anything(7) }, 'TextRequired: Own/Bot: the agent name '],
  ['the purpose is no text', { purpose: anything(undefined) }, 'TextRequired: Own/Bot: the purpose '],
  ['transferTo is no text', { transferTo: anything(7) }, 'TextRequired: Own/Bot: transferTo '],
  ['transferFrom is no text', { transferFrom: anything({}) }, 'TextRequired: Own/Bot: transferFrom '],
  ['a broker is an ARN', { runtime: AgentRuntime.broker({ principal: anything('arn:aws:iam::111122223333:role/b'), externalId: 'x-1' }) }, 'WrongClass: Own/Bot: the principal of a broker must be a principal'],
  ['a broker has no external id', { runtime: AgentRuntime.broker({ principal: new iam.ArnPrincipal('arn:aws:iam::111122223333:role/b'), externalId: anything(undefined) }) }, 'ExternalIdInvalid: Own/Bot: external id undefined'],
  ['a broker\'s tag keys are one', { runtime: AgentRuntime.broker({ principal: new iam.ArnPrincipal('arn:aws:iam::111122223333:role/b'), externalId: 'x-1', sessionTagKeys: anything('team') }) }, 'SessionTagKeyInvalid: Own/Bot: '],
  ['a broker\'s tag key is a variable', { runtime: AgentRuntime.broker({ principal: new iam.ArnPrincipal('arn:aws:iam::111122223333:role/b'), externalId: 'x-1', sessionTagKeys: ['${aws:username}'] }) }, 'SessionTagKeyInvalid: Own/Bot: session tag key "${aws:username}"'],
  ['a custom principal is a text', { runtime: AgentRuntime.of({ principal: anything('states.amazonaws.com') }) }, 'WrongClass: Own/Bot: the principal of a custom runtime '],
])('%s', (_what, props, message) => {
  test('fails with a code, what was received, and which agent', () => {
    expect(() => agentIn(stackOf(), props)).toThrow(message);
  });
});

test('fails for a default of the wrong class as well, where it is used', () => {
  const stack = stackOf();
  AgentDefaults.of(stack).set({ stage: anything('test') });

  expect(() => agentIn(stack, { stage: undefined })).toThrow('WrongClass: Own/Bot: stage ');
  expect(codeOf(() => agentIn(stack, { stage: AgentStage.TEST }, 'Other'))).toBeUndefined();
});

test('fails where access is granted in, or an exception is added of, the wrong class', () => {
  const bot = agentIn(stackOf());

  expect(() => bot.accessIn(anything('test'))).toThrow('WrongClass: Own/Bot: stages[0] ');
  expect(() => bot.addAccessException(anything({ actions: ['s3:GetObject'] }))).toThrow('WrongClass: Own/Bot: the access exception ');
  expect(() => bot.addAccessException(ExceptionalAccess.of({ actions: ['*'], reason: REASON, until: UNTIL }))).toThrow('AccessExceptionInvalid: Own/Bot: access exception: action "*"');
});

test('fails for a reference to an agent whose stage is of the wrong class', () => {
  const stack = stackOf();
  const registry = LifecycleRegistry.fromRegistryName(stack, 'Registry', 'agents');

  expect(() => ManagedAgentIdentity.fromAgentName(stack, 'Ref', { agentName: 'invoice-bot', stage: anything('test'), registry })).toThrow('WrongClass: Own/Ref: stage ');
  expect(() => ManagedAgentIdentity.fromAgentName(stack, 'Ref2', { agentName: 'Invoice Bot', stage: AgentStage.TEST, registry })).toThrow('AgentNameInvalid: Own/Ref2: ');
});

test.each<[string, Partial<LifecycleRegistryProps>, string]>([
  ['its name is no text', { registryName: anything(7) }, 'TextRequired: Own/Agents: the registry name '],
  ['its naming is a struct', { naming: anything({ pathRoot: 'x' }) }, 'WrongClass: Own/Agents: naming '],
  ['its stages are one', { stages: anything(AgentStage.of('canary')) }, 'WrongClass: Own/Agents: stages must be a list'],
  ['one of its stages is a name', { stages: anything(['canary']) }, 'WrongClass: Own/Agents: stages[0] '],
  ['its leaver limit is a number', { massLeaverLimit: anything(3) }, 'WrongClass: Own/Agents: massLeaverLimit '],
  ['its evidence lock is a duration', { evidenceLock: anything(Duration.days(400)) }, 'WrongClass: Own/Agents: evidenceLock '],
  ['its propagation wait is a number', { propagationWait: anything(65) }, 'PropagationWaitInvalid: Own/Agents: 65 is not'],
])('a registry fails when %s', (_what, props, message) => {
  expect(() => new LifecycleRegistry(stackOf(), 'Agents', props)).toThrow(message);
});

test.each<[string, () => unknown, string]>([
  ['a tenure', () => AgentStage.of('canary', { maxTenure: anything(90) }), 'RiskProfileInvalid: maxTenure 90 '],
  ['a session', () => AgentStage.of('canary', { maxSessionDuration: anything('1h') }), 'RiskProfileInvalid: maxSessionDuration "1h" '],
  ['a flag', () => AgentStage.of('canary', { cutBeforeGrant: anything('no') }), 'RiskProfileInvalid: cutBeforeGrant "no" '],
  ['a retention', () => EvidenceLock.governance(anything(400)), 'EvidenceRetentionInvalid: '],
  ['a leaver limit', () => MassLeaverLimit.perHour({ agents: anything('3') }), 'MassLeaverLimitInvalid: '],
  ['a path root', () => AgentNaming.of({ pathRoot: anything(7) }), 'TextRequired: the path root '],
  ['a secret', () => OwnSecret.of(anything('agents/invoice-bot/token')), 'WrongClass: OwnSecret.of() '],
])('%s of the wrong kind fails with a code', (_what, make, message) => {
  expect(make).toThrow(message);
});

test.each<[string, (row: number) => Partial<ManagedAgentIdentityProps>, string]>([
  ['a sponsor', (row) => ({ sponsor: Sponsor.person({ ...PERSON, email: row === 17 ? 'ada' : PERSON.email }) }), 'EmailInvalid: Own/Bot17: the sponsor email "ada" '],
  ['an expiry', (row) => ({ expires: Expiry.on(row === 17 ? '2027-02-30' : '2999-03-31') }), 'ExpiryInvalid: Own/Bot17: the expiry "2027-02-30" '],
  ['an exception', (row) => ({ accessExceptions: [ExceptionalAccess.of({ actions: [row === 17 ? '*' : 's3:GetObject'], reason: REASON, until: UNTIL })] }), 'AccessExceptionInvalid: Own/Bot17: '],
  ['an exception\'s end', (row) => ({ accessExceptions: [ExceptionalAccess.of({ actions: ['s3:GetObject'], reason: REASON, until: Expiry.at(row === 17 ? 'soon' : '2998-01-01T00:00:00Z') })] }), 'ExpiryInvalid: Own/Bot17: '],
])('of many agents, the error names the one whose %s is wrong, and its code once', (_what, props, message) => {
  const stack = stackOf();
  let said = '';
  try {
    table(stack, props);
  } catch (error) {
    said = String(error);
  }

  expect(said).toMatch(new RegExp(`^${message.replace(/[.*"[\]()]/g, '\\$&')}`));
  expect(said.split(message.split(':')[0])).toHaveLength(2);
});

function table(stack: Stack, props: (row: number) => Partial<ManagedAgentIdentityProps>): void {
  for (let row = 15; row < 20; row++) {
    agentIn(stack, { agentName: `bot-${row}`, ...props(row) }, `Bot${row}`);
  }
}
