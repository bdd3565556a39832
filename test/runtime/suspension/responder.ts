import { RequestLedger } from '../../../runtime/ledger';
import { PlacementState } from '../../../runtime/model/placement-state';
import { LifecycleRequest } from '../../../runtime/model/request';
import { compromiseEvent, recordedCall, ResponderContext } from '../../../runtime/suspension';
import { FakeCompute } from '../aws/cuts/fake-compute';
import { FakeUsers } from '../aws/wipers/fake-users';
import { NOW } from '../engine/decision/requests';
import { World } from '../engine/world';
import { named } from '../ledger/memory-table';

export const RULE = 'arn:aws:events:eu-west-1:111122223333:rule/agents-nhi-suspend-on-Compromise';

/** A registry with an agent, and what responds to events. */
export class Responder {
  public readonly world = new World();
  public readonly users = new FakeUsers();
  public readonly compute = new FakeCompute();
  public readonly counted: string[] = [];
  public readonly started: string[] = [];
  /** The user of each access key that IAM knows. */
  public readonly keys = new Map<string, string>();
  public state!: PlacementState;

  public async join(): Promise<this> {
    await this.world.stack.deploy('test');
    this.state = (await this.world.state())!;
    return this;
  }

  public get role() {
    return this.state.principals[this.state.present];
  }

  public get context(): ResponderContext {
    const { engine } = this.world.fake;
    return {
      registry: 'agents',
      registryPath: '/agents/',
      tagPrefix: 'agent:',
      partition: 'aws',
      account: '111122223333',
      namePrefix: '',
      generatedNames: false,
      ledger: engine.ledger,
      requests: new RequestLedger(engine.table),
      iam: { send: async (command: Parameters<FakeUsers['send']>[0]) => command.constructor.name === 'GetAccessKeyLastUsedCommand' ? this.userOf(command.input.AccessKeyId) : this.users.send(command) } as unknown as ResponderContext['iam'],
      lambda: this.compute.clients().lambda,
      stateMachine: { send: async ({ input }: { input: { name: string } }) => void this.started.push(input.name) } as unknown as ResponderContext['stateMachine'],
      stateMachineArn: 'arn:aws:states:eu-west-1:111122223333:stateMachine:agents-nhi-lifecycle',
      now: () => new Date(NOW),
      count: (metric) => void this.counted.push(metric),
    };
  }

  public requests(): LifecycleRequest[] {
    return [...this.world.fake.memory.items.values()].flatMap(({ sk, stored }) => sk === 'request' ? [(stored as { request: LifecycleRequest }).request] : [])
      .filter(({ origin }) => origin.kind === 'event');
  }

  private userOf(key: string): object {
    const user = this.keys.get(key);
    if (user === undefined) {
      throw named('AccessDeniedException', 'not yours');
    }
    return { UserName: user };
  }
}

export function compromise(principal: string, more: object = {}): ReturnType<typeof compromiseEvent.parse> {
  return compromiseEvent.parse({ suspendOn: 'Compromise', rule: RULE, eventId: '6a7e8feb-b491-4cf7-a9f1-bf3703467718', account: '111122223333', principal, ...more });
}

export function call(eventName: string, requestParameters: object, more: object = {}): ReturnType<typeof recordedCall.parse> {
  return recordedCall.parse({ 'detail-type': 'AWS API Call via CloudTrail', 'account': '111122223333', 'detail': { eventID: 'f2a1', eventName, requestParameters, ...more } });
}
