import { createServer, IncomingMessage, Server, ServerResponse } from 'node:http';
import { AddressInfo } from 'node:net';
import { GeneratedAccount, GeneratedRole, GeneratedUser } from './generated-account';

interface Call { readonly action: string; readonly params: URLSearchParams }

/** IAM and STS over HTTP, with answers in the recorded form of AWS: XML, documents encoded as in URLs, pages with markers. */
export class FakeAccount {
  public static async start(account: GeneratedAccount, options: FakeOptions = {}): Promise<FakeAccount> {
    const server = createServer();
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
    const fake = new FakeAccount(server, account, options);
    server.on('request', (request, response) => void fake.answer(request, response));
    return fake;
  }

  public readonly calls: Call[] = [];
  /** How many calls of the listing are throttled before one is answered. */
  public throttled = 0;
  /** How many calls with a marker are refused. */
  public staleMarkers = 0;
  /** Whether the listing is denied. */
  public refused = false;
  private reportLooks = 0;

  private constructor(private readonly server: Server, private readonly account: GeneratedAccount, private readonly options: FakeOptions) {}

  public get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** The environment of a command that talks to it. */
  public get env(): Record<string, string> {
    return { AWS_ENDPOINT_URL: this.url, AWS_ACCESS_KEY_ID: 'x', AWS_SECRET_ACCESS_KEY: 'x', AWS_REGION: 'us-east-1', AWS_EC2_METADATA_DISABLED: 'true' };
  }

  public count(action: string): number {
    return this.calls.filter((call) => call.action === action).length;
  }

  public async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((done) => this.server.close(done));
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of request) {
      parts.push(part as Buffer);
    }
    const text = Buffer.concat(parts).toString('utf8');
    const target = request.headers['x-amz-target'];
    const params = new URLSearchParams(text);
    const { pathname, searchParams } = new URL(request.url ?? '/', this.url);
    // Services with paths are known by these.
    const isRest = pathname !== '/';
    const action = isRest ? pathname : target === undefined ? params.get('Action') ?? '' : String(target).split('.').at(-1)!;
    this.calls.push({ action, params: isRest ? searchParams : params });
    await this.options.before?.(action, this.count(action), accountOf(request) ?? this.account.account);
    const isJson = isRest || target !== undefined;
    const input = isRest ? { ...Object.fromEntries(searchParams), ...(text === '' ? {} : JSON.parse(text) as object) } : isJson ? JSON.parse(text) as object : Object.fromEntries(params);
    const also = this.options.also?.[action]?.({ ...input, as: accountOf(request) ?? this.account.account });
    const { status, body } = also === undefined ? this.respond(action, params, accountOf(request) ?? this.account.account)
      : typeof also === 'string' ? ok(action, also) : !isJson ? error(also.status ?? 400, String((also as { __type?: string }).__type), 'no') : { status: also.status ?? 200, body: JSON.stringify(also) };
    response.writeHead(status, { 'content-type': !isJson ? 'text/xml' : 'application/x-amz-json-1.1' }).end(body);
  }

  private respond(action: string, params: URLSearchParams, account: string): { status: number; body: string } {
    switch (action) {
      case 'GetCallerIdentity': return ok(action, `<Arn>arn:aws:iam::${account}:user/ada</Arn><UserId>AIDA</UserId><Account>${account}</Account>`, STS);
      case 'GenerateCredentialReport': {
        this.reportLooks += 1;
        return ok(action, `<State>${this.reportLooks > (this.options.reportLooks ?? 1) ? 'COMPLETE' : 'STARTED'}</State>`);
      }
      case 'GetCredentialReport': return ok(action, `<Content>${Buffer.from(this.account.report()).toString('base64')}</Content><ReportFormat>text/csv</ReportFormat><GeneratedTime>2026-06-10T00:00:00Z</GeneratedTime>`);
      case 'GetAccountSummary': return ok(action, `<SummaryMap>${Object.entries({ Roles: this.account.roles.length, Users: this.account.users.length, Groups: 1, Policies: 1 }).map(([key, value]) => `<entry><key>${key}</key><value>${value}</value></entry>`).join('')}</SummaryMap>`);
      case 'GetAccountAuthorizationDetails': return this.page(params);
      default: return error(400, 'InvalidAction', `no ${action} here`);
    }
  }

  private page(params: URLSearchParams): { status: number; body: string } {
    if (this.throttled > 0) {
      this.throttled -= 1;
      return error(400, 'Throttling', 'Rate exceeded');
    }
    const marker = params.get('Marker');
    if (this.refused) {
      return error(403, 'AccessDenied', 'no');
    }
    if (marker !== null && this.staleMarkers > 0) {
      this.staleMarkers -= 1;
      return error(400, 'ValidationError', 'Invalid Marker');
    }
    const size = Math.min(Number(params.get('MaxItems') ?? 100), this.options.pageSize ?? Infinity);
    const from = Number(marker ?? 0);
    const items = this.items().slice(from, from + size);
    const of = (kind: string): string => items.filter((item) => item.kind === kind).map(({ xml }) => `<member>${xml}</member>`).join('');
    const truncated = from + size < this.items().length;
    return ok('GetAccountAuthorizationDetails', [
      `<IsTruncated>${truncated}</IsTruncated>`, truncated ? `<Marker>${from + size}</Marker>` : '',
      `<UserDetailList>${of('user')}</UserDetailList><GroupDetailList>${of('group')}</GroupDetailList><RoleDetailList>${of('role')}</RoleDetailList><Policies>${of('policy')}</Policies>`,
    ].join(''));
  }

  private items(): { kind: string; xml: string }[] {
    const { users, roles, policies } = this.account;
    return [
      ...users.map((user) => ({ kind: 'user', xml: userXml(user) })),
      { kind: 'group', xml: `<GroupName>admins</GroupName><GroupPolicyList/><AttachedManagedPolicies>${attachedXml(['arn:aws:iam::aws:policy/AdministratorAccess'])}</AttachedManagedPolicies>` },
      ...roles.map((role) => ({ kind: 'role', xml: roleXml(role) })),
      ...Object.entries(policies).map(([arn, document]) => ({
        kind: 'policy',
        xml: `<Arn>${escaped(arn)}</Arn><PolicyName>${escaped(arn.split('/').at(-1)!)}</PolicyName><PolicyVersionList><member><IsDefaultVersion>false</IsDefaultVersion><Document>${encodeURIComponent('{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}')}</Document></member><member><IsDefaultVersion>true</IsDefaultVersion><Document>${encodeURIComponent(document)}</Document></member></PolicyVersionList>`,
      })),
    ];
  }
}

