import { page } from '../../engine/fake-iam';
import { Disturb, named } from '../../ledger/memory-table';

interface FakeUser {
  readonly name: string;
  readonly path: string;
  readonly tags: Map<string, string>;
  readonly boundary?: string;
  /** The user's parts, by kind. Access keys and service-specific credentials have a status. */
  readonly parts: Record<Kind, Map<string, string>>;
}

/** The parts that must be removed before IAM deletes a user, with the calls that list and remove them. */
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
/** Kinds that have a status. */
const SWITCHED: readonly string[] = ['access-key', 'service-specific-credential'];

type Input = Readonly<Record<string, string>>;

/** The calls on IAM users that the wiper uses, in pages of two. */
export class FakeUsers {
  public readonly users = new Map<string, FakeUser>();
  /** Each with its tags. */
  public readonly virtualDevices = new Map<string, Map<string, string>>();
  public disturb: Disturb = () => undefined;

  public create(name: string, { path = '/agents/invoice-bot/', agent = 'invoice-bot', boundary }: { path?: string; agent?: string; boundary?: string } = {}): FakeUser {
    const user: FakeUser = {
      name,
      path,
      tags: new Map([['team', 'payments'], ['cost-center', '42'], ['agent:name', agent]]),
      ...(boundary === undefined ? {} : { boundary }),
      parts: Object.fromEntries(ALL_KINDS.map((kind) => [kind, new Map()])) as FakeUser['parts'],
    };
    this.users.set(name, user);
    return user;
  }

  /** Gives a user one more part of a kind, and returns the part. */
  public give(name: string, kind: Kind): string {
    const { parts } = this.user(name);
    const label = `${kind}-${parts[kind].size}-of-${name}`;
    const what = { 'mfa-device': `arn:aws:iam::111122223333:mfa/${label}`, 'attached-policy': `arn:aws:iam::111122223333:policy/${label}`, 'login-profile': 'password' }[kind as string] ?? label;
    parts[kind].set(what, SWITCHED.includes(kind) ? 'Active' : '');
    if (kind === 'mfa-device') {
      this.addDevice(what);
    }
    return what;
  }

  /** Adds a tagged virtual device that is assigned to no user. */
  public addDevice(serial: string, tags: Record<string, string> = {}): void {
    this.virtualDevices.set(serial, new Map(Object.entries({ team: 'payments', owner: 'ada', ...tags })));
  }

  /** Gives a user a security key, which has an ARN but is no virtual device. */
  public giveSecurityKey(name: string): string {
    const serial = `arn:aws:iam::111122223333:u2f/user/${name}/key-ABCDEFGHIJ`;
    this.user(name).parts['mfa-device'].set(serial, '');
    return serial;
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
        return page('Users', found.map(({ name: UserName, path: Path }) => ({ UserName, Path })), input.Marker);
      }
      case 'GetUser': {
        const { path: Path, tags } = this.user(input.UserName);
        return { User: { UserName: input.UserName, Path, Arn: `arn:aws:iam::111122223333:user${Path}${input.UserName}`, Tags: [...tags].map(([Key, Value]) => ({ Key, Value })) } };
      }
      case 'GetLoginProfile': return this.need(this.user(input.UserName).parts['login-profile'], 'password');
      case 'UpdateAccessKey':
        this.need(this.user(input.UserName).parts['access-key'], input.AccessKeyId);
        return void this.user(input.UserName).parts['access-key'].set(input.AccessKeyId, input.Status);
      case 'UpdateServiceSpecificCredential': {
        const credentials = this.user(input.UserName).parts['service-specific-credential'];
        this.need(credentials, input.ServiceSpecificCredentialId);
        return void credentials.set(input.ServiceSpecificCredentialId, input.Status);
      }
      case 'DeleteVirtualMFADevice': return this.deleteDevice(input.SerialNumber);
      case 'ListVirtualMFADevices': {
        const loose = [...this.virtualDevices.keys()].filter((serial) => !this.isAssigned(serial));
        return page('VirtualMFADevices', loose.map((SerialNumber) => ({ SerialNumber })), input.Marker);
      }
      case 'ListMFADeviceTags': return page('Tags', [...this.device(input.SerialNumber)].map(([Key, Value]) => ({ Key, Value })), input.Marker);
      case 'TagMFADevice': {
        const [{ Key, Value }] = input.Tags as unknown as { Key: string; Value: string }[];
        return this.device(input.SerialNumber).set(Key, Value);
      }
      case 'DeleteUser': return this.delete(input.UserName);
      default: return this.partOf(operation, input);
    }
  }

  private partOf(operation: string, input: Input): unknown {
    for (const [kind, { list, items, key, remove }] of Object.entries(KINDS)) {
      if (operation === list) {
        const whats = [...this.user(input.UserName).parts[kind as Kind].keys()];
        return page<string, unknown>(items, kind === 'inline-policy' ? whats : whats.map((what) => ({ [key]: what, ...(SWITCHED.includes(kind) ? { UserName: input.UserName, Status: this.user(input.UserName).parts[kind as Kind].get(what) } : {}) })), input.Marker);
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
    this.device(serial);
    if (this.isAssigned(serial)) {
      throw named('DeleteConflictException', `${serial} is in use`);
    }
    this.virtualDevices.delete(serial);
  }

  private isAssigned(serial: string): boolean {
    return [...this.users.values()].some(({ parts }) => parts['mfa-device'].has(serial));
  }

  private device(serial: string): Map<string, string> {
    const tags = this.virtualDevices.get(serial);
    if (tags === undefined) {
      throw named(/:mfa\//.test(serial) ? 'NoSuchEntityException' : 'ValidationError', serial);
    }
    return tags;
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
