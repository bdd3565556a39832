import { certificatesShown, ShownCertificate } from './certificates';
import { TimelineEntry, timelineOf } from './timeline';
import { reasonOf, RefusedError } from '../../../src/core/errors';
import { LifecycleEvent } from '../../../src/core/lifecycle-event';
import { LiveAccess, liveAccess, liveKeys, ShownKey } from '../../engine/observation/live';
import { identityTokensOf } from '../../model/identity-tokens';
import { PlacementState } from '../../model/placement-state';
import { Connection } from '../connection';

/** What is shown of an agent besides its state. */
export interface AgentDetails {
  readonly timeline: readonly TimelineEntry[];
  readonly certificates: readonly ShownCertificate[];
  /** Absent on Google, where they are not read. */
  readonly credentials?: {
    /** Names of the agent's own secrets. */
    readonly secrets: readonly string[];
    /** Names of its own OAuth2 credential providers. */
    readonly providers: readonly string[];
    /** Credentials that CloudFormation makes for it, `<kind>/<name>`. */
    readonly others: readonly string[];
    /** Tokens for outsiders, and how long they outlive every denial. */
    readonly tokens: readonly { readonly audiences: readonly string[]; readonly seconds: number }[];
    /** Absent unless it was asked for. */
    readonly keys?: readonly ShownKey[];
  };
  /** What is declared, granted and used. Absent unless it was asked for. */
  readonly access?: LiveAccess;
  /** What could not be read, with the reason, such as a missing right. */
  readonly notRead: readonly { readonly what: string; readonly reason: string }[];
}

export interface Detailing {
  readonly now: Date;
  /** Whether to ask IAM too. */
  readonly live: boolean;
  readonly pause: (milliseconds: number) => Promise<void>;
}

/** Reads what is known of an agent besides its state. One thing that can't be read keeps no other from being shown. */
export async function detailsOf(connection: Connection, state: PlacementState, { live, ...looking }: Detailing): Promise<AgentDetails> {
  const notRead: { readonly what: string; readonly reason: string }[] = [];
  const attempt = async <T>(what: string, otherwise: T, work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      notRead.push({ what, reason: reasonOf(error) });
      return otherwise;
    }
  };
  const events = await attempt('timeline', [] as LifecycleEvent[], () => connection.ledger.events(state.placement));
  const certificates = await attempt('certificates', [], () => certificatesShown(connection, state, events));
  const access = live ? await attempt<LiveAccess | undefined>('access', undefined, async () => (
    await liveAccess(connection, state, looking) ?? missing(state))) : undefined;
  const keys = live ? await attempt<readonly ShownKey[] | undefined>('access keys', undefined, () => liveKeys(connection, state)) : undefined;
  const { declared } = state;
  return {
    timeline: timelineOf(events),
    certificates,
    credentials: {
      secrets: declared.ownSecrets,
      providers: declared.ownProviders ?? [],
      others: (declared.credentials ?? []).map(({ kind, name }) => `${kind}/${name}`),
      tokens: identityTokensOf(declared.access, declared.stage),
      ...(keys === undefined ? {} : { keys }),
    },
    ...(access === undefined ? {} : { access }),
    notRead,
  };
}

/** @throws RefusedError `RoleMissing` */
function missing({ principals, present }: PlacementState): never {
  throw new RefusedError('RoleMissing', `IAM has no role ${principals[present].roleArn} (${present})`);
}
