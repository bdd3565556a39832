import { Outside } from '../../../runtime/google/outside';
import { connectGoogleInventory, GoogleInventoryOptions, takeGoogleInventory } from '../../../runtime/google-inventory';
import { Inventory, InventoryRow } from '../../../runtime/inventory';
import { FakeGoogle, fetchOf } from '../../e2e/google/fake-google';
import { newFolder } from '../inventory/taken';

export const NOW = new Date('2026-10-01T00:00:00Z');
export const PROJECT = 'acme-shop';

export function daysAgo(days: number): string {
  return new Date(NOW.getTime() - days * 86_400_000).toISOString().replace('.000', '');
}

/** A fake Google with one project. */
export function shop(): FakeGoogle {
  const google = new FakeGoogle();
  google.now = NOW;
  google.inventory.addProject(PROJECT);
  return google;
}

/** What connects to the fake. Waits are collected, not waited for. */
export function outsideOf(google: FakeGoogle, waits: number[] = [], environment: Record<string, string> = {}): Omit<Outside, 'out' | 'err'> {
  return {
    environment: { GOOGLE_OAUTH_ACCESS_TOKEN: FakeGoogle.OPERATOR_TOKEN, ...environment },
    fetch: fetchOf(google),
    gcloud: async () => undefined,
    sleep: async (milliseconds) => void waits.push(milliseconds),
    random: () => 0.5,
    now: () => google.now.getTime(),
  };
}

interface Taking extends Partial<GoogleInventoryOptions> {
  readonly projects?: readonly string[];
  readonly organization?: string;
  readonly waits?: number[];
}

export async function taken(google: FakeGoogle, { projects, organization, waits, ...options }: Taking = {}): Promise<Inventory> {
  const scope = organization === undefined ? { projects: projects ?? [PROJECT] } : { projects: [], organization };
  const source = connectGoogleInventory(scope, outsideOf(google, waits));
  return takeGoogleInventory(source, { state: newFolder(), clock: () => NOW, tell: () => undefined, ...options });
}

/** The row of one account. */
export async function rowOf(google: FakeGoogle, email: string, options: Taking = {}): Promise<InventoryRow> {
  return (await taken(google, options)).rows.find(({ name }) => name === email)!;
}

export function rulesOf({ findings }: InventoryRow): string[] {
  return findings.map(({ owasp, rule }) => `${owasp} ${rule}`);
}
