import { GoogleApi, Service } from '../api';
import { Policy } from './policy';

/** A resource with an allow policy. */
export interface PolicyHolder {
  /** Its name in reports. */
  readonly name: string;
  /** Permissions that are required to write the policy. */
  readonly writeNeeds: readonly string[];
  read(api: GoogleApi): Promise<Policy>;
  /** Fails with a conflict (409 or 412) if the policy changed since it was read. */
  write(api: GoogleApi, policy: Policy): Promise<void>;
  /** Returns the permissions that the caller has, out of those given. */
  test(api: GoogleApi, permissions: readonly string[]): Promise<readonly string[]>;
}

/** The holders of one kind. */
export interface HolderKind {
  /** The service that has its policies. */
  readonly service: Service;
  /** Example of its names, for an error message. */
  readonly example: string;
  readonly pattern: RegExp;
  holder(name: string): PolicyHolder;
}
