import { CloudFormation } from './cloudformation';
import { PLACEMENT } from './decision/requests';
import { FakeEngine } from './fake-engine';
import { ExecutionResult } from './state-machine';
import { PROFILES } from './wire';
import { CERTIFICATE } from '../../../build/certificate-schema';
import { EngineConfig } from '../../../runtime/engine/engine';
import { contradictionsOf, DecommissionCertificate, DeletionRecord, RevocationPart, verifyEvidence } from '../../../runtime/evidence';
import { accessDigests } from '../../../runtime/model/access-digests';
import { peerEntryOf } from '../../../runtime/model/peers';
import { PlacementState } from '../../../runtime/model/placement-state';
import { Intent } from '../../../runtime/model/request';
import { requestIdOf } from '../../../src/contract/request-id';
import { canonicalJson } from '../../../src/core/canonical-json';
import { verifyChain } from '../../../src/core/hash-chain';
import { LifecycleEvent } from '../../../src/core/lifecycle-event';

export const OPERATOR = 'arn:aws:sts::111122223333:assumed-role/operator/ada';

/** The engine and one stack of CloudFormation. */
export class World {
  public readonly fake: FakeEngine;
  public readonly stack: CloudFormation;
  /** Whether an operator let the agent leave, and nobody resumed it since. */
  public isOffboarded = false;
  private asked = 0;

  constructor(config: Partial<EngineConfig> = {}) {
    this.fake = new FakeEngine(config);
    this.stack = new CloudFormation(this.fake);
    this.fake.rolesOf = (stackId) => (stackId === this.stack.stackId ? [...this.stack.held] : []);
  }

  public canAct(): string[] {
    return [...this.fake.iam.roles.values()].map(({ roleId }) => roleId).filter((roleId) => this.fake.iam.canAct(roleId));
  }

  /** Reads the state for the test, without disturbance. */
  public async state() {
    const { memory, engine } = this.fake;
    const noise = memory.disturb;
    memory.disturb = () => undefined;
    const state = await engine.ledger.state(PLACEMENT);
    memory.disturb = noise;
    return state;
  }

  /** The request of `nhi finish`. */
  public finish(): Promise<ExecutionResult | undefined> {
    return this.ask({ kind: 'finish' });
  }

  /** The request of `nhi renew`. */
  public renew(until: string): Promise<ExecutionResult | undefined> {
    return this.ask({ kind: 'renew', until, reason: 'Its sponsor agreed' });
  }

  /** An operator's request to the engine. */
  public ask(intent: Intent): Promise<ExecutionResult | undefined> {
    return this.fake.run({ requestId: requestIdOf('operator', intent.kind, String(++this.asked)), registry: 'agents', placement: PLACEMENT, origin: { kind: 'operator', arn: OPERATOR }, intent });
  }

  public async names(): Promise<string[]> {
    return (await this.fake.engine.ledger.events(PLACEMENT)).map(({ type }) => type.split('.')[2]);
  }

  /** The first parts of all certificates. */
  public certificates(): DecommissionCertificate[] {
    const certificates = this.evidence<DecommissionCertificate>((key) => !/\.part-[23]\.json$/.test(key));
    certificates.forEach((certificate) => expect(CERTIFICATE.safeParse(certificate).error).toBeUndefined());
    return certificates;
  }

  /** The second parts. */
  public deletions(): DeletionRecord[] {
    return this.evidence<DeletionRecord>((key) => key.endsWith('.part-2.json'));
  }

  /** The third parts. */
  public ends(): RevocationPart[] {
    return this.evidence<RevocationPart>((key) => key.endsWith('.part-3.json'));
  }

  /** What must hold whenever CloudFormation is at rest and has deleted what it deletes. */
  public async check(): Promise<void> {
    await this.fake.resume();
    await this.checkRest();
    await this.checkEvidence();
  }

  /** What must hold even while executions still wait for the deletion of roles. */
  public async checkRest(): Promise<void> {
    const { agent, forgot } = this.stack;
    const state = await this.state();
    if (this.isOffboarded) {
      expect([state?.status, this.canAct()]).toEqual(['left', []]);
    }
    if (agent !== undefined && state?.status === 'left' && state.expired !== undefined) {
      // The registry tore it down after its end, and the stack still has its role.
      expect(this.canAct()).toEqual([]);
    } else if (agent !== undefined) {
      expect(state).toMatchObject({ status: 'active', present: agent.roleId, declared: { sponsor: { id: (agent.properties.Sponsor as { Id: string }).Id } } });
      if (state?.suspension !== undefined) {
        expect(this.canAct()).toEqual([]);
        return this.checkLedger();
      }
      expect(this.canAct()).toContain(agent.roleId);
      // A principal from a dropped clean-up may act only if its stage keeps it until compute has moved.
      const others = this.canAct().filter((roleId) => roleId !== agent.roleId);
      expect(others.every((roleId) => state?.pending?.from === roleId && !state.principals[roleId].cutBeforeGrant)).toBe(true);
      if (!forgot) {
        expect(others).toEqual([]);
        expect(state?.pending).toBeUndefined();
      }
    } else {
      expect(this.canAct()).toEqual([]);
      if (!forgot) {
        expect(['left', undefined]).toContain(state?.status);
      }
    }
    await this.checkLedger();
  }

