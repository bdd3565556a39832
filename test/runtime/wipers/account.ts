import { FakeSecrets } from './fake-secrets';
import { FakeUsers } from './fake-users';
import { PrincipalRef } from '../../../runtime/lifecycle/placement-state';
import { runWiper, WipeReport, Wiper, WiperContext, WipeTarget } from '../../../runtime/wipers';
import { FakeIam, FakeRole } from '../handlers/fake-iam';
import { Disturb, named } from '../ledger/memory-table';
import { NOW } from '../lifecycle/requests';

type Command = Parameters<FakeIam['send']>[0] & Parameters<FakeUsers['send']>[0];

/** An account with an agent in it, as wipers see it. */
export class Account {
  public readonly roles = new FakeIam();
  public readonly users = new FakeUsers();
  public readonly secrets = new FakeSecrets();
  public readonly context: WiperContext;
  public now = new Date(NOW);
  private readonly principals: PrincipalRef[] = [];
  private readonly ownSecrets: string[] = [];

  constructor() {
    const iam = {
      // Roles' policies and users' policies are told apart by the name of the operation.
      send: async (command: Command) => /User|Access|Login|Credential|Certificate|SSH|MFA/.test(command.constructor.name)
        ? this.users.send(command)
        : this.roles.send(command),
    };
    this.context = {
      iam: iam as unknown as WiperContext['iam'],
      secrets: this.secrets as unknown as WiperContext['secrets'],
      partition: 'aws',
      registry: 'agents',
      registryPath: '/agents/',
      now: () => this.now,
    };
  }

  /** Gives the agent a principal in a stage, with access. */
  public principal(stage = 'test', boundary?: string): FakeRole {
    const role = this.roles.createRole(stage, boundary);
    role.inline.set('access', '{}');
    this.principals.push(refOf(role));
    return role;
  }

  /** Gives the agent a secret of its own, as the ledger knows it. */
  public own(...names: string[]): void {
    this.ownSecrets.push(...names);
  }

  public get target(): WipeTarget {
    return { registry: 'agents', agentName: 'invoice-bot', account: '111122223333', principals: this.principals, ownSecrets: this.ownSecrets };
  }

  public run(wiper: Wiper): Promise<WipeReport> {
    return runWiper(this.context, wiper, this.target);
  }

  public async found(wiper: Wiper): Promise<string[]> {
    return (await wiper.list(this.context, this.target)).map(({ id }) => id);
  }

  /** Lets something go wrong with calls of any service. */
  public disturb(disturb: Disturb): void {
    [this.roles, this.users, this.secrets].forEach((fake) => (fake.disturb = disturb));
  }

  /** All that is in the account, to compare. */
  public snapshot(): unknown {
    return structuredClone({
      roles: this.roles.roles,
      profiles: this.roles.instanceProfiles,
      users: this.users.users,
      devices: this.users.virtualDevices,
      secrets: this.secrets.secrets,
    });
  }
}

export function refOf({ roleId, roleName, path }: FakeRole): PrincipalRef {
  return { roleId, roleName, path, roleArn: `arn:aws:iam::111122223333:role${path}${roleName}`, stage: path.split('/')[2] };
}

/** Breaks the first call of an operation before it does anything. */
export function throttledOnce(operation: string): Disturb {
  let once = true;
  return (call, moment) => {
    if (once && call === operation && moment === 'before') {
      once = false;
      throw named('ThrottlingException', 'Rate exceeded');
    }
  };
}
