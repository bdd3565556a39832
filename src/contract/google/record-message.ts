/** Version of the message below. The record program accepts only the present version. */
export const RECORD_VERSION = 1;

/** The construct's message to the record program, as JSON. */
export interface RecordMessage {
  readonly version: typeof RECORD_VERSION;
  readonly registry: string;
  readonly bucket: string;
  /** `projects/<project>/topics/<id>`. */
  readonly topic: string;
  /** The stack that reports it. */
  readonly actor: string;
  readonly project: string;
  readonly agentName: string;
  readonly stage: string;
  readonly sponsorId: string;
  readonly expires: string;
  readonly accountEmail: string;
  /** Absent if the agent leaves, because the account is deleted by then. */
  readonly accountUniqueId?: string;
  /** The agent's declaration: sponsor, purpose, runtime, access of every stage. Absent if the agent leaves. */
  readonly record?: { readonly [key: string]: unknown };
}

/** Value of the environment variable when the agent has left. */
export const LEFT = 'left';
