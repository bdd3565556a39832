import { CREDENTIAL_ACTIONS } from './credential-vending';
import { globsMeet } from './glob';

interface SensitiveActions {
  readonly does: string;
  readonly patterns: readonly string[];
}

export const ACTS_AS_ANOTHER: SensitiveActions = {
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
  { does: 'hands out the secrets of all clients of a user pool', patterns: ['cognito-idp:DescribeUserPoolClient', 'cognito-idp:ListUserPoolClientSecrets'] },
  { does: 'logs in to a database', patterns: ['rds-db:connect'] },
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
