import { agentIn, codeOf, stackOf } from './agents';
import * as google from '../../src/google';

/** Values from JavaScript, where no type was checked before. */
const WRONG: readonly unknown[] = [0, 1, true, 'test', '', [], ['x'], {}, { name: 1 }, () => 'x', Symbol('x'), 1n];
const AGENT: Readonly<Record<string, readonly string[]>> = {
  agentName: ['TextRequired', 'AgentNameInvalid'],
  purpose: ['TextRequired', 'PurposeInvalid'],
  project: ['TextRequired', 'ProjectIdInvalid'],
  sponsor: ['WrongType'],
  stage: ['WrongType'],
  expires: ['WrongType'],
  runtime: ['WrongType'],
  registry: ['WrongType'],
  region: ['TextRequired', 'LocationInvalid'],
  provider: ['WrongType'],
  keys: ['WrongType'],
  ownSecrets: ['WrongType', 'TextRequired', 'ResourceNameInvalid'],
};
/** Values that are valid for a property, or that mean an absent one. */
const RIGHT: Readonly<Record<string, readonly unknown[]>> = {
  agentName: ['test'], purpose: ['test'], keys: [], ownSecrets: [],
};
const isEmptyList = (value: unknown) => Array.isArray(value) && value.length === 0;

describe.each(Object.entries(AGENT))('an agent whose %s has a wrong type', (prop, codes) => {
  test.each(WRONG.filter((value) => !(RIGHT[prop] ?? []).includes(value) && !(prop in { keys: 1, ownSecrets: 1 } && isEmptyList(value))))('is refused with a code: %p', (value) => {
    expect(codes).toContain(codeOf(() => agentIn(stackOf(), { [prop]: value })));
  });
});

test('WrongType says what was received and what to use', () => {
  expect(() => agentIn(stackOf(), { stage: 'test' as never })).toThrow('WrongType: own/Bot: stage is "test": use AgentStage.TEST, STAGING, PRODUCTION or AgentStage.of(...)');
});

describe.each<[string, readonly string[], (value: never) => unknown]>([
  ['defaults', ['WrongType'], (stage) => {
    const stack = stackOf();
    google.AgentDefaults.of(stack).set({ stage });
    return agentIn(stack, { stage: undefined });
  }],
  ['accessIn', ['WrongType'], (stage) => agentIn(stackOf()).accessIn(stage)],
  ['workloadIdentityFederation', ['WrongType'], (identity) => google.AgentRuntime.workloadIdentityFederation(identity)],
  ['broker', ['TextRequired', 'PrincipalInvalid'], (principal) => agentIn(stackOf(), { runtime: google.AgentRuntime.broker(principal) })],
  ['toBucket', ['TextRequired', 'ResourceNameInvalid'], (name) => agentIn(stackOf()).access.toBucket(name, 'roles/storage.objectViewer')],
  ['a role', ['TextRequired', 'RoleInvalid'], (role) => agentIn(stackOf()).access.toProject('acme-test', role)],
  ['events', ['WrongType', 'TextRequired', 'GitHubRepositoryInvalid'], (events) => google.FederatedIdentity.gitHub({ repositoryId: '1', repositoryOwnerId: '2', events })],
  ['retired agents', ['WrongType', 'TextRequired', 'AgentNameInvalid'], (agentNames) => new google.RetiredAgents(stackOf(), 'Retired', { agentNames })],
  ['pipelines', ['WrongType', 'PipelineMissing', 'TextRequired', 'PrincipalInvalid'], (pipelines) => new google.AgentGuardrails(stackOf(), 'Guardrails', { project: 'acme-agents', pipelines })],
])('%s of a wrong type', (what, codes, use) => {
  const harmless = (value: unknown) => (what === 'retired agents' && isEmptyList(value))
    || (what === 'toBucket' && value === 'test') || (what === 'events' && Array.isArray(value) && value[0] === 'x');

  test.each(WRONG.filter((value) => !harmless(value)))('is refused with a code: %p', (value) => {
    expect(codes).toContain(codeOf(() => use(value as never)));
  });
});

test.each([['keyUploadAllowed', 'true'], ['keyUploadAllowed', 1]])('%s is yes or no, and not %p', (prop, value) => {
  const guardrails = (given: unknown) => codeOf(() => new google.AgentGuardrails(stackOf(), 'Guardrails', {
    project: 'acme-agents', pipelines: ['deployer@acme-agents.iam.gserviceaccount.com'], [prop]: given,
  }));

  expect(guardrails(value)).toBe('WrongType');
  expect([true, false, undefined, null].map(guardrails)).toEqual([undefined, undefined, undefined, undefined]);
});
