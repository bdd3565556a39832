import { FakeAccount, FakeAccounts } from './accounts';
import { FakePolicies, FakePolicy } from './policies';
import { FakeRequest, Refusal, Route } from './wire';

interface Provider {
  readonly oidc?: { readonly issuerUri: string };
  readonly attributeCondition?: string;
  readonly disabled?: boolean;
}

interface FakeInsight {
  readonly project: string;
  readonly email: string;
  readonly lastAuthenticatedTime?: string;
  readonly state?: string;
}

interface FakeProject {
  readonly projectId: string;
  readonly number: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly parent: string;
  readonly state: string;
}

/** The service of each collection. */
const SERVICES: Readonly<Record<string, string>> = { serviceAccounts: 'iam', secrets: 'secretmanager', topics: 'pubsub', subscriptions: 'pubsub', datasets: 'bigquery', repositories: 'artifactregistry' };

/** What each call of an inventory needs. */
const NEEDS: readonly (readonly [call: RegExp, permission: string])[] = [
  [/^GET \/v1\/[^/]+\/[^/]+\/assets$/, 'cloudasset.assets.listResource'],
  [/:searchAllIamPolicies$/, 'cloudasset.assets.searchAllIamPolicies'],
  [/^GET \/v1\/projects\/[^/]+\/serviceAccounts$/, 'iam.serviceAccounts.list'],
  [/\/serviceAccounts\/[^/]+\/keys$/, 'iam.serviceAccountKeys.list'],
  [/\/serviceAccounts\/[^/]+:getIamPolicy$/, 'iam.serviceAccounts.getIamPolicy'],
  [/^GET \/v3\/projects\/[^/]+$/, 'resourcemanager.projects.get'],
  [/\/v3\/projects\/[^/]+:getIamPolicy$/, 'resourcemanager.projects.getIamPolicy'],
  [/\/v3\/organizations\/[^/]+:getIamPolicy$/, 'resourcemanager.organizations.getIamPolicy'],
  [/^GET \/v3\/projects$/, 'resourcemanager.projects.list'],
  [/^GET \/v3\/folders$/, 'resourcemanager.folders.list'],
  [/serviceAccountLastAuthentication/, 'policyanalyzer.serviceAccountLastAuthenticationActivities.query'],
  [/serviceAccountKeyLastAuthentication/, 'policyanalyzer.serviceAccountKeyLastAuthenticationActivities.query'],
  [/\/insights$/, 'recommender.iamServiceAccountInsights.list'],
  [/\/providers$/, 'iam.workloadIdentityPoolProviders.list'],
  [/\/roles\/[^/]+$/, 'iam.roles.get'],
];

/** What Cloud Asset, Policy Analyzer, Recommender and Resource Manager say of the fake's accounts and policies. */
export class FakeInventory {
  /** Permissions that the caller does not have. */
  public readonly denied = new Set<string>();
  /** Hosts' APIs that are not enabled, such as `Cloud Asset API`, by a part of the path. */
  public readonly disabledApis = new Map<RegExp, string>();
  public readonly projects: FakeProject[] = [];
  public readonly folders: { readonly name: string; readonly parent: string }[] = [];
  /** Resources that run as an account, as Cloud Asset describes them. */
  public readonly resources: { readonly project: string; readonly assetType: string; readonly name: string; readonly data: object }[] = [];
  public readonly providers = new Map<string, readonly Provider[]>();
  public readonly roles = new Map<string, readonly string[]>();
  /** When accounts and keys were last used, by address and by key. */
  public readonly used = new Map<string, string>();
  public readonly insights: FakeInsight[] = [];
  public changedAt = '2020-01-01T00:00:00Z';
  public observedSince = '2025-01-01T07:00:00Z';
  /** Policies as they were when Cloud Asset last looked. Absent: as they are. */
  public indexed?: ReadonlyMap<string, FakePolicy>;
  /** Projects of buckets. */
  public readonly bucketProjects = new Map<string, string>();
  /** Most items of a page, if fewer than Google's. */
  public most = Infinity;

  public constructor(private readonly accounts: FakeAccounts, private readonly policies: FakePolicies) {}

