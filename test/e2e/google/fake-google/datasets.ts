import { FakeBinding, FakePolicies, FakePolicy } from './policies';
import { Route } from './wire';

interface AccessEntry {
  role?: string;
  userByEmail?: string;
  iamMember?: string;
  condition?: FakeBinding['condition'];
  view?: unknown;
}

/** BigQuery returns its own names for three roles, whichever name was written. */
const BASIC: readonly (readonly [basic: string, predefined: string])[] = [
  ['READER', 'roles/bigquery.dataViewer'], ['WRITER', 'roles/bigquery.dataEditor'], ['OWNER', 'roles/bigquery.dataOwner'],
];
const DATASET = /^\/bigquery\/v2\/(projects\/[^/]+\/datasets\/[^/:]+)$/;
const POLICY = /^\/stand-in\/datasets\/(projects\/[^/]+\/datasets\/[^/:]+)$/;

/** A dataset's access entries: its policy in another form, and authorized views, which no policy contains. */
export class FakeDatasets {
  public readonly views = new Map<string, AccessEntry[]>();

  public constructor(private readonly policies: FakePolicies) {}

  public get routes(): Route[] {
    return [
      ['GET', DATASET, ({ query }, name) => this.read(name, query.get('accessPolicyVersion') === '3')],
      ['PATCH', DATASET, ({ body, ifMatch }, name) => this.write(name, body.access, ifMatch)],
      // A separate route for the stand-in provider, which would otherwise need this class in Go. Like the real provider, it reads and writes datasets
      // without etag.
      ['GET', POLICY, (_request, name) => {
        const { etag: _unread, bindings, ...policy } = this.policies.of(name);
        return { ...policy, bindings: bindings.map((binding) => ({ ...binding, role: basicOf(binding.role) })) };
      }],
      ['POST', POLICY, ({ body: { policy } }, name) => {
        const bindings = (policy as FakePolicy).bindings.map((binding) => ({ ...binding, role: predefinedOf(binding.role) }));
        return this.policies.set(name, { ...policy, etag: undefined, bindings }, 409);
      }],
    ];
  }

  private read(name: string, withConditions: boolean): object {
    const { etag, bindings } = this.policies.of(name);
    const access = bindings.flatMap(({ role, members, condition }) => members.map((member): AccessEntry => ({
      role: basicOf(role),
      ...member.startsWith('serviceAccount:') ? { userByEmail: member.slice('serviceAccount:'.length) } : { iamMember: member },
      ...withConditions && condition !== undefined ? { condition } : {},
    })));
    return { id: name, etag, access: [...this.views.get(name) ?? [], ...access] };
  }

  private write(name: string, access: AccessEntry[], etag: string | undefined): object {
    const granted = access.filter(({ role }) => role !== undefined);
    const bindings = granted.map(({ role, userByEmail, iamMember, condition }) => ({
      role: predefinedOf(role!), members: [iamMember ?? `serviceAccount:${userByEmail}`], ...condition === undefined ? {} : { condition },
    }));
    this.policies.set(name, { version: 3, etag: etag!, bindings }, 412);
    this.views.set(name, access.filter(({ role }) => role === undefined));
    return this.read(name, true);
  }
}

function basicOf(role: string): string {
  return BASIC.find(([, predefined]) => predefined === role)?.[0] ?? role;
}

function predefinedOf(role: string): string {
  return BASIC.find(([basic]) => basic === role)?.[1] ?? role;
}
