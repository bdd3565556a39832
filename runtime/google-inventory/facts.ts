import * as z from 'zod';

/** A service account, as Google lists it. */
const ACCOUNT = z.object({
  email: z.string(),
  uniqueId: z.string(),
  project: z.string(),
  displayName: z.string(),
  description: z.string(),
  disabled: z.boolean(),
  /** When it was created or last changed. Google does not say when it was created. */
  changedAt: z.string().optional(),
});
/** A user-managed key. */
const KEY = z.object({
  /** Address or unique id of its account. */
  account: z.string(),
  id: z.string(),
  active: z.boolean(),
  createdAt: z.string().optional(),
  expiresAt: z.string().optional(),
  /** What Google found, if the key was exposed or used by an attacker. */
  leaked: z.string().optional(),
});
/** What runs as an account. */
const ATTACHMENT = z.object({ account: z.string(), kind: z.enum(['function', 'service']), name: z.string() });
const PROJECT = z.object({
  id: z.string(),
  number: z.string(),
  name: z.string(),
  labels: z.record(z.string(), z.string()),
  /** `folders/<number>` and `organizations/<number>`. */
  ancestors: z.array(z.string()),
});
const GRANT = z.object({
  /** Resource, such as `projects/acme-shop`. */
  on: z.string(),
  role: z.string(),
  members: z.array(z.string()),
  condition: z.string().optional(),
});
/** The form of a page. A file is not more trusted than what else is on the machine, and a version before this one may have written it. */
export const FACTS = z.object({
  accounts: z.array(ACCOUNT), keys: z.array(KEY), attachments: z.array(ATTACHMENT), projects: z.array(PROJECT), grants: z.array(GRANT),
});

export type Account = z.infer<typeof ACCOUNT>;
export type AccountKey = z.infer<typeof KEY>;
export type Attachment = z.infer<typeof ATTACHMENT>;
export type Project = z.infer<typeof PROJECT>;
export type Grant = z.infer<typeof GRANT>;
/** What Google says of projects and their service accounts. */
export type Facts = z.infer<typeof FACTS>;

export function merged(all: readonly Partial<Facts>[]): Facts {
  return {
    accounts: all.flatMap(({ accounts = [] }) => accounts),
    keys: all.flatMap(({ keys = [] }) => keys),
    attachments: all.flatMap(({ attachments = [] }) => attachments),
    projects: all.flatMap(({ projects = [] }) => projects),
    grants: all.flatMap(({ grants = [] }) => grants),
  };
}

/** A text of an answer. Google leaves out what is empty. */
export function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** What is at a path of an answer. */
export function at(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>((inner, key) => (typeof inner === 'object' && inner !== null && Object.hasOwn(inner, key) ? (inner as Record<string, unknown>)[key] : undefined), value);
}

/** A list of an answer. */
export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
