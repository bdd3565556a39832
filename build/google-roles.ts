import { readFileSync } from 'node:fs';
import { requireAgentRole } from '../src/google/access/role-rules';

/*
 * Finds the predefined roles that src/google/access/strong-roles.ts has to name. Give it the answer of
 * `GET https://iam.googleapis.com/v1/roles?view=FULL&pageSize=1000`, all pages in one list: npx tsx build/google-roles.ts roles.json
 */
interface Role {
  readonly name: string;
  readonly includedPermissions?: readonly string[];
}

/** Permissions that no agent may have. The key is the list for roles that contain such a permission. */
const STRONG: Readonly<Record<string, RegExp>> = {
  GIVE_ACCESS: /\.setIamPolicy$/,
  ACT_AS_OTHERS: anyOf(
    'iam\\.serviceAccounts\\.(actAs|getAccessToken|getOpenIdToken|implicitDelegation|signBlob|signJwt|create|delete|disable|enable|undelete|update|\\w*TagBinding)',
    'iam\\.serviceAccountKeys\\.(create|upload|delete|enable|disable)', 'iam\\.serviceAccountApiKeyBindings\\.\\w+', 'iam\\.roles\\.(create|update|delete|undelete)',
    'iam\\.googleapis\\.com/\\w+\\.(create|update|delete|undelete)', 'iam\\.(denypolicies|principalaccessboundarypolicies|policybindings)\\.(create|update|delete)',
    '[\\w.]+\\.mintOAuthToken', 'apikeys\\.keys\\.(getKeyString|create)',
  ),
  RUN_AS_OTHERS: anyOf(
    'run\\.(services|jobs|workerpools|instances)\\.(create|update)', 'run\\.jobs\\.runWithOverrides', 'cloudfunctions\\.functions\\.(create|update|sourceCodeSet)',
    'cloudbuild\\.(builds|connections|repositories)\\.create', 'composer\\.environments\\.(create|update|executeAirflowCommand)',
    'compute\\.(instances|instanceTemplates|instanceGroupManagers)\\.(create|update|setMetadata|setServiceAccount)', 'compute\\.projects\\.setCommonInstanceMetadata',
    'container\\.(?!tokenReviews)\\w+\\.(create|exec|attach|update)', 'dataflow\\.jobs\\.(create|updateContents)', 'datafusion\\.instances\\.(create|update|runtime)',
    'dataproc\\.(clusters|jobs|batches|sessions|workflowTemplates|sessionTemplates)\\.(create|update|instantiate\\w*)', 'notebooks\\.(instances|runtimes|executions|schedules)\\.create',
    'aiplatform\\.(customJobs|pipelineJobs|trainingPipelines|hyperparameterTuningJobs|batchPredictionJobs|notebookExecutionJobs|nasJobs|reasoningEngines|persistentResources|schedules)\\.create',
    'aiplatform\\.(notebookRuntimes\\.assign|endpoints\\.deploy)', 'ml\\.(jobs|versions)\\.create', 'workflows\\.workflows\\.(create|update)', 'cloudscheduler\\.jobs\\.(create|update)',
    'eventarc\\.triggers\\.(create|update)', 'batch\\.jobs\\.create', 'appengine\\.(versions|applications)\\.create', 'appengine\\.instances\\.enableDebug',
    'osconfig\\.patchJobs\\.exec', 'osconfig\\.(osPolicyAssignments|guestPolicies|patchDeployments)\\.(create|update|execute)', '(lifesciences\\.workflows|genomics\\.pipelines)\\.run',
    'datapipelines\\.pipelines\\.(create|update)', 'dataform\\.(workflowInvocations|releaseConfigs|workflowConfigs)\\.(create|update)', 'dataplex\\.tasks\\.(create|update|run)',
    'integrations\\.(integrationVersions|apigeeIntegrationVers)\\.(create|update|deploy)', 'apigee\\.(proxyrevisions|sharedflowrevisions)\\.deploy', 'apigee\\.deployments\\.create',
    'apigateway\\.apiconfigs\\.create', 'storagetransfer\\.jobs\\.(create|update|run)', 'gkehub\\.gateway\\.(post|put|patch|delete)',
    'clouddeploy\\.(releases|rollouts|targets|automations)\\.(create|update)', 'config\\.(deployments|previews)\\.(create|update)',
    'deploymentmanager\\.(deployments|typeProviders)\\.(create|update)', 'workstations\\.workstations\\.(create|use)', 'assuredworkloads\\.workload\\.create', 'tpu\\.nodes\\.create',
    'bigquery\\.transfers\\.update',
  ),
};

/** The list to which a role with these permissions belongs, and the permission that decides it. */
export function strengthOf(permissions: readonly string[]): readonly [list: string, permission: string] | undefined {
  for (const [list, pattern] of Object.entries(STRONG)) {
    const permission = permissions.find((each) => pattern.test(each));
    if (permission !== undefined) {
      return [list, permission];
    }
  }
  return undefined;
}

/** Roles that an agent could have but must not, each with its list and the permission. */
export function missingFrom(roles: readonly Role[]): string[] {
  return roles.filter(({ name }) => isAllowed(name)).flatMap(({ name, includedPermissions = [] }) => {
    const strength = strengthOf(includedPermissions);
    return strength === undefined ? [] : [`${strength[0]} ${name}: ${strength[1]}`];
  });
}

function anyOf(...patterns: string[]): RegExp {
  return new RegExp(`^(?:${patterns.join('|')})$`);
}

function isAllowed(role: string): boolean {
  try {
    requireAgentRole(role);
    return true;
  } catch {
    return false;
  }
}

if (require.main === module) {
  const missing = missingFrom(JSON.parse(readFileSync(process.argv[2], 'utf8')) as Role[]);
  process.stdout.write(missing.map((line) => `${line}\n`).join(''));
  process.exitCode = missing.length === 0 ? 0 : 1;
}
