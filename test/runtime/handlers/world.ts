import { CloudFormation } from './cloudformation';
import { FakeEngine } from './fake-engine';
import { ExecutionResult } from './state-machine';
import { finishRequest } from '../../../runtime/lifecycle/finish';
import { EngineConfig } from '../../../runtime/steps';
import { verifyChain } from '../../../src/core/hash-chain';
import { PLACEMENT } from '../lifecycle/requests';

export const OPERATOR = 'arn:aws:sts::111122223333:assumed-role/operator/ada';

/** The engine and one stack of CloudFormation around it. */
export class World {
  public readonly fake: FakeEngine;
  public readonly stack: CloudFormation;
  private finishes = 0;

  constructor(config: Partial<EngineConfig> = {}) {
    this.fake = new FakeEngine(config);
    this.stack = new CloudFormation(this.fake);
    this.fake.rolesOf = (stackId) => (stackId === this.stack.stackId && this.stack.agent !== undefined ? [`invoice-bot-${this.stack.agent.stage}`] : []);
  }

  public canAct(): string[] {
    return [...this.fake.iam.roles.values()].map(({ roleId }) => roleId).filter((roleId) => this.fake.iam.canAct(roleId));
  }

  /** Read by the test, so undisturbed. */
  public async state() {
    const { memory, engine } = this.fake;
    const noise = memory.disturb;
    memory.disturb = () => undefined;
    const state = await engine.ledger.state(PLACEMENT);
    memory.disturb = noise;
    return state;
  }

  /** What `nhi finish` asks for. */
  public async finish(): Promise<ExecutionResult | undefined> {
    const request = finishRequest((await this.state())!, { requestId: `finish-${++this.finishes}`, registry: 'agents', operator: OPERATOR });
    return this.fake.run(request);
  }

  public async names(): Promise<string[]> {
    return (await this.fake.engine.ledger.events(PLACEMENT)).map(({ type }) => type.split('.')[2]);
  }

  /** What must hold whenever CloudFormation has come to rest. */
  public async check(): Promise<void> {
    const { agent, forgot } = this.stack;
    const state = await this.state();
    if (agent !== undefined) {
      expect(state).toMatchObject({ status: 'active', present: agent.roleId, declared: { sponsor: { id: (agent.properties.Sponsor as { Id: string }).Id } } });
      expect(this.canAct()).toContain(agent.roleId);
      // The one that a forgotten clean-up left may act only if its stage keeps it until compute has moved.
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
    expect(this.fake.memory.under('placement#111122223333#invoice-bot').filter(({ sk }) => sk.startsWith('outbox#') || sk === 'lock')).toEqual([]);
    const retired = Object.values(state?.principals ?? {}).filter(({ status }) => status === 'retired');
    expect(retired.filter(({ roleId }) => this.fake.iam.canAct(roleId))).toEqual([]);
    expect(this.fake.certificates.size).toBe((await this.names()).filter((name) => name === 'left').length);
  }
}
