import { Construct } from 'constructs';
import { BrokerRuntimeProps, brokerBinding } from './broker-runtime';
import { CustomRuntimeProps, customBinding } from './custom-runtime';
import { agentCoreHarnessBinding, AgentCoreHarnessOptions } from './kinds/agent-core-harness';
import { batchBinding } from './kinds/batch';
import { bedrockAgentBinding } from './kinds/bedrock-agent';
import { bedrockAgentCoreBinding } from './kinds/bedrock-agent-core';
import { bedrockManagedAgentBinding } from './kinds/bedrock-managed-agent';
import { codeBuildBinding } from './kinds/code-build';
import { eksPodIdentityBinding, EksPodIdentityProps } from './kinds/eks-pod-identity';
import { eksServiceAccountBinding, EksServiceAccountProps } from './kinds/eks-service-account';
import { gitHubActionsBinding, GitHubActionsRuntimeProps } from './kinds/git-hub-actions';
import { gitLabBinding, GitLabRuntimeProps } from './kinds/git-lab';
import { glueBinding } from './kinds/glue';
import { oidcBinding, OidcRuntimeProps } from './kinds/oidc';
import { pipesBinding } from './kinds/pipes';
import { rolesAnywhereBinding, RolesAnywhereRuntimeProps } from './kinds/roles-anywhere';
import { sageMakerBinding } from './kinds/sage-maker';
import { schedulerBinding } from './kinds/scheduler';
import { stepFunctionsBinding } from './kinds/step-functions';
import { terraformCloudBinding, TerraformCloudRuntimeProps } from './kinds/terraform-cloud';
import { lambdaBinding, LambdaRuntimeOptions } from './lambda-runtime';
import { RuntimeBinding, RuntimeContext } from './runtime-context';
import { ec2Binding, ecsTaskBinding } from './service-runtimes';
import { checkTrust } from './trust-check';

type Bind = (scope: Construct, context: RuntimeContext) => RuntimeBinding;

/**
 * What an agent runs on: who may assume its role, under which conditions, and the access that its service needs to run it.
 *
 * A service may assume the role on behalf of the agent's own account only, and where AWS documents it, of the agent's region and of the resources of the
 * app that have the role.
 */
export class AgentRuntime {
  /**
   * An AWS Lambda function of the agent's account. The agent may write to the log groups of its own functions.
   *
   * @param options whether it is in a VPC
   */
  public static lambda(options: LambdaRuntimeOptions = {}): AgentRuntime {
    return new AgentRuntime('lambda', (scope, context) => lambdaBinding(scope, context, options));
  }

  /** An Amazon ECS task, on Fargate or on instances, of the agent's account and region. */
  public static ecsTask(): AgentRuntime {
    return new AgentRuntime('ecs-task', (_scope, context) => ecsTaskBinding(context));
  }

  /** An Amazon EC2 instance of the agent's account, by an instance profile. */
  public static ec2(): AgentRuntime {
    return new AgentRuntime('ec2', () => ec2Binding());
  }

  /**
   * Amazon Bedrock AgentCore: a runtime, and the gateway, memory, harness, browser and code interpreter that have the agent's role.
   *
   * `new bedrockagentcore.Runtime(this, 'Runtime', { executionRole: bot.role, ... })` of aws-cdk-lib works as it is. What that construct adds to its role is
   * part of this runtime: log groups below `/aws/bedrock-agentcore/runtimes/`, traces, metrics in the namespace `bedrock-agentcore`, and tokens of
   * workload identities (`bedrock-agentcore:GetWorkloadAccessToken` and `...ForJWT`). Two things are less than the construct asks for: logs and tokens are of
   * the runtime itself and not of all of the account, and `...ForUserId`, which acts for any user without proof, is denied to every agent.
   */
  public static bedrockAgentCore(): AgentRuntime {
    return new AgentRuntime('bedrock-agent-core', bedrockAgentCoreBinding);
  }

