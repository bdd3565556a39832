import { Disturb, named } from '../ledger/memory-table';

export interface FakeRole {
  readonly roleId: string;
  readonly roleName: string;
  readonly path: string;
  boundary?: string;
  trust: string;
  readonly inline: Map<string, string>;
  readonly attached: Set<string>;
}

export const DENY_ALL = 'arn:aws:iam::aws:policy/AWSDenyAll';
const CLOSED = /"Sid":"Closed"/;

interface Input {
  readonly RoleName: string;
  readonly PolicyName: string;
  readonly PolicyDocument: string;
  readonly PolicyArn: string;
  readonly PermissionsBoundary: string;
  readonly PolicySourceArn: string;
  readonly ActionNames: string[];
  readonly InstanceProfileName: string;
  readonly Marker?: string;
}

/** A page of two items, as IAM cuts lists. */
export function page<K extends string, T>(key: K, items: Iterable<T>, marker = '0'): Record<K, T[]> & { IsTruncated: boolean; Marker?: string } {
  const [all, start] = [[...items], Number(marker)];
  const more = all.length > start + 2;
  return { [key]: all.slice(start, start + 2), IsTruncated: more, ...(more ? { Marker: String(start + 2) } : {}) } as ReturnType<typeof page<K, T>>;
}

/** As much of IAM's roles as the engine uses. Names are unique; each role made has an id that no other had. */
export class FakeIam {
  public readonly roles = new Map<string, FakeRole>();
  /** Name of the role in each instance profile; undefined while it is empty. */
  public readonly instanceProfiles = new Map<string, string | undefined>();
  public readonly calls: string[] = [];
  /** Whether the simulator sees what the engine has put there: on AWS it takes a while. */
  public seesDenials = true;
  public disturb: Disturb;
  private made = 0;

  constructor() {
    this.disturb = () => undefined;
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
      inline: new Map(),
      attached: new Set([`guard-${stage}`, 'no-sessions'].map((guard) => `arn:aws:iam::111122223333:policy/agents/agents-${guard}`)),
    };
    this.roles.set(roleName, role);
    return role;
  }

  /** As CloudFormation does: what its templates made goes first, and what somebody else made is in the way. */
  public deleteRole(roleId: string): void {
    const role = this.byId(roleId);
    if (role === undefined) {
      return;
    }
    const inTheWay = [
      ...[...role.inline.keys()].filter((name) => name !== 'access'),
      ...[...role.attached].filter((arn) => !/:policy\/agents\/agents-(guard-|no-sessions$)/.test(arn)),
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

  /** Whether it can do anything: it is there, has access, and nothing denies all. */
  public canAct(roleId: string): boolean {
    const role = this.byId(roleId);
    return role !== undefined && role.boundary !== DENY_ALL && role.inline.has('access') && !CLOSED.test(role.trust);
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
      case 'GetRoleCommand': {
        const { boundary, roleId, path } = this.role(input.RoleName);
        const bounded = boundary === undefined ? {} : { PermissionsBoundary: { PermissionsBoundaryArn: boundary } };
        return { Role: { RoleId: roleId, Path: path, ...bounded } };
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
      case 'UpdateAssumeRolePolicyCommand': return void (this.role(input.RoleName).trust = input.PolicyDocument);
      case 'ListInstanceProfilesForRoleCommand': {
        const { roleName } = this.role(input.RoleName);
        const holding = [...this.instanceProfiles].filter(([, role]) => role === roleName);
        return page('InstanceProfiles', holding.map(([InstanceProfileName]) => ({ InstanceProfileName })), input.Marker);
      }
      case 'RemoveRoleFromInstanceProfileCommand':
        if (this.instanceProfiles.get(input.InstanceProfileName) !== input.RoleName) {
          throw named('NoSuchEntityException');
        }
        return void this.instanceProfiles.set(input.InstanceProfileName, undefined);
      case 'ListUsersCommand': return { Users: [] };
      case 'SimulatePrincipalPolicyCommand': {
        const { boundary } = this.role(input.PolicySourceArn.split('/').at(-1) ?? '');
        const EvalDecision = this.seesDenials && boundary === DENY_ALL ? 'explicitDeny' : 'implicitDeny';
        return { EvaluationResults: input.ActionNames.map((EvalActionName) => ({ EvalActionName, EvalDecision })) };
      }
      default: throw new Error(`the fake IAM knows no ${name}`);
    }
  }

  private role(name: string): FakeRole {
    const role = this.roles.get(name);
    if (role === undefined) {
      throw named('NoSuchEntityException');
    }
    return role;
  }
}
