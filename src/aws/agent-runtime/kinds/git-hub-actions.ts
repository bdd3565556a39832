import { aws_iam as iam, Token } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { requireText } from './required-text';
import { webIdentityTrust } from './web-identity';
import { InvalidInputError } from '../../../core/errors';
import { shown } from '../../../core/shown';
import { ExceptionalAccess } from '../../access-rules/exceptional-access';
import { RuntimeBinding, RuntimeContext } from '../runtime-context';

/** The jobs of one environment, or of one branch or tag, of a GitHub repository. Give one of `environment` and `ref`. */
export interface GitHubActionsRuntimeProps {
  /** The repository, with its owner: `acme/invoices`. */
  readonly repository: string;

  /** The id of the repository, which no other ever gets: `gh api repos/acme/invoices --jq .id`. */
  readonly repositoryId: string;

  /** The id of the repository's owner, which no other ever gets: `gh api repos/acme/invoices --jq .owner.id`. */
  readonly ownerId: string;

  /**
   * The environment whose jobs may assume the role. Its protection rules say which branches it takes and who approves.
   *
   * @default - none; then a ref is required
   */
  readonly environment?: string;

  /**
   * The branch or tag whose jobs may assume the role: `refs/heads/main`. A job with an environment is not one of them.
   *
   * @default - none; then an environment is required
   */
  readonly ref?: string;

  /**
   * Whether the agent deploys CDK apps: it may then assume exactly the roles of the account's bootstrap stack for the agent's region. Who may deploy stacks may
   * do nearly everything in the account, so this is recorded as an exception until the agent's end.
   *
   * @default false
   */
  readonly deploysCdkApps?: boolean;

  /**
   * The qualifier of the bootstrap stack.
   *
   * @default 'hnb659fds'
   */
  readonly bootstrapQualifier?: string;
}

const ISSUER = 'token.actions.githubusercontent.com';
const ID = /^[1-9]\d{0,19}$/;
const BOOTSTRAP_ROLES = ['deploy', 'file-publishing', 'image-publishing', 'lookup'];

/**
 * Trust: the subject in its old form and in the form with ids, which new repositories have, and the repository's id as a claim of its own. Names of
 * owners and repositories can be taken again by others, ids can't.
 * https://docs.github.com/en/actions/reference/security/oidc
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html
 */
export function gitHubActionsBinding(scope: Construct, context: RuntimeContext, props: GitHubActionsRuntimeProps): RuntimeBinding {
  const repository = requireText(scope, 'RepositoryInvalid', 'repository', props.repository, /^[A-Za-z0-9][\w-]{0,99}\/[\w.-]{1,100}$/, 'one repository with its owner, such as acme/invoices');
  const repositoryId = requireText(scope, 'RepositoryIdInvalid', 'repository id', props.repositoryId, ID, 'the number that `gh api repos/<owner>/<repository> --jq .id` prints');
  const ownerId = requireText(scope, 'OwnerIdInvalid', 'owner id', props.ownerId, ID, 'the number that `gh api repos/<owner>/<repository> --jq .owner.id` prints');
  const [owner, name] = repository.split('/');
  const job = jobOf(scope, props);
  return {
    trust: [webIdentityTrust(scope, context, {
      issuer: ISSUER,
      subjects: [`repo:${repository}:${job}`, `repo:${owner}@${ownerId}/${name}@${repositoryId}:${job}`],
      audience: 'sts.amazonaws.com',
      claims: { repository_id: repositoryId },
    })],
    ...deployer(scope, context, props),
  };
}

function jobOf(scope: Construct, { environment, ref }: GitHubActionsRuntimeProps): string {
  if ((environment === undefined) === (ref === undefined)) {
    throw new InvalidInputError('RefMissing', `${scope.node.path}: environment ${shown(environment)} and ref ${shown(ref)}: give one of both`);
  }
  return environment === undefined
    ? `ref:${requireText(scope, 'RefInvalid', 'ref', ref!, /^refs\/(heads|tags)\/[^\s*?~^:\\$[\p{Cc}]{1,240}$/u, 'one branch or tag, such as refs/heads/main, without wildcards')}`
    : `environment:${requireText(scope, 'EnvironmentInvalid', 'environment', environment, /^[\w.-]([\w .-]{0,253}[\w.-])?$/, 'the name of one environment, letters, digits, spaces and _.-')}`;
}

function deployer(scope: Construct, context: RuntimeContext, { deploysCdkApps, bootstrapQualifier = 'hnb659fds' }: GitHubActionsRuntimeProps): Pick<RuntimeBinding, 'access' | 'exceptions'> {
  if (!deploysCdkApps) {
    return { access: [] };
  }
  const qualifier = requireText(scope, 'BootstrapQualifierInvalid', 'bootstrap qualifier', bootstrapQualifier, /^[A-Za-z0-9_-]{1,10}$/, '1-10 of [A-Za-z0-9_-]');
  const { partition, account, region, expires } = context;
  const roles = ([inPartition, inAccount, inRegion]: string[]): string[] =>
    BOOTSTRAP_ROLES.map((role) => `arn:${inPartition}:iam::${inAccount}:role/cdk-${qualifier}-${role}-role-${inAccount}-${inRegion}`);
  const place = [partition, account, region];
  return {
    access: [new iam.PolicyStatement({ sid: 'RuntimeDeploys', actions: ['sts:AssumeRole'], resources: roles(place) })],
    exceptions: [ExceptionalAccess.of({
      actions: ['sts:AssumeRole'],
      // An exception is literal. A part that is known at deployment only counts as a star in both.
      resources: roles(place.map((part) => (Token.isUnresolved(part) ? '*' : part))),
      reason: 'It deploys CDK apps with the roles of the bootstrap stack: AgentRuntime.githubActions({ deploysCdkApps: true })',
      until: expires,
    })],
  };
}
