import { missingFrom, strengthOf } from '../../../build/google-roles';
import { requireAgentRole } from '../../../src/google/access/role-rules';
import { ACT_AS_OTHERS, GIVE_ACCESS, RUN_AS_OTHERS } from '../../../src/google/access/strong-roles';
import { codeOf } from '../agents';

describe.each<[string, readonly string[], string]>([
  ['GIVE_ACCESS', GIVE_ACCESS, 'AdminRole|ServiceAgentRole'],
  ['ACT_AS_OTHERS', ACT_AS_OTHERS, 'IdentityRole'],
  ['RUN_AS_OTHERS', RUN_AS_OTHERS, 'RunsAsOthers'],
])('roles of %s', (_list, names, codes) => {
  test.each(names)('%s is refused', (name) => {
    expect(codeOf(() => requireAgentRole(`roles/${name}`))).toMatch(new RegExp(`^(?:${codes})$`));
  });
});

test.each<[string | undefined, string]>([
  ['GIVE_ACCESS', 'bigquery.datasets.setIamPolicy'],
  [undefined, 'bigquery.datasets.getIamPolicy'],
  ['ACT_AS_OTHERS', 'iam.serviceAccounts.actAs'],
  ['ACT_AS_OTHERS', 'iam.serviceAccounts.signJwt'],
  ['ACT_AS_OTHERS', 'iam.googleapis.com/workloadIdentityPoolProviders.update'],
  [undefined, 'iam.serviceAccounts.get'],
  [undefined, 'iam.serviceAccounts.list'],
  ['RUN_AS_OTHERS', 'run.services.update'],
  ['RUN_AS_OTHERS', 'compute.instances.setMetadata'],
  ['RUN_AS_OTHERS', 'aiplatform.customJobs.create'],
  [undefined, 'run.services.get'],
  [undefined, 'run.routes.invoke'],
  [undefined, 'aiplatform.endpoints.predict'],
  [undefined, 'container.tokenReviews.create'],
])('%s has %s', (list, permission) => {
  expect(strengthOf(['resourcemanager.projects.get', permission])?.[0]).toBe(list);
});

test('names the roles that an agent could have and mustn\'t, with the permission', () => {
  expect(missingFrom([
    { name: 'roles/new.dataWriter', includedPermissions: ['new.data.write', 'run.services.create'] },
    { name: 'roles/new.dataReader', includedPermissions: ['new.data.read'] },
    { name: 'roles/run.developer', includedPermissions: ['run.services.create'] },
    { name: 'roles/new.empty' },
  ])).toEqual(['RUN_AS_OTHERS roles/new.dataWriter: run.services.create']);
});
