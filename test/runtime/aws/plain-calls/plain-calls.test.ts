import { SignatureV4 } from '@smithy/signature-v4';
import { PlainCalls, PlainConfig } from '../../../../runtime/aws/plain-calls';
import { signedHeaders } from '../../../../runtime/aws/plain-calls/signature';
import { Sha256 } from '../sha256';

const NOW = new Date('2015-08-30T12:36:00Z');
// The keys of AWS's published test suite for signatures.
const KEYS = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };
const HOST = { host: 'example.amazonaws.com', headers: {}, body: '' };

describe('a signature', () => {
  // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-test-suite.html
  test.each([
    ['get-vanilla', { ...HOST, method: 'GET' as const, path: '/' }, '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31'],
    ['post-vanilla', { ...HOST, method: 'POST' as const, path: '/' }, '5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b'],
    ['get-vanilla-query-order-key-case', { ...HOST, method: 'GET' as const, path: '/', query: { Param1: 'value1', Param2: 'value2' } }, 'b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500'],
  ])('of AWS\'s test %s is the published one', (_name, request, signature) => {
    const { authorization } = signedHeaders(request, KEYS, 'us-east-1', 'service', NOW);
    expect(authorization).toBe(`AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=host;x-amz-date, Signature=${signature}`);
  });

  test('covers the token of a session and every header', () => {
    const { authorization, ...headers } = signedHeaders({ ...HOST, method: 'POST', path: '/', headers: { 'x-amz-target': 'T' } }, { ...KEYS, sessionToken: 'token' }, 'us-east-1', 'ecs', NOW);
    expect(authorization).toContain('SignedHeaders=host;x-amz-date;x-amz-security-token;x-amz-target,');
    expect(headers).toMatchObject({ 'x-amz-security-token': 'token' });
  });
});

const signatureOf = (authorization: string): string | undefined => /Signature=(\w+)$/.exec(authorization)?.[1];

interface Sent { readonly url: string; readonly method: string; readonly headers: Record<string, string>; readonly body?: string }

/** Calls whose service responds with these, one after another; the last one again and again. */
const callsWith = (...answers: (Response | Error)[]) => callsFrom({}, ...answers);

function callsFrom(
  more: Partial<PlainConfig>, ...answers: (Response | Error)[]
): { readonly calls: PlainCalls; readonly sent: Sent[]; readonly pauses: number[] } {
  const [sent, pauses]: [Sent[], number[]] = [[], []];
  const fetcher = async (url: URL, init: Omit<Sent, 'url'>): Promise<Response> => {
    const { method, headers, body } = init;
    sent.push({ url: String(url), method, headers, ...(body === undefined ? {} : { body }) });
    const answer = answers[Math.min(sent.length, answers.length) - 1];
    if (answer instanceof Error) {
      throw answer;
    }
    return answer.clone();
  };
  const calls = new PlainCalls({
    region: async () => 'eu-west-1', credentials: async () => KEYS, dnsSuffix: 'amazonaws.com', now: () => NOW, pause: async (ms) => void pauses.push(ms), ...more,
  }, fetcher as never);
  return { calls, sent, pauses };
}
const ok = (body: string) => new Response(body, { status: 200 });
const failed = (status: number, body: string, headers = {}) => new Response(body, { status, headers });

test('the code of a database is the last one of a message, before which is the name that somebody gave to an object', async () => {
  const message = 'ERROR: permission denied for schema x SQLState: NHI01; SQLState: 42501';
  const { calls } = callsWith(failed(400, JSON.stringify({ message }), { 'x-amzn-errortype': 'DatabaseErrorException' }));
  await expect(calls.rest('rds-data', ['Execute'], {})).rejects.toMatchObject({ name: 'DatabaseErrorException', sqlState: '42501' });
});

