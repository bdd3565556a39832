import { keys } from './keys';
import { Table, Write } from './table';
import { PeerCounts } from '../model/peers';
import { PeerEntry } from '../model/placement-state';

/** Attribute of a service's counter. `living` counts the agents. */
const SERVICE = 'service#';

/**
 * How many living agents of each stage declare each service: one row for each stage and shard, written in the transaction that writes the agent. Reading the counts of a
 * stage costs one call, whatever the fleet.
 */
export class PeerCounters {
  public constructor(private readonly table: Table, private readonly shards: number) {}

  /** Writes that follow the change of an agent, whose counters are in one shard. */
  public following(before: PeerEntry | undefined, after: PeerEntry | undefined, shard: number): Write[] {
    if (before?.stage === after?.stage) {
      if (before === undefined || after === undefined) {
        return [];
      }
      const added = after.services.filter((service) => !before.services.includes(service));
      const taken = before.services.filter((service) => !after.services.includes(service));
      return added.length + taken.length === 0 ? [] : [this.adding(before.stage, shard, added, taken)];
    }
    return [
      ...(before === undefined ? [] : [this.adding(before.stage, shard, [], before.services, -1)]),
      ...(after === undefined ? [] : [this.adding(after.stage, shard, after.services, [], 1)]),
    ];
  }

  public async of(stage: string): Promise<PeerCounts> {
    const shards = Array.from({ length: this.shards }, (_, shard) => ({ pk: keys.registry, sk: keys.peers(stage, shard) }));
    const rows = await this.table.getTogether(shards);
    const having = new Map<string, number>();
    for (const [attribute, count] of rows.flatMap((row) => Object.entries(row ?? {}))) {
      if (attribute.startsWith(SERVICE)) {
        const service = attribute.slice(SERVICE.length);
        having.set(service, (having.get(service) ?? 0) + Number(count));
      }
    }
    return { agents: rows.reduce((sum, row) => sum + Number(row?.living ?? 0), 0), having };
  }

  private adding(stage: string, shard: number, added: readonly string[], taken: readonly string[], agents: 1 | -1 | 0 = 0): Write {
    const counted = [...(agents > 0 ? ['living'] : []), ...added.map((service) => SERVICE + service)];
    const uncounted = [...(agents < 0 ? ['living'] : []), ...taken.map((service) => SERVICE + service)];
    const names = [...counted, ...uncounted];
    const terms = names.map((_, index) => `#n${index} ${index < counted.length ? ':more' : ':less'}`);
    return {
      Update: {
        TableName: this.table.name,
        Key: { pk: keys.registry, sk: keys.peers(stage, shard) },
        UpdateExpression: `ADD ${terms.join(', ')}`,
        ExpressionAttributeNames: Object.fromEntries(names.map((name, index) => [`#n${index}`, name])),
        // DynamoDB refuses a value that the expression does not use.
        ExpressionAttributeValues: { ...(counted.length > 0 ? { ':more': 1 } : {}), ...(uncounted.length > 0 ? { ':less': -1 } : {}) },
      },
    };
  }
}