  /**
   * Preview: a harness of Amazon Bedrock AgentCore, AWS's own agent loop. It gets its logs, traces, metrics, workload identity and image; its model, tools and
   * memory are access of the agent's. Outside of a VPC its image needs `sts:GetServiceBearerToken` for Amazon ECR Public, which is an exception in the report.
   *
   * @param options whether it is in a VPC
   * @experimental
   */
  public static agentCoreHarness(options: AgentCoreHarnessOptions = {}): AgentRuntime {
    return new AgentRuntime('agent-core-harness', (scope, context) => agentCoreHarnessBinding(scope, context, options));
  }

  /**
   * Preview: sessions of Amazon Bedrock Managed Agents, powered by OpenAI, of the agent's account and region. The agent's role is the session's role
   * (`role_arn`). Give it its model by `bedrock-mantle:CreateInference` with a condition on `bedrock-mantle:Model`.
   *
   * @experimental
   */
  public static bedrockManagedAgent(): AgentRuntime {
    return new AgentRuntime('bedrock-managed-agent', (_scope, context) => bedrockManagedAgentBinding(context));
  }

  /**
   * An agent of Amazon Bedrock Agents (Agents Classic, which AWS closed to new customers on 2026-07-30), of the agent's account and region. Give it its model
   * with `ModelAccess`.
   */
  public static bedrockAgent(): AgentRuntime {
    return new AgentRuntime('bedrock-agent', (_scope, context) => bedrockAgentBinding(context));
  }

  /**
   * The pods of a service account of an Amazon EKS cluster, through EKS Pod Identity. The association must not disable session tags, because they say which
   * pod it is.
   *
   * Fails with `NamespaceInvalid` or `ServiceAccountInvalid` for names that are patterns or not literal.
   *
   * @param props cluster, namespace and service account
   */
  public static eksPodIdentity(props: EksPodIdentityProps): AgentRuntime {
    return new AgentRuntime('eks-pod-identity', (scope, context) => checked(scope, eksPodIdentityBinding(scope, context, props)));
  }

  /**
   * The pods of a service account of an Amazon EKS cluster, through the cluster's identity provider (IRSA): exactly that subject and audience. For new
   * clusters prefer `eksPodIdentity()`.
   *
   * Fails with `IssuerInvalid`, `NamespaceInvalid` or `ServiceAccountInvalid`.
   *
   * @param props issuer, namespace and service account
   */
  public static eksServiceAccount(props: EksServiceAccountProps): AgentRuntime {
    return new AgentRuntime('eks-service-account', (scope, context) => checked(scope, eksServiceAccountBinding(scope, context, props)));
  }

  /**
   * Jobs of a GitHub repository, by its id. As a deployer of CDK apps the agent may assume exactly the roles of the bootstrap stack. The account must have
   * `https://token.actions.githubusercontent.com` as an identity provider, with the audience `sts.amazonaws.com`.
   *
   * Fails with `RepositoryInvalid`, `RepositoryIdInvalid`, `OwnerIdInvalid`, `EnvironmentInvalid`, `RefInvalid`, `RefMissing` or `BootstrapQualifierInvalid`.
   *
   * @param props the repository, and its environment or ref
   */
  public static githubActions(props: GitHubActionsRuntimeProps): AgentRuntime {
    return new AgentRuntime('github-actions', (scope, context) => checked(scope, gitHubActionsBinding(scope, context, props)));
  }

  /**
   * Jobs of one branch or tag of a GitLab project.
   *
   * Fails with `ProjectPathInvalid`, `ProjectIdInvalid`, `ProjectIdUnsupported`, `RefInvalid`, `RefMissing`, `IssuerInvalid` or `AudienceInvalid`.
   *
   * @param props the project, and its branch or tag
   */
  public static gitlab(props: GitLabRuntimeProps): AgentRuntime {
    return new AgentRuntime('gitlab', (scope, context) => checked(scope, gitLabBinding(scope, context, props)));
  }

