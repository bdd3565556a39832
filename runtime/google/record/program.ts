import { readInput } from './input';
import { accountEmailOf } from './next-event';
import { lastEventOf, recordAgent, Recorded, recordEvent } from './record-event';
import { LEFT, PROGRAM_ENVIRONMENT } from '../../../src/contract/google';
import { LifecycleEvent } from '../../../src/core/lifecycle-event';
import { openRevocations, RevocationRecord } from '../../model/revocation';
import { requireGone } from '../account';
import { accessTokens, endpointFrom, googleApi } from '../api';
import { EXIT, exitOf, Outside } from '../outside';
import { publish } from '../publish';
import { declaredRevokers, recordRevokers, revokeAtLeave } from '../revocations/record';
import { thirdParties } from '../revocations/third-parties';

// A leave asks third parties, which may be slow.
const LONGEST_MILLISECONDS = 10 * 60_000;

/**
 * Records what is deployed according to NHI_RECORD, or, with NHI_RECORD_EVENT=left, that the agent has left. An exit code other than 0 makes
 * Terraform retry at the next apply.
 */
export async function program(outside: Outside): Promise<number> {
  try {
    const input = readInput(outside.environment[PROGRAM_ENVIRONMENT.record]);
    const endpoint = endpointFrom(outside.environment[PROGRAM_ENVIRONMENT.endpoint]);
    const tokens = accessTokens({ ...outside, endpoint });
    const api = googleApi({ ...outside, endpoint, tokens, deadline: outside.now() + LONGEST_MILLISECONDS });
    const leaving = outside.environment[PROGRAM_ENVIRONMENT.recordEvent] === LEFT;
    if (leaving) {
      // A refused move changes the configuration but not the account. The chain contains the account that the agent has.
      for (const email of new Set([input.accountEmail, accountEmailOf(await lastEventOf(api, input)) ?? input.accountEmail])) {
        await requireGone(api, { project: input.project, email }, `${input.agentName} has not left`);
      }
    }
    const settling = {
      api,
      bucket: input.bucket,
      placement: { account: input.project, agentName: input.agentName },
      by: input.actor,
      registry: input.registry,
      publish: (event: LifecycleEvent) => publish(api, input.topic, event),
    };
    if (!leaving) {
      await recordRevokers(settling, declaredRevokers(input.record));
    }
    await recordAgent(api, input);
    const revocations = leaving ? await revokeAtLeave(settling, { ask: thirdParties(api, outside.environment), sleep: outside.sleep }) : undefined;
    outside.out(reportOf(input.agentName, await recordEvent(api, input, leaving, revocations)));
    const open = openRevocations({ revocations: revocations ?? [] });
    if (open.length > 0) {
      outside.err(openReport(input.agentName, open));
    }
    return EXIT.done;
  } catch (error) {
    return exitOf(error, outside, 'RecordFailed');
  }
}

/** The leave is recorded nevertheless: a stack must not wait for servers of others. */
function openReport(agentName: string, open: readonly RevocationRecord[]): string {
  return [
    `RevocationOpen: ${agentName} has left, and its certificate says that ${open.length} of its accesses outside of Google Cloud are not confirmed as revoked:`,
    ...open.map(({ revoker: { id, kind }, note = 'not tried yet' }) => `  - ${id} (${kind}): ${note}`),
    `ask again with nhi retry ${agentName}, or attest what you know with nhi confirm ${agentName} <revoker>, both with --google-registry`,
  ].join('\n');
}

function reportOf(agentName: string, recorded: Recorded | undefined): string {
  if (recorded === undefined) {
    return `nothing to record of ${agentName}`;
  }
  const { event: { type, subject, sequence }, isNew } = recorded;
  const event = `${type} of ${subject}, number ${Number(sequence)} of its chain`;
  return isNew ? `recorded ${event}` : `nothing new to record: published ${event}, again`;
}
