import { formatTable, parseTable, STANDARD_STAGES, TableText } from '../../../runtime/adoption';
import { Inventory, inventoryCsv } from '../../../runtime/inventory';
import { ACCOUNT, GeneratedAccount, generateAccount, NOW } from '../inventory/generated-account';
import { rowsIn } from '../inventory/inventory-of';

export const PLACE = { registry: 'agents', region: 'eu-west-1' };
export const TABLE_OPTIONS = { registry: 'agents', now: NOW, stages: STANDARD_STAGES };

/** What a person fills in, as far as a row does not say otherwise. */
export const FILLED: Readonly<Record<string, string>> = {
  how: 'adopt',
  purpose: 'Books invoices since 2019',
  sponsor_name: 'Ada Park',
  sponsor_email: 'ada.park@example.com',
  sponsor_backup: 'li.chen@example.com',
  stage: 'production',
  expires: '2027-03-31',
};

export function inventoryIn(account: GeneratedAccount): Inventory {
  return { takenAt: NOW.toISOString(), accounts: [{ account: ACCOUNT }], unread: [], rows: rowsIn(account) };
}

/** The table of an account, with some rows filled in, by the name of the identity. */
export function tableWith(account: GeneratedAccount, cells: Readonly<Record<string, Readonly<Record<string, string>>>>): TableText {
  const table = parseTable(Buffer.from(inventoryCsv(inventoryIn(account), { registry: 'agents' })), 'x.csv');
  for (const row of table.rows) {
    const given = cells[row.get('name')!];
    if (given !== undefined) {
      Object.entries({ ...FILLED, ...given }).forEach(([column, cell]) => row.set(column, cell));
    }
  }
  return table;
}

export function bytesWith(account: GeneratedAccount, cells: Parameters<typeof tableWith>[1]): Buffer {
  return Buffer.from(formatTable(tableWith(account, cells)));
}

/** One role or user of each shape, without people and without what AWS made. */
export const SMALL = generateAccount(21, 4);