  /**
   * Runs of a workspace of HCP Terraform (Terraform Cloud) or Terraform Enterprise.
   *
   * Fails with `OrganizationInvalid`, `ProjectInvalid`, `WorkspaceInvalid`, `IssuerInvalid` or `AudienceInvalid`.
   *
   * @param props the workspace
   */
  public static terraformCloud(props: TerraformCloudRuntimeProps): AgentRuntime {
    return new AgentRuntime('terraform-cloud', (scope, context) => checked(scope, terraformCloudBinding(scope, context, props)));
  }

  /**
   * A workload with a token of an OpenID Connect provider: exactly that issuer, subject and audience.
   *
   * Fails with `IssuerInvalid`, `SubjectInvalid` or `AudienceInvalid`.
   *
   * @param props issuer, subject and audience
   */
  public static oidc(props: OidcRuntimeProps): AgentRuntime {
    return new AgentRuntime('oidc', (scope, context) => checked(scope, oidcBinding(scope, context, props)));
  }

  /**
   * A workload outside of AWS with an X.509 certificate, through IAM Roles Anywhere: exactly that trust anchor and subject.
   *
   * Fails with `CertificateSubjectInvalid`.
   *
   * @param props trust anchor and subject
   */
  public static rolesAnywhere(props: RolesAnywhereRuntimeProps): AgentRuntime {
    return new AgentRuntime('roles-anywhere', (scope) => checked(scope, rolesAnywhereBinding(scope, props)));
  }

  /** An AWS Step Functions state machine of the agent's account and region. */
  public static stepFunctions(): AgentRuntime {
    return new AgentRuntime('step-functions', stepFunctionsBinding);
  }

  /** Schedules of Amazon EventBridge Scheduler, of the groups of the schedules that have the role. */
  public static scheduler(): AgentRuntime {
    return new AgentRuntime('scheduler', schedulerBinding);
  }

  /** A pipe of Amazon EventBridge Pipes, of the agent's account and region. */
  public static pipes(): AgentRuntime {
    return new AgentRuntime('pipes', pipesBinding);
  }

  /** Builds of an AWS CodeBuild project of the agent's account and region. They may write to the project's log group. */
  public static codeBuild(): AgentRuntime {
    return new AgentRuntime('code-build', codeBuildBinding);
  }

  /** A job of AWS Batch, on Fargate or on instances, of the agent's account and region. */
  public static batch(): AgentRuntime {
    return new AgentRuntime('batch', (_scope, context) => batchBinding(context));
  }

  /** A job, crawler or session of AWS Glue, of the agent's account and region. It may write to the log groups of Glue. */
  public static glue(): AgentRuntime {
    return new AgentRuntime('glue', (_scope, context) => glueBinding(context));
  }

  /** A model, job or notebook of Amazon SageMaker AI, of the agent's account and region. It may write to the log groups of SageMaker AI. */
  public static sageMaker(): AgentRuntime {
    return new AgentRuntime('sage-maker', (_scope, context) => sageMakerBinding(context));
  }

  /**
   * Another principal that assumes the role. It must give the external id, the sponsor as source identity, and a session name with the prefix.
   *
   * @param props who it is, and what it must give
   */
  public static broker(props: BrokerRuntimeProps): AgentRuntime {
    return new AgentRuntime('broker', (scope, context) => checked(scope, brokerBinding(scope, context, props)));
  }

  /**
   * Any other runtime: a principal with the conditions that keep others of its kind out.
   *
   * @param props the principal, and what its service needs
   */
  public static of(props: CustomRuntimeProps): AgentRuntime {
    return new AgentRuntime('custom', (scope) => checked(scope, customBinding(scope, props)));
  }

  private constructor(
    /** Kind of runtime, for reports. */
    public readonly kind: string,
    private readonly bind: Bind,
  ) {}

  /** @internal */
  public _bind(scope: Construct, context: RuntimeContext): RuntimeBinding {
    return this.bind(scope, context);
  }
}

/** Checks principals that the user chose. The other runtimes name services that this library chose. */
function checked(scope: Construct, binding: RuntimeBinding): RuntimeBinding {
  checkTrust(scope, binding.trust);
  return binding;
}
