import { Testing } from 'cdktf';
import { AgentGuardrails, AgentGuardrailsProps } from '../../../src/google';
import { agentIn, appOf, codeOf, stackOf } from '../agents';

const PIPELINE = 'deployer@acme-agents.iam.gserviceaccount.com';
const excepted = (email: string) => `principal://iam.googleapis.com/projects/-/serviceAccounts/${email}`;

function guardrails(props: Partial<AgentGuardrailsProps> = {}) {
  const app = appOf();
  const stack = stackOf(app, 'guardrails');
  new AgentGuardrails(stack, 'Guardrails', { project: 'acme-agents', pipelines: [PIPELINE], ...props });
  return { app, synth: () => JSON.parse(Testing.synth(stack)).resource as Record<string, Record<string, any>> };
}

test('no keys are made or uploaded, and nothing is granted by itself', () => {
  const policies = Object.values(guardrails().synth().google_org_policy_policy);

  expect(policies.map(({ name, parent, spec }) => [name, parent, spec])).toEqual([
    'iam.automaticIamGrantsForDefaultServiceAccounts', 'iam.disableServiceAccountKeyCreation', 'iam.disableServiceAccountKeyUpload',
  ].map((constraint) => [`projects/acme-agents/policies/${constraint}`, 'projects/acme-agents', { rules: [{ enforce: 'TRUE' }] }]));
});

test('uploads can be allowed, and nothing else with them', () => {
  const policies = Object.values(guardrails({ keyUploadAllowed: true }).synth().google_org_policy_policy);
  const off = policies.filter(({ spec }) => spec.rules[0].enforce !== 'TRUE').map(({ name }) => name);

  expect(off).toEqual(['projects/acme-agents/policies/iam.disableServiceAccountKeyUpload']);
});

describe('the deny policy', () => {
  const rule = (resources: Record<string, Record<string, any>>) => Object.values(resources.google_iam_deny_policy)[0].rules[0].deny_rule;

  test('denies everybody to change accounts and keys, but the pipeline', () => {
    const resources = guardrails().synth();

    expect(Object.values(resources.google_iam_deny_policy)[0].parent).toBe('cloudresourcemanager.googleapis.com%2Fprojects%2Facme-agents');
    expect(rule(resources)).toMatchObject({ denied_principals: ['principalSet://goog/public:all'], exception_principals: [excepted(PIPELINE)] });
    expect(rule(resources).denied_permissions).toEqual(expect.arrayContaining([
      'iam.googleapis.com/serviceAccounts.create', 'iam.googleapis.com/serviceAccounts.enable', 'iam.googleapis.com/serviceAccounts.setIamPolicy', 'iam.googleapis.com/serviceAccountKeys.create',
    ]));
  });

  test('denies it of workload identity pools and their providers, too: a person who changes one can become any identity that it vouches for', () => {
    const { denied_permissions: denied } = rule(guardrails().synth());
    const federation = denied.filter((permission: string) => permission.includes('/workloadIdentity'));

    expect(federation.sort()).toEqual(['workloadIdentityPoolProviders', 'workloadIdentityPools'].flatMap((resource) =>
      ['create', 'delete', 'undelete', 'update'].map((verb) => `iam.googleapis.com/${resource}.${verb}`)));
  });

  test('lets the app\'s janitors of that project end agents, and those that are named', () => {
    const { app, synth } = guardrails({ janitors: ['nhi-janitor-x@acme-agents.iam.gserviceaccount.com'] });
    const own = agentIn(stackOf(app, 'bots')).janitorEmail;
    const elsewhere = agentIn(stackOf(app, 'others'), { agentName: 'other-bot', project: 'acme-others' }).janitorEmail;

    const { exception_principals: exceptions } = rule(synth());
    expect(exceptions).toEqual([excepted(PIPELINE), excepted('nhi-janitor-x@acme-agents.iam.gserviceaccount.com'), excepted(own)]);
    expect(exceptions).not.toContain(excepted(elsewhere));
  });

  test('lets a group through in an emergency', () => {
    expect(rule(guardrails({ breakGlassGroup: 'break-glass@example.com' }).synth()).exception_principals).toContain('principalSet://goog/group/break-glass@example.com');
  });
});

describe.each<[code: string, what: string, bad: Partial<AgentGuardrailsProps>, good: Partial<AgentGuardrailsProps>]>([
  ['PipelineMissing', 'no pipeline', { pipelines: [] }, { pipelines: [PIPELINE] }],
  ['PrincipalAnybody', 'anybody as the pipeline', { pipelines: ['allUsers'] }, { pipelines: [PIPELINE] }],
  ['PrincipalNotOne', 'any account as the pipeline', { pipelines: ['*@acme-agents.iam.gserviceaccount.com'] }, { pipelines: [PIPELINE] }],
  ['PrincipalInvalid', 'a person as the pipeline', { pipelines: ['user:ada.park@example.com'] }, { pipelines: [PIPELINE] }],
  ['PrincipalInvalid', 'an invalid group', { breakGlassGroup: '*' }, { breakGlassGroup: 'break-glass@example.com' }],
  ['ProjectIdInvalid', 'a project number', { project: '123456789012' }, { project: 'acme-agents' }],
])('%s: %s', (code, _what, bad, good) => {
  test('is refused, its good twin is not', () => {
    expect(codeOf(() => guardrails(bad))).toBe(code);
    expect(codeOf(() => guardrails(good))).toBeUndefined();
  });
});
