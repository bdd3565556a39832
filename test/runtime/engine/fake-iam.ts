import { Disturb, named } from '../ledger/memory-table';

export interface FakeRole {
  readonly roleId: string;
  readonly roleName: string;
  readonly path: string;
  boundary?: string;
  trust: string;
  readonly inline: Map<string, string>;
  readonly attached: Set<string>;
  tags: Record<string, string>;
  maxSessionSeconds?: number;
  /** What IAM says of its use. Without a creation date, the role can't be judged. */
  createdAt?: Date;
  lastUsedAt?: Date;
}

export const DENY_ALL = 'arn:aws:iam::aws:policy/AWSDenyAll';
const ENGINE = 'arn:aws:iam::111122223333:role/agents-nhi-lifecycle-engine';
const REACH = /:role\/agents-nhi-reach-[0-9a-f]{16}$/;
const CLOSED = /"Sid":"Closed"/;

interface Input {
  readonly RoleName: string;
  readonly PolicyName: string;
  readonly PolicyDocument: string;
  readonly PolicyArn: string;
  readonly PermissionsBoundary: string;
  readonly PolicySourceArn: string;
  readonly ActionNames: string[];
  readonly ResourceArns?: string[];
  readonly ContextEntries?: { ContextKeyName: string; ContextKeyValues: string[] }[];
  readonly InstanceProfileName: string;
  readonly Marker?: string;
  readonly PathPrefix?: string;
  readonly VersionId: string;
  readonly Tags: { Key: string; Value: string }[];
  readonly TagKeys: string[];
}

/** A page of two items in the form of IAM's lists. */
export function page<K extends string, T>(key: K, items: Iterable<T>, marker = '0'): Record<K, T[]> & { IsTruncated: boolean; Marker?: string } {
  const [all, start] = [[...items], Number(marker)];
  const more = all.length > start + 2;
  return { [key]: all.slice(start, start + 2), IsTruncated: more, ...(more ? { Marker: String(start + 2) } : {}) } as ReturnType<typeof page<K, T>>;
}

function isDenied({ boundary, attached, inline }: FakeRole): boolean {
  return boundary === DENY_ALL || attached.has(DENY_ALL) || /"Sid":"DenyAll"/.test(inline.get('nhi-quarantine') ?? '');
}

/** Whether the Deny of reviews covers an action. */
export function isReduced({ inline }: FakeRole, action: string): boolean {
  const { Statement: [{ Action: denied }] } = JSON.parse(inline.get('nhi-reduction') ?? '{"Statement":[{"Action":[]}]}') as { Statement: { Action: string[] }[] };
  return denied.some((pattern) => pattern === action || pattern === `${action.split(':')[0]}:*`);
}

/** The calls on IAM roles that the engine uses. Names are unique. Each new role has a new id. */
export class FakeIam {
  public readonly roles = new Map<string, FakeRole>();
  /** Name of the role in each instance profile, or undefined if it is empty. */
  public readonly instanceProfiles = new Map<string, string | undefined>();
  public readonly calls: string[] = [];
  /** Whether the simulator sees the engine's changes. On AWS that takes a while. */
  public seesDenials = true;
  /** The simulator's decision about the engine's own calls, by action, if it does not allow them. */
  public readonly forbidden = new Map<string, object>();
  /** The requests to the simulator about them. */
  public readonly asked: Partial<Input>[] = [];
  /** Last use of each service in IAM's report, or that the report fails. */
  public accessed: (Date | undefined)[] | 'FAILED' = [];
  /** The report of last access with names of services, if a test needs them. */
  public services: { ServiceNamespace: string; LastAuthenticated?: Date }[] | undefined;
  public looksUntilReport = 0;
  /** Answers to calls about users. */
  public others: (name: string, input: object) => unknown;
  /** Versions of each managed policy. Others can't be read. */
  public readonly policies = new Map<string, string[]>();
  public disturb: Disturb;
  public users: () => object[];
  private made = 0;

  constructor() {
    this.disturb = () => undefined;
    this.users = () => [];
    this.others = (name) => {
      throw new Error(`the fake IAM knows no ${name}`);
    };
  }

  public createRole(stage: string, boundary?: string): FakeRole {
    const roleName = `invoice-bot-${stage}`;
    if (this.roles.has(roleName)) {
      throw named('EntityAlreadyExists');
    }
    const role: FakeRole = {
      roleId: `AROA${String(++this.made).padStart(12, '0')}`,
      roleName,
      path: `/agents/${stage}/`,
      ...(boundary === undefined ? {} : { boundary }),
      trust: '{}',
      tags: {},
      inline: new Map(),
      attached: new Set([`guard-${stage}`, 'no-registry', 'no-sessions'].map((guard) => `arn:aws:iam::111122223333:policy/agents/agents-${guard}`)),
    };
    this.roles.set(roleName, role);
    return role;
  }

