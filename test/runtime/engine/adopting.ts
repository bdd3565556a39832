import { FakeEngine } from './fake-engine';
import { FakeRole } from './fake-iam';
import { mailbox } from './mailbox';
import { REGISTRY, wireEvent, wireProperties } from './wire';
import { CloudFormationResponse, envelope, parseRequest } from '../../../runtime/aws/cloudformation';
import { contradictionsOf } from '../../../runtime/evidence';
import { PlacementState } from '../../../runtime/model/placement-state';
import { LIFECYCLE_RESOURCE_TYPE } from '../../../src/contract/lifecycle-resource';
import { logicalIds } from '../../../src/contract/logical-ids';
import { RegistryNames } from '../../../src/contract/registry-names';
import { verifyChain } from '../../../src/core/hash-chain';

type Kind = 'Create' | 'Update' | 'Delete';

interface Sent {
  /** Status of the stack. */
  readonly during: string;
  readonly physicalId?: string;
  readonly properties?: Record<string, unknown>;
}

/** The requests of a stack that adopts a role, as CloudFormation sends them. */
export class AdoptingStack {
  public physicalId: string | undefined;
  private requests = 0;

  constructor(
    public readonly fake: FakeEngine, public readonly role: FakeRole, public readonly agentName = 'invoice-bot', private readonly stackName = 'Mine',
  ) {}

  public get stackId(): string {
    return `arn:aws:cloudformation:eu-west-1:111122223333:stack/${this.stackName}/1`;
  }

  /** Properties of an adoption of the role, or of another role. */
  public properties(changes: Record<string, unknown> = {}, role: Pick<FakeRole, 'roleName' | 'path' | 'roleId'> = this.role): Record<string, unknown> {
    const { RoleId: _ofTheApp, ...properties } = wireProperties(role, { AgentName: this.agentName, Stage: 'production', Adopted: 'leave', ...changes });
    return properties;
  }

  public async create(changes: Record<string, unknown> = {}): Promise<CloudFormationResponse | undefined> {
    const answer = await this.send('Create', { during: 'CREATE_IN_PROGRESS', properties: this.properties(changes) });
    this.physicalId = answer?.PhysicalResourceId;
    this.rest(answer?.Status === 'SUCCESS' ? 'CREATE_COMPLETE' : 'ROLLBACK_COMPLETE');
    return answer;
  }

  public async update(changes: Record<string, unknown> = {}, role?: Pick<FakeRole, 'roleName' | 'path' | 'roleId'>): Promise<CloudFormationResponse | undefined> {
    const answer = await this.send('Update', { during: 'UPDATE_IN_PROGRESS', properties: this.properties(changes, role), physicalId: this.physicalId });
    this.rest('UPDATE_COMPLETE');
    return answer;
  }

  /** @param during the stack's status: what the Delete means */
  public async remove(
    during: string, changes: Record<string, unknown> = {}, physicalId = this.physicalId,
  ): Promise<CloudFormationResponse | undefined> {
    this.role.inline.delete('nhi-expiry');
    const answer = await this.send('Delete', { during, properties: this.properties(changes), physicalId });
    this.rest(during.startsWith('DELETE') ? 'DELETE_COMPLETE' : during.startsWith('UPDATE') ? 'UPDATE_COMPLETE' : 'ROLLBACK_COMPLETE');
    return answer;
  }

  public async send(kind: Kind, { during, physicalId, properties = this.properties() }: Sent): Promise<CloudFormationResponse | undefined> {
    const { fake, stackId, agentName } = this;
    const ids = logicalIds(agentName, String(properties.Stage));
    fake.stacks.set(stackId, during);
    const present = kind === 'Delete' && during.startsWith('UPDATE') && physicalId !== this.physicalId ? this.physicalId : physicalId;
    fake.resources.set(`${stackId}|${ids.lifecycle}`, {
      type: LIFECYCLE_RESOURCE_TYPE, status: present === physicalId ? `${kind.toUpperCase()}_IN_PROGRESS` : 'UPDATE_COMPLETE', ...(present === undefined ? {} : { physicalId: present }),
    });
    fake.resources.set(`${stackId}|${ids.reach}`, { type: 'AWS::IAM::Role', status: 'CREATE_COMPLETE', physicalId: new RegistryNames('agents').reachRole(agentName) });
    fake.resources.set(`${stackId}|${ids.role}`, { type: 'AWS::IAM::Role', status: 'CREATE_COMPLETE', physicalId: String(properties.RoleName) });
    const id = `${this.stackName}-${++this.requests}`;
    const named = physicalId === undefined ? {} : { PhysicalResourceId: physicalId };
    const event = envelope.parse(wireEvent({
      RequestType: kind, RequestId: id, StackId: stackId, LogicalResourceId: ids.lifecycle, ResourceProperties: properties, ...named,
    }));
    await fake.run(parseRequest(event, REGISTRY), fake.responseUrl);
    return mailbox.get(id);
  }

  public async state(): Promise<PlacementState | undefined> {
    return this.fake.engine.ledger.state({ account: '111122223333', agentName: this.agentName });
  }

  /** Names of the agent's events, after checking that they are intact and that the state agrees with them. */
  public async events(): Promise<string[]> {
    const placement = { account: '111122223333', agentName: this.agentName };
    const [state, events] = [await this.state(), await this.fake.engine.ledger.events(placement)];
    expect(verifyChain(events, state?.lastHash)).toMatchObject({ intact: true });
    expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
    expect(state?.declared === undefined ? [] : contradictionsOf(state, events)).toEqual([]);
    return events.map(({ type }) => type.split('.')[2]);
  }

  private rest(status: string): void {
    this.fake.stacks.set(this.stackId, status);
  }
}

/** All of a role that its owner or an adoption may change. */
export function contentsOf({ boundary, trust, tags, inline, attached }: FakeRole): object {
  return { boundary, trust, tags, inline: [...inline].sort(), attached: [...attached].sort() };
}
