import { TEMPLATES } from './templates';
import { detailsIn, listIn, textIn } from './templates/template';
import { validateEmail } from '../../src/core/email';
import { SponsorRecord } from '../../src/core/sponsor-record';
import { Audience, Notice, NoticeFacts } from '../model/notice';

type Recipient = Pick<Notice, 'person' | 'audience'>;

/** Who is notified of an event: each person once, as the first of what they are. */
export function recipientsOf(facts: NoticeFacts, sponsor: SponsorRecord | undefined, operators: readonly string[]): Recipient[] {
  const found = TEMPLATES[facts.kind].to(facts).flatMap((audience): Recipient[] => (
    addressesOf(audience, facts, sponsor, operators).map((address) => ({ person: address.toLowerCase(), audience }))));
  return [...new Map([...found].reverse().map((recipient) => [recipient.person, recipient])).values()].reverse();
}

function addressesOf(audience: Audience, facts: NoticeFacts, sponsor: SponsorRecord | undefined, operators: readonly string[]): readonly string[] {
  switch (audience) {
    case 'operator': return operators;
    case 'sponsor': return checked(sponsor?.accountableEmail);
    case 'backup': return checked(sponsor?.backupEmail);
    case 'offered': return checked(textIn(facts.details, 'to'));
    case 'new-sponsor': return checked(textIn(facts.details, 'by'));
    case 'offering': return checked(textIn(facts.details, 'offeredBy'));
    case 'delegate': return listIn(facts.details, 'delegates').flatMap((one) => checked(String(one)));
    case 'second-reviewer': return listIn(facts.details, 'secondReviewers').flatMap((one) => checked(String(one)));
    case 'team': return listIn(facts.details, 'team').flatMap((one) => checked(String(one)));
    case 'named': return checked(textIn(facts.details, 'notify'));
    // A person who took over was accountable, and not who was declared.
    case 'former-sponsor': return checked(textIn(facts.details, 'tookOver') || textIn(detailsIn(detailsIn(facts.details, 'changed'), 'accountableEmail'), 'from'));
  }
}

/** An invalid address gets nothing, because it would become a header of the mail. */
function checked(address: string | undefined): string[] {
  try {
    return address === undefined || address === '' ? [] : [validateEmail('the address', address)];
  } catch {
    return [];
  }
}