  /** Creates a role that another team owns, outside of the registry's path. */
  public createOwned(roleName: string, parts: Partial<Pick<FakeRole, 'path' | 'boundary' | 'trust' | 'inline' | 'attached' | 'tags'>> = {}): FakeRole {
    const role: FakeRole = {
      roleId: `AROA${String(++this.made).padStart(12, '0')}`,
      roleName,
      path: '/teams/',
      trust: '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}}',
      tags: {},
      inline: new Map(),
      attached: new Set(),
      ...parts,
    };
    this.roles.set(roleName, role);
    return role;
  }

  /** Deletes a role as CloudFormation does: items of its template are deleted first, and items that others created block the deletion. */
  public deleteRole(roleId: string): void {
    const role = this.byId(roleId);
    if (role === undefined) {
      return;
    }
    const inTheWay = [
      ...[...role.inline.keys()].filter((name) => name !== 'access'),
      ...[...role.attached].filter((arn) => !/:policy\/agents\/agents-(guard-|no-registry$|registry-reader$|no-sessions$)/.test(arn)),
      ...[...this.instanceProfiles].flatMap(([name, held]) => held === role.roleName ? name : []),
    ];
    if (inTheWay.length > 0) {
      throw named('DeleteConflict', `${role.roleName} has ${inTheWay.join(', ')}`);
    }
    this.roles.delete(role.roleName);
  }

  public byId(roleId: string): FakeRole | undefined {
    return [...this.roles.values()].find((role) => role.roleId === roleId);
  }

  /** Whether the role can act: it exists, has access, and nothing denies everything. */
  public canAct(roleId: string): boolean {
    const role = this.byId(roleId);
    return role !== undefined && !isDenied(role) && role.inline.has('access') && !CLOSED.test(role.trust);
  }

  public async send({ constructor: { name }, input }: { constructor: { name: string }; input: Input }): Promise<unknown> {
    const call = `iam:${name.replace('Command', '')}`;
    this.disturb(call, 'before');
    const answer = this.answer(name, input);
    this.calls.push(`${call.slice('iam:'.length)} ${input.RoleName ?? ''}`.trim());
    this.disturb(call, 'after');
    return answer;
  }

