export type CallerKind = 'function' | 'service' | 'cluster' | 'repository' | 'vendor' | 'account' | 'role' | 'user' | 'service-account' | 'people' | 'workload' | 'anyone' | 'deleted' | 'unreadable';

/** What makes a trust weaker than it should be. */
export type Weakness = 'anyone' | 'no-external-id' | 'no-subject' | 'wide-subject' | 'no-audience' | 'any-branch';

/** A principal that can assume a role. */
export interface Caller {
  readonly kind: CallerKind;
  readonly name: string;
  /** Account of the caller, if it is another one. */
  readonly otherAccount?: string;
  readonly weakness?: Weakness;
}
