import { Caller } from './caller';
import { conditionsOf, isAny } from './conditions';
import { Statement } from './statement';

interface Provider {
  readonly host: RegExp;
  readonly kind: Caller['kind'];
  /** Says who a subject is. Undefined if it names no one in particular. */
  readonly name: (subject: string, host: string) => string | undefined;
}

const GITHUB = /^token\.actions\.githubusercontent\.com(\/|$)/;
const SERVICE_ACCOUNT = /^system:serviceaccount:([^:]+:[^:]+)$/;

/** Identity providers whose subjects have a documented form. */
const PROVIDERS: readonly Provider[] = [
  { host: GITHUB, kind: 'repository', name: (subject) => exact(/^repo:([^/:]+\/[^/:]+)/, subject, 'GitHub repository') },
  { host: /^gitlab\.com$|^gitlab\./, kind: 'repository', name: (subject) => exact(/^project_path:([^:]+)/, subject, 'GitLab project') },
  { host: /^app\.terraform\.io$/, kind: 'repository', name: (subject) => workspace(subject) },
  { host: /^api\.bitbucket\.org\//, kind: 'repository', name: (subject) => exact(/^(\{[^}]+\})/, subject, 'Bitbucket repository') },
  { host: /^agent\.buildkite\.com$/, kind: 'repository', name: (subject) => exact(/^organization:([^:]+:pipeline:[^:]+)/, subject, 'Buildkite') },
  { host: /^oidc\.circleci\.com\/org\//, kind: 'repository', name: (subject) => exact(/^org\/[^/]+\/project\/([^/]+)/, subject, 'CircleCI project') },
  { host: /^oidc\.vercel\.com(\/|$)/, kind: 'repository', name: (subject) => exact(/^owner:([^:]+:project:[^:]+)/, subject, 'Vercel') },
  {
    host: /^oidc[.-]eks\./,
    kind: 'cluster',
    name: (subject, host) => exact(SERVICE_ACCOUNT, subject, `EKS cluster ${host.split('/').at(-1)}, service account`),
  },
];

/** A caller with a token of an identity provider, or an assertion of SAML. */
export function federatedCaller(provider: string, statement: Statement): Caller {
  if (/:saml-provider\//.test(provider)) {
    return { kind: 'people', name: `people by SAML ${provider.split('/').at(-1)}` };
  }
  const host = provider.replace(/^arn:[^:]*:iam::\d{12}:oidc-provider\//, '');
  const conditions = conditionsOf(statement);
  const values = (claim: string): string[] => conditions.filter(([key]) => key.toLowerCase() === `${host}:${claim}`.toLowerCase()).flatMap(([, all]) => all);
  if (host === 'cognito-identity.amazonaws.com') {
    const pools = values('aud');
    if (values('amr').includes('unauthenticated')) {
      return { kind: 'anyone', name: `guests of Cognito identity pool ${pools.join(', ') || 'any'}`, weakness: 'anyone' };
    }
    return { kind: 'workload', name: `Cognito identity pool ${pools.join(', ') || 'any'}`, ...(pools.length === 0 ? { weakness: 'no-audience' } : {}) };
  }
  const subjects = values('sub');
  const known = PROVIDERS.find((one) => one.host.test(host));
  const kind = known?.kind ?? 'workload';
  if (subjects.length === 0) {
    // The immutable id of a repository is as narrow as its name.
    const pinned = values('repository_id').concat(values('repository'));
    return pinned.some((value) => /[*?]/.test(value)) ? { kind, name: `repositories ${pinned.join(', ')} of ${host}`, weakness: 'wide-subject' }
      : pinned.length > 0 ? { kind, name: `repository ${pinned.join(', ')} of ${host}` } : { kind, name: `any subject of ${host}`, weakness: 'no-subject' };
  }
  const named = subjects.map((subject) => known?.name(subject, host));
  // Where the form of subjects is not known, any wildcard may stand for other identities.
  const wide = subjects.some((subject, index) => isAny(subject) || (known !== undefined ? named[index] === undefined : /[*?]/.test(subject)));
  const name = [...new Set(subjects.map((subject, index) => named[index] ?? `subject ${subject} of ${host}`))].join(', ');
  const weakness = wide ? 'wide-subject' : values('aud').every(isAny) ? 'no-audience' : GITHUB.test(host) && subjects.some(isAnyBranch) && !NARROWER.some((claim) => values(claim).some((value) => !isAny(value))) ? 'any-branch' : undefined;
  return { kind, name, ...(weakness === undefined ? {} : { weakness }) };
}

/** Claims of GitHub that say which workflow or branch a token is of. */
const NARROWER = ['environment', 'job_workflow_ref', 'ref', 'workflow_ref'];

/** A subject of GitHub that leaves open of which branch, tag, pull request or environment it is. */
function isAnyBranch(subject: string): boolean {
  return /^repo:[^:]+:(?:[*?]+|(?:ref|ref:refs|ref:refs\/heads|ref:refs\/tags|environment)[:/]\*|pull_request)$/.test(subject);
}

/** The name of a workspace is unique in its organization, so the project may be any. */
function workspace(subject: string): string | undefined {
  const [, organization, name] = /^organization:([^:]+):project:[^:]+:workspace:([^:]+)/.exec(subject) ?? [];
  return organization === undefined || /[*?]/.test(organization + name) ? undefined : `HCP Terraform workspace ${organization}/${name}`;
}

/** A subject whose identifying part has a wildcard names more than one. */
function exact(form: RegExp, subject: string, what: string): string | undefined {
  const found = form.exec(subject)?.[1];
  return found === undefined || /[*?]/.test(found) ? undefined : `${what} ${found}`;
}
