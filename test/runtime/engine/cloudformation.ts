import { FakeEngine } from './fake-engine';
import { FakeRole } from './fake-iam';
import { mailbox } from './mailbox';
import { ACCESS, REGISTRY, wireEvent, wireProperties } from './wire';
import { CloudFormationResponse, envelope, parseRequest } from '../../../runtime/aws/cloudformation';
import { digestOfGrants } from '../../../runtime/certification';
import { CredentialProperties, LIFECYCLE_RESOURCE_TYPE } from '../../../src/contract/lifecycle-resource';
import { logicalIds } from '../../../src/contract/logical-ids';
import { RevokerProperties } from '../../../src/contract/revokers';

/** Options of one deployment. */
export interface Course {
  /** A resource after the agent fails. */
  readonly fails?: boolean;
  /** Which events CloudFormation sends when it reverts a move. Sources differ on that. */
  readonly undo?: 'delete' | 'update' | 'both';
  /** Whether the clean-up reaches the old principal, or CloudFormation drops it. */
  readonly cleanUp?: 'sent' | 'dropped';
  /** Each request is sent twice. */
  readonly doubled?: boolean;
  /** The template has another trust policy and another boundary, which CloudFormation writes before it asks, and again when it takes that back. */
  readonly rewrites?: boolean;
  /** The first response is lost. */
  readonly answerLost?: boolean;
  readonly sponsor?: string;
  readonly backup?: string;
  readonly purpose?: string;
  /** What the agent may do in test. */
  readonly may?: readonly string[];
  /** It may do that in every stage. */
  readonly everywhere?: boolean;
  /** What it may do in production, which is dormant in test. */
  readonly mayInProduction?: readonly string[];
  /** An instant. */
  readonly end?: string;
  /** Number of managed policies that continue its access. */
  readonly accessParts?: number;
  /** Whether access ends before, unless reviews carry it on. */
  readonly untilCertified?: boolean;
  /** Names of the agents to which it delegates. */
  readonly delegates?: readonly string[];
  /** Access outside of AWS. */
  readonly revokers?: readonly RevokerProperties[];
  /** Credentials that it declares, which CloudFormation makes. */
  readonly credentials?: readonly CredentialProperties[];
  /** Access keys that it declares. */
  readonly accessKeys?: readonly object[];
}

interface Agent {
  readonly roleId: string;
  readonly stage: string;
  readonly physicalId: string;
  readonly properties: Record<string, unknown>;
}

const TRIES_OF_CLEAN_UP = 3;

/** One stack with one agent. It follows CloudFormation's order, as observed on AWS. */
export class CloudFormation {
  public agent: Agent | undefined;
  public stackId: string | undefined;
  /** Names of the stack's roles. */
  public readonly held = new Set<string>();
  /** Whether a part of an agent was left behind that no stack manages. */
  public forgot = false;
  /** Whether roles are released without being deleted, as with a retained role. */
  public keepsRoles = false;
  public last: CloudFormationResponse | undefined;
  public registry = REGISTRY;
  /** The reason of the first refusal during the last deployment. */
  public failure: string | undefined;
  private takeBack: (() => Promise<void>) | undefined;
  /** What CloudFormation wrote last, by role id. */
  private readonly writtenAs = new Map<string, string>();
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
    this.failure = undefined;
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

  /** Removes the construct. The stack stays. */
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

  /** Destroys the stack during a move: compute and access have moved, and the clean-up has not begun. */
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

