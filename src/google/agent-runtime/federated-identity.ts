import { requireForm } from './checked';
import { FederationParts } from './federation-parts';
import { InvalidInputError } from '../../core/errors';
import { requireList } from '../../core/kind';

/** A role of AWS. */
export interface AwsRoleProps {
  /** The AWS account. */
  readonly accountId: string;

  /** Name of the role, without its path. */
  readonly roleName: string;
}

/** A repository on GitHub, identified by ids. Someone else can take over a name, but not an id. */
export interface GitHubRepositoryProps {
  /** Id of the repository, a number: `gh api repos/<owner>/<name> --jq .id`. */
  readonly repositoryId: string;

  /** Id of its owner, a number: `gh api users/<owner> --jq .id`. */
  readonly repositoryOwnerId: string;

  /**
   * The git ref of the workflow.
   *
   * @default refs/heads/main
   */
  readonly ref?: string;

  /**
   * The events that may start the workflow. `pull_request_target` is rejected: it runs on the ref of the target, for anyone who opens a pull request.
   *
   * @default - push, schedule and workflow_dispatch, which need write access
   */
  readonly events?: string[];
}

const SAFE_EVENTS = ['push', 'schedule', 'workflow_dispatch'];

/** An identity of any OpenID Connect issuer. */
export interface OidcSubjectProps {
  /** The issuer, https. */
  readonly issuerUri: string;

  /** The exact subject, 1-127 characters. */
  readonly subject: string;

  /** The exact audience. */
  readonly audience: string;
}

/** An identity that another provider authenticates: exactly one role, repository or subject. No key is involved. */
export class FederatedIdentity {
  /**
   * A role of AWS. Every principal that assumed it may act as the agent.
   *
   * Fails with `AwsRoleInvalid`.
   */
  public static awsRole(props: AwsRoleProps): FederatedIdentity {
    const account = requireForm('AwsRoleInvalid', 'the AWS account', props.accountId, /^\d{12}$/, 'its twelve digits');
    const role = requireForm('AwsRoleInvalid', 'the name of the AWS role', props.roleName, /^[\w+=,.@-]{1,64}$/, '1-64 of [A-Za-z0-9_+=,.@-], the name without its path and without wildcards');
    return new FederatedIdentity('aws', {
      providerId: 'aws-role',
      aws: { accountId: account },
      attributeMapping: {
        // A subject has at most 127 characters. The ARN of a session may be longer.
        'google.subject': "assertion.arn.extract('assumed-role/{role_and_session}')",
        'attribute.aws_role': "assertion.arn.extract('assumed-role/{role}/')",
      },
      attributeCondition: `assertion.account == '${account}' && assertion.arn.startsWith('arn:aws:sts::${account}:assumed-role/${role}/')`,
      memberKind: 'principalSet',
      memberPath: `attribute.aws_role/${role}`,
    });
  }

  /**
   * Workflows of a repository on GitHub, from one ref, started by one of the given events. The ref alone would not exclude pull requests.
   *
   * Fails with `GitHubRepositoryInvalid`.
   */
  public static gitHub(props: GitHubRepositoryProps): FederatedIdentity {
    const repository = requireForm('GitHubRepositoryInvalid', 'repositoryId', props.repositoryId, /^[1-9]\d{0,18}$/, "the repository's number, not its name: names can be taken over");
    const owner = requireForm('GitHubRepositoryInvalid', 'repositoryOwnerId', props.repositoryOwnerId, /^[1-9]\d{0,18}$/, "the owner's number, not its name: names can be taken over");
    const ref = requireForm('GitHubRepositoryInvalid', 'ref', props.ref ?? 'refs/heads/main', /^refs\/(?:heads|tags)\/[\w./-]{1,200}$/, 'a whole ref such as refs/heads/main, without wildcards');
    const events = [...new Set(requireList('events', props.events ?? SAFE_EVENTS))].map((event) => requireForm('GitHubRepositoryInvalid', 'the event', event, /^(?!pull_request_target$)[a-z_]{1,40}$/,
      "names of GitHub's events such as push; not pull_request_target, which runs on the target's ref for anyone who opens a pull request"));
    if (events.length === 0) {
      throw new InvalidInputError('GitHubRepositoryInvalid', 'events names none, so no workflow could act as the agent: name one or more, such as push');
    }
    return new FederatedIdentity('github', {
      providerId: 'github',
      oidc: { issuerUri: 'https://token.actions.githubusercontent.com' },
      attributeMapping: {
        // GitHub's own subject contains names, and may be longer than Google allows.
        'google.subject': "'repository:' + assertion.repository_id + ':run:' + assertion.run_id",
        'attribute.repository_id': 'assertion.repository_id',
      },
      attributeCondition: [
        `assertion.repository_id == '${repository}'`, `assertion.repository_owner_id == '${owner}'`, `assertion.ref == '${ref}'`,
        `assertion.event_name in [${events.map((event) => `'${event}'`).join(', ')}]`,
      ].join(' && '),
      memberKind: 'principalSet',
      memberPath: `attribute.repository_id/${repository}`,
    });
  }

  /**
   * One subject of any OpenID Connect issuer, for one audience.
   *
   * Fails with `OidcSubjectInvalid`.
   */
  public static oidc(props: OidcSubjectProps): FederatedIdentity {
    const issuerUri = requireForm('OidcSubjectInvalid', 'the issuer', props.issuerUri, /^https:\/\/[a-z0-9.-]+\.[a-z]+(?::\d+)?(?:\/[\w./~-]*)?$/i, 'an https URL without query');
    const subject = requireForm('OidcSubjectInvalid', 'the subject', props.subject, /^[\w:./@|=+~-]{1,127}$/, '1-127 of [A-Za-z0-9_:./@|=+~-], exactly as the token has it, without wildcards');
    const audience = requireForm('OidcSubjectInvalid', 'the audience', props.audience, /^[\w:./@|=+~-]{1,256}$/, '1-256 of [A-Za-z0-9_:./@|=+~-], exactly as the token has it, without wildcards');
    return new FederatedIdentity('oidc', {
      providerId: 'oidc-subject',
      oidc: { issuerUri, allowedAudiences: [audience] },
      attributeMapping: { 'google.subject': 'assertion.sub' },
      attributeCondition: `assertion.sub == '${subject}'`,
      memberKind: 'principal',
      memberPath: `subject/${subject}`,
    });
  }

  private constructor(
    /** Kind of provider, for reports. */
    public readonly kind: string,
    /** @internal */
    public readonly _parts: FederationParts,
  ) {}
}
