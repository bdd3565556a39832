import { NotDone } from '../revokers/not-done';

/** Runs statements as a user that administers the database. */
export interface Sql {
  /**
   * Runs one statement, in a transaction of its own, and returns the rows as texts.
   *
   * @param statement SQL with parameters such as `:name`. It has no other colon
   * @param parameters values of the parameters
   * @param database absent: the one that the user is declared with
   * @throws SqlFailed, NotDone
   */
  run(statement: string, parameters?: Readonly<Record<string, string>>, database?: string): Promise<readonly (readonly string[])[]>;
}

/** A statement that the database refused. Its message has the code only: the text may be what somebody wrote into the database. */
export class SqlFailed extends NotDone {
  /** @param sqlState https://www.postgresql.org/docs/current/errcodes-appendix.html */
  public constructor(public readonly sqlState: string) {
    super(WORDS[sqlState] ?? `the database refused it (SQLSTATE ${sqlState})`);
  }
}

/** Codes that our own statements raise. */
export const RAISED = { foreign: 'NHI01', keeper: 'NHI02', mighty: 'NHI03', locked: 'NHI04', others: 'NHI05' } as const;

const WORDS: Readonly<Record<string, string>> = {
  [RAISED.foreign]: 'the database has a user of this name that is not marked as this agent\'s: nothing was changed. Rename it, or mark it with COMMENT ON ROLE if it is the agent\'s',
  [RAISED.keeper]: 'the role that is to keep what the agent owns is not marked for it, or may do something by itself: nothing was given to it. Use one that can\'t log in, has no attribute and is a member of no role',
  [RAISED.mighty]: 'a role that the agent is to have does not exist, or is or has one that administers the database: use roles that only read and write data',
  [RAISED.locked]: 'the user exists already and is locked, from a leave or a suspension: drop it, or unlock it with ALTER ROLE ... LOGIN',
  [RAISED.others]: 'the user has a role that is not declared and that the administering user can\'t revoke: nothing was changed. Let who granted it revoke it, and deploy again',
  '2BP01': 'something still depends on the user (SQLSTATE 2BP01): a privilege that somebody else granted it, which the administering user can\'t revoke. Let who granted it revoke it',
  '42501': 'the administering user may not do that (SQLSTATE 42501): it needs CREATEROLE, and ADMIN OPTION on the roles that it grants. At a leave, the role that keeps what the agent owned needs CREATE on the schemas of its functions, and the administering user CREATE on the database of its schemas',
};
