import { GoogleApi } from '../api';
import { Policy } from './policy';

/** Something that has an allow policy. */
export interface PolicyHolder {
  /** As reports name it. */
  readonly name: string;
  read(api: GoogleApi): Promise<Policy>;
  /** Fails with a conflict (409 or 412) where the policy isn't the one that was read. */
  write(api: GoogleApi, policy: Policy): Promise<void>;
}

/** The holders of one kind. */
export interface HolderKind {
  /** What its names look like, for the message about one that doesn't. */
  readonly example: string;
  readonly pattern: RegExp;
  holder(name: string): PolicyHolder;
}
