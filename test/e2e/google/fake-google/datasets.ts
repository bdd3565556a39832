import { FakeBinding, FakePolicies } from './policies';
import { Route } from './wire';

interface AccessEntry {
  role?: string;
  userByEmail?: string;
  iamMember?: string;
  condition?: FakeBinding['condition'];
  view?: unknown;
}

const DATASET = /^\/bigquery\/v2\/(projects\/[^/]+\/datasets\/[^/:]+)$/;
const POLICY = /^\/stand-in\/datasets\/(projects\/[^/]+\/datasets\/[^/:]+)$/;

/** A dataset's access entries: its policy told otherwise, and authorized views, which no policy holds. */
export class FakeDatasets {
  public readonly views = new Map<string, AccessEntry[]>();

  public constructor(private readonly policies: FakePolicies) {}

  public get routes(): Route[] {
    return [
      ['GET', DATASET, ({ query }, name) => this.read(name, query.get('accessPolicyVersion') === '3')],
      ['PATCH', DATASET, ({ body, ifMatch }, name) => this.write(name, body.access, ifMatch)],
      // The stand-in provider's own door, as it would otherwise need this class again in Go.
      ['GET', POLICY, (_request, name) => this.policies.of(name)],
      ['POST', POLICY, ({ body }, name) => this.policies.set(name, body.policy, 409)],
    ];
  }

  private read(name: string, withConditions: boolean): object {
    const { etag, bindings } = this.policies.of(name);
    const access = bindings.flatMap(({ role, members, condition }) => members.map((member): AccessEntry => ({
      role,
      ...member.startsWith('serviceAccount:') ? { userByEmail: member.slice('serviceAccount:'.length) } : { iamMember: member },
      ...withConditions && condition !== undefined ? { condition } : {},
    })));
    return { id: name, etag, access: [...this.views.get(name) ?? [], ...access] };
  }

  private write(name: string, access: AccessEntry[], etag: string | undefined): object {
    const granted = access.filter(({ role }) => role !== undefined);
    const bindings = granted.map(({ role, userByEmail, iamMember, condition }) => ({
      role: role!, members: [iamMember ?? `serviceAccount:${userByEmail}`], ...condition === undefined ? {} : { condition },
    }));
    this.policies.set(name, { version: 3, etag: etag!, bindings }, 412);
    this.views.set(name, access.filter(({ role }) => role === undefined));
    return this.read(name, true);
  }
}
