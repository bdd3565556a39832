import { ARN, FakeAgentRegistry } from './fake-agent-registry';
import { Catalogue, CatalogueRecords, syncAgent } from '../../../runtime/catalogue';
import { PlacementState } from '../../../runtime/model/placement-state';
import { CatalogueSettings, recordName } from '../../../src/contract/catalogue';
import { Placement, placementKey } from '../../../src/core/lifecycle-event';
import { leaving } from '../evidence/left';

export const ACCOUNT = '111122223333';
export const BOT: Placement = { account: ACCOUNT, agentName: 'invoice-bot' };
export const NAME = recordName('agents', BOT);
export const SETTINGS: CatalogueSettings = { arn: ARN, deleteAfterSeconds: 30 * 86_400, showsMail: false, queueArn: `arn:aws:sqs:eu-west-1:${ACCOUNT}:agents-nhi-catalogue` };

export const living = (changes: Partial<PlacementState> = {}): PlacementState => {
  const { principals, ...state } = leaving();
  return { ...state, placement: BOT, status: 'active', principals: { P: { ...principals.P, status: 'live' } }, ...changes };
};
export const left = (changes: Partial<PlacementState> = {}): PlacementState => living({ status: 'left', principals: {}, ...changes });

export const inStage = (stage: string): PlacementState => living({ declared: { ...living().declared, stage } });

type Around = <T>(call: string, act: () => T) => Promise<T>;

/** A ledger in memory and a fake Agent Registry. */
export class World {
  public readonly registry = new FakeAgentRegistry();
  public readonly states = new Map<string, PlacementState>();
  public readonly pauses: number[] = [];
  public readonly catalogue: Catalogue;

  constructor(around: Around = async (_call, act) => act(), settings: Partial<CatalogueSettings> = {}) {
    this.catalogue = {
      registryName: 'agents',
      settings: { ...SETTINGS, ...settings },
      placements: { state: (placement) => around('state', () => this.states.get(placementKey(placement))) },
      records: new CatalogueRecords(this.registry.plainCalls(around), ARN, `${ACCOUNT}/agents`),
      now: () => this.registry.now,
      pause: (milliseconds) => around('pause', () => void this.pauses.push(milliseconds)),
    };
  }

  public set(state: PlacementState | undefined, placement = BOT): void {
    state === undefined ? this.states.delete(placementKey(placement)) : this.states.set(placementKey(placement), { ...state, placement });
  }

  public sync(placement = BOT): Promise<void> {
    return syncAgent(this.catalogue, placement);
  }

  public pass(days: number): void {
    this.registry.now = new Date(this.registry.now.getTime() + days * 86_400_000);
  }

  public data(name = NAME): Record<string, unknown> {
    return JSON.parse(this.registry.named(name)!.data!) as Record<string, unknown>;
  }
}