describe('a request', () => {
  test('to ECS is JSON with its action', async () => {
    const { calls, sent } = callsWith(ok('{"taskArns":["one"]}'));
    expect(await calls.ecs('ListTasks', { cluster: 'main' })).toEqual({ taskArns: ['one'] });
    expect(sent).toMatchObject([{ url: 'https://ecs.eu-west-1.amazonaws.com/', method: 'POST', body: '{"cluster":"main"}', headers: { 'x-amz-target': 'AmazonEC2ContainerServiceV20141113.ListTasks' } }]);
    expect(sent[0].headers.authorization).toContain('/20150830/eu-west-1/ecs/aws4_request');
  });

  test('to SQS names the queue by its URL, and returns its attributes or none', async () => {
    const { calls, sent } = callsWith(ok('{"Attributes":{"Policy":"{}"}}'), ok('{}'));
    expect(await calls.queueAttributes('arn:aws:sqs:eu-west-1:111122223333:invoices.fifo')).toEqual({ Policy: '{}' });
    expect(sent).toMatchObject([{
      url: 'https://sqs.eu-west-1.amazonaws.com/',
      body: '{"QueueUrl":"https://sqs.eu-west-1.amazonaws.com/111122223333/invoices.fifo","AttributeNames":["Policy"]}',
      headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': 'AmazonSQS.GetQueueAttributes' },
    }]);
    expect(await calls.queueAttributes('arn:aws:sqs:eu-west-1:111122223333:invoices')).toEqual({});
  });

  test('to Cost Explorer goes to its one region, and is signed for it', async () => {
    const { calls, sent } = callsWith(ok('{"ResultsByTime":[]}'));
    expect(await calls.costExplorer('GetCostAndUsage', { Metrics: [] })).toEqual({ ResultsByTime: [] });
    expect(sent).toMatchObject([{ url: 'https://ce.us-east-1.amazonaws.com/', body: '{"Metrics":[]}', headers: { 'x-amz-target': 'AWSInsightsIndexService.GetCostAndUsage' } }]);
    expect(sent[0].headers.authorization).toContain('/20150830/us-east-1/ce/aws4_request');
  });

  test.each([
    ['eu-west-1', 'amazonaws.com', 'us-east-1', 'us-east-1'],
    ['cn-north-1', 'amazonaws.com.cn', 'cn-northwest-1', 'cn-north-1'],
    ['us-gov-east-1', 'amazonaws.com', 'us-gov-west-1', 'us-gov-west-1'],
  ])('from %s goes to the one region of a service in that partition', async (region, dnsSuffix, organizations, cloudTrail) => {
    const { calls, sent } = callsFrom({ region: async () => region, dnsSuffix }, ok('{}'));
    await calls.organizations('ListAccounts', {});
    await calls.cloudTrail('LookupEvents', {});

    expect(sent.map(({ url }) => url)).toEqual([`https://organizations.${organizations}.${dnsSuffix}/`, `https://cloudtrail.${cloudTrail}.${dnsSuffix}/`]);
    expect(sent[0].headers.authorization).toContain(`/${organizations}/organizations/aws4_request`);
  });

  test('to EC2 is a form, with everything encoded', async () => {
    const { calls, sent } = callsWith(ok('<xml/>'));
    expect(await calls.ec2('DescribeInstances', { 'Filter.1.Value.1': 'arn:aws:iam::1:instance-profile/a b*' })).toBe('<xml/>');
    expect(sent[0].body).toBe('Action=DescribeInstances&Version=2016-11-15&Filter.1.Value.1=arn%3Aaws%3Aiam%3A%3A1%3Ainstance-profile%2Fa%20b%2A');
  });

  test('to SQS may ask for other attributes', async () => {
    const { calls, sent } = callsWith(ok('{"Attributes":{"ApproximateNumberOfMessages":"3"}}'));
    expect(await calls.queueAttributes('arn:aws:sqs:eu-west-1:111122223333:invoices', ['ApproximateNumberOfMessages'])).toEqual({ ApproximateNumberOfMessages: '3' });
    expect(sent[0].body).toContain('"AttributeNames":["ApproximateNumberOfMessages"]');
  });

  test.each<['sns' | 'monitoring', string]>([['sns', '2010-03-31'], ['monitoring', '2010-08-01']])('to %s is a form with its version, in the region that is named', async (service, version) => {
    const { calls, sent } = callsWith(ok('<xml/>'));
    expect(await calls.query(service, 'List', { TopicArn: 'arn:x' }, { inRegion: 'us-east-1' })).toBe('<xml/>');
    expect(sent).toMatchObject([{ url: `https://${service}.us-east-1.amazonaws.com/`, method: 'POST', body: `Action=List&Version=${version}&TopicArn=arn%3Ax` }]);
    expect(sent[0].headers.authorization).toContain(`/us-east-1/${service}/aws4_request`);
  });

  test('to Roles Anywhere asks for a page in the query', async () => {
    const { calls, sent } = callsWith(ok('{"subjects":[]}'));
    expect(await calls.rolesAnywhere('subjects', { nextToken: 'a+/=' })).toEqual({ subjects: [] });
    await calls.rolesAnywhere('trustanchors', {});
    expect(sent.map(({ url, method, body }) => [url, method, body])).toEqual([
      ['https://rolesanywhere.eu-west-1.amazonaws.com/subjects?nextToken=a%2B%2F%3D', 'GET', undefined], ['https://rolesanywhere.eu-west-1.amazonaws.com/trustanchors', 'GET', undefined],
    ]);
    expect(sent[0].headers.authorization).toContain('/eu-west-1/rolesanywhere/aws4_request');
  });

  test('to AWS Agent Registry goes to its own host and is signed for its own name', async () => {
    const { calls, sent } = callsWith(ok('{"registryRecords":[]}'));
    expect(await calls.agentRegistry(['registries', 'r/../1', 'records-list'], { maxResults: 100 })).toEqual({ registryRecords: [] });
    expect(sent.map(({ url, method, body }) => [url, method, body])).toEqual([
      ['https://agent-registry-control.eu-west-1.api.aws/registries/r%2F..%2F1/records-list', 'POST', '{"maxResults":100}'],
    ]);
    expect(sent[0].headers.authorization).toContain('/eu-west-1/agent-registry/aws4_request');
  });

  test.each<['scheduler' | 'lambda' | 'email', string]>([['scheduler', 'scheduler'], ['lambda', 'lambda'], ['email', 'ses']])('to %s names what it asks for in the path, and is signed for %s', async (service, signedAs) => {
    const { calls, sent } = callsWith(ok('{"State":"ENABLED"}'));
    expect(await calls.rest(service, ['v2', 'identities', 'ada/../@x'])).toEqual({ State: 'ENABLED' });
    expect(await calls.rest(service, ['functions'], { emails: [] })).toEqual({ State: 'ENABLED' });
    expect(sent.map(({ url, method, body }) => [url, method, body])).toEqual([
      [`https://${service}.eu-west-1.amazonaws.com/v2/identities/ada%2F..%2F%40x`, 'GET', undefined], [`https://${service}.eu-west-1.amazonaws.com/functions`, 'POST', '{"emails":[]}'],
    ]);
    expect(sent[0].headers.authorization).toContain(`/eu-west-1/${signedAs}/aws4_request`);
  });

  test('with an encoded name in its path has the signature that the SDK makes', async () => {
    const { calls, sent } = callsWith(ok('{}'));
    await calls.rest('email', ['v2', 'email', 'identities', 'ada@example.com']);
    const { headers } = sent[0];
    const signer = new SignatureV4({ service: 'ses', region: 'eu-west-1', credentials: KEYS, sha256: Sha256 as never, applyChecksum: false });
    const { authorization: _own, 'x-amz-date': _date, ...unsigned } = headers;
    const signed = await signer.sign({
      method: 'GET', protocol: 'https:', hostname: 'email.eu-west-1.amazonaws.com', path: '/v2/email/identities/ada%40example.com', headers: { ...unsigned, host: 'email.eu-west-1.amazonaws.com' },
    }, { signingDate: NOW });

    expect(signatureOf(headers.authorization)).toMatch(/^[0-9a-f]{64}$/);
    expect(signatureOf(headers.authorization)).toBe(signatureOf(signed.headers.authorization));
  });

  test('to CloudTrail goes to us-east-1, or to the region that is named', async () => {
    const { calls, sent } = callsWith(ok('{}'));
    await calls.cloudTrail('DescribeTrails', {});
    await calls.cloudTrail('DescribeTrails', {}, 'eu-north-1');
    expect(sent.map(({ url }) => url)).toEqual(['https://cloudtrail.us-east-1.amazonaws.com/', 'https://cloudtrail.eu-north-1.amazonaws.com/']);
  });

  test('to Access Analyzer has its input in the query or in the body', async () => {
    const { calls, sent } = callsWith(ok('{}'));
    await calls.accessAnalyzer('GET', '/analyzer', { nextToken: 'a/b=', type: 'ACCOUNT_UNUSED_ACCESS' });
    await calls.accessAnalyzer('POST', '/findingv2', { filter: {} });
    expect(sent.map(({ url, body }) => [url, body])).toEqual([
      ['https://access-analyzer.eu-west-1.amazonaws.com/analyzer?nextToken=a%2Fb%3D&type=ACCOUNT_UNUSED_ACCESS', undefined],
      ['https://access-analyzer.eu-west-1.amazonaws.com/findingv2', '{"filter":{}}'],
    ]);
  });
});

