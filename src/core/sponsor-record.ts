import { InvalidInputError } from './errors';
import { shown } from './shown';
import { Sponsor, SponsorKind } from './sponsor';

/** A sponsor as plain data: in the ledger, in events and in requests. */
export interface SponsorRecord {
  readonly kind: 'person' | 'team';
  readonly name: string;
  readonly email: string;
  readonly accountableName: string;
  readonly accountableEmail: string;
  readonly backupEmail: string;
  readonly id: string;
  readonly costCenter?: string;
}

export function sponsorToRecord(sponsor: Sponsor): SponsorRecord {
  const { kind, name, email, accountableName, accountableEmail, backupEmail, id, costCenter } = sponsor;
  return { kind, name, email, accountableName, accountableEmail, backupEmail, id, ...(costCenter === undefined ? {} : { costCenter }) };
}

/**
 * Parses a received sponsor with the same rules as at synthesis.
 *
 * @throws InvalidInputError `SponsorInvalid`, and the codes of `Sponsor.person` and `Sponsor.team`
 */
export function parseSponsorRecord(value: unknown): SponsorRecord {
  if (typeof value !== 'object' || value === null) {
    throw new InvalidInputError('SponsorInvalid', `a sponsor must be an object, received ${shown(value)}`);
  }
  const record = value as Record<string, string>;
  const { name, email, accountableName, accountableEmail, backupEmail, id, costCenter } = record;
  switch (record.kind) {
    case SponsorKind.PERSON:
      return sponsorToRecord(Sponsor.person({ name, email, backupEmail, id, costCenter }));
    case SponsorKind.TEAM:
      return sponsorToRecord(Sponsor.team({ name, mailbox: email, accountableName, accountableEmail, backupEmail, id, costCenter }));
    default:
      throw new InvalidInputError('SponsorInvalid', `a sponsor is of kind person or team, received ${shown(record.kind)}`);
  }
}
