/** What each part of the inventory reads. */
export const NEEDS = {
  assets: ['cloudasset.assets.listResource'],
  policies: ['cloudasset.assets.searchAllIamPolicies'],
  accounts: ['iam.serviceAccounts.list', 'iam.serviceAccountKeys.list'],
  accountPolicies: ['iam.serviceAccounts.getIamPolicy'],
  project: ['resourcemanager.projects.get'],
  projectPolicy: ['resourcemanager.projects.getIamPolicy'],
  organizationPolicy: ['resourcemanager.organizations.getIamPolicy'],
  projects: ['resourcemanager.projects.list', 'resourcemanager.folders.list'],
  use: ['policyanalyzer.serviceAccountLastAuthenticationActivities.query'],
  keyUse: ['policyanalyzer.serviceAccountKeyLastAuthenticationActivities.query'],
  insights: ['recommender.iamServiceAccountInsights.list'],
  providers: ['iam.workloadIdentityPoolProviders.list'],
  roles: ['iam.roles.get'],
} as const;

/** A custom role, as `gcloud iam roles create --file` takes it. */
export interface GoogleRole {
  readonly title: string;
  readonly description: string;
  readonly stage: 'GA';
  readonly includedPermissions: readonly string[];
}

const ORGANIZATION_ONLY: readonly (keyof typeof NEEDS)[] = ['organizationPolicy', 'projects'];

/** The custom role that an inventory needs, and no more. It reads only. */
export function googleInventoryRole(organization: boolean): GoogleRole {
  const parts = (Object.keys(NEEDS) as (keyof typeof NEEDS)[]).filter((part) => organization || !ORGANIZATION_ONLY.includes(part));
  return {
    title: 'NHI inventory',
    description: 'Reads service accounts, their keys, who may use them, and when they were used',
    stage: 'GA',
    includedPermissions: [...new Set(parts.flatMap((part) => NEEDS[part]))].sort(),
  };
}
