import { IAM_ROLE } from './iam-role';
import { scramVerifier } from './scram';
import { RAISED, Sql, SqlFailed } from './sql';
import { DATABASES_OF, disown, drop, END_SESSIONS, LOOK, make, setLogin, setPassword } from './statements';
import { DatabaseLogin } from '../../src/contract/database-users';
import { Presence } from '../../src/contract/revokers';
import { NotDone } from '../revokers/not-done';

const LOOKS_FOR_SESSIONS = 20;
const PAUSE_MS = 250;
/** Of a server that has more, an operator drops the user. */
const MOST_DATABASES = 50;

/** A user of a database by its name, and the mark that says whose it is. */
interface UserOfAgent {
  readonly user: string;
  readonly mark: string;
}

/**
 * An agent's user of an Aurora cluster with PostgreSQL. Every part may be repeated at any time, and throws `NotDone` if it has no clear result. A user without the agent's mark is neither changed nor
 * dropped, nor taken for the agent's.
 */
export class DatabaseUser {
  constructor(private readonly sql: Sql, private readonly named: UserOfAgent, private readonly pause: (milliseconds: number) => Promise<void>) {}

  /** A user that can log in, or has a session, is active. */
  public async look(): Promise<Presence> {
    const found = await this.found();
    return found === undefined ? 'absent' : found.canLogIn || found.sessions > 0 ? 'active' : 'inactive';
  }

  /** @param isNew the user must not be one that a leave or a suspension has locked */
  public async make(roles: readonly string[], login: DatabaseLogin, isNew: boolean): Promise<void> {
    await this.sql.run(make(this.named.user, this.named.mark, login === 'iam' ? [...roles, IAM_ROLE] : roles, isNew));
  }

  public async setPassword(password: string, salt: Buffer): Promise<void> {
    await this.sql.run(setPassword(this.named.user, this.named.mark, scramVerifier(password, salt)));
  }

  /** First nobody can log in any more, and then the sessions that there are end. */
  public async lock(): Promise<void> {
    await this.sql.run(setLogin(this.named.user, this.named.mark, false));
    await this.endSessions();
  }

  public async unlock(): Promise<void> {
    await this.sql.run(setLogin(this.named.user, this.named.mark, true));
  }

  /** Locks the user, ends its sessions, gives all that it owns to the keeper, and drops it. */
  public async drop(keeper: string): Promise<void> {
    if (await this.look() === 'absent') {
      return;
    }
    await this.lock();
    const databases = await this.sql.run(DATABASES_OF, { name: this.named.user });
    if (databases.length > MOST_DATABASES) {
      throw new NotDone(`the user has something in ${databases.length} databases, and at most ${MOST_DATABASES} are worked on: drop it by hand`);
    }
    for (const [database] of databases) {
      await this.sql.run(disown(this.named.user, this.named.mark, keeper), {}, database);
    }
    await this.sql.run(drop(this.named.user, this.named.mark));
  }

  private async endSessions(): Promise<void> {
    for (let look = 1; ; look++) {
      await this.sql.run(END_SESSIONS, { name: this.named.user });
      const found = await this.found();
      if (found === undefined || found.sessions === 0) {
        return;
      }
      if (look >= LOOKS_FOR_SESSIONS) {
        throw new NotDone(`the user is locked and has still ${found.sessions} sessions`);
      }
      await this.pause(PAUSE_MS);
    }
  }

  private async found(): Promise<{ readonly canLogIn: boolean; readonly sessions: number } | undefined> {
    const [row] = await this.sql.run(LOOK, { name: this.named.user });
    if (row === undefined) {
      return undefined;
    }
    const [canLogIn, mark, sessions] = row;
    if (mark !== this.named.mark) {
      throw new SqlFailed(RAISED.foreign);
    }
    return { canLogIn: canLogIn === 'true', sessions: Number(sessions) };
  }
}
