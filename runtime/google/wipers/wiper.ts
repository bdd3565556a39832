import * as wiping from '../../wiping';
import { AccountRef, AccountState } from '../account';
import { GoogleApi } from '../api';
import { PolicyHolder } from '../policies';

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
  /** Names of the secrets that were declared as the agent's own. */
  readonly ownSecrets: readonly string[];
}

/** A wiper for Google Cloud. */
export type Wiper = wiping.Wiper<WiperContext, WipeTarget>;
