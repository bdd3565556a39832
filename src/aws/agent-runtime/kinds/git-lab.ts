import { Annotations } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { requireText } from './required-text';
import { webIdentityTrust } from './web-identity';
import { InvalidInputError } from '../../../core/errors';
import { shown } from '../../../core/shown';
import { RuntimeBinding, RuntimeContext } from '../runtime-context';

/** The jobs of one branch or one tag of a GitLab project. Give one of both. */
export interface GitLabRuntimeProps {
  /** The path of the project with all its groups: `acme/finance/invoices`. */
  readonly projectPath: string;

  /**
   * The number of the project, which stays its own when its path is given up and claimed by others: `Settings > General`. STS has a condition key for it with
   * https://gitlab.com only.
   *
   * @default - not looked at; synthesis warns with gitlab.com
   */
  readonly projectId?: string;

  /**
   * The branch whose jobs may assume the role. Protect it.
   *
   * @default - none; then a tag is required
   */
  readonly branch?: string;

  /**
   * The tag whose jobs may assume the role.
   *
   * @default - none; then a branch is required
   */
  readonly tag?: string;

  /**
   * The URL of the GitLab instance. The account must have it as an identity provider.
   *
   * @default 'https://gitlab.com'
   */
  readonly issuer?: string;

  /**
   * The audience (`aud`) that the job's `id_tokens` asks for.
   *
   * @default - the issuer's URL
   */
  readonly audience?: string;
}

const PATH = /^[A-Za-z0-9_][\w.-]*(\/[A-Za-z0-9_][\w.-]*)+$/;
const REF = /^[^\s*?~^:\\$[\p{Cc}]{1,250}$/u;

const GITLAB = 'https://gitlab.com';

/**
 * A project's path can be reused after it was renamed or deleted. GitLab's tokens have an id of the project, which is a condition key of STS for gitlab.com.
 * https://docs.gitlab.com/ci/cloud_services/aws/
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html
 */
export function gitLabBinding(scope: Construct, context: RuntimeContext, props: GitLabRuntimeProps): RuntimeBinding {
  const { issuer = GITLAB, branch, tag } = props;
  const path = requireText(scope, 'ProjectPathInvalid', 'project path', props.projectPath, PATH, 'the whole path of one project, such as acme/finance/invoices');
  if ((branch === undefined) === (tag === undefined)) {
    throw new InvalidInputError('RefMissing', `${scope.node.path}: branch ${shown(branch)} and tag ${shown(tag)}: give one of both`);
  }
  const [type, given] = branch === undefined ? ['tag', tag!] : ['branch', branch];
  const ref = requireText(scope, 'RefInvalid', type, given, REF, `the name of one ${type}, without wildcards`);
  const subjects = [`project_path:${path}:ref_type:${type}:ref:${ref}`];
  const claims = projectClaim(scope, issuer, props.projectId);
  return { trust: [webIdentityTrust(scope, context, { issuer, subjects, audience: props.audience ?? issuer, claims })], access: [] };
}

function projectClaim(scope: Construct, issuer: string, projectId: string | undefined): Record<string, string> {
  const isGitLab = issuer === GITLAB;
  if (projectId === undefined) {
    if (isGitLab) {
      Annotations.of(scope).addWarningV2('cdk-nhi-lifecycle:ProjectByPath',
        'a GitLab project is trusted by its path only, which others can claim when it is given up: give AgentRuntime.gitlab() the projectId');
    }
    return {};
  }
  if (!isGitLab) {
    throw new InvalidInputError('ProjectIdUnsupported', `${scope.node.path}: project id ${shown(projectId)}: STS has a condition key for it with ${GITLAB} only, not with ${shown(issuer)}: leave it out`);
  }
  return { project_id: requireText(scope, 'ProjectIdInvalid', 'project id', projectId, /^[1-9]\d{0,18}$/, 'the number in the settings of the project') };
}
