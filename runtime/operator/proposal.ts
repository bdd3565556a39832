/** A change that is prepared but not made yet. */
export interface Proposal<T> {
  /** One line for each thing that will be done. If there is nothing to do, it says why, and `make` changes nothing. */
  readonly will: readonly string[];
  readonly nothingToDo?: boolean;
  make(): Promise<T>;
}