describe('a failure', () => {
  test.each<[string, Response]>([
    ['ClusterNotFoundException', failed(400, '{"__type":"com.amazonaws.ecs#ClusterNotFoundException","message":"no such cluster"}')],
    ['InvalidInstanceID.NotFound', failed(400, '<Response><Errors><Error><Code>InvalidInstanceID.NotFound</Code><Message>none</Message></Error></Errors></Response>')],
    ['AccessDeniedException', failed(403, '{"message":"no"}', { 'x-amzn-errortype': 'AccessDeniedException:http://internal' })],
    ['Status418', failed(418, 'teapot')],
  ])('has the service\'s code as its name: %s, and is not repeated', async (name, response) => {
    const { calls, sent } = callsWith(response);
    await expect(calls.ecs('ListTasks', {})).rejects.toMatchObject({ name });
    expect(sent).toHaveLength(1);
  });

  test.each<[string, Response | Error]>([
    ['throttled', failed(400, '{"__type":"ThrottlingException"}')], ['too fast', failed(503, '<Response><Errors><Error><Code>RequestLimitExceeded</Code></Error></Errors></Response>')],
    ['broken', failed(500, '')], ['not reachable', new TypeError('fetch failed')],
  ])('of a service that is %s is repeated, later each time, and ends', async (_what, answer) => {
    const { calls, sent, pauses } = callsWith(answer, answer, ok('{"taskArns":[]}'));
    expect(await calls.ecs('ListTasks', {})).toEqual({ taskArns: [] });
    expect([sent.length, pauses.length]).toEqual([3, 2]);
    expect(pauses[1]).toBeGreaterThan(pauses[0] * 0.99);

    const never = callsWith(answer);
    await expect(never.calls.ecs('ListTasks', {})).rejects.toThrow();
    expect(never.sent).toHaveLength(5);
  });
});