interface FakeOptions {
  /** Runs before each answer. */
  readonly before?: (action: string, count: number, account: string) => Promise<void> | void;
  /** Answers of other calls: the result in XML, or JSON with the status of an error. */
  readonly also?: Readonly<Record<string, (input: Record<string, unknown>) => string | ({ readonly status?: number } & object) | undefined>>;
  /** IAM may return fewer items than were asked for. */
  readonly pageSize?: number;
  /** How often the credential report is not complete yet. */
  readonly reportLooks?: number;
}

/** A session that the fake opened in another account has that account's number in its key. */
function accountOf({ headers: { authorization = '' } }: IncomingMessage): string | undefined {
  return /Credential=ASIA(\d{12})\//.exec(authorization)?.[1];
}

export function sessionXml(account: string): string {
  return `<Credentials><AccessKeyId>ASIA${account}</AccessKeyId><SecretAccessKey>x</SecretAccessKey><SessionToken>x</SessionToken><Expiration>2030-01-01T00:00:00Z</Expiration></Credentials>`;
}

const IAM = 'https://iam.amazonaws.com/doc/2010-05-08/';
const STS = 'https://sts.amazonaws.com/doc/2011-06-15/';

function ok(action: string, result: string, xmlns = IAM): { status: number; body: string } {
  return { status: 200, body: `<${action}Response xmlns="${xmlns}"><${action}Result>${result}</${action}Result><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></${action}Response>` };
}

function error(status: number, code: string, message: string): { status: number; body: string } {
  return { status, body: `<ErrorResponse xmlns="${IAM}"><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>r</RequestId></ErrorResponse>` };
}

function roleXml(role: GeneratedRole): string {
  return [
    `<RoleName>${escaped(role.name)}</RoleName><RoleId>${role.id}</RoleId><Arn>${escaped(role.arn)}</Arn><Path>${escaped(role.path)}</Path><CreateDate>${role.createdAt}</CreateDate>`,
    `<AssumeRolePolicyDocument>${encodeURIComponent(role.trust)}</AssumeRolePolicyDocument><RolePolicyList>${inlineXml(role.inline)}</RolePolicyList>`,
    `<AttachedManagedPolicies>${attachedXml(role.attached)}</AttachedManagedPolicies><InstanceProfileList/>${tagsXml(role.tags)}`,
    role.boundary === undefined ? '' : `<PermissionsBoundary><PermissionsBoundaryType>Policy</PermissionsBoundaryType><PermissionsBoundaryArn>${escaped(role.boundary)}</PermissionsBoundaryArn></PermissionsBoundary>`,
    role.lastUsedAt === undefined ? '<RoleLastUsed/>' : `<RoleLastUsed><LastUsedDate>${role.lastUsedAt}</LastUsedDate><Region>eu-west-1</Region></RoleLastUsed>`,
  ].join('');
}

function userXml(user: GeneratedUser): string {
  return [
    `<UserName>${escaped(user.name)}</UserName><UserId>${user.id}</UserId><Arn>${escaped(user.arn)}</Arn><Path>/</Path><CreateDate>${user.createdAt}</CreateDate><UserPolicyList/>`,
    `<GroupList>${user.groups.map((name) => `<member>${name}</member>`).join('')}</GroupList><AttachedManagedPolicies>${attachedXml(user.attached)}</AttachedManagedPolicies>${tagsXml(user.tags)}`,
  ].join('');
}

function inlineXml(inline: Readonly<Record<string, string>>): string {
  return Object.entries(inline).map(([name, document]) => `<member><PolicyName>${escaped(name)}</PolicyName><PolicyDocument>${encodeURIComponent(document)}</PolicyDocument></member>`).join('');
}

function attachedXml(arns: readonly string[]): string {
  return arns.map((arn) => `<member><PolicyName>${escaped(arn.split('/').at(-1)!)}</PolicyName><PolicyArn>${escaped(arn)}</PolicyArn></member>`).join('');
}

function tagsXml(tags: Readonly<Record<string, string>>): string {
  return `<Tags>${Object.entries(tags).map(([key, value]) => `<member><Key>${escaped(key)}</Key><Value>${escaped(value)}</Value></member>`).join('')}</Tags>`;
}

/** Escapes as an XML writer does. Control characters are references. */
function escaped(text: string): string {
  return text.replace(/[&<>"'\u0000-\u001f\u007f-\u009f\u202e]/gu, (mark) => `&#${mark.codePointAt(0)};`);
}
