import { FakeEngine } from './fake-engine';
import { mailbox } from './mailbox';
import { PROFILES, RESPONSE_URL, wireEvent, wireProperties } from './wire';
import { Answer, envelope, parseRequest } from '../../../runtime/custom-resource';

/** How one deployment goes. */
export interface Course {
  /** A resource after the agent fails. */
  readonly fails?: boolean;
  /** Which events CloudFormation sends when it takes a move back: sources differ. */
  readonly undo?: 'delete' | 'update' | 'both';
  /** Whether clean-up reaches the old principal, or CloudFormation forgets it. */
  readonly cleanUp?: 'sent' | 'dropped';
  /** Each request comes twice. */
  readonly doubled?: boolean;
  /** The first answer never arrives. */
  readonly answerLost?: boolean;
  readonly sponsor?: string;
}

interface Agent {
  readonly roleId: string;
  readonly stage: string;
  readonly physicalId: string;
  readonly properties: Record<string, unknown>;
}

const TRIES_OF_CLEAN_UP = 3;

/** One stack with one agent, and CloudFormation's order of things, taken from what was seen of it. */
export class CloudFormation {
  public agent: Agent | undefined;
  public stackId: string | undefined;
  /** Something of an agent was left behind, and no stack knows of it. */
  public forgot = false;
  public last: Answer | undefined;
  private takeBack: (() => Promise<void>) | undefined;
  private stacks = 0;
  private requests = 0;

  constructor(private readonly fake: FakeEngine, private readonly stackName = 'Mine') {}

  public get status(): string | undefined {
    return this.stackId === undefined ? undefined : this.fake.stacks.get(this.stackId);
  }

  public get stuck(): boolean {
    return this.status?.endsWith('_FAILED') ?? false;
  }

  public async deploy(stage: string, course: Course = {}): Promise<void> {
    if (this.stackId === undefined) {
      this.stackId = `arn:aws:cloudformation:eu-west-1:111122223333:stack/${this.stackName}/${++this.stacks}`;
      this.become('CREATE_IN_PROGRESS');
      await this.join(stage, course, true);
    } else if (this.agent === undefined) {
      this.become('UPDATE_IN_PROGRESS');
      await this.join(stage, course, false);
    } else {
      this.become('UPDATE_IN_PROGRESS');
      await (this.agent.stage === stage ? this.change(this.agent, course) : this.move(this.agent, stage, course));
    }
  }

  /** The construct is removed; the stack stays. */
  public async remove(course: Course = {}): Promise<void> {
    if (this.agent !== undefined) {
      const { agent } = this;
      this.become('UPDATE_COMPLETE_CLEANUP_IN_PROGRESS');
      this.agent = undefined;
      await this.cleanUp(agent, course);
      this.become('UPDATE_COMPLETE');
    }
  }

  public async destroy(course: Course = {}): Promise<void> {
    if (this.stackId === undefined) {
      return;
    }
    this.become('DELETE_IN_PROGRESS');
    if (this.agent !== undefined && !await this.deleteAgent(this.agent, course)) {
      this.become('DELETE_FAILED');
      return;
    }
    this.gone();
  }

  /** A destroy that comes while a move is half done: compute and access have moved, and clean-up has not begun. */
  public async destroyAmidMove(stage: string, oldFirst: boolean): Promise<void> {
    if (this.agent === undefined || this.agent.stage === stage || this.fake.iam.roles.has(`invoice-bot-${stage}`)) {
      return;
    }
    this.become('UPDATE_IN_PROGRESS');
    const old = this.agent;
    const moved = await this.goTo(stage, old, {});
    this.become('DELETE_IN_PROGRESS');
    const both = moved === undefined ? [old] : oldFirst ? [old, moved] : [moved, old];
    for (const agent of both) {
      if (!await this.deleteAgent(agent, {})) {
        throw new Error(`a delete in the middle of a move was refused: ${this.last?.Reason}`);
      }
    }
    this.gone();
  }

  /** What an operator does about a stack that is stuck: tell CloudFormation to go on. */
  public async recover(): Promise<void> {
    if (this.status === 'UPDATE_ROLLBACK_FAILED') {
      await this.takeBack?.();
    } else {
      await this.destroy();
    }
  }

  private async join(stage: string, course: Course, isNewStack: boolean): Promise<void> {
    if (this.fake.iam.roles.has(`invoice-bot-${stage}`)) {
      return isNewStack ? this.gone() : this.become('UPDATE_ROLLBACK_COMPLETE');
    }
    const role = this.fake.iam.createRole(stage);
    const properties = this.properties(role.roleId, course);
    const answer = await this.ask('Create', undefined, properties, course);
    const agent = { roleId: role.roleId, stage, physicalId: answer?.PhysicalResourceId ?? `${this.stackName}-Lifecycle-MADEUP`, properties };
    if (answer?.Status === 'SUCCESS' && course.fails !== true) {
      role.inline.set('access', '{}');
      this.agent = agent;
      return this.become(isNewStack ? 'CREATE_COMPLETE' : 'UPDATE_COMPLETE');
    }
    if (isNewStack) {
      this.become('ROLLBACK_IN_PROGRESS');
      if (await this.deleteAgent(agent, course)) {
        return this.gone();
      }
      this.agent = agent;
      return this.become('ROLLBACK_FAILED');
    }
    this.become('UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS');
    await this.cleanUp(agent, course);
    this.become('UPDATE_ROLLBACK_COMPLETE');
  }

