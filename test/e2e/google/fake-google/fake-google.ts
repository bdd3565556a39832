import { FakeAccount, FakeAccounts } from './accounts';
import { FakeCaller, requirePermitted } from './callers';
import { mayAgent } from './data-plane';
import { FakeDatasets } from './datasets';
import { FakeDenyPolicies } from './deny-policies';
import { FakeDocuments } from './documents';
import { FakeHmacKeys } from './hmac-keys';
import { FakeInventory } from './inventory';
import { FakeObjects } from './objects';
import { FakePolicies } from './policies';
import { FakeSecrets } from './secrets';
import { Call, FakeRequest, notFound, Refusal, Route } from './wire';

interface Failure {
  /** Matched against `METHOD /path`. */
  readonly matching: RegExp;
  readonly status: number;
  /** How often the fault occurs. @default - until `heal` */
  readonly times?: number;
}

interface FakeAnswer {
  readonly status: number;
  readonly body: unknown;
}

const AGENTS: Readonly<Record<string, string>> = { 'cdk-nhi-lifecycle-teardown': 'teardown', 'stand-in-provider': 'terraform' };

/**
 * A small Google in memory: the calls of the provider and the teardown, with the rules that matter to them. It is our model of Google, built from its
 * documentation. A test on it proves the order, addresses and requests, but nothing about Google itself.
 */
export class FakeGoogle {
  /** The token of the principal that runs the pipeline. */
  public static readonly OPERATOR_TOKEN = 'operator-token';

  public readonly calls: Call[] = [];
  /** People with few permissions, by their tokens. */
  public readonly callers = new Map<string, FakeCaller>();
  public readonly denyPolicies: FakeDenyPolicies;
  public readonly hmacKeys = new FakeHmacKeys();
  public readonly secrets = new FakeSecrets();
  public readonly documents: FakeDocuments;
  public readonly objects: FakeObjects;
  public readonly accounts: FakeAccounts;
  public readonly policies: FakePolicies;
  public readonly datasets: FakeDatasets;
  public readonly inventory: FakeInventory;
  public now = new Date('2026-10-01T00:00:00Z');
  private readonly routes: readonly Route[];
  private failures: { matching: RegExp; status: number; left: number }[] = [];

  public constructor() {
    this.documents = new FakeDocuments((name) => this.refuseFullBucket(name), (name) => this.policies.drop(name));
    this.objects = new FakeObjects((resource) => this.documents.has(resource));
    this.accounts = new FakeAccounts((account) => {
      this.policies.drop(account.name);
      this.policies.markDeleted(account.email, account.uniqueId);
    });
    this.policies = new FakePolicies(
      (resource) => /^(projects|folders|organizations)\/[^/]+$/.test(resource) || this.documents.has(resource) || this.accounts.all().some(({ name }) => name === resource),
      // A workload of Kubernetes is no account, and nothing at Google says whether it exists.
      (email) => /\.svc\.id\.goog\[/.test(email) || this.accounts.byEmail(email) !== undefined,
    );
    this.denyPolicies = new FakeDenyPolicies((email) => this.accounts.byEmail(email) !== undefined);
    this.datasets = new FakeDatasets(this.policies);
    this.inventory = new FakeInventory(this.accounts, this.policies);
    // Its listings have pages.
    this.routes = [
      this.inventory, this.accounts, this.policies, this.hmacKeys, this.documents, this.datasets, this.objects, this.denyPolicies, this.secrets,
    ].flatMap(({ routes }) => routes);
  }

  public fail({ matching, status, times = Infinity }: Failure): void {
    this.failures.push({ matching, status, left: times });
  }

  public heal(): void {
    this.failures = [];
  }

  /** A token of an account from its metadata server. */
  public tokenOf({ uniqueId }: Pick<FakeAccount, 'uniqueId'>): string {
    return `account-token ${uniqueId}`;
  }

  /** A token that was obtained with a key. */
  public tokenByKey({ name }: { readonly name: string }): string {
    return `key-token ${name}`;
  }

  /** Everything that names an account's address. */
  public tracesOf(email: string): string[] {
    const members = [...this.policies.all()].flatMap(([resource, { bindings }]) => bindings.flatMap(({ role, members: all }) => all
      .filter((member) => member.includes(`:${email}`)).map((member) => `${member} has ${role} on ${resource}`)));
    return [
      ...this.accounts.all().filter((account) => account.email === email).map(({ name }) => name),
      ...this.hmacKeys.live().filter(({ serviceAccountEmail }) => serviceAccountEmail === email).map(({ accessId }) => `HMAC key ${accessId}`),
      ...members,
    ];
  }

  public handle(request: Omit<FakeRequest, 'now'>, token: string, userAgent: string): FakeAnswer {
    const what = `${request.method} ${request.path}`;
    let by = 'nobody';
    let answer: FakeAnswer;
    try {
      const person = this.callers.get(token);
      const account = person === undefined ? this.caller(token) : undefined;
      by = person?.email ?? account?.email ?? 'operator';
      this.failIfAsked(what);
      this.inventory.check(what);
      if (person !== undefined) {
        requirePermitted(person, what);
      }
      const timed = { ...request, path: this.inventory.withIds(request.path), now: this.now };
      answer = { status: 200, body: account === undefined ? this.route(timed, person) : this.actAs(account, timed) };
    } catch (error) {
      const status = error instanceof Refusal ? error.status : 500;
      answer = { status, body: { error: { code: status, message: error instanceof Error ? error.message : String(error) } } };
    }
    this.calls.push({ what, by, agent: AGENTS[userAgent] ?? userAgent, status: answer.status });
    return answer;
  }

  private caller(token: string): FakeAccount | undefined {
    if (token === FakeGoogle.OPERATOR_TOKEN) {
      return undefined;
    }
    const [kind, id] = token.split(' ');
    const ofKey = () => [...this.accounts.keys].find(([, keys]) => keys.some(({ name }) => name === id))?.[0] ?? '';
    const account = this.accounts.byId(kind === 'key-token' ? ofKey() : id);
    if (account === undefined || account.disabled) {
      throw new Refusal(401, 'Request had invalid authentication credentials.');
    }
    return account;
  }

  private refuseFullBucket(name: string): void {
    const [, bucket] = /^buckets\/([^/]+)$/.exec(name) ?? [];
    if (bucket !== undefined && this.objects.names(bucket).length > 0) {
      throw new Refusal(409, `The bucket ${bucket} you tried to delete is not empty.`);
    }
  }

  private actAs(account: FakeAccount, request: FakeRequest): object {
    if (mayAgent(this.policies, this.denyPolicies, account, request) !== true) {
      throw new Refusal(403, `Permission denied on ${request.path}`);
    }
    return {};
  }

  private failIfAsked(what: string): void {
    const failure = this.failures.find(({ matching, left }) => left > 0 && matching.test(what));
    if (failure !== undefined) {
      failure.left -= 1;
      throw new Refusal(failure.status, `made to fail with ${failure.status}`);
    }
  }

  private route(request: FakeRequest, person?: FakeCaller): unknown {
    if (request.path === '/v1/userinfo') {
      return { email: person?.email };
    }
    for (const [method, path, handler] of this.routes) {
      const match = method === request.method ? path.exec(request.path) : null;
      if (match !== null) {
        return handler(request, ...match.slice(1));
      }
    }
    throw notFound(`${request.method} ${request.path}`);
  }
}
