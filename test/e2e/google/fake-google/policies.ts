import { createHash } from 'node:crypto';
import { FakeRequest, notFound, Refusal, Route } from './wire';

export interface FakeBinding {
  role: string;
  members: string[];
  condition?: { title: string; expression: string; description?: string };
}

export interface FakePolicy {
  version?: number;
  etag: string;
  bindings: FakeBinding[];
  auditConfigs?: unknown[];
}

const BASIC = ['roles/owner', 'roles/editor', 'roles/viewer'];
const STANDARD = /^\/(?:bigquery\/v2|v[123])\/((?:projects|folders|organizations)\/[^:]+):getIamPolicy$/;
const STANDARD_SET = /^\/(?:bigquery\/v2|v[123])\/((?:projects|folders|organizations)\/[^:]+):setIamPolicy$/;
const TEST = /^\/(?:bigquery\/v2|v[123])\/((?:projects|folders|organizations)\/[^:]+):testIamPermissions$/;
/** Tables of BigQuery, whose policies have no conditions and no other version. */
const VERSION_1_ONLY = /\/datasets\/[^/]+\/tables\//;
const BUCKET_TEST = /^\/storage\/v1\/b\/([^/]+)\/iam\/testPermissions$/;
const BUCKET = /^\/storage\/v1\/b\/([^/]+)\/iam$/;

/** Allow policies by resource, with Google's rules for etags, versions, conditions and members. */
export class FakePolicies {
  /** `<permission> on <resource>` that is denied to every caller. */
  public readonly denied = new Set<string>();
  private readonly policies = new Map<string, FakePolicy>();
  private written = 0;

  public constructor(private readonly exists: (resource: string) => boolean, private readonly isAccount: (email: string) => boolean) {}

  public get routes(): Route[] {
    const version = ({ body, query }: FakeRequest) => Number(body?.options?.requestedPolicyVersion
      ?? query.get('options.requestedPolicyVersion') ?? query.get('optionsRequestedPolicyVersion') ?? 1);
    return [
      ['GET', STANDARD, (request, resource) => this.get(resource, version(request))],
      ['POST', STANDARD, (request, resource) => this.get(resource, version(request))],
      ['POST', STANDARD_SET, ({ body }, resource) => this.set(resource, body.policy, 409)],
      ['GET', BUCKET, (request, bucket) => this.get(`buckets/${bucket}`, version(request))],
      ['PUT', BUCKET, ({ body }, bucket) => this.set(`buckets/${bucket}`, body, 412)],
      ['POST', TEST, ({ body }, resource) => this.test(resource, body.permissions)],
      ['GET', BUCKET_TEST, ({ query }, bucket) => this.test(`buckets/${bucket}`, query.getAll('permissions'))],
    ];
  }

  public all(): ReadonlyMap<string, FakePolicy> {
    return this.policies;
  }

  /** The stored policy, without regard to the caller. */
  public of(resource: string): FakePolicy {
    if (!this.exists(resource)) {
      throw notFound(resource);
    }
    return this.policies.get(resource) ?? { etag: this.newEtag(resource, 0), bindings: [] };
  }

  /** Grants a role by hand, outside of the pipeline. */
  public grant(resource: string, role: string, member: string, condition?: FakeBinding['condition']): void {
    const policy = structuredClone(this.of(resource));
    policy.bindings.push({ role, members: [member], ...condition === undefined ? {} : { condition } });
    this.put(resource, policy);
  }

  public set(resource: string, next: FakePolicy, conflict: number): FakePolicy {
    const present = this.of(resource);
    if (next.etag !== undefined && next.etag !== present.etag) {
      throw new Refusal(conflict, 'There were concurrent policy changes. Please retry the whole read-modify-write with exponential backoff.');
    }
    if (VERSION_1_ONLY.test(resource) && (next.version !== 1 || next.bindings.some(({ condition }) => condition !== undefined))) {
      throw new Refusal(400, `Can't set conditional policy on policy type: bigquery_tables and id: ${resource}`);
    }
    for (const { role, members, condition } of next.bindings ?? []) {
      if (condition !== undefined && next.version !== 3) {
        throw new Refusal(400, 'a policy with conditions needs version 3');
      }
      if (condition !== undefined && BASIC.includes(role)) {
        throw new Refusal(400, `${role} takes no condition`);
      }
      const unknown = members.find((member) => member.startsWith('serviceAccount:') && !this.isAccount(member.slice('serviceAccount:'.length)));
      if (unknown !== undefined) {
        throw new Refusal(400, `Service account ${unknown.slice('serviceAccount:'.length)} does not exist.`);
      }
    }
    return this.put(resource, { ...present, bindings: structuredClone(next.bindings ?? []), version: next.version });
  }

  /** Changes all members that name the account, as its deletion does. */
  public markDeleted(email: string, uniqueId: string): void {
    for (const [resource, policy] of this.policies) {
      const live = `serviceAccount:${email}`;
      if (policy.bindings.some(({ members }) => members.includes(live))) {
        const members = (binding: FakeBinding) => binding.members.map((member) => member === live ? `deleted:${live}?uid=${uniqueId}` : member);
        this.put(resource, { ...policy, bindings: policy.bindings.map((binding) => ({ ...binding, members: members(binding) })) });
      }
    }
  }

  public drop(resource: string): void {
    this.policies.delete(resource);
  }

  /** For a resource that doesn't exist, Google returns no permissions instead of an error. */
  private test(resource: string, permissions: string[]): object {
    return this.exists(resource) ? { permissions: permissions.filter((permission) => !this.denied.has(`${permission} on ${resource}`)) } : {};
  }

  private get(resource: string, version: number): FakePolicy {
    const policy = structuredClone(this.of(resource));
    if (version >= 3) {
      return policy;
    }
    // Google does this for callers that don't support conditions.
    const bindings = policy.bindings.map(({ condition, role, members }) => ({ role: condition === undefined ? role : `${role}_withcond_${hash(condition.expression)}`, members }));
    return { ...policy, version: 1, bindings };
  }

  private put(resource: string, policy: FakePolicy): FakePolicy {
    this.written += 1;
    const kept = { ...policy, etag: this.newEtag(resource, this.written) };
    this.policies.set(resource, kept);
    return structuredClone(kept);
  }

  private newEtag(resource: string, count: number): string {
    return Buffer.from(hash(`${resource} ${count}`)).toString('base64');
  }
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}