  private async change(agent: Agent, course: Course): Promise<void> {
    const properties = this.properties(agent.roleId, course);
    const answer = await this.ask('Update', agent.physicalId, properties, course);
    if (answer?.Status === 'SUCCESS' && course.fails !== true) {
      this.agent = { ...agent, properties };
      return this.become('UPDATE_COMPLETE');
    }
    await this.back(agent, agent.physicalId, course, async () => undefined);
  }

  private async move(old: Agent, stage: string, course: Course): Promise<void> {
    if (this.fake.iam.roles.has(`invoice-bot-${stage}`)) {
      return this.become('UPDATE_ROLLBACK_COMPLETE');
    }
    const moved = await this.goTo(stage, old, course);
    const role = this.fake.iam.roles.get(`invoice-bot-${stage}`)!;
    if (moved === undefined) {
      // Its own failure: the id of that answer is ignored.
      return this.back(old, old.physicalId, course, async () => this.fake.iam.deleteRole(role.roleId));
    }
    if (course.fails !== true) {
      this.agent = moved;
      this.become('UPDATE_COMPLETE_CLEANUP_IN_PROGRESS');
      if (course.cleanUp === 'dropped') {
        this.forgot = true;
      } else {
        await this.cleanUp(old, course);
      }
      return this.become('UPDATE_COMPLETE');
    }
    const { undo = 'delete' } = course;
    const finish = async (): Promise<void> => {
      role.inline.delete('access');
      if (undo === 'update') {
        this.fake.iam.deleteRole(role.roleId);
      } else {
        await this.cleanUp(moved, course);
      }
    };
    if (undo === 'delete') {
      this.become('UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS');
      await finish();
      return this.become('UPDATE_ROLLBACK_COMPLETE');
    }
    await this.back(old, moved.physicalId, course, finish);
  }

  private async goTo(stage: string, old: Agent, course: Course): Promise<Agent | undefined> {
    const role = this.fake.iam.createRole(stage);
    const properties = this.properties(role.roleId, course);
    const answer = await this.ask('Update', old.physicalId, properties, course);
    if (answer?.Status !== 'SUCCESS') {
      return undefined;
    }
    role.inline.set('access', '{}');
    return { roleId: role.roleId, stage, physicalId: answer.PhysicalResourceId, properties };
  }

  private async back(agent: Agent, physicalId: string, course: Course, cleanUp: () => Promise<void>): Promise<void> {
    this.takeBack = async () => {
      this.become('UPDATE_ROLLBACK_IN_PROGRESS');
      const answer = await this.ask('Update', physicalId, agent.properties, { doubled: course.doubled });
      if (answer?.Status !== 'SUCCESS') {
        return this.become('UPDATE_ROLLBACK_FAILED');
      }
      this.agent = { ...agent, physicalId: answer.PhysicalResourceId };
      this.become('UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS');
      await cleanUp();
      this.become('UPDATE_ROLLBACK_COMPLETE');
    };
    await this.takeBack();
  }

  private async cleanUp(agent: Agent, course: Course): Promise<void> {
    for (let attempt = 0; attempt < TRIES_OF_CLEAN_UP; attempt++) {
      if (await this.deleteAgent(agent, course)) {
        return;
      }
    }
    this.forgot = true;
  }

  private async deleteAgent(agent: Agent, course: Course): Promise<boolean> {
    this.fake.iam.byId(agent.roleId)?.inline.delete('access');
    const answer = await this.ask('Delete', agent.physicalId, agent.properties, { doubled: course.doubled });
    if (answer?.Status !== 'SUCCESS') {
      return false;
    }
    this.fake.iam.deleteRole(agent.roleId);
    return true;
  }

  private async ask(
    kind: 'Create' | 'Update' | 'Delete', physicalId: string | undefined, properties: Record<string, unknown>, course: Course,
  ): Promise<Answer | undefined> {
    let id = '';
    for (let time = 0; time < (course.doubled === true ? 2 : 1); time++) {
      id = `cfn-${++this.requests}`;
      const named = physicalId === undefined ? {} : { PhysicalResourceId: physicalId };
      const event = envelope.parse(wireEvent({ RequestType: kind, RequestId: id, StackId: this.stackId, ResourceProperties: properties, ...named }));
      const request = parseRequest(event, { name: 'agents', path: '/agents/', stages: PROFILES });
      mailbox.delete(request.requestId);
      await this.fake.run(request, RESPONSE_URL);
      id = request.requestId;
    }
    this.last = mailbox.get(id);
    return course.answerLost === true ? undefined : this.last;
  }

  private properties(roleId: string, { sponsor = 'ada@example.com' }: Course): Record<string, unknown> {
    const role = this.fake.iam.byId(roleId)!;
    return wireProperties(role, {
      Sponsor: { Kind: 'person', Name: 'Ada', Email: sponsor, AccountableName: 'Ada', AccountableEmail: sponsor, BackupEmail: 'li@example.com', Id: sponsor },
    });
  }

  private become(status: string): void {
    this.fake.stacks.set(this.stackId!, status);
  }

  private gone(): void {
    this.become('DELETE_COMPLETE');
    this.agent = undefined;
    this.stackId = undefined;
  }
}
