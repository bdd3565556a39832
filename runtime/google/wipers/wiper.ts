import * as wiping from '../../wiping';
import { AccountRef, AccountState } from '../account';
import { GoogleApi } from '../api';
import { PolicyHolder } from '../policies';

/** What a teardown searches besides the declared places. */
export interface Beyond {
  /** `projects/<id>`, `folders/<number>` or `organizations/<number>`. */
  readonly scope: string;
  /** Ids of the projects in which it removes what it finds. */
  readonly wipedProjects: readonly string[];
}

interface WiperContext extends wiping.Clock {
  readonly api: GoogleApi;
}

/** The account and resources that a wiper searches. */
export interface WipeTarget {
  readonly account: AccountRef;
  /** The account's state when the teardown began. */
  readonly state: AccountState['kind'];
  /** Agent identities that are the agent too. */
  readonly principals: readonly string[];
  /** Resources whose policies are searched for grants. */
  readonly holders: readonly PolicyHolder[];
  /** Where else to search, if the registry declares it. */
  readonly beyond?: Beyond;
  /** Names of the secrets that were declared as the agent's own. */
  readonly ownSecrets: readonly string[];
}

/** A wiper for Google Cloud. */
export type Wiper = wiping.Wiper<WiperContext, WipeTarget>;
