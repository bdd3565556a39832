import * as z from 'zod';
import { PLACEHOLDER } from '../../../src/contract/revokers';
import { handler, KindContext } from '../kind';
import { NotDone } from '../not-done';
import { Answer } from '../outbound';
import { headerValue, SecretValues } from '../secrets';
import { filledUrl } from '../templates';

const statuses = z.array(z.string().regex(/^\d{3}$/)).min(1).transform((all) => all.map(Number));
const settings = z.object({
  url: z.string(),
  method: z.string(),
  expected: statuses,
  verifyUrl: z.string(),
  verifyMethod: z.string(),
  present: statuses,
  absent: statuses,
  secretArn: z.string().optional(),
  headers: z.record(z.string(), z.string()).optional(),
  body: z.string().optional(),
});
type HttpSettings = z.output<typeof settings>;

/** Any API: one request revokes, and another one shows whether the access is there. Statuses that the settings don't name are no answer. */
export const http = handler(settings, (given, context) => ({
  async look() {
    const { status } = await request(given, context, given.verifyMethod, given.verifyUrl);
    if (given.absent.includes(status)) {
      return 'absent';
    }
    if (!given.present.includes(status)) {
      throw new NotDone(`the verifying request got ${status}, which says neither that the access is there nor that it no longer exists`);
    }
    return 'active';
  },
  async revoke() {
    const { status } = await request(given, context, given.method, given.url, given.body);
    if (!given.expected.includes(status)) {
      throw new NotDone(`it responded ${status}`);
    }
  },
}));

async function request(given: HttpSettings, { send, secret, values }: KindContext, method: string, template: string, body?: string): Promise<Answer> {
  const url = filledUrl(template, values);
  const known = given.secretArn === undefined ? {} : await secret(given.secretArn, url);
  const headers = Object.fromEntries(Object.entries(given.headers ?? {}).map(([name, value]) => [name, withSecret(value, known)]));
  return send({ method, url, headers: body === undefined ? headers : { 'content-type': 'application/json', ...headers }, ...(body === undefined ? {} : { body: jsonOf(body, values) }) });
}

/** Replaces `{key}` by the secret's value. */
function withSecret(template: string, values: SecretValues): string {
  return template.replace(PLACEHOLDER, (_all, key: string) => headerValue(values, key));
}

/** A placeholder stands in a JSON text, so that its value is escaped and can't end that text. */
function jsonOf(body: string, values: Readonly<Record<string, string>>): string {
  return body.replace(PLACEHOLDER, (all, name: string) => (Object.hasOwn(values, name) ? JSON.stringify(values[name]).slice(1, -1) : all));
}
