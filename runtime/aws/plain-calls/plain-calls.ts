import { Credentials, encodedName, PlainRequest, queryText, sha256, signedHeaders } from './signature';

type Json = Record<string, unknown>;

/** Services that are called, as in the names of their hosts. */
export type PlainService = 'access-analyzer' | 'agent-registry-control' | 'api.ecr' | 'apigateway' | 'bedrock-agentcore' | 'ce' | 'cloudtrail' | 'cognito-idp' | 'ec2' | 'ecs' | 'eks' | 'email' | 'glue'
  | 'lakeformation' | 'lambda' | 'logs' | 'monitoring' | 'organizations' | 'rds-data' | 'rolesanywhere' | 's3-control' | 'scheduler' | 'sns' | 'sqs' | 'ssm' | 'sso' | 'tagging';

/** Where and as whom the calls are made. */
export interface PlainConfig {
  readonly region: () => Promise<string>;
  readonly credentials: () => Promise<Credentials>;
  /** Suffix of the hosts, such as `amazonaws.com`. */
  readonly dnsSuffix: string;
  /** The endpoint of a service, if it is not that of AWS. */
  readonly endpoint?: (service: PlainService) => Promise<string | undefined>;
  readonly now: () => Date;
  readonly pause: (milliseconds: number) => Promise<void>;
}

/** The region of services that have one for a whole partition, in China and in AWS GovCloud (US) another. */
const ONE_REGION = {
  ce: { others: 'us-east-1', cn: 'cn-northwest-1', gov: 'us-east-1' },
  organizations: { others: 'us-east-1', cn: 'cn-northwest-1', gov: 'us-gov-west-1' },
  cloudtrail: { others: 'us-east-1', cn: 'cn-north-1', gov: 'us-gov-west-1' },
} as const;

/** A response to a request. */
interface Answer { readonly status: number; readonly body: string; readonly errorType?: string }

/** How one request differs from the others. */
interface Where {
  /** Absent: the caller's region. */
  readonly inRegion?: string;
  readonly timeoutMs?: number;
  /** Absent: GET, or POST if there is an input. */
  readonly method?: PlainRequest['method'];
  readonly query?: Readonly<Record<string, string | undefined>>;
  /** Before the name of the host. */
  readonly hostPrefix?: string;
}

/** Names in signatures, of services whose hosts have another name. */
const SIGNED_AS: Readonly<Partial<Record<PlainService, string>>> = { 'agent-registry-control': 'agent-registry', 'api.ecr': 'ecr', 'email': 'ses', 's3-control': 's3' };
/** Suffixes of hosts that differ from those of the partition. */
const SUFFIXES: Readonly<Partial<Record<PlainService, string>>> = { 'agent-registry-control': 'api.aws' };

/** Services that take JSON: host, what the names of their actions begin with, and the version of the form. */
const JSON_SERVICES = {
  sqs: ['sqs', 'AmazonSQS', '1.0'],
  ecr: ['api.ecr', 'AmazonEC2ContainerRegistry_V20150921', '1.1'],
  glue: ['glue', 'AWSGlue', '1.1'],
  tagging: ['tagging', 'ResourceGroupsTaggingAPI_20170126', '1.1'],
  ssm: ['ssm', 'AmazonSSM', '1.1'],
  cognito: ['cognito-idp', 'AWSCognitoIdentityProviderService', '1.1'],
  logs: ['logs', 'Logs_20140328', '1.1'],
  sso: ['sso', 'SWBExternalService', '1.1'],
} as const;

type RestService = 'scheduler' | 'lambda' | 'email' | 'eks' | 'rolesanywhere' | 'lakeformation' | 'apigateway' | 'bedrock-agentcore' | 'rds-data';

const ATTEMPTS = 5;
const FORM = 'application/x-www-form-urlencoded; charset=utf-8';
const QUERY_VERSIONS = { sns: '2010-03-31', monitoring: '2010-08-01' } as const;
const FIRST_PAUSE_MS = 200;
const TIMEOUT_MS = 10_000;

