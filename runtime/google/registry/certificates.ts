import { GoogleRegistry } from './connect';
import { statusAfter } from './fleet';
import { placementOf, unknownAgent } from './locate';
import { certificatesFolder, eventsFolder } from '../../../src/contract/google';
import { InvalidInputError } from '../../../src/core/errors';
import { LifecycleEvent } from '../../../src/core/lifecycle-event';
import { certificateText, hashesTold, hashOfText } from '../../certificate';
import { allIn, allUnder } from '../objects';
import { AccountCertificate } from '../proof';

/** The certificates of an agent, separated by whether an event names them with their content. */
export interface GoogleEvidence {
  /** Oldest first. */
  readonly leaves: readonly { readonly certificate: AccountCertificate }[];
  readonly unknown: readonly string[];
}

/** @throws InvalidInputError `AgentUnknown`, `ProjectAmbiguous`, `CertificateMissing` */
export async function googleCertificatesOf(registry: GoogleRegistry, name: string): Promise<GoogleEvidence> {
  const { api, bucket } = registry;
  const { account, agentName } = await placementOf(registry, name);
  const [chain, objects] = await Promise.all([
    allIn<LifecycleEvent>(api, { bucket, folder: eventsFolder(account, agentName) }),
    allUnder<AccountCertificate>(api, { bucket, folder: certificatesFolder(account, agentName) }),
  ]);
  const events = chain.map(({ object }) => object);
  const told = hashesTold(events);
  const isTold = (one: typeof objects[number]) => told.get(one.name) === hashOfText(textOf(one.object));
  if (objects.length > 0) {
    return {
      leaves: objects.filter(isTold).map(({ object }) => ({ certificate: object })),
      unknown: objects.filter((one) => !isTold(one)).map(({ name: key }) => key),
    };
  }
  const last = events.at(-1);
  if (last === undefined) {
    throw unknownAgent(registry, agentName);
  }
  throw new InvalidInputError('CertificateMissing', statusAfter(last) !== 'left'
    ? `agent ${agentName} is ${statusAfter(last)}: it gets its decommission certificate when it has left; see nhi show ${agentName}`
    : `agent ${agentName} has left, and ${bucket} has no certificate of it: ${told.size > 0 ? 'the certificate was removed' : 'a version of this package that wrote none recorded the leave'}`);
}

/** The text that hashes are made of. Empty for an object that has none. */
export function textOf(object: object): string {
  try {
    return certificateText(object);
  } catch {
    return '';
  }
}
