import { FakeGateways } from './fake-gateways';
import { FakeProviders } from './fake-providers';
import { FakeSecrets } from './fake-secrets';
import { FakeServices } from './fake-services';
import { FakeUsers } from './fake-users';
import { Wiper, WiperContext, WipeTarget } from '../../../../runtime/aws/wipers';
import { OwnCredential } from '../../../../runtime/model/own-credentials';
import { GrantRecord, isAdopted, PrincipalRef } from '../../../../runtime/model/placement-state';
import { runWiper, WipeReport } from '../../../../runtime/wiping';
import { ResidueKind } from '../../../../src/contract/residue';
import { NOW } from '../../engine/decision/requests';
import { FakeIam, FakeRole } from '../../engine/fake-iam';
import { FakePolicies } from '../../engine/fake-policies';
import { Disturb, named } from '../../ledger/memory-table';
import { FakeCompute } from '../cuts/fake-compute';

type Command = Parameters<FakeIam['send']>[0] & Parameters<FakeUsers['send']>[0];

/** An account with an agent, as wipers see it. */
export class Account {
  public readonly roles = new FakeIam();
  public readonly users = new FakeUsers();
  public readonly secrets = new FakeSecrets();
  public readonly providers = new FakeProviders();
  public readonly gateways = new FakeGateways();
  public readonly policies = new FakePolicies();
  public readonly services = new FakeServices();
  public readonly compute = new FakeCompute();
  public readonly context: WiperContext;
  /** Resources that the agent's grants and stacks name, with physical ids of the stacks by type. */
  public readonly declared = { arns: [] as string[], unknown: [] as string[], own: new Map<string, string[]>() };
  public readonly grants: GrantRecord[] = [];
  public unlistedGrants = 0;
  /** Whether a principal that stays has the ARN of one that is torn down. */
  public isArnTaken = false;
  public now = new Date(NOW);
  private readonly principals: PrincipalRef[] = [];
  private readonly ownSecrets: string[] = [];
  /** Principals of agents to which the agent delegates. */
  public readonly delegates: PrincipalRef[] = [];
  private readonly ownProviders: string[] = [];
  /** Credentials that CloudFormation made for the agent, which the ledger has. */
  public readonly credentials: OwnCredential[] = [];
  private policiesDisturb: Disturb;

  constructor() {
    const iam = {
      // The operation's name shows whether it is about a role's policies or a user's.
      send: async (command: Command) => /User|Access|Login|Credential|Certificate|SSH|MFA/.test(command.constructor.name)
        ? this.users.send(command)
        : this.roles.send(command),
    };
    this.policiesDisturb = () => undefined;
    const policies = this.policies.clients(((service: string, answer: (command: never) => unknown) => ({
      send: async (command: { constructor: { name: string } }) => {
        const call = `${service}:${command.constructor.name.replace('Command', '')}`;
        this.policiesDisturb(call, 'before');
        const result = answer(command as never);
        this.policiesDisturb(call, 'after');
        return result;
      },
    })) as never);
    this.context = {
      iam: iam as unknown as WiperContext['iam'],
      secrets: this.secrets as unknown as WiperContext['secrets'],
      agentRuntimes: {
        send: async (command: never) => isAboutGateways(command) ? this.gateways.send(command) : this.providers.send(command),
      } as unknown as WiperContext['agentRuntimes'],
      stateMachine: this.compute.clients().stateMachine,
      scheduler: this.services as unknown as WiperContext['scheduler'],
      bus: this.services as unknown as WiperContext['bus'],
      calls: this.services.calls(),
      policyClients: {
        ...policies,
        lambda: {
          send: async (command: never) => isConfiguration(command) ? this.compute.clients().lambda.send(command) : policies.lambda.send(command),
        } as never,
        kms: { send: async (command: never) => isAboutGrants(command) ? this.services.send(command) : policies.kms.send(command) } as never,
      },
      wipes: new Set(Object.values(ResidueKind)),
      partition: 'aws',
      registry: 'agents',
      registryPath: '/agents/',
      tagPrefix: 'agent:',
      now: () => this.now,
    };
  }

  /** Creates a principal of the agent in a stage, with access. */
  public principal(stage = 'test', boundary?: string): FakeRole {
    const role = this.roles.createRole(stage, boundary);
    role.inline.set('access', '{}');
    this.principals.push(refOf(role));
    return role;
  }

