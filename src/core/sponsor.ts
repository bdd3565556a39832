import { validateEmail } from './email';
import { InvalidInputError } from './errors';
import { requireLiteral } from './literal';
import { shown } from './shown';
import { requireTagSafe } from './tag-value';

/** Who sponsors: a person, or a team with an accountable person. */
export enum SponsorKind {
  /** A person. */
  PERSON = 'person',
  /** A team; one named person of it is accountable. */
  TEAM = 'team',
}

/** A person who answers for an agent. */
export interface PersonSponsorProps {
  /** Full name. */
  readonly name: string;
  /** Mail address; it is kept in a tag unchanged, so it must be of letters, digits and `_.+=/-@`. */
  readonly email: string;
  /** Who is asked when the sponsor doesn't answer or has left; another person. */
  readonly backupEmail: string;
  /**
   * Id of the person in the organisation's directory.
   * @default - the mail address
   */
  readonly id?: string;
  /**
   * Cost centre that pays for the agent.
   * @default - none
   */
  readonly costCenter?: string;
}

/** A team that answers for an agent, by one person of it. */
export interface TeamSponsorProps {
  /** Name of the team. */
  readonly name: string;
  /** Mail address of the team. */
  readonly mailbox: string;
  /** Full name of the accountable person. */
  readonly accountableName: string;
  /** Mail address of the accountable person. */
  readonly accountableEmail: string;
  /** Who is asked when the accountable person doesn't answer or has left; another person. */
  readonly backupEmail: string;
  /**
   * Id of the team or the accountable person in the organisation's directory.
   * @default - the accountable person's mail address
   */
  readonly id?: string;
  /**
   * Cost centre that pays for the agent.
   * @default - none
   */
  readonly costCenter?: string;
}

/**
 * The accountable human of an agent, and a backup. A team may sponsor only with a named accountable person.
 */
export class Sponsor {
  /**
   * A person.
   *
   * Fails with `EmailInvalid`, `BackupIsSponsor`, `NameRequired`, `TagValueUnsafe` or `LiteralRequired`.
   */
  public static person(props: PersonSponsorProps): Sponsor {
    return new Sponsor({
      kind: SponsorKind.PERSON,
      name: props.name,
      email: props.email,
      accountableName: props.name,
      accountableEmail: props.email,
      backupEmail: props.backupEmail,
      id: props.id,
      costCenter: props.costCenter,
    });
  }

  /**
   * A team with an accountable person.
   *
   * Fails with `EmailInvalid`, `BackupIsSponsor`, `NameRequired`, `TagValueUnsafe` or `LiteralRequired`.
   */
  public static team(props: TeamSponsorProps): Sponsor {
    return new Sponsor({
      kind: SponsorKind.TEAM,
      name: props.name,
      email: props.mailbox,
      accountableName: props.accountableName,
      accountableEmail: props.accountableEmail,
      backupEmail: props.backupEmail,
      id: props.id,
      costCenter: props.costCenter,
    });
  }

  /** Person or team. */
  public readonly kind: SponsorKind;
  /** Name of the person or team. */
  public readonly name: string;
  /** Mail address of the person, or the team's mailbox. */
  public readonly email: string;
  /** Full name of the accountable person; of a person itself. */
  public readonly accountableName: string;
  /** Mail address of the accountable person. */
  public readonly accountableEmail: string;
  /** Mail address of the backup. */
  public readonly backupEmail: string;
  /** Id in the organisation's directory; the accountable person's mail address unless given. */
  public readonly id: string;
  /** Cost centre that pays. */
  public readonly costCenter?: string;

  private constructor(fields: SponsorFields) {
    this.kind = fields.kind;
    this.name = requireName('the sponsor name', fields.name);
    this.email = validateEmail(fields.kind === SponsorKind.TEAM ? 'the sponsor mailbox' : 'the sponsor email', fields.email);
    this.accountableName = requireName('the accountable name', fields.accountableName);
    this.accountableEmail = validateEmail('the accountable email', fields.accountableEmail);
    this.backupEmail = validateEmail('the backup email', fields.backupEmail);
    for (const own of [this.email, this.accountableEmail]) {
      // Mailboxes differ by case nowhere that matters, and a backup that is the sponsor is none.
      if (this.backupEmail.toLowerCase() === own.toLowerCase()) {
        throw new InvalidInputError('BackupIsSponsor', `the backup email ${shown(this.backupEmail)} is the sponsor's own: name another person`);
      }
    }
    this.id = fields.id === undefined ? this.accountableEmail : requireTagSafe('the sponsor id', requireLiteral('the sponsor id', fields.id));
    this.costCenter = fields.costCenter === undefined ? undefined : requireTagSafe('the cost center', requireLiteral('the cost center', fields.costCenter));
  }
}

interface SponsorFields {
  readonly kind: SponsorKind;
  readonly name: string;
  readonly email: string;
  readonly accountableName: string;
  readonly accountableEmail: string;
  readonly backupEmail: string;
  readonly id?: string;
  readonly costCenter?: string;
}

const LONGEST_NAME = 128;

function requireName(what: string, name: string): string {
  // A line break in a name would reach the headers of a mail.
  if (requireLiteral(what, name).trim() === '' || name.length > LONGEST_NAME || /\p{C}/u.test(name)) {
    throw new InvalidInputError('NameRequired', `${what} ${shown(name)} is not allowed: use 1-${LONGEST_NAME} characters, no control characters`);
  }
  return name.trim();
}
