import { createHash, createHmac } from 'node:crypto';
import { LocalAws } from './local-aws';
import { Keys, Outcome } from '../../../examples/quickstart/sessions';

const SERVICES = {
  kms: { target: 'TrentService', contentType: 'application/x-amz-json-1.1' },
  logs: { target: 'Logs_20140328', contentType: 'application/x-amz-json-1.1' },
  sqs: { target: 'AmazonSQS', contentType: 'application/x-amz-json-1.0' },
};

type Service = keyof typeof SERVICES;

/** A call to a service that the project has no client of. */
export async function call(aws: LocalAws, keys: Keys, service: Service, action: string, input: object): Promise<Response> {
  const { plainEndpoint, env: { region } } = aws;
  const { target, contentType } = SERVICES[service];
  const body = JSON.stringify(input);
  const date = new Date().toISOString().replace(/[-:]|\.\d+/g, '');
  const headers = {
    'content-type': contentType,
    'host': new URL(plainEndpoint).host,
    'x-amz-date': date,
    ...(keys.sessionToken === undefined ? {} : { 'x-amz-security-token': keys.sessionToken }),
    'x-amz-target': `${target}.${action}`,
  };
  const scope = [date.slice(0, 8), region, service, 'aws4_request'];
  return fetch(plainEndpoint, { method: 'POST', headers: { ...headers, authorization: signature(keys, scope, headers, date, body) }, body });
}

/** The header of Signature Version 4: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html; headers are in order. */
function signature(keys: Keys, scope: string[], headers: Record<string, string>, date: string, body: string): string {
  const hash = (text: string) => createHash('sha256').update(text).digest('hex');
  const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();
  const signed = Object.keys(headers).join(';');
  const request = ['POST', '/', '', ...Object.entries(headers).map(([name, value]) => `${name}:${value}`), '', signed, hash(body)].join('\n');
  const text = ['AWS4-HMAC-SHA256', date, scope.join('/'), hash(request)].join('\n');
  const key = scope.reduce<string | Buffer>(hmac, `AWS4${keys.secretAccessKey}`);
  return `AWS4-HMAC-SHA256 Credential=${[keys.accessKeyId, ...scope].join('/')}, SignedHeaders=${signed}, Signature=${hmac(key, text).toString('hex')}`;
}

/** What IAM said to it. */
export async function outcomeOf(response: Response): Promise<Outcome> {
  const text = await response.text();
  if (response.ok) {
    return 'allowed';
  }
  if (/AccessDenied/.test(text)) {
    return 'refused';
  }
  throw new Error(`${response.status} ${text}`);
}