  private answer(name: string, input: Input): unknown {
    switch (name) {
      case 'ListRolesCommand': {
        const all = [...this.roles.values()].filter(({ path }) => path.startsWith(input.PathPrefix ?? '/'));
        return page('Roles', all.map(({ roleId: RoleId, roleName: RoleName, path, createdAt: CreateDate = new Date(0) }) => (
          { RoleId, RoleName, Path: path, Arn: `arn:aws:iam::111122223333:role${path}${RoleName}`, CreateDate })), input.Marker);
      }
      case 'GetRoleCommand': {
        const role = this.role(input.RoleName);
        const { boundary, roleId, path, createdAt: CreateDate, lastUsedAt, trust, tags, maxSessionSeconds: MaxSessionDuration = 3_600 } = role;
        const bounded = boundary === undefined ? {} : { PermissionsBoundary: { PermissionsBoundaryArn: boundary } };
        return {
          Role: {
            RoleId: roleId,
            Path: path,
            Arn: `arn:aws:iam::111122223333:role${path}${input.RoleName}`,
            ...bounded,
            CreateDate,
            RoleLastUsed: { LastUsedDate: lastUsedAt },
            AssumeRolePolicyDocument: encodeURIComponent(trust),
            Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
            MaxSessionDuration,
          },
        };
      }
      case 'PutRolePermissionsBoundaryCommand': return void (this.role(input.RoleName).boundary = input.PermissionsBoundary);
      case 'DeleteRolePermissionsBoundaryCommand': return void (this.role(input.RoleName).boundary = undefined);
      case 'PutRolePolicyCommand': return void this.role(input.RoleName).inline.set(input.PolicyName, input.PolicyDocument);
      case 'DeleteRolePolicyCommand':
        if (!this.role(input.RoleName).inline.delete(input.PolicyName)) {
          throw named('NoSuchEntityException');
        }
        return {};
      case 'ListRolePoliciesCommand': return page('PolicyNames', this.role(input.RoleName).inline.keys(), input.Marker);
      case 'ListAttachedRolePoliciesCommand':
        return page('AttachedPolicies', [...this.role(input.RoleName).attached].map((PolicyArn) => ({ PolicyArn })), input.Marker);
      case 'AttachRolePolicyCommand': return void this.role(input.RoleName).attached.add(input.PolicyArn);
      case 'GetRolePolicyCommand': {
        const document = this.role(input.RoleName).inline.get(input.PolicyName);
        if (document === undefined) {
          throw named('NoSuchEntityException');
        }
        return { PolicyDocument: encodeURIComponent(document) };
      }
      case 'DetachRolePolicyCommand':
        if (!this.role(input.RoleName).attached.delete(input.PolicyArn)) {
          throw named('NoSuchEntityException');
        }
        return {};
      case 'DeleteRoleCommand': {
        const { roleName, inline, attached } = this.role(input.RoleName);
        if (inline.size > 0 || attached.size > 0 || [...this.instanceProfiles.values()].includes(roleName)) {
          throw named('DeleteConflictException');
        }
        return void this.roles.delete(roleName);
      }
      case 'TagRoleCommand': {
        const role = this.role(input.RoleName);
        // IAM reads keys without regard to case.
        const others = Object.entries(role.tags).filter(([key]) => !input.Tags.some((tag) => tag.Key.toLowerCase() === key.toLowerCase()));
        return void (role.tags = Object.fromEntries([...others, ...input.Tags.map((tag): [string, string] => [tag.Key, tag.Value])]));
      }
      case 'UntagRoleCommand': {
        const role = this.role(input.RoleName);
        return void (role.tags = Object.fromEntries(Object.entries(role.tags).filter(([key]) => !input.TagKeys.includes(key))));
      }
      case 'UpdateAssumeRolePolicyCommand': return void (this.role(input.RoleName).trust = input.PolicyDocument);
      case 'ListInstanceProfilesForRoleCommand': {
        const { roleName } = this.role(input.RoleName);
        const holding = [...this.instanceProfiles].filter(([, role]) => role === roleName);
        return page('InstanceProfiles', holding.map(([InstanceProfileName]) => (
          { InstanceProfileName, Arn: `arn:aws:iam::111122223333:instance-profile/${InstanceProfileName}` })), input.Marker);
      }
      case 'RemoveRoleFromInstanceProfileCommand':
        if (this.instanceProfiles.get(input.InstanceProfileName) !== input.RoleName) {
          throw named('NoSuchEntityException');
        }
        return void this.instanceProfiles.set(input.InstanceProfileName, undefined);
      case 'GenerateServiceLastAccessedDetailsCommand': return { JobId: 'job' };
      case 'GetServiceLastAccessedDetailsCommand': return this.report(input.Marker);
      case 'GetPolicyCommand': {
        const versions = this.policies.get(input.PolicyArn);
        if (versions === undefined) {
          throw named('AccessDenied', `not authorized to perform iam:GetPolicy on ${input.PolicyArn}`);
        }
        return { Policy: { PolicyId: `ANPA ${input.PolicyArn}`, DefaultVersionId: `v${versions.length}` } };
      }
      case 'GetPolicyVersionCommand': {
        const document = this.policies.get(input.PolicyArn)![Number(input.VersionId.slice(1)) - 1];
        return { PolicyVersion: { Document: encodeURIComponent(document) } };
      }
      case 'ListUsersCommand': return { Users: this.users() };
      case 'ListVirtualMFADevicesCommand': return { VirtualMFADevices: [] };
      case 'SimulatePrincipalPolicyCommand': {
        if (input.PolicySourceArn === ENGINE || REACH.test(input.PolicySourceArn)) {
          this.asked.push(input);
          return { EvaluationResults: input.ActionNames.map((EvalActionName) => ({ EvalActionName, EvalDecision: 'allowed', ...this.forbidden.get(EvalActionName) })) };
        }
        const denied = isDenied(this.role(input.PolicySourceArn.split('/').at(-1) ?? ''));
        const role = this.role(input.PolicySourceArn.split('/').at(-1) ?? '');
        const decision = (action: string): string => (this.seesDenials && (denied || isReduced(role, action)) ? 'explicitDeny' : 'implicitDeny');
        return { EvaluationResults: input.ActionNames.map((EvalActionName) => ({ EvalActionName, EvalDecision: decision(EvalActionName) })) };
      }
      default: return this.others(name, input);
    }
  }

  /** The report of last access, in pages of one service. */
  private report(marker = '0'): unknown {
    if (this.accessed === 'FAILED') {
      return { JobStatus: 'FAILED' };
    }
    if (this.looksUntilReport > 0) {
      this.looksUntilReport -= 1;
      return { JobStatus: 'IN_PROGRESS' };
    }
    if (this.services !== undefined) {
      return { JobStatus: 'COMPLETED', ServicesLastAccessed: this.services, IsTruncated: false };
    }
    const index = Number(marker);
    const more = index + 1 < this.accessed.length;
    return {
      JobStatus: 'COMPLETED',
      ServicesLastAccessed: this.accessed.slice(index, index + 1).map((LastAuthenticated) => ({ ServiceName: 'any', LastAuthenticated })),
      IsTruncated: more,
      ...(more ? { Marker: String(index + 1) } : {}),
    };
  }

  private role(name: string): FakeRole {
    const role = this.roles.get(name);
    if (role === undefined) {
      throw named('NoSuchEntityException');
    }
    return role;
  }
}
