import { Digest } from '../digest';

/** A way to send a digest. */
export interface Channel {
  /** Returns the id that the service gave the message. */
  readonly send: (person: string, digest: Digest) => Promise<string>;
}
