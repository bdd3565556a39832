import { FakeCompute } from './fake-compute';
import { Cut, CutChange, CutContext, Holdings } from '../../../../runtime/aws/cuts';
import { OwnCredential } from '../../../../runtime/model/own-credentials';
import { RevokerRecord } from '../../../../runtime/model/revocation';
import { FakeIam, FakeRole } from '../../engine/fake-iam';
import { refOf } from '../wipers/account';
import { FakeUsers } from '../wipers/fake-users';

export const ROLE = 'arn:aws:iam::111122223333:role/agents/test/invoice-bot-test';
export const OTHER_ROLE = 'arn:aws:iam::111122223333:role/other';
export const STACK = 'arn:aws:cloudformation:eu-west-1:111122223333:stack/Mine/1';

/** An account with an agent and its compute. */
export class AgentAccount {
  public readonly compute = new FakeCompute();
  public readonly users = new FakeUsers();
  public readonly roles = new FakeIam();
  /** Roles of agents to which the agent delegates. */
  public readonly delegates: FakeRole[] = [];
  /** Credentials that CloudFormation made for it. */
  public readonly credentials: OwnCredential[] = [];
  /** Access outside of AWS that a suspension deactivates. */
  public readonly revokers: RevokerRecord[] = [];
  /** Set if a suspension does not deactivate all of them. */
  public everyRevoker?: RevokerRecord[];
  public readonly context: CutContext = {
    ...this.compute.clients(),
    iam: {
      send: async (command: { constructor: { name: string }; input: never }) => command.constructor.name === 'ListInstanceProfilesForRoleCommand'
        ? { InstanceProfiles: this.compute.virtual.profilesOf(ROLE) }
        : /Role(Policy)?Command$/.test(command.constructor.name) ? this.roles.send(command) : this.users.send(command),
    } as unknown as CutContext['iam'],
    cloudFormation: {
      send: async ({ input }: { input: { StackName: string } }) => ({
        StackResourceSummaries: input.StackName === STACK
          ? [...this.compute.resources().map(({ type, id }) => ({ ResourceType: type, PhysicalResourceId: id, ResourceStatus: 'CREATE_COMPLETE' })),
            { ResourceType: 'AWS::Lambda::Function', PhysicalResourceId: 'gone', ResourceStatus: 'DELETE_COMPLETE' },
            { ResourceType: 'AWS::Lambda::Function', PhysicalResourceId: 'missing', ResourceStatus: 'DELETE_FAILED' }]
          : [],
      }),
    } as unknown as CutContext['cloudFormation'],
    revokerFunction: 'agents-nhi-revokers',
    keepAsked: async () => 'asked',
    askIsOver: async () => undefined,
    partition: 'aws',
    registry: 'agents',
    registryPath: '/agents/',
    tagPrefix: 'agent:',
  };

  public holdings(): Holdings {
    return new Holdings(this.context, {
      account: '111122223333',
      agentName: 'invoice-bot',
      credentials: this.credentials,
      revokers: this.revokers,
      everyRevoker: this.everyRevoker ?? this.revokers,
      stackIds: [STACK],
      principals: [{ roleId: 'AROA1', roleName: 'invoice-bot-test', roleArn: ROLE, path: '/agents/test/', stage: 'test' }],
      delegates: async () => this.delegates.map(refOf),
    });
  }

  /** Cuts as a suspension does, and returns what it recorded. */
  public async cut(cut: Cut): Promise<CutChange[]> {
    const found = (await cut.find(this.context, this.holdings())).filter(({ isCut }) => !isCut);
    for (const { id } of found) {
      await cut.apply(this.context, id, this.holdings());
    }
    return found.map(({ id, was }) => ({ id, was }));
  }

  public async restore({ restore }: Cut, changes: readonly CutChange[]): Promise<void> {
    for (const { id, was } of changes) {
      await restore!(this.context, { id, was: was! }, this.holdings());
    }
  }

  public async on(cut: Cut): Promise<string[]> {
    return (await cut.find(this.context, this.holdings())).filter(({ isCut }) => !isCut).map(({ id }) => id);
  }
}
