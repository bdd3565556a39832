import { Credentials, encodedName, PlainRequest, queryText, signedHeaders } from './signature';

type Json = Record<string, unknown>;

/** Services that are called, as in the names of their hosts. */
export type PlainService = 'access-analyzer' | 'ce' | 'cloudtrail' | 'ec2' | 'ecs' | 'email' | 'lambda' | 'monitoring' | 'organizations' | 'scheduler' | 'sns' | 'sqs';

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
}

/** Names in signatures, of services whose hosts have another name. */
const SIGNED_AS: Readonly<Partial<Record<PlainService, string>>> = { email: 'ses' };

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
    const [, , , region, account, name] = arn.split(':');
    const headers = { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': 'AmazonSQS.GetQueueAttributes' };
    const body = JSON.stringify({ QueueUrl: `https://sqs.${region}.${this.config.dnsSuffix}/${account}/${name}`, AttributeNames: names });
    return (JSON.parse(await this.send('sqs', { method: 'POST', path: '/', headers, body })) as { Attributes?: Record<string, string> }).Attributes ?? {};
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
   * Amazon EventBridge Scheduler, AWS Lambda and Amazon SES (`email`). The parts of the path are names, and are encoded.
   * https://docs.aws.amazon.com/scheduler/latest/APIReference/ https://docs.aws.amazon.com/lambda/latest/api/ https://docs.aws.amazon.com/ses/latest/APIReference-V2/
   */
  public async rest(service: 'scheduler' | 'lambda' | 'email', path: readonly string[], input?: Json, where: Where = {}): Promise<unknown> {
    const [method, body] = input === undefined ? ['GET' as const, ''] : ['POST' as const, JSON.stringify(input)];
    return JSON.parse(await this.send(service, { method, path: `/${path.map(encodedName).join('/')}`, headers: { 'content-type': 'application/json' }, body }, where));
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

  private async once(service: PlainService, request: Omit<PlainRequest, 'host'>, { inRegion, timeoutMs = TIMEOUT_MS }: Where): Promise<Answer> {
    const { dnsSuffix, now } = this.config;
    const [region, credentials, endpoint] = await Promise.all([
      inRegion ?? this.config.region(), this.config.credentials(), this.config.endpoint?.(service),
    ]);
    const url = new URL(endpoint ?? `https://${service}.${region}.${dnsSuffix}`);
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
  return Object.assign(new Error(`${service}: ${message.slice(0, 300)}`), { name });
}