  /** Gives a principal a guard of its own, instead of the shared one. The guard allows sessions in these roles. */
  public guard({ roleId, inline, attached }: FakeRole, ...openTo: string[]): void {
    inline.set('guard', JSON.stringify({ Statement: [{ Sid: 'DenySessions', Effect: 'Deny', Action: 'sts:AssumeRole*', NotResource: openTo }] }));
    attached.delete('arn:aws:iam::111122223333:policy/agents/agents-no-sessions');
    const index = this.principals.findIndex((principal) => principal.roleId === roleId);
    this.principals[index] = { ...this.principals[index], ownGuard: true };
  }

  /** A person deletes a principal's role and creates another one with its name and with access. */
  public replace(stage = 'test'): FakeRole {
    this.roles.roles.delete(`invoice-bot-${stage}`);
    const role = this.roles.createRole(stage);
    role.inline.set('access', '{}');
    role.inline.set('allow-all', '{}');
    return role;
  }

  /** Gives the agent a secret of its own, which the ledger has. */
  public own(...names: string[]): void {
    this.ownSecrets.push(...names);
  }

  /** Gives the agent a credential provider of its own, which the ledger has. */
  public ownProvider(...names: string[]): void {
    this.ownProviders.push(...names);
  }

  public get target(): WipeTarget {
    return {
      registry: 'agents',
      agentName: 'invoice-bot',
      principals: this.principals,
      places: this.principals,
      known: this.principals.map(({ roleId }) => roleId),
      ownSecrets: this.ownSecrets,
      declaredSecrets: this.ownSecrets,
      delegates: this.delegates,
      ownProviders: this.ownProviders,
      declaredProviders: this.ownProviders,
      ownCredentials: this.credentials,
      declaredCredentials: this.credentials,
      place: { account: '111122223333', region: 'eu-west-1' },
      dead: this.principals.filter((principal) => !isAdopted(principal)).map((principal) => ({ ...principal, isArnTaken: this.isArnTaken })),
      grants: this.grants,
      unlistedGrants: this.unlistedGrants,
      resources: async () => this.declared,
    };
  }

  /** Runs a wiper as the engine does: it stores the findings before it wipes. */
  public async run(wiper: Wiper): Promise<WipeReport> {
    const run = runWiper(this.context, wiper, this.target);
    await run.found;
    return run.wipe();
  }

  public async found(wiper: Wiper): Promise<string[]> {
    return (await wiper.list(this.context, this.target)).map(({ id }) => id);
  }

  /** Makes calls of any service fail. */
  public disturb(disturb: Disturb): void {
    [this.roles, this.users, this.secrets, this.providers, this.gateways, this.services, this.compute].forEach((fake) => (fake.disturb = disturb));
    this.policiesDisturb = disturb;
  }

  /** Everything in the account, for comparison. */
  public snapshot(): unknown {
    return structuredClone({
      roles: this.roles.roles,
      profiles: this.roles.instanceProfiles,
      users: this.users.users,
      devices: this.users.virtualDevices,
      secrets: this.secrets.secrets,
      providers: this.providers.providers,
      others: this.providers.others,
      gateways: this.gateways.gateways,
      policies: this.policies.byArn,
      services: this.services.snapshot(),
      machines: this.compute.machines,
    });
  }
}

interface Named { readonly constructor: { readonly name: string } }

function isAboutGateways({ constructor: { name } }: Named): boolean {
  return name.includes('Gateway');
}

function isConfiguration({ constructor: { name } }: Named): boolean {
  return name.startsWith('GetFunctionConfiguration');
}

function isAboutGrants({ constructor: { name } }: Named): boolean {
  return name.includes('Grant');
}

export function refOf({ roleId, roleName, path }: FakeRole): PrincipalRef {
  return { roleId, roleName, path, roleArn: `arn:aws:iam::111122223333:role${path}${roleName}`, stage: path.split('/')[2] };
}

/** Makes the first call of an operation fail before it has an effect. */
export function throttledOnce(operation: string): Disturb {
  let once = true;
  return (call, moment) => {
    if (once && call === operation && moment === 'before') {
      once = false;
      throw named('ThrottlingException', 'Rate exceeded');
    }
  };
}