  /** What an operator does with a stuck stack: asks CloudFormation to continue. */
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
    const role = this.createRole(stage);
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
    this.rewrite(agent, course);
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
      // The rollback of its own failure. CloudFormation ignores the id in that response.
      return this.back(old, old.physicalId, course, async () => this.deleteRole(role.roleId));
    }
    if (course.fails !== true) {
      this.agent = moved;
      this.become('UPDATE_COMPLETE_CLEANUP_IN_PROGRESS');
      if (course.cleanUp === 'dropped') {
        this.forget(old);
      } else {
        await this.cleanUp(old, course);
      }
      return this.become('UPDATE_COMPLETE');
    }
    const { undo = 'delete' } = course;
    const finish = async (): Promise<void> => {
      role.inline.delete('access');
      if (undo === 'update') {
        this.deleteRole(role.roleId);
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
    const role = this.createRole(stage);
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
      this.rewrite(agent, course);
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

  private rewrite({ roleId }: Agent, { rewrites }: Course): void {
    const role = this.fake.iam.byId(roleId);
    if (rewrites === true && role !== undefined) {
      role.trust = '{}';
      role.boundary = undefined;
    }
  }

  private async cleanUp(agent: Agent, course: Course): Promise<void> {
    for (let attempt = 0; attempt < TRIES_OF_CLEAN_UP; attempt++) {
      if (await this.deleteAgent(agent, course)) {
        return;
      }
    }
    this.forget(agent);
  }

  /** Removes what CloudFormation gives up from the stack. */
  private forget({ stage }: Agent): void {
    this.forgot = true;
    this.held.delete(`invoice-bot-${stage}`);
  }

  private createRole(stage: string): FakeRole {
    const role = this.fake.iam.createRole(stage);
    this.held.add(role.roleName);
    return role;
  }

  private deleteRole(roleId: string): void {
    const name = this.fake.iam.byId(roleId)?.roleName ?? '';
    if (this.keepsRoles) {
      return;
    }
    this.fake.iam.deleteRole(roleId);
    this.held.delete(name);
  }

  private async deleteAgent(agent: Agent, course: Course): Promise<boolean> {
    const role = this.fake.iam.byId(agent.roleId);
    role?.inline.delete('access');
    [...role?.attached ?? []].filter((arn) => /-access-\d$/.test(arn)).slice(0, Number(agent.properties.AccessParts ?? 0)).forEach((arn) => role?.attached.delete(arn));
    const answer = await this.ask('Delete', agent.physicalId, agent.properties, { doubled: course.doubled });
    if (answer?.Status !== 'SUCCESS') {
      return false;
    }
    this.deleteRole(agent.roleId);
    return true;
  }

  private async ask(
    kind: 'Create' | 'Update' | 'Delete', physicalId: string | undefined, properties: Record<string, unknown>, course: Course,
  ): Promise<CloudFormationResponse | undefined> {
    let id = '';
    for (let time = 0; time < (course.doubled === true ? 2 : 1); time++) {
      id = `cfn-${++this.requests}`;
      const named = physicalId === undefined ? {} : { PhysicalResourceId: physicalId };
      const event = envelope.parse(wireEvent({ RequestType: kind, RequestId: id, StackId: this.stackId, ResourceProperties: properties, ...named }));
      const request = parseRequest(event, this.registry);
      this.show(kind, physicalId, properties);
      mailbox.delete(id);
      await this.fake.run(request, this.fake.responseUrl);
    }
    this.last = mailbox.get(id);
    this.failure ??= this.last?.Status === 'FAILED' ? this.last.Reason : undefined;
    return course.answerLost === true ? undefined : this.last;
  }

  /** What the stack shows of its resources during a request. In a clean-up it shows the resource's present id, not the deleted one. */
  private show(kind: 'Create' | 'Update' | 'Delete', physicalId: string | undefined, properties: Record<string, unknown>): void {
    const ids = logicalIds('invoice-bot', String(properties.Stage));
    const other = kind === 'Delete' && !/^(DELETE|ROLLBACK)_/.test(this.status ?? '') && this.agent !== undefined && this.agent.physicalId !== physicalId;
    this.fake.resources.set(`${this.stackId}|${ids.lifecycle}`, {
      type: LIFECYCLE_RESOURCE_TYPE,
      ...(other ? { status: 'UPDATE_COMPLETE', physicalId: this.agent?.physicalId } : { status: `${kind.toUpperCase()}_IN_PROGRESS`, physicalId }),
    });
    this.fake.resources.set(`${this.stackId}|${ids.role}`, { type: 'AWS::IAM::Role', status: 'CREATE_COMPLETE', physicalId: String(properties.RoleName) });
  }

  private properties(roleId: string, course: Course): Record<string, unknown> {
    const { sponsor = 'ada@example.com', backup = 'li@example.com', purpose = 'Matches invoices' } = course;
    const { may, mayInProduction, everywhere = false, end = '2026-10-01T00:00:00Z', untilCertified, delegates, revokers, accessKeys, credentials } = course;
    const role = this.fake.iam.byId(roleId)!;
    const Digest = digestOfGrants([{ actions: may ?? [], resources: ['<Invoices.Arn>'] }]);
    const Stages = [...inStage(everywhere ? '*' : 'test', may), ...inStage('production', mayInProduction)];
    return wireProperties(role, {
      Purpose: purpose,
      ExpiresAt: end,
      ...(delegates === undefined ? {} : { Delegates: delegates }),
      ...(revokers === undefined ? {} : { Revokers: revokers }),
      ...(credentials === undefined ? {} : { Credentials: credentials }),
      ...(accessKeys === undefined ? {} : { AccessKeys: accessKeys, OwnSecrets: accessKeys.map((key) => (key as { Secret: string }).Secret) }),
      ...(untilCertified === true ? { UntilCertified: 'true' } : {}),
      ...(course.accessParts === undefined ? {} : { AccessParts: String(course.accessParts) }),
      Access: may === undefined ? ACCESS : { ...ACCESS, Stages, Policy: Digest },
      Sponsor: { Kind: 'person', Name: 'Ada', Email: sponsor, AccountableName: 'Ada', AccountableEmail: sponsor, BackupEmail: backup, Id: sponsor },
    });
  }

  /** Reverts what was changed by hand, as CloudFormation does with a resource that it writes. */
  private write({ roleId, properties }: Agent): void {
    const role = this.fake.iam.byId(roleId);
    const digest = JSON.stringify(properties);
    if (role === undefined || this.writtenAs.get(roleId) === digest) {
      return;
    }
    this.writtenAs.set(roleId, digest);
    const { Sponsor: sponsor, Stage: stage, Purpose: purpose, ExpiresAt: expires } = properties as Record<string, string>;
    role.trust = '{}';
    role.tags = {
      'agent:name': 'invoice-bot',
      'agent:sponsor': (sponsor as unknown as { Id: string }).Id,
      'agent:stage': stage,
      'agent:expires': expires,
      'agent:purpose': purpose,
      'agent:registry': 'agents',
    };
    [role.roleName, `${role.roleName}/access`].forEach((name) => this.fake.written.set(name, this.fake.now));
    for (let number = 1; number <= Number(properties.AccessParts ?? 0); number++) {
      const arn = `arn:aws:iam::111122223333:policy/agents/${role.roleName}-access-${number}`;
      this.fake.iam.policies.set(arn, ['{"Statement":[]}']);
      role.attached.add(arn);
      this.fake.written.set(`${role.roleName}/access-${number}`, this.fake.now);
    }
  }

  private become(status: string): void {
    this.fake.stacks.set(this.stackId!, status);
    if (this.agent !== undefined && /^(CREATE|UPDATE|UPDATE_ROLLBACK)_COMPLETE$/.test(status)) {
      this.write(this.agent);
    }
  }

  private gone(): void {
    this.become('DELETE_COMPLETE');
    this.held.clear();
    this.agent = undefined;
    this.stackId = undefined;
  }
}

function inStage(Stage: string, actions: readonly string[] | undefined): object[] {
  return actions === undefined ? []
    : [{ Stage, Digest: digestOfGrants([{ actions, resources: ['<Invoices.Arn>'] }]), Grants: [{ Actions: actions, Resources: ['<Invoices.Arn>'] }] }];
}