/**
 * Calls of services of which the registry needs a few, without the SDK's client of each: these clients would be the largest part of the package.
 * A call is repeated when the service throttles it, fails or does not respond. An error has the service's code as its name.
 */
export class PlainCalls {
  public constructor(private readonly config: PlainConfig, private readonly fetcher: typeof fetch = fetch) {}

  /** Amazon ECS. https://docs.aws.amazon.com/AmazonECS/latest/APIReference/ */
  public async ecs<T extends Json>(action: string, input: Json): Promise<T> {
    const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': `AmazonEC2ContainerServiceV20141113.${action}` };
    return JSON.parse(await this.send('ecs', { method: 'POST', path: '/', headers, body: JSON.stringify(input) })) as T;
  }

  /** Attributes of a queue of Amazon SQS, by its ARN. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_GetQueueAttributes.html */
  public async queueAttributes(arn: string, names: readonly string[] = ['Policy']): Promise<Record<string, string>> {
    return (await this.json<{ Attributes?: Record<string, string> }>('sqs', 'GetQueueAttributes', { QueueUrl: this.queueUrl(arn), AttributeNames: names })).Attributes ?? {};
  }

  /**
   * Amazon SQS, Amazon ECR, AWS Glue, the Resource Groups Tagging API, AWS Systems Manager, Amazon Cognito, CloudWatch Logs and IAM Identity Center.
   * https://docs.aws.amazon.com/AmazonECR/latest/APIReference/ https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/ and so on
   */
  public async json<T extends Json>(service: keyof typeof JSON_SERVICES, action: string, input: Json): Promise<T> {
    const [host, target, version] = JSON_SERVICES[service];
    const headers = { 'content-type': `application/x-amz-json-${version}`, 'x-amz-target': `${target}.${action}` };
    return JSON.parse(await this.send(host, { method: 'POST', path: '/', headers, body: JSON.stringify(input) }) || '{}') as T;
  }

  /** URL of a queue, by its ARN. */
  public queueUrl(arn: string): string {
    const [, , , region, account, name] = arn.split(':');
    return `https://sqs.${region}.${this.config.dnsSuffix}/${account}/${name}`;
  }

  /** Amazon S3 Control, whose hosts have the account's id. Returns XML. https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_AWS_S3_Control.html */
  public async s3Control(account: string, path: readonly string[], { method = 'GET', query = {} }: Where = {}, body = ''): Promise<string> {
    // S3 signs paths as they are sent, and these names need no encoding.
    const headers = { 'x-amz-account-id': account, 'x-amz-content-sha256': sha256(body), ...(body === '' ? {} : { 'content-type': 'application/xml' }) };
    return this.send('s3-control', { method, path: `/v20180820/${path.join('/')}`, headers, query: sorted(query), body }, { hostPrefix: `${account}.` });
  }

  /** AWS Cost Explorer, which has one region for all. https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/ */
  public async costExplorer<T extends Json>(action: string, input: Json): Promise<T> {
    const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': `AWSInsightsIndexService.${action}` };
    return JSON.parse(await this.sendToOne('ce', { method: 'POST', path: '/', headers, body: JSON.stringify(input) })) as T;
  }

  /** AWS Organizations, which has one region for all. https://docs.aws.amazon.com/organizations/latest/APIReference/ */
  public async organizations<T extends Json>(action: string, input: Json): Promise<T> {
    const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': `AWSOrganizationsV20161128.${action}` };
    return JSON.parse(await this.sendToOne('organizations', { method: 'POST', path: '/', headers, body: JSON.stringify(input) })) as T;
  }

