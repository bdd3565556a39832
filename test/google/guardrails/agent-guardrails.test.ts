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
  const rules = (resources: Record<string, Record<string, any>>): any[] => (
    Object.values(resources.google_iam_deny_policy)[0].rules.map(({ deny_rule: one }: any) => one));
  const rule = (resources: Record<string, Record<string, any>>) => rules(resources)[0];

  test('denies everybody to change accounts and keys, but the pipeline', () => {
    const resources = guardrails().synth();

    expect(Object.values(resources.google_iam_deny_policy)[0].parent).toBe('cloudresourcemanager.googleapis.com%2Fprojects%2Facme-agents');
    expect(rule(resources)).toMatchObject({ denied_principals: ['principalSet://goog/public:all'], exception_principals: [excepted(PIPELINE)] });
    expect(rule(resources).denied_permissions).toEqual(expect.arrayContaining([
      'iam.googleapis.com/serviceAccounts.create', 'iam.googleapis.com/serviceAccounts.setIamPolicy', 'iam.googleapis.com/serviceAccountKeys.create',
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

  test('denies everybody to disable and enable accounts, but the pipeline and the groups that suspend and resume', () => {
    const [changes, switches] = rules(guardrails({ responderGroups: ['responders@example.com'] }).synth());
    expect(switches.denied_permissions).toEqual(['iam.googleapis.com/serviceAccounts.disable', 'iam.googleapis.com/serviceAccounts.enable']);
    expect(switches.exception_principals).toEqual([excepted(PIPELINE), 'principalSet://goog/group/responders@example.com']);
    expect(changes.exception_principals).toEqual([excepted(PIPELINE)]);
    expect(changes.denied_permissions).not.toContain('iam.googleapis.com/serviceAccounts.enable');
    expect(rules(guardrails().synth())[1].exception_principals).toEqual([excepted(PIPELINE)]);
  });

  test('denies everybody to act as accounts where it is asked to, but the pipeline, who is named, and Google\'s agents of the named projects', () => {
    const impersonation = { principals: ['serviceAccount:broker@acme-agents.iam.gserviceaccount.com', 'user:ada.park@example.com'], serviceAgentProjectNumbers: ['123456789012'] };
    const [, , acts] = rules(guardrails({ impersonation }).synth());
    expect(acts.denied_permissions).toEqual(['actAs', 'getAccessToken', 'getOpenIdToken', 'implicitDelegation', 'signBlob', 'signJwt'].map((verb) => `iam.googleapis.com/serviceAccounts.${verb}`));
    expect(acts.denied_principals).toEqual(['principalSet://goog/public:all']);
    expect(acts.exception_principals).toEqual([
      excepted(PIPELINE), excepted('broker@acme-agents.iam.gserviceaccount.com'), 'principal://goog/subject/ada.park@example.com',
      ...['serverless-robot-prod', 'compute-system', 'gcp-sa-aiplatform-re', 'container-engine-robot', 'gcp-sa-cloudscheduler', 'gcp-sa-workflows']
        .map((host) => excepted(`service-123456789012@${host}.iam.gserviceaccount.com`)),
    ]);
    expect(rules(guardrails().synth())).toHaveLength(2);
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
  ['PrincipalInvalid', 'an invalid group of responders', { responderGroups: ['allUsers'] }, { responderGroups: ['responders@example.com'] }],
  ['PrincipalNotOne', 'a group that acts as accounts', { impersonation: { principals: ['group:a@example.com'], serviceAgentProjectNumbers: ['123456789012'] } }, { impersonation: { principals: [], serviceAgentProjectNumbers: ['123456789012'] } }],
  ['PrincipalInvalid', 'any workload of a cluster', { impersonation: { principals: ['principal://iam.googleapis.com/projects/7/locations/global/workloadIdentityPools/acme.svc.id.goog/subject/ns/a/sa/'], serviceAgentProjectNumbers: ['123456789012'] } }, { impersonation: { principals: ['principal://iam.googleapis.com/projects/7/locations/global/workloadIdentityPools/acme.svc.id.goog/subject/ns/a/sa/b'], serviceAgentProjectNumbers: ['123456789012'] } }],
  ['ProjectNumberMissing', 'no project whose service agents act', { impersonation: { serviceAgentProjectNumbers: [] } }, { impersonation: { serviceAgentProjectNumbers: ['123456789012'] } }],
  ['ProjectNumberInvalid', 'the id of a project', { impersonation: { serviceAgentProjectNumbers: ['acme'] } }, { impersonation: { serviceAgentProjectNumbers: ['123456789012'] } }],
  ['ProjectIdInvalid', 'a project number', { project: '123456789012' }, { project: 'acme-agents' }],
])('%s: %s', (code, _what, bad, good) => {
  test('is refused, its good twin is not', () => {
    expect(codeOf(() => guardrails(bad))).toBe(code);
    expect(codeOf(() => guardrails(good))).toBeUndefined();
  });
});
