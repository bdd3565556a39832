import { paginateScan } from '@aws-sdk/lib-dynamodb';
import { Item, Table } from '../../../runtime/ledger';

/** Everything in a table, whatever its key. */
export async function readTable(table: Table): Promise<Item[]> {
  const items: Item[] = [];
  for await (const page of paginateScan({ client: table.client }, { TableName: table.name })) {
    items.push(...page.Items ?? []);
  }
  return items;
}
