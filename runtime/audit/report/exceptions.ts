import { AgentRows, SectionRow } from './agent-rows';
import { recordOf, ToldEvent } from './told-event';
import { digestOf } from '../../model/access-digests';
import { PlacementState } from '../../model/placement-state';

/** The part of an agent's access that its exceptions are, as events name it. */
const PART = 'exceptions';

/** The exceptions that an agent declares now. The ledger has their text, and an event their digest: what the ledger says is a row only if both fit. */
export function exceptionsInForce({ declared, placement: { agentName } }: PlacementState, chain: readonly ToldEvent[]): AgentRows {
  const { exceptions, stage } = declared;
  const [digest, event] = lastDigest(chain);
  if (event === undefined || digest !== digestOf(exceptions)) {
    return { rows: [], differences: [{ what: agentName, reason: 'the exceptions in its state are not those of its events: nhi verify says where they differ' }] };
  }
  const { key, version, id, number, sha256 } = event.ref;
  return {
    rows: exceptions.map(({ actions, reason, until }): SectionRow => ({
      section: 'exceptions',
      at: event.time,
      agent: agentName,
      stage,
      what: 'in force now',
      by: event.by,
      facts: { exception: actions.join(', '), reason, until },
      evidence: [{ kind: 'event', key, version, id, number, sha256 }],
    })),
    differences: [],
  };
}

function lastDigest(chain: readonly ToldEvent[]): [digest: unknown, event: ToldEvent | undefined] {
  let last: [unknown, ToldEvent | undefined] = [undefined, undefined];
  for (const event of chain) {
    const { access, changed } = event.details;
    if (event.name === 'joined' || event.name === 'adopted') {
      last = [recordOf(access)[PART], event];
    } else if (event.name === 'access-changed' && recordOf(changed)[PART] !== undefined) {
      last = [recordOf(recordOf(changed)[PART]).to, event];
    }
  }
  return last;
}