  public get routes(): Route[] {
    return [
      ['GET', /^\/v1\/((?:projects|organizations)\/[^/]+)\/assets$/, (request, scope) => this.page(request, 'assets', this.assets(scope, request.query.getAll('assetTypes')), 1_000)],
      ['GET', /^\/v1\/((?:projects|folders|organizations)\/[^/]+):searchAllIamPolicies$/, (request, scope) => this.page(request, 'results', this.searched(scope, request.query.get('query')), 500)],
      ['GET', /^\/v1\/projects\/([^/]+)\/serviceAccounts$/, (request, project) => this.page(request, 'accounts', this.accounts.all().filter(({ projectId }) => projectId === project), 100)],
      // Google takes an account's unique id for its address.
      ['POST', /^\/v1\/projects\/[^/]+\/serviceAccounts\/(\d+):getIamPolicy$/, (_request, id) => this.policies.of(this.accounts.byId(id)!.name)],
      ['GET', /^\/v1\/projects\/([^/]+)\/locations\/global\/activityTypes\/(\w+)\/activities:query$/, (request, project, type) => this.page(request, 'activities', this.activities(project, type), 1_000)],
      ['GET', /^\/v1\/projects\/([^/]+)\/locations\/global\/insightTypes\/google\.iam\.serviceAccount\.Insight\/insights$/, (request, project) => this.page(request, 'insights', this.insightsOf(project), 1_000)],
      ['GET', /^\/v1\/(projects\/[^/]+\/locations\/global\/workloadIdentityPools\/[^/]+)\/providers$/, (_request, pool) => ({ workloadIdentityPoolProviders: this.providers.get(pool) ?? [] })],
      ['GET', /^\/v1\/((?:projects|organizations)\/[^/]+\/roles\/[^/]+)$/, (_request, name) => ({ name, includedPermissions: this.roles.get(name) })],
      ['GET', /^\/v3\/projects\/([^/]+)$/, (_request, id) => this.described(this.projects.find(({ projectId, number }) => projectId === id || number === id))],
      ['GET', /^\/v3\/projects$/, (request) => this.page(request, 'projects', this.projects.filter(({ parent }) => parent === request.query.get('parent')).map((one) => this.described(one)), 300)],
      ['GET', /^\/v3\/folders$/, (request) => this.page(request, 'folders', this.folders.filter(({ parent }) => parent === request.query.get('parent')), 300)],
    ];
  }

  public addProject(projectId: string, more: Partial<FakeProject> = {}): FakeProject {
    const project = { projectId, number: `${700_000_000_000 + this.projects.length}`, name: `The project ${projectId}`, labels: {}, parent: 'organizations/42', state: 'ACTIVE', ...more };
    this.projects.push(project);
    return project;
  }

  /** The path of a policy with the id of a project that it names by its number. */
  public withIds(path: string): string {
    return !/:[gs]etIamPolicy$/.test(path) ? path : path.replace(/projects\/(\d+)/, (all, number: string) => {
      const known = this.projects.find((project) => project.number === number);
      return known === undefined ? all : `projects/${known.projectId}`;
    });
  }

  /** Refuses what the caller may not do, as Google says it. */
  public check(call: string): void {
    const [, api] = [...this.disabledApis].find(([path]) => path.test(call)) ?? [];
    if (api !== undefined) {
      throw new Refusal(403, `${api} has not been used in project 1 before or it is disabled. Enable it by visiting https://console.developers.google.com then retry.`);
    }
    const missing = NEEDS.find(([form, permission]) => form.test(call) && this.denied.has(permission));
    if (missing !== undefined) {
      throw new Refusal(403, `Permission '${missing[1]}' denied on resource (or it may not exist).`);
    }
  }

  private page({ query }: FakeRequest, name: string, items: readonly unknown[], most: number): object {
    const size = Math.min(Number(query.get('pageSize') ?? most), most, this.most);
    const token = query.get('pageToken') ?? '0';
    if (!/^\d+$/.test(token)) {
      throw new Refusal(400, 'Request contains an invalid page token.');
    }
    const end = Number(token) + size;
    // Google leaves out what is empty.
    return { ...(items.length === 0 ? {} : { [name]: items.slice(Number(token), end) }), ...(end < items.length ? { nextPageToken: `${end}` } : {}) };
  }

  private within(scope: string): readonly FakeProject[] {
    const inside = (parent: string) => this.folders.filter((folder) => folder.parent === parent);
    const below = (parent: string): readonly string[] => [parent, ...inside(parent).flatMap(({ name }) => below(name))];
    const parents = below(scope);
    return this.projects.filter(({ projectId, parent }) => scope === `projects/${projectId}` || parents.includes(parent));
  }

