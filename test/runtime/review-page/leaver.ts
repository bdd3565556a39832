import { FakeSignIn, mac, ORIGIN, PageWorld } from './page-world';
import { NoticeLedger, OrphanLedger, PlacementLedger, SweepLedger } from '../../../runtime/ledger';
import { revocationReference } from '../../../runtime/model/human-revocation';
import { RevocationRecord } from '../../../runtime/model/revocation';
import { collect, Notifier, sendDigests } from '../../../runtime/notifications';
import { Digest } from '../../../runtime/notifications/digest';
import { revocationPath } from '../../../src/contract/review-page';
import { RevokerProperties } from '../../../src/contract/revokers';
import { PLACEMENT } from '../engine/decision/requests';

export const [KIM, DESK] = ['kim@example.com', 'it-desk@example.com'];
export const STEPS = ['Open transaction SU01 and enter the name', 'Lock the user, then delete it'];
export const SAP: RevokerProperties = { Id: 'sap', Kind: 'human', Settings: { team: [KIM, DESK], steps: STEPS } };

export interface Mailed extends Digest { readonly person: string }

/** An agent that left, whose access at one place people have to revoke. */
export class LeaverWorld extends PageWorld {
  public static async left(revokers: readonly RevokerProperties[] = [SAP], origin = ORIGIN): Promise<LeaverWorld> {
    const world = new LeaverWorld({ signIn: new FakeSignIn(), origin });
    await world.deploy('production', ['dynamodb:GetItem'], { revokers });
    await world.stack.destroy();
    await world.fake.resume();
    return world;
  }

  public readonly inbox: Mailed[] = [];
  private nonces = 0;

  public async revocation(id = 'sap'): Promise<RevocationRecord> {
    return (await this.now()).revocations!.find(({ revoker }) => revoker.id === id)!;
  }

  public async path(id = 'sap'): Promise<string> {
    return revocationPath(PLACEMENT, revocationReference(await this.revocation(id)));
  }

  /** Brings all events to the notifier, and sends the digests of a day. */
  public async mail(hasPage = true): Promise<readonly Mailed[]> {
    const before = this.inbox.length;
    const notifier = this.notifier(hasPage);
    for (const { id, type, subject, time, sequence } of await this.fake.engine.ledger.events(PLACEMENT)) {
      await collect(notifier, { id, type, subject, time, sequence });
    }
    await sendDigests(notifier);
    return this.inbox.slice(before);
  }

  private notifier(hasPage: boolean): Notifier {
    const { table } = this.fake.memory;
    return {
      registry: 'agents',
      settings: { channel: { kind: 'mail', from: 'agents@example.com' }, digestHour: 6, operators: ['ops@example.com'] },
      ledger: new PlacementLedger(table),
      sweeps: new SweepLedger(table),
      orphans: new OrphanLedger(table),
      notices: new NoticeLedger(table),
      channel: { send: async (person, digest) => `message-${this.inbox.push({ ...digest, person })}` },
      ...(hasPage ? { links: { origin: this.page.origin, lifetimeSeconds: 8 * 86_400, canSignIn: true, mac, nonce: () => String(++this.nonces).padStart(22, 'n') } } : {}),
      now: () => this.fake.now,
      unique: () => `claim-${++this.nonces}`,
      count: () => undefined,
      warn: (message) => { throw new Error(message); },
    };
  }
}

export function linkIn({ text }: Pick<Digest, 'text'>): string {
  return /https?:\/\/[^/\s]+(\/open\/\S+)/.exec(text)![1];
}
