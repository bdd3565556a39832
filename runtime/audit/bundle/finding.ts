/** Something in a bundle that is not as the registry wrote it. */
export interface BundleFinding {
  /** Path in the bundle. */
  readonly file: string;
  /** Number of the event in the chain of its agent, if it is about an event. */
  readonly event?: number;
  readonly expected: string;
  readonly found: string;
}
