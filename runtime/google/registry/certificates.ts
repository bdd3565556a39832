import { GoogleRegistry } from './connect';
import { statusAfter } from './fleet';
import { placementOf, unknownAgent } from './locate';
import { certificatesFolder, eventsFolder } from '../../../src/contract/google';
import { InvalidInputError } from '../../../src/core/errors';
import { LifecycleEvent } from '../../../src/core/lifecycle-event';
import { certificateText, hashesTold, hashOfText } from '../../certificate';
import { RevocationPart } from '../../evidence/revocation-part';
import { allIn, allUnder } from '../objects';
import { AccountCertificate, AccountLeave } from '../proof';
import { isGone } from '../revocations/chain';

/** The certificates of an agent, separated by whether an event names them with their content. */
export interface GoogleEvidence {
  /** Oldest first. */
  readonly leaves: readonly AccountLeave[];
  readonly unknown: readonly string[];
}

/** @throws InvalidInputError `AgentUnknown`, `ProjectAmbiguous`, `CertificateMissing` */
export async function googleCertificatesOf(registry: GoogleRegistry, name: string): Promise<GoogleEvidence> {
  const { api, bucket } = registry;
  const { account, agentName } = await placementOf(registry, name);
  const [chain, objects] = await Promise.all([
    allIn<LifecycleEvent>(api, { bucket, folder: eventsFolder(account, agentName) }),
    allUnder<AccountCertificate | RevocationPart>(api, { bucket, folder: certificatesFolder(account, agentName) }),
  ]);
  const events = chain.map(({ object }) => object);
  const hashes = hashesTold(events);
  const isTold = (one: typeof objects[number]) => hashes.get(one.name) === hashOfText(textOf(one.object));
  if (objects.length > 0) {
    const told = objects.filter(isTold).map(({ object }) => object);
    const parts = told.filter(isPart);
    return {
      leaves: told.filter((one): one is AccountCertificate => !isPart(one)).map((certificate) => {
        const ended = parts.find(({ id }) => id === certificate.id);
        return { certificate, ...ended === undefined ? {} : { ended } };
      }),
      unknown: objects.filter((one) => !isTold(one)).map(({ name: key }) => key),
    };
  }
  const last = events.at(-1);
  if (last === undefined) {
    throw unknownAgent(registry, agentName);
  }
  throw new InvalidInputError('CertificateMissing', !isGone(last)
    ? `agent ${agentName} is ${statusAfter(last)}: it gets its decommission certificate when it has left; see nhi show ${agentName}`
    : `agent ${agentName} has left, and ${bucket} has no certificate of it: ${hashes.size > 0 ? 'the certificate was removed' : 'a version of this package that wrote none recorded the leave'}`);
}

function isPart(document: AccountCertificate | RevocationPart): document is RevocationPart {
  return document.kind === 'decommission-certificate-part-3';
}

/** The text that hashes are made of. Empty for an object that has none. */
export function textOf(object: object): string {
  try {
    return certificateText(object);
  } catch {
    return '';
  }
}
