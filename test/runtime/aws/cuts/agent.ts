import { FakeCompute } from './fake-compute';
import { Cut, CutChange, CutContext, Holdings } from '../../../../runtime/aws/cuts';
import { FakeUsers } from '../wipers/fake-users';

export const ROLE = 'arn:aws:iam::111122223333:role/agents/test/invoice-bot-test';
export const OTHER_ROLE = 'arn:aws:iam::111122223333:role/other';
export const STACK = 'arn:aws:cloudformation:eu-west-1:111122223333:stack/Mine/1';

/** An account with an agent and its compute. */
export class AgentAccount {
  public readonly compute = new FakeCompute();
  public readonly users = new FakeUsers();
  public readonly context: CutContext = {
    ...this.compute.clients(),
    iam: {
      send: async (command: { constructor: { name: string }; input: never }) => command.constructor.name === 'ListInstanceProfilesForRoleCommand'
        ? { InstanceProfiles: this.compute.virtual.profilesOf(ROLE) }
        : this.users.send(command),
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
    partition: 'aws',
    registry: 'agents',
    registryPath: '/agents/',
    tagPrefix: 'agent:',
  };

  public holdings(): Holdings {
    return new Holdings(this.context, {
      agentName: 'invoice-bot', stackIds: [STACK], principals: [{ roleId: 'AROA1', roleName: 'invoice-bot-test', roleArn: ROLE, path: '/agents/test/', stage: 'test' }],
    });
  }

  /** Cuts as a suspension does, and returns what it recorded. */
  public async cut(cut: Cut): Promise<CutChange[]> {
    const found = (await cut.find(this.context, this.holdings())).filter(({ isCut }) => !isCut);
    for (const { id } of found) {
      await cut.apply(this.context, id);
    }
    return found.map(({ id, was }) => ({ id, was }));
  }

  public async restore({ restore }: Cut, changes: readonly CutChange[]): Promise<void> {
    for (const { id, was } of changes) {
      await restore!(this.context, { id, was: was! });
    }
  }

  public async on(cut: Cut): Promise<string[]> {
    return (await cut.find(this.context, this.holdings())).filter(({ isCut }) => !isCut).map(({ id }) => id);
  }
}