  private async checkLedger(): Promise<void> {
    const state = await this.state();
    const events = await this.fake.engine.ledger.events(PLACEMENT);
    expect(verifyChain(events, state?.lastHash)).toMatchObject({ intact: true });
    expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
    expect(new Set(this.fake.published.map(({ id }) => id))).toEqual(new Set(events.map(({ id }) => id)));
    const copies = [...this.fake.copies].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, text]) => text);
    expect(copies).toEqual(events.map((event) => canonicalJson(event)));
    expect(state?.declared === undefined ? [] : contradictionsOf(state, events)).toEqual([]);
    expect(this.fake.memory.under('placement#111122223333#invoice-bot').filter(({ sk }) => sk === 'lock')).toEqual([]);
    expect(state?.unsent ?? []).toEqual([]);
    await this.checkCounters(state);
    if (state?.declared !== undefined) {
      expect(told(events)).toEqual(declaredIn(state));
    }
    const retired = Object.values(state?.principals ?? {}).filter(({ status }) => status === 'retired');
    expect(retired.filter(({ roleId }) => this.fake.iam.canAct(roleId))).toEqual([]);
    const names = await this.names();
    expect(this.certificates()).toHaveLength(names.filter((name) => name === 'left').length);
    expect(this.deletions()).toHaveLength(names.filter((name) => name === 'deletion-confirmed').length);
    expect(this.ends()).toHaveLength(names.filter((name) => name === 'revocations-certified').length);
    expect(verifyEvidence(events, this.fake.certificates).filter(({ verdict }) => verdict !== 'intact')).toEqual([]);
  }

  /** The counters of all stages have the one agent while it lives, and nothing of it after. */
  private async checkCounters(state: PlacementState | undefined): Promise<void> {
    const expected = state === undefined ? undefined : peerEntryOf(state);
    for (const stage of PROFILES.keys()) {
      const { agents, having } = await this.fake.engine.ledger.fleet.peersIn(stage);
      const services = [...having].filter(([, count]) => count !== 0);
      const counted = expected?.stage === stage ? [1, expected.services.map((service) => [service, 1])] : [0, []];
      expect([stage, agents, services]).toEqual([stage, ...counted]);
    }
  }

  /** Each role of a departed agent was seen to be deleted, is known to be left over, or is part of a stack although the registry tore the agent down. */
  private async checkEvidence(): Promise<void> {
    const { principals = {}, trouble, expired } = await this.state() ?? {};
    for (const { id, principals: torn } of this.certificates()) {
      const there = torn.filter(({ absentAt }) => absentAt === null);
      const second = this.deletions().find((part) => part.id === id);
      const orphans = there.filter(({ id: roleId }) => principals[roleId].awaitedBy !== undefined);
      const lost = orphans.filter(({ id: roleId }) => expired === undefined || !this.stack.held.has(principals[roleId].roleName));
      expect(lost.every(({ id: roleId }) => principals[roleId].orphanSince !== undefined)).toBe(true);
      expect(second?.principals.map((one) => one.id) ?? []).toEqual(there.length === 0 || orphans.length > 0 ? [] : there.map((one) => one.id));
      expect(second?.principals.filter((one) => this.fake.iam.byId(one.id) !== undefined) ?? []).toEqual([]);
      expect(lost.length === 0 || trouble !== undefined).toBe(true);
    }
    const absent = Object.values(principals).filter(({ absentAt }) => absentAt !== undefined);
    expect(absent.filter(({ roleId }) => this.fake.iam.byId(roleId) !== undefined)).toEqual([]);
  }

  private evidence<T>(isWanted: (key: string) => boolean): T[] {
    return [...this.fake.certificates].filter(([key]) => isWanted(key)).map(([, text]) => JSON.parse(text) as T);
  }
}

interface Told {
  readonly purpose: unknown;
  readonly expires: unknown;
  readonly access: Readonly<Record<string, string>>;
}

/** What an auditor reads from the chain alone: the agent's declaration at its join, and each change since. */
function told(events: readonly LifecycleEvent[]): Told {
  return events.reduce<Told>((before, { type, data }) => {
    const { details = {} } = data.unmapped as { details?: Record<string, unknown> };
    switch (type.split('.')[2]) {
      case 'joined': return { purpose: details.purpose, expires: details.expires, access: withoutOwn(details.access as Told['access']) };
      case 'purpose-changed': return { ...before, purpose: details.to };
      case 'expiry-changed': return { ...before, expires: details.to };
      case 'access-changed': {
        const changed = Object.entries(details.changed as Record<string, { from: string; to: string }>);
        changed.filter(([part]) => Object.hasOwn(withoutOwn({ [part]: '' }), part)).forEach(([part, { from }]) => expect(from).toBe(before.access[part] ?? 'none'));
        const access = withoutOwn({ ...before.access, ...Object.fromEntries(changed.map(([part, { to }]) => [part, to])) });
        return { ...before, access: Object.fromEntries(Object.entries(access).filter(([, digest]) => digest !== 'none')) };
      }
      default: return before;
    }
  }, { purpose: undefined, expires: undefined, access: {} });
}

/** Without the parts that change with each move because they belong to a principal. */
function withoutOwn({ 'access policy': _policy, guards: _guards, ...others }: Readonly<Record<string, string>>): Record<string, string> {
  return others;
}

function declaredIn({ declared }: PlacementState): Told {
  return { purpose: declared.purpose, expires: declared.expiresAt, access: accessDigests(declared, false) };
}