  /** AWS CloudTrail: in the region where the events of IAM are, or in another one. https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/ */
  public async cloudTrail<T extends Json>(action: string, input: Json, inRegion?: string): Promise<T> {
    const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': `com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.${action}` };
    const request = { method: 'POST' as const, path: '/', headers, body: JSON.stringify(input) };
    return JSON.parse(await (inRegion === undefined ? this.sendToOne('cloudtrail', request) : this.send('cloudtrail', request, { inRegion }))) as T;
  }

  /** IAM Access Analyzer. https://docs.aws.amazon.com/access-analyzer/latest/APIReference/ */
  public async accessAnalyzer<T extends Json>(method: 'GET' | 'POST', path: string, input: Record<string, string> | Json): Promise<T> {
    const request = method === 'GET' ? { query: input as Record<string, string>, body: '' } : { body: JSON.stringify(input) };
    return JSON.parse(await this.send('access-analyzer', { method, path, headers: { 'content-type': 'application/json' }, ...request })) as T;
  }

  /** Amazon EC2. Returns XML. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/ */
  public async ec2(action: string, input: Record<string, string>): Promise<string> {
    const body = queryText({ Action: action, Version: '2016-11-15', ...input });
    return this.send('ec2', { method: 'POST', path: '/', headers: { 'content-type': FORM }, body });
  }

  /** Amazon SNS and Amazon CloudWatch. Returns XML. https://docs.aws.amazon.com/sns/latest/api/ https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/ */
  public async query(service: 'sns' | 'monitoring', action: string, input: Record<string, string>, where: Where = {}): Promise<string> {
    const body = queryText({ Action: action, Version: QUERY_VERSIONS[service], ...input });
    return this.send(service, { method: 'POST', path: '/', headers: { 'content-type': FORM }, body }, where);
  }

  /**
   * Services whose operations are methods and paths. The parts of the path are names, and are encoded.
   * https://docs.aws.amazon.com/scheduler/latest/APIReference/ https://docs.aws.amazon.com/lambda/latest/api/ https://docs.aws.amazon.com/ses/latest/APIReference-V2/
   * https://docs.aws.amazon.com/eks/latest/APIReference/ https://docs.aws.amazon.com/rolesanywhere/latest/APIReference/ https://docs.aws.amazon.com/lake-formation/latest/APIReference/
   * https://docs.aws.amazon.com/rdsdataservice/latest/APIReference/
   */
  public async rest(service: RestService, path: readonly string[], input?: Json, where: Where = {}): Promise<unknown> {
    const { method = input === undefined ? 'GET' : 'POST', query = {} } = where;
    // API Gateway responds in another form unless it is asked for JSON.
    const request = { method, path: `/${path.map(encodedName).join('/')}`, query: sorted(query), headers: { 'accept': 'application/json', 'content-type': 'application/json' }, body: input === undefined ? '' : JSON.stringify(input) };
    return JSON.parse(await this.send(service, request, where) || '{}');
  }

  /** IAM Roles Anywhere, which reads everything with GET. https://docs.aws.amazon.com/rolesanywhere/latest/APIReference/ */
  public async rolesAnywhere<T extends Json>(list: 'profiles' | 'subjects' | 'trustanchors', query: Readonly<Record<string, string>>): Promise<T> {
    return JSON.parse(await this.send('rolesanywhere', { method: 'GET', path: `/${list}`, query, headers: {}, body: '' })) as T;
  }

  /** AWS Agent Registry, which lists with POST. The parts of the path are names, and are encoded. https://docs.aws.amazon.com/agent-registry/latest/APIReference/ */
  public async agentRegistry<T extends Json>(path: readonly string[], input?: Json, { method = 'POST', inRegion }: Pick<Where, 'method' | 'inRegion'> = {}): Promise<T> {
    const headers = { 'content-type': 'application/json' };
    const request = { method, path: `/${path.map(encodedName).join('/')}`, headers, body: input === undefined ? '' : JSON.stringify(input) };
    return JSON.parse(await this.send('agent-registry-control', request, { inRegion }) || '{}') as T;
  }

