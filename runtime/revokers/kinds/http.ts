import * as z from 'zod';
import { JSON_POINTER, PLACEHOLDER, Presence } from '../../../src/contract/revokers';
import { handler, KindContext } from '../kind';
import { NotDone } from '../not-done';
import { Answer } from '../outbound';
import { headerValue, SecretValues } from '../secrets';
import { filledUrl } from '../templates';

const statuses = z.array(z.string().regex(/^\d{3}$/)).min(1).transform((all) => all.map(Number));
const change = z.object({ url: z.string(), method: z.string(), expected: z.string().transform((all) => all.split(' ')).pipe(statuses), body: z.string().optional() });
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
  suspend: change.optional(),
  resume: change.optional(),
  inactiveStatuses: statuses.optional(),
  inactiveField: z.string().regex(JSON_POINTER).optional(),
  inactiveValues: z.array(z.string()).optional(),
});
type HttpSettings = z.output<typeof settings>;

/** Any API: one request revokes, two may deactivate and activate, and another one shows whether the access is there. Statuses that the settings don't name are no answer. */
export const http = handler(settings, (given, context) => {
  const send = async ({ method, url, body, expected }: z.output<typeof change>): Promise<void> => {
    const { status } = await request(given, context, method, url, body);
    if (!expected.includes(status)) {
      throw new NotDone(`it responded ${status}`);
    }
  };
  const { suspend, resume } = given;
  return {
    look: async () => presenceIn(given, await request(given, context, given.verifyMethod, given.verifyUrl)),
    revoke: () => send(given),
    ...(suspend === undefined ? {} : { suspend: () => send(suspend) }),
    ...(resume === undefined ? {} : { resume: () => send(resume) }),
  };
});

function presenceIn({ absent, present, inactiveStatuses = [], inactiveField, inactiveValues }: HttpSettings, { status, json }: Answer): Presence {
  if (absent.includes(status)) {
    return 'absent';
  }
  if (inactiveStatuses.includes(status)) {
    return 'inactive';
  }
  if (!present.includes(status)) {
    throw new NotDone(`the verifying request got ${status}, which says neither that the access is there nor that it no longer exists`);
  }
  return inactiveField !== undefined && isInactive(pointedAt(json, inactiveField), inactiveValues) ? 'inactive' : 'active';
}

/** @throws NotDone if a document that could say it did not come, because that must not pass for active */
function pointedAt(json: unknown, pointer: string): unknown {
  if (typeof json !== 'object' || json === null) {
    throw new NotDone('the answer of the verifying request is not a JSON object or array');
  }
  const tokens = pointer.slice(1).split('/').map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
  return tokens.reduce<unknown>((part, token) => (typeof part === 'object' && part !== null && Object.hasOwn(part, token) ? (part as Record<string, unknown>)[token] : undefined), json);
}

function isInactive(value: unknown, values?: readonly string[]): boolean {
  if (values === undefined) {
    return value !== undefined && value !== null && value !== false && value !== '';
  }
  return ['string', 'number', 'boolean'].includes(typeof value) && values.includes(String(value));
}

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
