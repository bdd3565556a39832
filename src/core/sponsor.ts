import { validateEmail } from './email';
import { InvalidInputError } from './errors';
import { Held } from './held';
import { requireLiteral } from './literal';
import { shown } from './shown';
import { requireTagSafe } from './tag-value';
import { requirePlainText } from './text';

/** Kind of sponsor: a person, or a team with an accountable person. */
export enum SponsorKind {
  /** A person. */
  PERSON = 'person',
  /** A team, of which one named person is accountable. */
  TEAM = 'team',
}

/** A person who is accountable for an agent. */
export interface PersonSponsorProps {
  /** Full name. */
  readonly name: string;
  /** Mail address. It is stored unchanged in a tag, so it may contain only letters, digits and `_.+=/-@`. */
  readonly email: string;
  /** Mail address of another person, who is asked if the sponsor does not respond or has left. */
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

/** A team that is accountable for an agent, represented by one of its people. */
export interface TeamSponsorProps {
  /** Name of the team. */
  readonly name: string;
  /** Mail address of the team. */
  readonly mailbox: string;
  /** Full name of the accountable person. */
  readonly accountableName: string;
  /** Mail address of the accountable person. */
  readonly accountableEmail: string;
  /** Mail address of another person, who is asked if the accountable person does not respond or has left. */
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
 * The person who is accountable for an agent, and a backup. A team can sponsor an agent only with a named accountable person.
 *
 * An invalid sponsor fails where it is used, so that the error names the agent.
 */
export class Sponsor {
  /**
   * A person.
   *
   * Its use fails with `EmailInvalid`, `BackupIsSponsor`, `NameRequired`, `TagValueUnsafe`, `TextNotPlain`, `DynamicReference`, `TextRequired` or `LiteralRequired`.
   */
  public static person(props: PersonSponsorProps): Sponsor {
    return new Sponsor(Held.of(() => checkedFields({
      kind: SponsorKind.PERSON,
      name: props.name,
      email: props.email,
      accountableName: props.name,
      accountableEmail: props.email,
      backupEmail: props.backupEmail,
      id: props.id,
      costCenter: props.costCenter,
    })));
  }

  /**
   * A team with an accountable person.
   *
   * Its use fails with `EmailInvalid`, `BackupIsSponsor`, `NameRequired`, `TagValueUnsafe`, `TextNotPlain`, `DynamicReference`, `TextRequired` or `LiteralRequired`.
   */
  public static team(props: TeamSponsorProps): Sponsor {
    return new Sponsor(Held.of(() => checkedFields({
      kind: SponsorKind.TEAM,
      name: props.name,
      email: props.mailbox,
      accountableName: props.accountableName,
      accountableEmail: props.accountableEmail,
      backupEmail: props.backupEmail,
      id: props.id,
      costCenter: props.costCenter,
    })));
  }

  private constructor(private readonly held: Held<SponsorFields>) {}

  /** Person or team. */
  public get kind(): SponsorKind {
    return this.held.value.kind;
  }

  /** Name of the person or team. */
  public get name(): string {
    return this.held.value.name;
  }

  /** Mail address of the person, or the team's mailbox. */
  public get email(): string {
    return this.held.value.email;
  }

  /** Full name of the accountable person. A personal sponsor is that person. */
  public get accountableName(): string {
    return this.held.value.accountableName;
  }

  /** Mail address of the accountable person. */
  public get accountableEmail(): string {
    return this.held.value.accountableEmail;
  }

  /** Mail address of the backup. */
  public get backupEmail(): string {
    return this.held.value.backupEmail;
  }

  /** Id in the organisation's directory; the accountable person's mail address unless given. */
  public get id(): string {
    return this.held.value.id;
  }

  /** Cost centre that pays. */
  public get costCenter(): string | undefined {
    return this.held.value.costCenter;
  }

  /** @internal */
  public _check(): void {
    void this.held.value;
  }
}

interface SponsorFields {
  readonly kind: SponsorKind;
  readonly name: string;
  readonly email: string;
  readonly accountableName: string;
  readonly accountableEmail: string;
  readonly backupEmail: string;
  readonly id: string;
  readonly costCenter?: string;
}

type GivenFields = Omit<SponsorFields, 'id'> & { readonly id?: string };

function checkedFields(given: GivenFields): SponsorFields {
  const { kind, costCenter } = given;
  const name = requireSponsorName('the sponsor name', given.name);
  const email = validateEmail(kind === SponsorKind.TEAM ? 'the sponsor mailbox' : 'the sponsor email', given.email);
  const accountableName = requireSponsorName('the accountable name', given.accountableName);
  const accountableEmail = validateEmail('the accountable email', given.accountableEmail);
  const backupEmail = validateEmail('the backup email', given.backupEmail);
  for (const own of [email, accountableEmail]) {
    // The addresses are compared without regard to case, because mail systems treat them as the same mailbox. The sponsor can't be its own backup.
    if (backupEmail.toLowerCase() === own.toLowerCase()) {
      throw new InvalidInputError('BackupIsSponsor', `the backup email ${shown(backupEmail)} is the sponsor's own: name another person`);
    }
  }
  return {
    kind,
    name,
    email,
    accountableName,
    accountableEmail,
    backupEmail,
    id: given.id === undefined ? accountableEmail : requireTagSafe('the sponsor id', requireLiteral('the sponsor id', given.id)),
    costCenter: costCenter === undefined ? undefined : requireTagSafe('the cost center', requireLiteral('the cost center', costCenter)),
  };
}

const LONGEST_NAME = 128;

/**
 * Checks and returns the name of a sponsor, unchanged.
 *
 * @throws InvalidInputError `NameRequired`, and the codes of `requirePlainText`
 */
export function requireSponsorName(what: string, name: string): string {
  if (requirePlainText(what, name) === '' || name.length > LONGEST_NAME) {
    throw new InvalidInputError('NameRequired', `${what} ${shown(name)} is not allowed: use 1-${LONGEST_NAME} characters`);
  }
  return name;
}
