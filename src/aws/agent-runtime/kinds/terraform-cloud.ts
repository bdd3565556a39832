import { Construct } from 'constructs';
import { requireText } from './required-text';
import { webIdentityTrust } from './web-identity';
import { RuntimeBinding, RuntimeContext } from '../runtime-context';

/** The runs of a workspace of HCP Terraform (Terraform Cloud) or Terraform Enterprise. */
export interface TerraformCloudRuntimeProps {
  /** The organization. */
  readonly organization: string;

  /** The project of the workspace. */
  readonly project: string;

  /** The workspace. */
  readonly workspace: string;

  /**
   * Whether plans may assume the role too. Anyone who may open a pull request decides what a plan does, so give plans a role that can only read
   * (`TFC_AWS_PLAN_ROLE_ARN`), or set this.
   *
   * @default false
   */
  readonly plans?: boolean;

  /**
   * The URL of the service. The account must have it as an identity provider.
   *
   * @default 'https://app.terraform.io'
   */
  readonly issuer?: string;

  /**
   * The audience of the token: the workspace's `TFC_AWS_WORKLOAD_IDENTITY_AUDIENCE`.
   *
   * @default 'aws.workload.identity'
   */
  readonly audience?: string;
}

const NAME = /^[\w-]([\w -]{0,88}[\w-])?$/;

/** https://developer.hashicorp.com/terraform/cloud-docs/workspaces/dynamic-provider-credentials/aws-configuration */
export function terraformCloudBinding(scope: Construct, context: RuntimeContext, props: TerraformCloudRuntimeProps): RuntimeBinding {
  const one = (code: string, what: string, value: string): string => requireText(scope, code, what, value, NAME, `the name of one ${what}: 1-90 letters, digits, spaces and _-`);
  const workspace = [
    `organization:${one('OrganizationInvalid', 'organization', props.organization)}`,
    `project:${one('ProjectInvalid', 'project', props.project)}`,
    `workspace:${one('WorkspaceInvalid', 'workspace', props.workspace)}`,
  ].join(':');
  const phases = props.plans === true ? ['plan', 'apply'] : ['apply'];
  return {
    trust: [webIdentityTrust(scope, context, {
      issuer: props.issuer ?? 'https://app.terraform.io',
      subjects: phases.map((phase) => `${workspace}:run_phase:${phase}`),
      audience: props.audience ?? 'aws.workload.identity',
    })],
    access: [],
  };
}
