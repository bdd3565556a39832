import { hasWildcard } from '../iam/globs';

interface Issuer {
  readonly issuer: RegExp;
  /** Pattern of a subject that names one workload, or few workloads of one owner. */
  readonly narrow: RegExp;
  /** The parts that must be literal. */
  readonly parts: string;
}

/** One literal part. */
const NAME = '[^*?:/]+';
/** One part with a literal beginning. */
const BEGUN = '[^*?:/][^?:/]*';

/** Rules for the subjects of common identity providers. For other providers the subject must be exact. */
const ISSUERS: readonly Issuer[] = [
  // https://docs.aws.amazon.com/eks/latest/userguide/associate-service-account-role.html
  { issuer: /^oidc\.eks\..+\/id\//, narrow: new RegExp(`^system:serviceaccount:${NAME}:.`), parts: 'system:serviceaccount:<namespace>:<service account>' },
  // https://docs.github.com/en/actions/reference/security/oidc
  { issuer: /^token\.actions\.githubusercontent\.com/, narrow: new RegExp(`^repo:${NAME}/${NAME}:`), parts: 'repo:<owner>/<repository>:<environment or ref>' },
  { issuer: /^gitlab\./, narrow: new RegExp(`^project_path:${NAME}(/${NAME})+:`), parts: 'project_path:<group>/<project>:...' },
  {
    issuer: /^app\.terraform\.io/,
    narrow: new RegExp(`^organization:${NAME}:project:${NAME}:workspace:${BEGUN}:`),
    parts: 'organization:<organization>:project:<project>:workspace:<workspace>:...',
  },
  { issuer: /^oidc\.circleci\.com\/org\//, narrow: new RegExp(`^org/${NAME}/project/${NAME}/`), parts: 'org/<organization>/project/<project>/...' },
  { issuer: /^api\.bitbucket\.org\//, narrow: new RegExp(`^${NAME}:`), parts: '<repository>:...' },
  { issuer: /^agent\.buildkite\.com/, narrow: new RegExp(`^organization:${NAME}:pipeline:${NAME}:`), parts: 'organization:<organization>:pipeline:<pipeline>:...' },
  { issuer: /^oidc\.vercel\.com/, narrow: new RegExp(`^owner:${NAME}:project:${NAME}:`), parts: 'owner:<team>:project:<project>:environment:<environment>' },
];

/** Whether a condition on an identity provider's subject allows only few workloads. The key is `<issuer>:sub`, in lower case. */
export function isNarrowSubject(key: string, subject: string): boolean {
  return !hasWildcard(subject) || ISSUERS.some(({ issuer, narrow }) => issuer.test(key) && narrow.test(subject));
}

/** What a provider's subject must contain, for the error message. */
export function subjectOf(provider: string): string {
  const url = provider.slice(provider.indexOf('oidc-provider/') + 'oidc-provider/'.length);
  return ISSUERS.find(({ issuer }) => issuer.test(url))?.parts ?? 'the exact subject';
}
