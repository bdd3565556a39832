import { mkdirSync, mkdtempSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { FakeKms } from './fake-kms';
import { decide } from '../../../../runtime/engine/decision/decide';
import { PlacementState } from '../../../../runtime/model/placement-state';
import { Campaigning, campaignProgress, Connection, isSound, proposeClosing, proposeOpening, verifyCampaign } from '../../../../runtime/operator';
import { canonicalJson } from '../../../../src/core/canonical-json';
import { GENESIS_HASH } from '../../../../src/core/hash-chain';
import { createEvent, LifecycleEvent } from '../../../../src/core/lifecycle-event';
import { after, during, NOW, PLACEMENT, request } from '../../engine/decision/requests';
import { named } from '../../ledger/memory-table';

const AGENTS = 100_001;
/** One in so many is decided, and has an event with its copy. */
const DECIDED_EACH = 50;
const MEGABYTE = 1_048_576;
const SINCE = new Date('2026-06-02T00:00:00Z');
const joined = after(undefined, decide(undefined, request('Create', 'P'), during('CREATE_IN_PROGRESS')));

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** A registry whose rows, states and events are made when they are read, so that what is in memory is the campaign's. Its evidence is files. */
class VastRegistry {
  public readonly calls: Record<string, number> = {};
  public isForwarded = false;
  public isDecided = false;
  public heapAtMost = 0;
  private readonly folder = mkdtempSync(join(tmpdir(), 'nhi-campaign-'));
  private told = 0;

  public readonly connection = {
    registry: 'agents',
    account: PLACEMENT.account,
    region: 'eu-west-1',
    operator: 'arn:aws:sts::111122223333:assumed-role/campaigner/eve',
    userId: 'AROA1:eve',
    bucket: 'evidence',
    table: { put: async () => this.count('requests stored') },
    stateMachineArn: 'arn:aws:states:eu-west-1:111122223333:stateMachine:agents-lifecycle',
    stateMachine: { send: async ({ constructor: { name } }: Command) => this.count(name) && { status: 'SUCCEEDED', output: '{"answered":"SUCCESS"}' } },
    ledger: {
      fleet: {
        count: async () => AGENTS,
        some: async () => [this.row(0).summary],
        rawPage: async (which: string, limit: number, start: number = 0) => {
          this.count('fleet pages');
          const items = which === 'left' ? [] : Array.from({ length: Math.min(limit, AGENTS - start) }, (_, index) => this.row(start + index));
          return { items, requestId: `query-${start}`, ...(which === 'living' && start + limit < AGENTS ? { last: start + limit } : {}) };
        },
      },
      state: async ({ agentName }: { agentName: string }) => this.count('states') && this.state(agentName),
      events: async ({ agentName }: { agentName: string }) => this.count('event queries') && this.events(agentName),
    },
    iam: {
      send: async ({ constructor: { name }, input }: Command) => {
        this.count(name);
        const start = Number(input.Marker ?? 0);
        const Roles = name === 'ListUsersCommand' ? [] : Array.from({ length: Math.min(input.MaxItems!, AGENTS - start) }, (_, index) => (
          { RoleId: roleIdOf(start + index), Arn: `arn:aws:iam::111122223333:role/agents/test/bot-${start + index}-test`, CreateDate: new Date('2026-01-01T00:00:00Z') }));
        return name === 'ListUsersCommand' ? { Users: [] } : { Roles, IsTruncated: start + input.MaxItems! < AGENTS, Marker: String(start + input.MaxItems!) };
      },
    },
    kms: new FakeKms().client,
    s3: { config: { region: async () => 'eu-west-1' }, send: async (command: Command) => this.object(command) },
  } as unknown as Connection;

  public campaigning(now: Date): Campaigning {
    return {
      now,
      clock: () => now,
      lookEveryMs: 0,
      tell: () => {
        if (this.told++ % 100 === 0) {
          collect();
          this.heapAtMost = Math.max(this.heapAtMost, process.memoryUsage().heapUsed);
        }
      },
    };
  }

  public remove(): void {
    rmSync(this.folder, { recursive: true });
  }

  private count(what: string): true {
    this.calls[what] = (this.calls[what] ?? 0) + 1;
    return true;
  }

  private row(index: number): { readonly summary: object } {
    const agentName = `bot-${index}`;
    return { summary: { account: PLACEMENT.account, agentName, status: 'active', stage: 'test', sponsorId: 'ada', expiresAt: joined.declared.expiresAt, stackName: 'Mine', roleIds: [roleIdOf(index)] } };
  }

  private state(agentName: string): PlacementState {
    const review = this.isDecided && isDecided(agentName) ? { certifiedAt: SINCE.toISOString() } : this.isForwarded ? { forward: { at: NOW.toISOString(), causes: ['campaign' as const] } } : undefined;
    return { ...joined, placement: { ...PLACEMENT, agentName }, joinedAt: '2026-01-01T00:00:00.000Z', ...(review === undefined ? {} : { review }) };
  }

  private events(agentName: string): LifecycleEvent[] {
    const content = { name: 'certified' as const, registry: 'agents', placement: { ...PLACEMENT, agentName }, stage: 'test', sequence: 1, time: SINCE, actor: 'x', sponsorId: 'ada', idempotencyKey: 'certified' };
    return this.isDecided && isDecided(agentName) ? [createEvent(content, GENESIS_HASH)] : [];
  }

  private object({ constructor: { name }, input: { Key: key, Body: body, Prefix: prefix } }: Command): object {
    this.count(name);
    if (name === 'ListObjectVersionsCommand') {
      return { Versions: prefix!.startsWith('events/') || existsSync(join(this.folder, prefix!)) ? [{ Key: prefix, VersionId: '1' }] : [] };
    }
    if (name === 'PutObjectCommand') {
      mkdirSync(dirname(join(this.folder, key!)), { recursive: true });
      writeFileSync(join(this.folder, key!), body!);
      return {};
    }
    if (key!.startsWith('events/')) {
      return { Body: { transformToString: async () => canonicalJson(this.events(key!.split('/')[2])[0]) } };
    }
    if (!existsSync(join(this.folder, key!))) {
      throw named('NoSuchKey');
    }
    return { Body: { transformToString: async () => readFileSync(join(this.folder, key!), 'utf8') } };
  }
}

interface Command {
  readonly constructor: { readonly name: string };
  readonly input: { readonly Marker?: string; readonly MaxItems?: number; readonly Key?: string; readonly Body?: string; readonly Prefix?: string };
}

function roleIdOf(index: number): string {
  return `AROA${String(index).padStart(17, '0')}`;
}

function isDecided(agentName: string): boolean {
  return Number(agentName.slice('bot-'.length)) % DECIDED_EACH === 0;
}

test(`a campaign over ${AGENTS} agents: calls as documented, a page at a time in memory, and no execution that stays open`, async () => {
  const vast = new VastRegistry();
  try {
    collect();
    const before = process.memoryUsage().heapUsed;
    const pages = Math.ceil(AGENTS / 200);
    const decided = Math.ceil(AGENTS / DECIDED_EACH);

    const { manifest, delivered } = await (await proposeOpening(vast.connection, '2026-q2', {}, vast.campaigning(NOW))).make();
    expect({ agents: manifest.counts.agents, roles: manifest.counts.roles, delivered }).toEqual({ agents: AGENTS, roles: AGENTS, delivered: AGENTS });
    expect(vast.calls).toMatchObject({
      // Both sources, and the first page for the path of the registry's roles.
      'fleet pages': pages + 2,
      'ListRolesCommand': 101,
      'ListUsersCommand': 1,
      'PutObjectCommand': pages + 1 + 101 + 1 + 1,
      'requests stored': AGENTS,
      'StartExecutionCommand': AGENTS,
      'DescribeExecutionCommand': AGENTS,
      // One to see whether it is to be asked, and those of each request before and after it.
      'states': 3 * AGENTS + 1,
    });

    vast.isForwarded = true;
    vast.calls.StartExecutionCommand = 0;
    vast.calls.states = 0;
    await (await proposeOpening(vast.connection, '2026-q2', {}, vast.campaigning(NOW))).make();
    expect(vast.calls).toMatchObject({ StartExecutionCommand: 0, states: AGENTS });

    vast.isDecided = true;
    vast.calls.states = 0;
    const later = new Date('2026-06-10T00:00:00Z');
    expect((await campaignProgress(vast.connection, '2026-q2', vast.campaigning(later))).outcomes).toMatchObject({ kept: decided, waiting: AGENTS - decided });
    expect(vast.calls.states).toBe(AGENTS);

    const { make } = await proposeClosing(vast.connection, '2026-q2', 'The figures of this test are about the first day', vast.campaigning(later));
    vast.calls.states = 0;
    const { signed } = await make();
    expect(signed.outcomes).toMatchObject({ kept: decided, waiting: AGENTS - decided });
    expect(vast.calls).toMatchObject({ 'states': AGENTS, 'event queries': AGENTS });

    vast.calls.GetObjectCommand = 0;
    const verified = await verifyCampaign(vast.connection, '2026-q2', vast.campaigning(later));
    expect(isSound(verified)).toBe(true);
    expect(vast.calls.GetObjectCommand).toBeLessThan(2 * decided + 3 * pages + 200);

    // The ids of all roles or the names of all agents, about 100 bytes each, and pages of 200.
    expect((vast.heapAtMost - before) / MEGABYTE).toBeLessThan(60);
  } finally {
    vast.remove();
  }
});
