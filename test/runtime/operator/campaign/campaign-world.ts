import { FakeKms } from './fake-kms';
import { decide } from '../../../../runtime/engine/decision/decide';
import { PlacementLedger } from '../../../../runtime/ledger';
import { PlacementState } from '../../../../runtime/model/placement-state';
import { StateChange } from '../../../../runtime/model/plan';
import { LifecycleRequest } from '../../../../runtime/model/request';
import {
  CampaignProgress, campaignProgress, Campaigning, ClosedCampaign, Connection, Opening, OpeningOptions, proposeClosing, proposeOpening,
  VerifiedCampaign, verifyCampaign,
} from '../../../../runtime/operator';
import { during, declaredFor, PLACEMENT, planOf, request } from '../../engine/decision/requests';
import { ReviewWorld } from '../../engine/review-world';
import { FakeBucket } from '../../evidence/bucket';

export const NAME = '2026-q3';
const OPERATOR = 'arn:aws:sts::111122223333:assumed-role/campaigner/eve@example.com';
const HOUR_MS = 3_600_000;

/** A world with campaigns. Its evidence is one bucket for engine and operators. One agent is the engine's, others are rows that somebody else's stack has. */
export class CampaignWorld extends ReviewWorld {
  public readonly bucket = new FakeBucket();
  public readonly kms = new FakeKms();
  /** Users and other roles under the registry's path. */
  public readonly users: object[] = [];
  public readonly others: { readonly RoleId: string; readonly Arn: string; readonly CreateDate: Date }[] = [];
  public readonly connection: Connection;
  private readonly since = new Map<string, Date>();
  private outputs = new Map<string, object>();

  constructor(...settings: ConstructorParameters<typeof ReviewWorld>) {
    super(...settings);
    Object.assign(this.fake.engine, { s3: this.bucket.s3 });
    this.connection = {
      registry: 'agents',
      partition: 'aws',
      account: PLACEMENT.account,
      region: 'eu-west-1',
      operator: OPERATOR,
      userId: 'AROA000000000077:eve@example.com',
      bucket: 'evidence',
      table: this.fake.memory.table,
      ledger: new PlacementLedger(this.fake.memory.table),
      s3: this.bucket.s3,
      kms: this.kms.client,
      iam: { send: async (command: Command) => this.iam(command) } as unknown as Connection['iam'],
      cloudFormation: {} as Connection['cloudFormation'],
      stateMachine: { send: async (command: Command) => this.machine(command) } as unknown as Connection['stateMachine'],
      stateMachineArn: 'arn:aws:states:eu-west-1:111122223333:stateMachine:agents-lifecycle',
      plain: {} as Connection['plain'],
    };
  }

  public get campaigning(): Campaigning {
    return { now: this.fake.now, clock: () => this.fake.now, tell: () => undefined, lookEveryMs: 0 };
  }

  public async openCampaign(options: OpeningOptions = {}, name = NAME): Promise<Opening> {
    this.see();
    // Roles that were created in the last hour may be joining.
    this.pass(2 * HOUR_MS / 86_400_000);
    return (await proposeOpening(this.connection, name, options, this.campaigning)).make();
  }

  public progress(name = NAME): Promise<CampaignProgress> {
    return campaignProgress(this.connection, name, this.campaigning);
  }

  public async close(undecided?: string, name = NAME): Promise<ClosedCampaign> {
    return (await proposeClosing(this.connection, name, undecided, this.campaigning)).make();
  }

  public verify(name = NAME): Promise<VerifiedCampaign> {
    this.see();
    return verifyCampaign(this.connection, name, this.campaigning);
  }

  /** Another agent, which joined. */
  public async add(agentName: string, stage = 'test', change: StateChange = {}, sponsor: Partial<PlacementState['declared']['sponsor']> = {}): Promise<void> {
    const placement = { ...PLACEMENT, agentName };
    const declared = declaredFor('P', { stage, expiresAt: '2026-11-25T00:00:00Z' });
    const join = planOf(decide(undefined, { ...request('Create', 'P', { declared: { ...declared, sponsor: { ...declared.sponsor, ...sponsor } } }), placement }, during('CREATE_IN_PROGRESS')));
    const { present: _P, principals, ...joined } = join.change!;
    const roleId = `AROA-${agentName}`;
    const principal = { ...Object.values(principals!)[0], roleId, roleName: `${agentName}-${stage}` };
    const whole = { ...joined, ...change, joinedAt: this.fake.now.toISOString(), present: roleId, principals: { [roleId]: principal } };
    await this.fake.engine.ledger.commit(placement, undefined, whole, [], { registry: 'agents', actor: 'stack', time: this.fake.now });
    this.others.push({ RoleId: roleId, Arn: `arn:aws:iam::111122223333:role/agents/${stage}/${agentName}-${stage}`, CreateDate: this.fake.now });
  }

  /** Rewrites an object in place, as if Object Lock were not there. */
  public rewrite(key: string, change: (text: string) => string): void {
    const text = change(this.bucket.objects.get(key)!);
    this.bucket.forget(key);
    this.bucket.write(key, text);
  }

  /** The keys of the evidence, by what they contain. */
  public keysWith(part: string): string[] {
    return [...this.bucket.objects].filter(([key, text]) => key.startsWith('campaigns/') && `${key} ${text}`.includes(part)).map(([key]) => key);
  }

  /** IAM knows when a role was created. The fake's roles have no date. */
  private see(): void {
    for (const { roleId } of this.fake.iam.roles.values()) {
      this.since.set(roleId, this.since.get(roleId) ?? this.fake.now);
    }
  }

  /** Pages of two. */
  private async iam(command: Command): Promise<object> {
    if (command.constructor.name === 'ListUsersCommand') {
      return { Users: this.users, $metadata: { requestId: 'users-1' } };
    }
    const { Marker: marker = '0', PathPrefix: prefix } = command.input;
    const own = [...this.fake.iam.roles.values()].filter(({ path }) => path.startsWith(prefix!))
      .map(({ roleId, roleName, path }) => ({ RoleId: roleId, Arn: `arn:aws:iam::111122223333:role${path}${roleName}`, CreateDate: this.since.get(roleId) ?? this.fake.now }));
    const all = [...own, ...this.others];
    const start = Number(marker);
    const more = all.length > start + 2;
    return { Roles: all.slice(start, start + 2), IsTruncated: more, ...(more ? { Marker: String(start + 2) } : {}), $metadata: { requestId: `roles-${start}` } };
  }

  private async machine({ constructor: { name }, input }: Command): Promise<object> {
    if (name === 'DescribeExecutionCommand') {
      return { status: 'SUCCEEDED', output: JSON.stringify(this.outputs.get(input.executionArn!.split(':').at(-1)!)) };
    }
    const { requestId } = JSON.parse(input.input!) as { requestId: string };
    const { stored } = this.fake.memory.items.get(`request#${requestId}|request`) as unknown as { stored: { request: LifecycleRequest } };
    this.outputs.set(input.name!, (await this.fake.run(stored.request))?.output ?? {});
    return {};
  }
}

interface Command {
  readonly constructor: { readonly name: string };
  readonly input: Partial<Readonly<Record<'Marker' | 'PathPrefix' | 'executionArn' | 'input' | 'name', string>>>;
}
