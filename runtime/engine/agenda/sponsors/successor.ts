import { NO_ANSWER } from '../../../../src/contract/sponsor-directory';
import { SponsorRecord } from '../../../../src/core/sponsor-record';
import { AgendaSettings } from '../../../model/agenda-settings';
import { answerAbout, DirectoryAnswers } from '../../../model/directory';
import { mailboxOf } from '../../../model/sponsor-of';

/** Who takes over from a lapsed sponsor. `wait`: the directory does not say whether the backup can. `nobody`: the default owner lapsed as well. */
export type Successor = SponsorRecord | 'wait' | 'nobody';

/**
 * The backup if it is an active person, otherwise the registry's default owner. The default owner is not looked up, because there is nobody after it. But
 * nobody takes over who is known as no active person.
 */
export function successorOf(lapsed: SponsorRecord, answers: DirectoryAnswers, { defaultOwner }: AgendaSettings): Successor {
  const { status } = answerAbout(answers, lapsed.backupEmail);
  if (status === NO_ANSWER) {
    return 'wait';
  }
  if (status === 'active') {
    const isOwner = defaultOwner !== undefined && isSame(lapsed.backupEmail, defaultOwner.accountableEmail);
    return isOwner ? paidAsBefore(defaultOwner, lapsed) : fromBackup(lapsed, defaultOwner);
  }
  const isKnownLapsed = [lapsed.accountableEmail, lapsed.backupEmail].some((email) => isSame(email, defaultOwner?.accountableEmail));
  return defaultOwner === undefined || isKnownLapsed ? 'nobody' : paidAsBefore(defaultOwner, lapsed);
}

/** Only the address of a backup is known. Its own backup is the default owner or that one's backup, or at last the lapsed sponsor. */
function fromBackup(lapsed: SponsorRecord, defaultOwner: SponsorRecord | undefined): SponsorRecord {
  const email = lapsed.backupEmail;
  const [backupEmail = lapsed.accountableEmail] = [defaultOwner?.accountableEmail, defaultOwner?.backupEmail]
    .filter((other) => other !== undefined && !isSame(other, email) && !isSame(other, lapsed.accountableEmail));
  return paidAsBefore({ kind: 'person', name: email, email, accountableName: email, accountableEmail: email, backupEmail, id: email }, lapsed);
}

function paidAsBefore({ costCenter: _other, ...sponsor }: SponsorRecord, { costCenter }: SponsorRecord): SponsorRecord {
  return { ...sponsor, ...(costCenter === undefined ? {} : { costCenter }) };
}

function isSame(one: string, other: string | undefined): boolean {
  return other !== undefined && mailboxOf(one) === mailboxOf(other);
}
