import { paginateScan } from '@aws-sdk/lib-dynamodb';
import { Item, Table } from '../../../runtime/ledger';
import { Connection, verifyPlacement } from '../../../runtime/operator';
import { eventNameOf, LifecycleEventName } from '../../../src/core/lifecycle-event';

/** Names of an agent's events, after checking that the chain is intact. */
export async function eventsOf(registry: Connection, agentName: string): Promise<(LifecycleEventName | undefined)[]> {
  const { chain, events } = await verifyPlacement(registry, agentName, new Date());
  expect(chain.intact).toBe(true);
  return events.map(({ type }) => eventNameOf(type));
}

/** All items of a table. */
export async function readTable(table: Table): Promise<Item[]> {
  const items: Item[] = [];
  for await (const page of paginateScan({ client: table.client }, { TableName: table.name })) {
    items.push(...page.Items ?? []);
  }
  return items;
}