  private async sendToOne(service: keyof typeof ONE_REGION, request: Omit<PlainRequest, 'host'>): Promise<string> {
    const region = await this.config.region();
    const { others, cn, gov } = ONE_REGION[service];
    return this.send(service, request, { inRegion: region.startsWith('cn-') ? cn : region.startsWith('us-gov-') ? gov : others });
  }

  private async send(service: PlainService, request: Omit<PlainRequest, 'host'>, where: Where = {}): Promise<string> {
    for (let attempt = 1; ; attempt++) {
      const answer = await this.once(service, request, where).catch((error: unknown) => causeOf(service, error as Error));
      if (!(answer instanceof Error) && answer.status < 300) {
        return answer.body;
      }
      const error = answer instanceof Error ? answer : errorOf(service, answer);
      const mayRepeat = answer instanceof Error || answer.status >= 500 || /^(Throttl|TooManyRequests|RequestLimitExceeded)/.test(error.name);
      if (!mayRepeat || attempt >= ATTEMPTS) {
        throw error;
      }
      await this.config.pause(FIRST_PAUSE_MS * 2 ** (attempt - 1) * (0.5 + Math.random() / 2));
    }
  }

  private async once(service: PlainService, request: Omit<PlainRequest, 'host'>, { inRegion, timeoutMs = TIMEOUT_MS, hostPrefix = '' }: Where): Promise<Answer> {
    const { dnsSuffix, now } = this.config;
    const [region, credentials, endpoint] = await Promise.all([
      inRegion ?? this.config.region(), this.config.credentials(), this.config.endpoint?.(service),
    ]);
    const url = new URL(endpoint ?? `https://${hostPrefix}${service}.${region}.${SUFFIXES[service] ?? dnsSuffix}`);
    const headers = signedHeaders({ ...request, host: url.host }, credentials, region, SIGNED_AS[service] ?? service, now());
    url.pathname = request.path;
    url.search = queryText(request.query ?? {});
    // The host is set from the URL.
    const { host: _host, ...sent } = headers;
    const response = await this.fetcher(url, {
      method: request.method, headers: sent, ...(request.method === 'GET' ? {} : { body: request.body }), signal: AbortSignal.timeout(timeoutMs),
    });
    const errorType = response.headers.get('x-amzn-errortype');
    return { status: response.status, body: await response.text(), ...(errorType === null ? {} : { errorType }) };
  }
}

/** `fetch` says only that it failed. The reason is the cause. */
function causeOf(service: PlainService, error: Error): Error {
  const { cause } = error;
  return cause instanceof Error && 'code' in cause ? Object.assign(new Error(`${service}: ${cause.message || String(cause.code)}`, { cause: error }), { name: String(cause.code) }) : error;
}

/** In XML the code and the message are elements, in JSON members, and of some services the code is a header. */
function errorOf(service: string, { status, body, errorType = '' }: Answer): Error {
  const [, code = errorType] = /<Code>([^<]*)<\/Code>/.exec(body) ?? /"(?:__type|code)"\s*:\s*"([^"]*)"/.exec(body) ?? [];
  const [, message = `status ${status}`] = /<Message>([^<]*)<\/Message>/.exec(body) ?? /"[mM]essage"\s*:\s*"([^"]*)"/.exec(body) ?? [];
  const name = code.split('#').at(-1)!.split(':')[0] || `Status${status}`;
  // The RDS Data API ends its message with the code of the database. Before it are names of objects, which their owners chose.
  const sqlState = [...body.matchAll(/SQLState: ([0-9A-Z]{5})\b/g)].at(-1)?.[1];
  return Object.assign(new Error(`${service}: ${message.slice(0, 300)}`), { name, ...(sqlState === undefined ? {} : { sqlState }) });
}

/** As the signature demands it. */
function sorted(query: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const given = Object.entries(query).filter((one): one is [string, string] => one[1] !== undefined);
  return Object.fromEntries(given.sort(([one], [other]) => (one < other ? -1 : 1)));
}
