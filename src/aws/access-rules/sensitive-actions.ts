import { CREDENTIAL_ACTIONS } from '../guards/credential-vending';
import { globMatches, globsMeet, hasWildcard } from '../iam/globs';
import { UNKNOWN } from '../iam/resource-text';

interface SensitiveActions {
  readonly does: string;
  readonly patterns: readonly string[];
}

const ACTS_AS_ANOTHER: SensitiveActions = {
  does: 'acts as another identity, by what it runs',
  patterns: [
    'apprunner:UpdateService',
    'batch:SubmitJob',
    'cloudformation:CreateChangeSet',
    'cloudformation:CreateStack',
    'cloudformation:CreateStackInstances',
    'cloudformation:CreateStackSet',
    'cloudformation:ExecuteChangeSet',
    'cloudformation:UpdateStack',
    'cloudformation:UpdateStackInstances',
    'cloudformation:UpdateStackSet',
    'codebuild:StartBuild*',
    'codebuild:UpdateProject',
    'datapipeline:PutPipelineDefinition',
    'ec2-instance-connect:Send*',
    'ec2:ModifyInstanceAttribute',
    'ecs:ExecuteCommand',
    'ecs:RunTask',
    'ecs:StartTask',
    'ecs:UpdateService',
    'elasticmapreduce:AddJobFlowSteps',
    'emr-containers:StartJobRun',
    'emr-serverless:StartJobRun',
    'glue:StartJobRun',
    'glue:UpdateDevEndpoint',
    'glue:UpdateJob',
    'lambda:UpdateFunctionCode',
    'lambda:UpdateFunctionConfiguration',
    'sagemaker:UpdateNotebookInstance*',
    'ssm:CreateAssociation*',
    'ssm:SendCommand',
    'ssm:StartAutomationExecution',
    'ssm:UpdateAssociation',
    'ssm:UpdateDocument',
    'states:UpdateStateMachine',
  ],
};

const SENSITIVE: readonly SensitiveActions[] = [
  { does: 'hands out credentials', patterns: [...CREDENTIAL_ACTIONS, 'sts:*'] },
  { does: 'administers identities', patterns: ['iam:*'] },
  { does: 'administers the organization', patterns: ['organizations:*'] },
  {
    does: 'lets another identity in',
    patterns: [
      'bedrock-agentcore:*CredentialProvider',
      'bedrock-agentcore:*WorkloadIdentity',
      'eks:*PodIdentityAssociation',
      'eks:AssociateAccessPolicy',
      'eks:CreateAccessEntry',
    ],
  },
  ACTS_AS_ANOTHER,
];

/** STS calls that return no credentials and can't be restricted to resources. The first one can't even be denied. */
const HARMLESS = ['sts:getcalleridentity', 'sts:getaccesskeyinfo', 'sts:decodeauthorizationmessage'];

/** Why an action is sensitive: the listed action that it is or covers, and what that action does. */
interface Sensitivity {
  readonly pattern: string;
  readonly does: string;
}

const BY_SERVICE = new Map<string, Sensitivity[]>();
for (const { does, patterns } of SENSITIVE) {
  for (const pattern of patterns) {
    const service = pattern.slice(0, pattern.indexOf(':'));
    BY_SERVICE.set(service, [...BY_SERVICE.get(service) ?? [], { pattern, does }]);
  }
}

/** Returns why the action is sensitive, if it is. The action is `service:Name`, and its name may contain wildcards. */
export function sensitivityOf(action: string): Sensitivity | undefined {
  const text = action.toLowerCase();
  if (!ANSWERS.has(text)) {
    ANSWERS.set(text, find(text));
  }
  return ANSWERS.get(text);
}

const ANSWERS = new Map<string, Sensitivity | undefined>();

function find(text: string): Sensitivity | undefined {
  if (HARMLESS.includes(text)) {
    return undefined;
  }
  const patterns = BY_SERVICE.get(text.slice(0, Math.max(text.indexOf(':'), 0))) ?? [];
  return patterns.find(({ pattern }) => globsMeet(pattern.toLowerCase(), text));
}

/**
 * Whether the action changes what another identity runs. For these it is narrow enough to name one resource with all its parts, or to restrict it
 * with a condition.
 */
export function actsAsAnother(action: string): boolean {
  return sensitivityOf(action)?.does === ACTS_AS_ANOTHER.does;
}

/**
 * Whether the action's sensitive part can't apply to these resources: `s3:Get*` covers `s3:GetDataAccess`, which applies only to an access grants
 * instance (`arn:aws:s3:region:account:access-grants/default`), never to a bucket (no region, no account) or to what is below a named resource.
 */
export function isOutOfReach(action: string, resource: string): boolean {
  const text = action.toLowerCase();
  return hasWildcard(text) && globMatches('s3:*', text)
    && (/^arn:[^:]*:s3:::[^*?]/.test(resource) || resource.startsWith(`${UNKNOWN}/`));
}

/**
 * Whether the action issues tokens of, or for, the workload identity of one AgentCore runtime. AgentCore names it `<name of the runtime>-<10 characters>`, and the
 * name has no hyphen, so the ARN can't be written out but is one runtime's.
 * https://docs.aws.amazon.com/bedrock-agentcore/latest/devguide/runtime-permissions.html
 */
export function isTokenOfRuntime(action: string, resource: string): boolean {
  return /^bedrock-agentcore:(GetWorkloadAccessToken(ForJWT|ForUserId)?|GetResourceOauth2Token)$/i.test(action)
    && /^arn:[^*?]+:workload-identity-directory\/default\/workload-identity\/[A-Za-z][A-Za-z0-9_]{0,47}-\*$/.test(resource);
}
