import { DeadPrincipal } from '../../../../runtime/aws/granted';
import { PlainCalls } from '../../../../runtime/aws/plain-calls';
import { Disturb, named } from '../../ledger/memory-table';

interface Request {
  readonly service: string;
  readonly method: string;
  readonly path: string[];
  readonly query: URLSearchParams;
  readonly body: Record<string, unknown>;
  readonly text: string;
}
interface Association { readonly roleArn: string; readonly targetRoleArn?: string }
interface Grant { readonly key: string; readonly grantee: string; readonly retiring?: string }
interface Command { readonly constructor: { readonly name: string }; readonly input: Record<string, string | undefined> }

const PAGE = 2;
const ACCOUNT = '111122223333';

/**
 * Services whose calls the wipers send without a client of the SDK: a request is signed and sent as it is on AWS, and this reads it. Requests and responses have the forms of AWS's models of its
 * services.
 */
export class FakeServices {
  public readonly clusters = new Map<string, { readonly entries: Set<string>; readonly associations: Map<string, Association> }>();
  public readonly profiles = new Map<string, string[]>();
  public readonly profileNames = new Map<string, string>();
  /** Ids of keys and profiles that are switched off. */
  public readonly off = new Set<string>();
  public readonly accessGrants = new Map<string, string>();
  public readonly accessPoints = new Map<string, { readonly bucket: string; policy?: string }>();
  public permissions: { principal: string; resource: Record<string, unknown>; permissions: string[] }[] = [];
  public readonly parameters = new Set<string>();
  public readonly apiKeys = new Map<string, string>();
  public readonly pools = new Map<string, Map<string, string>>();
  /** ARNs with their tag. */
  public readonly tagged = new Map<string, { readonly key: string; readonly value: string }>();
  /** Policies of applications of IAM Identity Center, by ARN. */
  public readonly applications = new Map<string, unknown>();
  public readonly logPolicies = new Map<string, string>();
  /** Open sessions, by `browsers/<id>` or `code-interpreters/<id>`. */
  public readonly sessions = new Map<string, Set<string>>();
  public readonly grants = new Map<string, Grant>();
  public readonly schedules = new Map<string, string>();
  public readonly connections = new Set<string>();
  /** Clusters, keys, buckets and tools that the engine may not look at. */
  public readonly unreadable = new Set<string>();
  /** Clusters whose access is in a ConfigMap only. */
  public readonly configMaps = new Set<string>();
  /** Whether the account has an instance of S3 Access Grants. */
  public hasAccessGrants = true;
  /** Operations that were called. */
  public readonly called: string[] = [];
  public disturb: Disturb = () => undefined;

