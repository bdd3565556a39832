import { paginateScan } from '@aws-sdk/lib-dynamodb';
import { Connection } from '../../../cli/connect';
import { verifyPlacement } from '../../../cli/verbs';
import { Item, Table } from '../../../runtime/ledger';
import { eventNameOf, LifecycleEventName } from '../../../src/core/lifecycle-event';

/** Names of an agent's events, whose chain is intact. */
export async function eventsOf(registry: Connection, agentName: string): Promise<(LifecycleEventName | undefined)[]> {
  const { chain, events } = await verifyPlacement(registry, agentName);
  expect(chain.intact).toBe(true);
  return events.map(({ type }) => eventNameOf(type));
}

/** Everything in a table, whatever its key. */
export async function readTable(table: Table): Promise<Item[]> {
  const items: Item[] = [];
  for await (const page of paginateScan({ client: table.client }, { TableName: table.name })) {
    items.push(...page.Items ?? []);
  }
  return items;
}
