import { page } from '../handlers/fake-iam';
import { Disturb, named } from '../ledger/memory-table';

export interface FakeUser {
  readonly name: string;
  readonly path: string;
  readonly tags: Map<string, string>;
  readonly boundary?: string;
  /** By kind, what it has: for access keys their status, for the rest nothing more. */
  readonly parts: Record<Kind, Map<string, string>>;
}

/** What IAM wants gone before it deletes a user: how it is listed, and what takes it away. */
const KINDS = {
  'access-key': { list: 'ListAccessKeys', items: 'AccessKeyMetadata', key: 'AccessKeyId', remove: 'DeleteAccessKey' },
  'service-specific-credential': {
    list: 'ListServiceSpecificCredentials', items: 'ServiceSpecificCredentials', key: 'ServiceSpecificCredentialId', remove: 'DeleteServiceSpecificCredential',
  },
  'signing-certificate': { list: 'ListSigningCertificates', items: 'Certificates', key: 'CertificateId', remove: 'DeleteSigningCertificate' },
  'ssh-public-key': { list: 'ListSSHPublicKeys', items: 'SSHPublicKeys', key: 'SSHPublicKeyId', remove: 'DeleteSSHPublicKey' },
  'mfa-device': { list: 'ListMFADevices', items: 'MFADevices', key: 'SerialNumber', remove: 'DeactivateMFADevice' },
  'group': { list: 'ListGroupsForUser', items: 'Groups', key: 'GroupName', remove: 'RemoveUserFromGroup' },
  'inline-policy': { list: 'ListUserPolicies', items: 'PolicyNames', key: 'PolicyName', remove: 'DeleteUserPolicy' },
  'attached-policy': { list: 'ListAttachedUserPolicies', items: 'AttachedPolicies', key: 'PolicyArn', remove: 'DetachUserPolicy' },
  'login-profile': { list: undefined, items: undefined, key: undefined, remove: 'DeleteLoginProfile' },
} as const;
export type Kind = keyof typeof KINDS;
export const ALL_KINDS = Object.keys(KINDS) as Kind[];

type Input = Readonly<Record<string, string>>;

/** As much of IAM's users as the wiper uses, in pages of two. */
export class FakeUsers {
  public readonly users = new Map<string, FakeUser>();
  public readonly virtualDevices = new Set<string>();
  public disturb: Disturb = () => undefined;

  public create(name: string, { path = '/agents/', agent = 'invoice-bot', boundary }: { path?: string; agent?: string; boundary?: string } = {}): FakeUser {
    const user: FakeUser = {
      name,
      path,
      // The tag that counts isn't on the first page.
      tags: new Map([['team', 'payments'], ['cost-center', '42'], ['agent:name', agent]]),
      ...(boundary === undefined ? {} : { boundary }),
      parts: Object.fromEntries(ALL_KINDS.map((kind) => [kind, new Map()])) as FakeUser['parts'],
    };
    this.users.set(name, user);
    return user;
  }

  /** Gives a user one more of a kind and answers what. */
  public give(name: string, kind: Kind): string {
    const { parts } = this.user(name);
    const label = `${kind}-${parts[kind].size}-of-${name}`;
    const what = { 'mfa-device': `arn:aws:iam::111122223333:mfa/${label}`, 'attached-policy': `arn:aws:iam::111122223333:policy/${label}`, 'login-profile': 'password' }[kind as string] ?? label;
    parts[kind].set(what, kind === 'access-key' ? 'Active' : '');
    if (kind === 'mfa-device') {
      this.virtualDevices.add(what);
    }
    return what;
  }

  public async send({ constructor: { name }, input }: { constructor: { name: string }; input: Input }): Promise<unknown> {
    const operation = name.replace('Command', '');
    this.disturb(`iam:${operation}`, 'before');
    const answer = this.answer(operation, input);
    this.disturb(`iam:${operation}`, 'after');
    return answer;
  }

  private answer(operation: string, input: Input): unknown {
    switch (operation) {
      case 'ListUsers': {
        const found = [...this.users.values()].filter(({ path }) => path.startsWith(input.PathPrefix));
        return page('Users', found.map(({ name: UserName }) => ({ UserName })), input.Marker);
      }
      case 'ListUserTags': return page('Tags', [...this.user(input.UserName).tags].map(([Key, Value]) => ({ Key, Value })), input.Marker);
      case 'GetLoginProfile': return this.need(this.user(input.UserName).parts['login-profile'], 'password');
      case 'UpdateAccessKey':
        this.need(this.user(input.UserName).parts['access-key'], input.AccessKeyId);
        return void this.user(input.UserName).parts['access-key'].set(input.AccessKeyId, input.Status);
      case 'DeleteVirtualMFADevice': return this.deleteDevice(input.SerialNumber);
      case 'DeleteUser': return this.delete(input.UserName);
      default: return this.partOf(operation, input);
    }
  }

  private partOf(operation: string, input: Input): unknown {
    for (const [kind, { list, items, key, remove }] of Object.entries(KINDS)) {
      if (operation === list) {
        const whats = [...this.user(input.UserName).parts[kind as Kind].keys()];
        return page<string, unknown>(items, kind === 'inline-policy' ? whats : whats.map((what) => ({ [key]: what })), input.Marker);
      }
      if (operation === remove) {
        const parts = this.user(input.UserName).parts[kind as Kind];
        const what = key === undefined ? 'password' : input[key];
        this.need(parts, what);
        return parts.delete(what);
      }
    }
    throw new Error(`the fake users know no ${operation}`);
  }

  private deleteDevice(serial: string): void {
    if ([...this.users.values()].some(({ parts }) => parts['mfa-device'].has(serial))) {
      throw named('DeleteConflictException', `${serial} is in use`);
    }
    if (!this.virtualDevices.delete(serial)) {
      throw named('NoSuchEntityException');
    }
  }

  private delete(name: string): void {
    const inTheWay = Object.values(this.user(name).parts).flatMap((part) => [...part.keys()]);
    if (inTheWay.length > 0) {
      throw named('DeleteConflictException', `${name} has ${inTheWay.join(', ')}`);
    }
    this.users.delete(name);
  }

  private need(parts: Map<string, string>, what: string): object {
    if (!parts.has(what)) {
      throw named('NoSuchEntityException');
    }
    return {};
  }

  private user(name: string): FakeUser {
    const user = this.users.get(name);
    if (user === undefined) {
      throw named('NoSuchEntityException');
    }
    return user;
  }
}
