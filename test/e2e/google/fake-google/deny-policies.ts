import { notFound, Refusal, Route } from './wire';

interface DenyRule {
  deniedPrincipals: string[];
  deniedPermissions: string[];
  exceptionPrincipals?: string[];
}

interface FakeDenyPolicy {
  readonly displayName?: string;
  rules: { denyRule: DenyRule }[];
}

const BASE = '^/v2/policies/cloudresourcemanager\\.googleapis\\.com%2F([^/]+)/denypolicies';
const PRINCIPAL = /^principal:\/\/iam\.googleapis\.com\/projects\/-\/serviceAccounts\/(.+)$/;
/** An engine's identity. Nothing at Google says whether it exists. */
const ENGINE = /^principal:\/\/agents\.global\.org-\d+\.system\.id\.goog\/resources\/aiplatform\/projects\/\d+\/locations\/[^/]+\/reasoningEngines\/[^/]+$/;
const ID = /^[a-z][a-z0-9.-]{2,62}$/;

/** IAM's deny policies, by the name of their resource and their id, such as `projects/acme/nhi-x`. */
export class FakeDenyPolicies {
  public readonly policies = new Map<string, FakeDenyPolicy>();
  /** Permissions that deny policies don't support. */
  public readonly unsupported = new Set<string>();
  /** Whether an organization has no identities of engines in deny policies. */
  public refusesEngines = false;
  /** Projects of a folder or an organization, by its name. */
  public readonly below = new Map<string, readonly string[]>();

  public constructor(private readonly isAccount: (email: string) => boolean) {}

  public get routes(): Route[] {
    const named = (attachment: string, id: string) => `${attachment.replaceAll('%2F', '/')}/${id}`;
    const one = new RegExp(`${BASE}/([^/]+)$`);
    return [
      ['POST', new RegExp(`${BASE}$`), ({ query, body }, attachment) => this.create(named(attachment, query.get('policyId') ?? ''), query.get('policyId') ?? '', body)],
      ['GET', one, (_request, attachment, id) => this.find(named(attachment, id))],
      ['DELETE', one, (_request, attachment, id) => {
        this.find(named(attachment, id));
        this.policies.delete(named(attachment, id));
        return { name: 'operations/deletion', done: false };
      }],
    ];
  }

  /** Whether an account, or a principal of another kind, is denied a permission on a resource, in the form `secretmanager.versions.access`. */
  public denies(who: string, permission: string, resource: string): boolean {
    const [service, ...rest] = permission.split('.');
    const wanted = `${service}.googleapis.com/${rest.join('.')}`;
    const over = [...resource.matchAll(/^(?:projects|folders|organizations)\/[^/]+/g)].map(([name]) => name);
    const above = [...this.below].flatMap(([name, inside]) => (over.some((one) => inside.includes(one)) ? [name] : []));
    const isOver = (name: string) => [...over, ...above].some((place) => name.startsWith(`${place}/`));
    const isDenied = ({ deniedPrincipals, deniedPermissions }: DenyRule) => (
      deniedPrincipals.some((principal) => principal === who || PRINCIPAL.exec(principal)?.[1] === who))
      && deniedPermissions.some((pattern) => matches(pattern, wanted));
    return [...this.policies].some(([name, { rules }]) => isOver(name) && rules.some(({ denyRule }) => isDenied(denyRule)));
  }

  private create(name: string, id: string, body: FakeDenyPolicy): object {
    if (!ID.test(id) || (body.displayName ?? '').length > 63) {
      throw new Refusal(400, `Request contains an invalid argument: ${id}`);
    }
    for (const { denyRule: { deniedPrincipals, deniedPermissions } } of body.rules) {
      const unknown = deniedPrincipals.find((principal) => !(ENGINE.test(principal) && !this.refusesEngines) && !this.isAccount(PRINCIPAL.exec(principal)?.[1] ?? ''));
      if (unknown !== undefined) {
        throw new Refusal(400, `Invalid principal ${unknown}.`);
      }
      // Google refuses the policy as a whole.
      const refused = deniedPermissions.filter((permission) => this.unsupported.has(permission));
      if (refused.length > 0) {
        throw new Refusal(400, `Permission '${refused[0]}' is not supported in deny policies.`);
      }
    }
    if (this.policies.has(name)) {
      throw new Refusal(409, `Policy ${name} already exists.`);
    }
    this.policies.set(name, structuredClone(body));
    return { name: 'operations/creation', done: false };
  }

  private find(name: string): FakeDenyPolicy {
    const policy = this.policies.get(name);
    if (policy === undefined) {
      throw notFound(name);
    }
    return structuredClone(policy);
  }
}

function matches(pattern: string, permission: string): boolean {
  return new RegExp(`^${pattern.replaceAll('.', '\\.').replaceAll('*', '[^/.]+')}$`).test(permission);
}