  private assets(scope: string, types: readonly string[]): object[] {
    return this.within(scope).flatMap((project) => {
      const accounts = this.accounts.all().filter(({ projectId }) => projectId === project.projectId);
      const of = (assetType: string, name: string, data: object) => ({ name, assetType, resource: { version: 'v1', data }, ancestors: [`projects/${project.number}`, project.parent], updateTime: this.changedAt });
      return [
        of('cloudresourcemanager.googleapis.com/Project', `//cloudresourcemanager.googleapis.com/projects/${project.number}`, {
          projectId: project.projectId, projectNumber: project.number, name: project.name, labels: project.labels, lifecycleState: project.state,
        }),
        ...accounts.map((account) => of('iam.googleapis.com/ServiceAccount', this.fullName(account), account)),
        ...accounts.flatMap((account) => this.accounts.keys.get(account.uniqueId)!.map((key) => of('iam.googleapis.com/ServiceAccountKey', `//iam.googleapis.com/${key.name}`, key))),
        ...this.resources.filter((resource) => resource.project === project.projectId).map(({ assetType, name, data }) => of(assetType, name, data)),
      ];
    }).filter(({ assetType }) => types.includes(assetType));
  }

  /** Cloud Asset names projects by their number, and accounts by their id. It returns the bindings that match, and lags behind. */
  private searched(scope: string, query: string | null): object[] {
    const numbers = new Map(this.within(scope).map(({ projectId, number }) => [projectId, number]));
    const wanted = query === null ? undefined : /^policy:"([^"]+)"$/.exec(query)?.[1] ?? 'no query that the fake understands';
    return [...this.indexed ?? this.policies.all()].flatMap(([resource, policy]) => {
      const bindings = policy.bindings.filter(({ members }) => wanted === undefined || members.some((member) => member.includes(wanted)));
      const bucket = /^buckets\/(.*)$/.exec(resource)?.[1];
      if (bindings.length === 0 && wanted !== undefined) {
        return [];
      }
      if (bucket !== undefined) {
        const number = numbers.get(this.bucketProjects.get(bucket) ?? '');
        return number === undefined ? [] : [{ resource: `//storage.googleapis.com/${bucket}`, project: `projects/${number}`, policy: { bindings } }];
      }
      const [, project = '', account] = /^projects\/([^/]+)(?:\/serviceAccounts\/([^/]+))?/.exec(resource) ?? [];
      const number = numbers.get(project);
      if (number === undefined && resource !== scope) {
        return [];
      }
      const named = account === undefined ? resource.replace(/^projects\/[^/]+/, number === undefined ? '$&' : `projects/${number}`) : `projects/${project}/serviceAccounts/${this.accounts.byEmail(account)?.uniqueId}`;
      const [, collection = ''] = /^projects\/[^/]+\/(\w+)\//.exec(resource) ?? [];
      return [{ resource: `//${SERVICES[collection] ?? 'cloudresourcemanager'}.googleapis.com/${named}`, ...(number === undefined ? {} : { project: `projects/${number}` }), policy: { bindings } }];
    });
  }

  private activities(project: string, type: string): object[] {
    const isKey = type === 'serviceAccountKeyLastAuthentication';
    return this.accounts.all().filter(({ projectId }) => projectId === project).flatMap((account) => {
      const names = isKey ? this.accounts.keys.get(account.uniqueId)!.map(({ name }) => name) : [account.name];
      return names.map((name) => {
        const last = this.used.get(isKey ? name.split('/').at(-1)! : account.email);
        return {
          fullResourceName: `//iam.googleapis.com/${name}`,
          activityType: type,
          observationPeriod: { startTime: this.observedSince, endTime: '2026-09-30T07:00:00Z' },
          activity: { [isKey ? 'serviceAccountKey' : 'serviceAccount']: { serviceAccountId: account.uniqueId }, ...(last === undefined ? {} : { lastAuthenticatedTime: last }) },
        };
      });
    });
  }

  private insightsOf(project: string): object[] {
    return this.insights.filter((insight) => insight.project === project).map(({ email, lastAuthenticatedTime, state = 'ACTIVE' }) => (
      { stateInfo: { state }, content: { email, ...(lastAuthenticatedTime === undefined ? {} : { lastAuthenticatedTime }) } }));
  }

  private described(project: FakeProject | undefined): object {
    if (project === undefined) {
      throw new Refusal(403, 'The caller does not have permission');
    }
    const { projectId, number, name, labels, parent, state } = project;
    return { name: `projects/${number}`, projectId, displayName: name, labels, parent, state };
  }

  private fullName({ projectId, uniqueId }: FakeAccount): string {
    return `//iam.googleapis.com/projects/${projectId}/serviceAccounts/${uniqueId}`;
  }
}