  /** Real calls, over a network that ends here. */
  public calls(): PlainCalls {
    return new PlainCalls({
      region: async () => 'eu-west-1',
      credentials: async () => ({ accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' }),
      dnsSuffix: 'amazonaws.com',
      now: () => new Date('2027-01-01T00:00:00Z'),
      pause: async () => undefined,
    }, (async (url: URL, init: { method: string; headers: Record<string, string>; body?: string }) => this.answer(url, init)) as never);
  }

  /** Clients of the SDK for what FakePolicies does not answer. */
  public async send({ constructor: { name }, input }: Command): Promise<unknown> {
    const operation = name.replace('Command', '');
    return this.doing(`sdk:${operation}`, () => this.ofSdk(operation, input));
  }

  private ofSdk(operation: string, input: Record<string, string | undefined>): unknown {
    switch (operation) {
      case 'ListGrants': {
        this.look(input.KeyId!);
        return page('Grants', this.grantsWhere((grant) => grant.key === input.KeyId && [undefined, grant.grantee].includes(input.GranteePrincipal)), input.Marker, 'NextMarker');
      }
      case 'ListRetirableGrants': return page('Grants', this.grantsWhere(({ retiring }) => retiring === input.RetiringPrincipal), input.Marker, 'NextMarker');
      case 'RevokeGrant': return this.grants.delete(input.GrantId!) ? {} : fail('NotFoundException');
      case 'ListSchedules': return page('Schedules', [...this.schedules.keys()].map((id) => ({ GroupName: id.split('/')[0], Name: id.split('/')[1] })).filter(({ Name }) => Name.startsWith(input.NamePrefix!)), input.NextToken);
      case 'GetSchedule': return { Target: { RoleArn: this.schedules.get(`${input.GroupName}/${input.Name}`) ?? fail('ResourceNotFoundException') } };
      case 'DeleteSchedule': return this.schedules.delete(`${input.GroupName}/${input.Name}`) ? {} : fail('ResourceNotFoundException');
      case 'ListConnections': return page('Connections', [...this.connections].filter((name) => name.startsWith(input.NamePrefix!)).map((Name) => ({ Name })), input.NextToken);
      default: throw new Error(`the fake services know no ${operation}`);
    }
  }

  private look(place: string): void {
    void (this.unreadable.has(place) && fail('AccessDeniedException'));
  }

  private grantsWhere(holds: (grant: Grant) => boolean): unknown[] {
    return [...this.grants].filter(([, grant]) => holds(grant)).map(([GrantId, { key: KeyId, grantee, retiring }]) => (
      { GrantId, KeyId, GranteePrincipal: grantee, RetiringPrincipal: retiring }));
  }

  private async answer(url: URL, { method, headers, body = '' }: { method: string; headers: Record<string, string>; body?: string }): Promise<Response> {
    const service = url.host.replace('.eu-west-1.amazonaws.com', '');
    const [, operation] = (headers['x-amz-target'] ?? '').split('.');
    const path = url.pathname.split('/').slice(1).map(decodeURIComponent);
    const text = body;
    const isXml = service.endsWith('.s3-control');
    const request = { service, method, path, query: url.searchParams, body: isXml || body === '' ? {} : JSON.parse(body) as Record<string, unknown>, text };
    const call = `${service}:${operation ?? `${method} /${path.filter((_part, index) => index % 2 === 0).join('/')}`}`;
    try {
      const answer = this.doing(call, () => (
        isXml ? this.ofS3(request) : operation === undefined ? this.ofRest(request) : this.ofJson(operation, request)));
      return new Response(typeof answer === 'string' ? answer : JSON.stringify(answer ?? {}));
    } catch (error) {
      const { name, message } = error as Error;
      return isXml ? new Response(`<ErrorResponse><Error><Code>${name}</Code><Message>${message}</Message></Error></ErrorResponse>`, { status: 404 })
        : new Response(JSON.stringify({ message }), { status: 400, headers: { 'x-amzn-errortype': name } });
    }
  }

  private doing<T>(call: string, work: () => T): T {
    this.called.push(call);
    this.disturb(call, 'before');
    const answer = work();
    this.disturb(call, 'after');
    return answer;
  }

  private ofJson(operation: string, { body }: Request): unknown {
    switch (operation) {
      case 'GetResources': {
        const [{ Key: key, Values: [value] }] = body.TagFilters as { Key: string; Values: string[] }[];
        return page('ResourceTagMappingList', [...this.tagged].filter(([, tag]) => tag.key === key && tag.value === value).map(([ResourceARN]) => ({ ResourceARN })), body.PaginationToken, 'PaginationToken');
      }
      case 'DescribeParameters': {
        const [{ Values: [path] }] = body.ParameterFilters as { Values: string[] }[];
        return page('Parameters', [...this.parameters].filter((name) => name.startsWith(`${path}/`)).map((Name) => ({ Name })), body.NextToken);
      }
      case 'ListUserPoolClients': {
        const clients = this.pools.get(body.UserPoolId as string) ?? fail('ResourceNotFoundException');
        return page('UserPoolClients', [...clients].map(([ClientId, ClientName]) => ({ ClientId, ClientName })), body.NextToken);
      }
      case 'DeleteUserPoolClient': return this.pools.get(body.UserPoolId as string)?.delete(body.ClientId as string) === true ? {} : fail('ResourceNotFoundException');
      case 'ListInstances': return page('Instances', ['ssoins-1', 'ssoins-2', 'ssoins-3'].map((id) => ({ InstanceArn: `arn:aws:sso:::instance/${id}` })), body.NextToken);
      case 'ListApplications': {
        const start = `arn:aws:sso::${(body.Filter as { ApplicationAccount: string }).ApplicationAccount}:application/${(body.InstanceArn as string).split('/')[1]}/`;
        return page('Applications', [...this.applications.keys()].filter((arn) => arn.startsWith(start)).map((ApplicationArn) => ({ ApplicationArn })), body.NextToken);
      }
      case 'ListApplicationAuthenticationMethods': return page('AuthenticationMethods', this.methodsOf(body.ApplicationArn as string), body.NextToken);
      case 'PutApplicationAuthenticationMethod': return void this.applications.set(body.ApplicationArn as string, (body.AuthenticationMethod as { Iam: { ActorPolicy: unknown } }).Iam.ActorPolicy);
      case 'DeleteApplicationAuthenticationMethod': return this.methodsOf(body.ApplicationArn as string).length === 0 ? fail('ResourceNotFoundException') : void this.applications.set(body.ApplicationArn as string, undefined);
      case 'DescribeResourcePolicies': return page('resourcePolicies', [...this.logPolicies].map(([policyName, policyDocument]) => ({ policyName, policyDocument })), body.nextToken, 'nextToken');
      case 'PutResourcePolicy': return void this.logPolicies.set(body.policyName as string, body.policyDocument as string);
      case 'DeleteResourcePolicy': return void this.logPolicies.delete(body.policyName as string);
      default: throw new Error(`the fake services know no ${operation}`);
    }
  }

  private methodsOf(arn: string): object[] {
    const policy = this.applications.has(arn) ? this.applications.get(arn) : fail('ResourceNotFoundException');
    return policy === undefined ? [] : [{ AuthenticationMethodType: 'IAM', AuthenticationMethod: { Iam: { ActorPolicy: policy } } }];
  }

  private ofRest({ service, method, path, query, body }: Request): unknown {
    const token = query.get('nextToken') ?? undefined;
    if (service === 'eks') {
      return this.ofEks(method, path, token);
    }
    if (service === 'rolesanywhere') {
      const [collection, id, verb] = path;
      const profiles = [...this.profiles].map(([profileId, roleArns]) => (
        { profileId, roleArns, name: this.profileNames.get(profileId) ?? profileId, enabled: !this.off.has(profileId) }));
      if (collection === 'profiles') {
        return page('profiles', profiles, token, 'nextToken');
      }
      const roleArns = this.profiles.get(id) ?? fail('ResourceNotFoundException');
      return method === 'PATCH' ? void this.profiles.set(id, body.roleArns as string[])
        : method === 'DELETE' ? void this.profiles.delete(id)
          : verb !== undefined ? this.switch(id, verb === 'enable') : { profile: { profileId: id, roleArns } };
    }
    if (service === 'lakeformation') {
      const principal = (body.Principal as { DataLakePrincipalIdentifier: string }).DataLakePrincipalIdentifier;
      const mine = this.permissions.filter((one) => one.principal === principal);
      if (path[0] === 'RevokePermissions') {
        this.permissions = this.permissions.filter((one) => !mine.includes(one) || JSON.stringify(one.resource) !== JSON.stringify(body.Resource));
        return {};
      }
      const all = mine.map(({ resource: Resource, permissions: Permissions }) => (
        { Principal: { DataLakePrincipalIdentifier: principal }, Resource, Permissions, PermissionsWithGrantOption: [] }));
      return page('PrincipalResourcePermissions', all, body.NextToken);
    }
    if (service === 'apigateway') {
      return this.ofApiGateway(method, path, query, body);
    }
    const [collection, id, , verb] = path;
    this.look(`${collection}/${id}`);
    const open = this.sessions.get(`${collection}/${id}`) ?? fail('ResourceNotFoundException');
    return verb === 'list' ? page('items', [...open].map((sessionId) => ({ sessionId })), body.nextToken, 'nextToken') : void open.delete(query.get('sessionId')!);
  }

  private ofApiGateway(method: string, [, id]: string[], query: URLSearchParams, body: Record<string, unknown>): unknown {
    if (id === undefined) {
      // Values are returned only to who asks for them.
      const keys = [...this.apiKeys].filter(([, name]) => name.startsWith(query.get('name')!)).map(([key, name]) => (
        { id: key, name, enabled: !this.off.has(key), ...(query.get('includeValues') === 'true' ? { value: `value-of-${key}` } : {}) }));
      return page('item', keys, query.get('position') ?? undefined, 'position');
    }
    if (!this.apiKeys.has(id)) {
      return fail('NotFoundException');
    }
    if (method === 'DELETE') {
      return void this.apiKeys.delete(id);
    }
    const [{ op, path, value }] = body.patchOperations as Record<string, string>[];
    return op === 'replace' && path === '/enabled' ? this.switch(id, value === 'true') : fail('BadRequestException');
  }

  private switch(id: string, enabled: boolean): void {
    void (enabled ? this.off.delete(id) : this.off.add(id));
  }

  private ofEks(method: string, [, name, collection, id]: string[], token?: string): unknown {
    if (name === undefined) {
      return page('clusters', [...this.clusters.keys()], token, 'nextToken');
    }
    this.look(name);
    const { entries, associations } = this.clusters.get(name) ?? fail('ResourceNotFoundException');
    if (collection === 'access-entries' && this.configMaps.has(name)) {
      throw named('InvalidRequestException', 'The cluster\'s authentication mode must be set to one of [API, API_AND_CONFIG_MAP] to perform this operation.');
    }
    if (collection === 'access-entries') {
      return entries.has(id) ? void (method === 'DELETE' && entries.delete(id)) : fail('ResourceNotFoundException');
    }
    if (id === undefined) {
      return page('associations', [...associations.keys()].map((associationId) => ({ associationId })), token, 'nextToken');
    }
    const association = associations.get(id) ?? fail('ResourceNotFoundException');
    return method === 'DELETE' ? void associations.delete(id) : { association };
  }

  private ofS3({ method, path: [, collection, what, id], query, text }: Request): string {
    const token = query.get('nextToken') ?? undefined;
    if (collection === 'accessgrantsinstance' && !this.hasAccessGrants) {
      return fail('AccessGrantsInstanceNotExistsError');
    }
    if (what === 'grants') {
      const { list, next } = slice([...this.accessGrants].filter(([, grantee]) => grantee === query.get('granteeidentifier')), token);
      return `<ListAccessGrantsResult>${next === undefined ? '' : `<NextToken>${next}</NextToken>`}<AccessGrantsList>${list.map(([grant]) => `<AccessGrant><AccessGrantId>${grant}</AccessGrantId></AccessGrant>`).join('')}</AccessGrantsList></ListAccessGrantsResult>`;
    }
    if (what === 'grant') {
      return this.accessGrants.delete(id) ? '' : fail('NoSuchAccessGrantError');
    }
    if (what === undefined) {
      this.look(query.get('bucket')!);
      const { list, next } = slice([...this.accessPoints].filter(([, { bucket }]) => bucket === query.get('bucket')), token);
      return `<ListAccessPointsResult>${next === undefined ? '' : `<NextToken>${next}</NextToken>`}<AccessPointList>${list.map(([name]) => `<AccessPoint><Name>${name}</Name></AccessPoint>`).join('')}</AccessPointList></ListAccessPointsResult>`;
    }
    const point = this.accessPoints.get(what) ?? fail('NoSuchAccessPoint');
    if (method === 'GET') {
      return `<GetAccessPointPolicyResult><Policy>${(point.policy ?? fail('NoSuchAccessPointPolicy')).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')}</Policy></GetAccessPointPolicyResult>`;
    }
    point.policy = method === 'DELETE' ? undefined : /<Policy>(.*)<\/Policy>/s.exec(text)![1].replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
    return '';
  }

  /** Everything, for comparison. */
  public snapshot(): unknown {
    const { called: _called, disturb: _disturb, ...all } = this;
    return structuredClone(all);
  }
}

/** How policies name a principal that is torn down. */
export function dead(roleName: string, roleId: string): DeadPrincipal {
  return { roleName, roleId, roleArn: `arn:aws:iam::${ACCOUNT}:role/agents/test/${roleName}`, isArnTaken: false };
}

function page(key: string, all: readonly unknown[], start?: unknown, token = 'NextToken'): object {
  const { list, next } = slice(all, start as string | undefined);
  return { [key]: list, ...(next === undefined ? {} : { [token]: next }) };
}

function slice<T>(all: readonly T[], start = '0'): { list: T[]; next?: string } {
  const from = Number(start || '0');
  return { list: all.slice(from, from + PAGE), ...(all.length > from + PAGE ? { next: String(from + PAGE) } : {}) };
}

function fail(name: string): never {
  throw named(name, name);
}
