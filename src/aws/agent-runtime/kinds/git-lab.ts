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

/**
 * A project's path can be reused after it was renamed or deleted: GitLab's tokens have an id of the project, but no condition key of STS.
 * https://docs.gitlab.com/ci/cloud_services/aws/
 */
export function gitLabBinding(scope: Construct, context: RuntimeContext, props: GitLabRuntimeProps): RuntimeBinding {
  const { issuer = 'https://gitlab.com', branch, tag } = props;
  const path = requireText(scope, 'ProjectPathInvalid', 'project path', props.projectPath, PATH, 'the whole path of one project, such as acme/finance/invoices');
  if ((branch === undefined) === (tag === undefined)) {
    throw new InvalidInputError('RefMissing', `${scope.node.path}: branch ${shown(branch)} and tag ${shown(tag)}: give one of both`);
  }
  const [type, given] = branch === undefined ? ['tag', tag!] : ['branch', branch];
  const ref = requireText(scope, 'RefInvalid', type, given, REF, `the name of one ${type}, without wildcards`);
  return {
    trust: [webIdentityTrust(scope, context, { issuer, subjects: [`project_path:${path}:ref_type:${type}:ref:${ref}`], audience: props.audience ?? issuer })],
    access: [],
  };
}
