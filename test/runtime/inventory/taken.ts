import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NOW } from './generated-account';
import { connectInventory, Inventory, InventoryOptions, takeInventory } from '../../../runtime/inventory';

export function newFolder(): string {
  return mkdtempSync(join(tmpdir(), 'nhi-inventory-'));
}

/** Takes the inventory of a account with the real clients of AWS. */
export async function taken(fake: { readonly env: Record<string, string> }, options: Partial<InventoryOptions> = {}): Promise<Inventory> {
  const before = { ...process.env };
  Object.assign(process.env, fake.env);
  try {
    const run = { state: newFolder(), clock: () => NOW, pause: async () => undefined, tell: () => undefined };
    return await takeInventory(await connectInventory({}), { ...run, ...options });
  } finally {
    process.env = before;
  }
}
